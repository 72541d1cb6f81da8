"""Saving and publishing large objects: few queries, and the same rows as the stock way leaves."""

from contextlib import nullcontext
from decimal import Decimal
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from modelcluster.models import ClusterableModel
from wagtail.models import ReferenceIndex

from curriculum.models import Course, Curriculum, Module, Placement, Unit
from editing.models import Content
from editing.models.rows import find_rows, load_rows
from tests.editing.writers import PUBLISH, layout, opened, saved
from tests.editor import signed_in
from tests.factories import CaseFactory, CourseFactory, ThemeFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BAR = 250
IMMEDIATE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def chair():
    return signed_in("committee_chair", is_superuser=True)


def queries_of(call):
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    return len(queries), answer


@pytest.fixture(params=[IMMEDIATE, QUEUED], ids=["tasks at once", "tasks queued"])
def tasks(request, settings):
    settings.TASKS = request.param


@pytest.fixture
def large():
    return layout(12, 8)


def test_96_placements_are_published_from_the_editor_within_250_queries(chair, large, tasks):
    data = opened(chair, large)
    for number in range(12):
        data[f"modules-{number}-title"] = f"Renamed {number}"
        for place in range(8):
            data[f"modules-{number}-placements-{place}-hours"] = "1.5"
    count, answer = queries_of(lambda: saved(chair, large, data | PUBLISH))
    assert answer.status_code == 302
    assert Placement.objects.filter(hours=Decimal("1.5")).count() == 96
    assert Module.objects.filter(title__startswith="Renamed").count() == 12
    assert count <= BAR


def test_96_new_placements_are_published_within_250_queries(chair, tasks):
    source = layout(12, 8)
    draft = Curriculum.objects.get(pk=source.pk).get_latest_revision_as_object()
    Module.objects.all().delete()
    find_rows([draft])
    revision = draft.save_revision()
    count, _nothing = queries_of(lambda: revision.publish(user=chair.user))
    assert Placement.objects.count() == 96
    assert count <= BAR


def test_saving_and_opening_take_the_same_queries_however_many_rows(chair, settings):
    settings.TASKS = QUEUED
    counts = []
    for size in ((2, 2), (12, 8)):
        curriculum = layout(*size)
        saved(chair, curriculum, opened(chair, curriculum))
        opening, _page = queries_of(lambda curriculum=curriculum: opened(chair, curriculum))
        data = opened(chair, curriculum) | {"title": "Other"}
        saving, answer = queries_of(lambda c=curriculum, data=data: saved(chair, c, data))
        assert answer.status_code == 302
        counts.append((opening, saving))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 100


def rows_of(obj):
    """Every row inside an object as it stands in the database, primary keys and all."""
    found = {}
    for model in (Module, Placement, Unit, Unit.themes.through, Course.themes.through):
        found[model.__name__] = sorted(tuple(row.items()) for row in model.objects.values())
    found["references"] = sorted(
        ReferenceIndex.objects.filter(object_id=str(obj.pk)).values_list(
            "model_path", "content_path", "to_object_id"
        )
    )
    return found


def stock():
    """Publishing as Wagtail and modelcluster do it, row by row."""

    def save(self, *args, **kwargs):
        super(Content, self).save(*args, **kwargs)

    return mock.patch.object(Content, "save", save)


def published_both_ways(obj, alter, settings):
    """The rows after the stock publication of a change, and after ours of the same change."""
    settings.TASKS = IMMEDIATE
    found = []
    for way in (stock(), nullcontext()):
        with transaction.atomic():
            draft = type(obj).objects.get(pk=obj.pk).get_latest_revision_as_object()
            alter(draft)
            revision = draft.save_revision()
            with way:
                revision.publish()
            found.append(rows_of(obj))
            transaction.set_rollback(True)
    return found


def reorder(curriculum):
    first, second, _third = curriculum.modules.get_object_list()
    moved, kept = first.placements.get_object_list()
    first.placements.set([kept])
    moved.sort_order, moved.hours = 5, Decimal("2.5")
    second.placements.set([*second.placements.get_object_list(), moved])
    first.title, first.sort_order, second.sort_order = "Later", 2, 1
    curriculum.modules.set([first, second])


def test_a_rearranged_curriculum_is_what_stock_publishing_makes_of_it(settings):
    theirs, ours = published_both_ways(layout(3), reorder, settings)
    assert ours == theirs


def retag(course):
    first, second = course.units.get_object_list()
    first.themes.set(list(second.themes.all()))
    second.title = "Renamed"
    course.themes.clear()


def test_a_retagged_course_is_what_stock_publishing_makes_of_it(settings):
    land, water = ThemeFactory(), ThemeFactory()
    course = CourseFactory(themes=[land])
    UnitFactory(course=course, themes=[land], sort_order=0)
    UnitFactory(course=course, themes=[water], sort_order=1)
    theirs, ours = published_both_ways(course, retag, settings)

    def told_apart(found):
        # New rows of themes get the next free primary key, whichever it is.
        found = {name: rows for name, rows in found.items() if name != "references"}
        found["UnitTheme"] = sorted(row[1:] for row in found["UnitTheme"])
        return found

    assert told_apart(ours) == told_apart(theirs)
    assert len(ours["references"]) == len(theirs["references"])


def test_the_index_of_references_knows_rows_that_are_published_first(settings):
    settings.TASKS = IMMEDIATE
    layout(1, 1)
    case = CaseFactory()
    draft = Curriculum.objects.get().get_latest_revision_as_object()
    draft.modules.get_object_list()[0].placements.add(Placement(case=case))
    draft.save_revision().publish()
    assert ReferenceIndex.get_references_to(case).count() == 1


def test_unchanged_rows_are_not_written():
    layout(3, 3)
    draft = Curriculum.objects.get().get_latest_revision_as_object()
    with CaptureQueriesContext(connection) as queries:
        draft.save()
    assert [
        query["sql"]
        for query in queries
        if '"curriculum_placement"' in query["sql"] and "UPDATE" in query["sql"]
    ] == []


def test_a_save_of_single_fields_leaves_the_rows_alone():
    draft = Curriculum.objects.get(pk=layout().pk).get_latest_revision_as_object()
    draft.modules.get_object_list()[0].title = "In memory only"
    draft.save(update_fields=["title"])
    assert not Module.objects.filter(title="In memory only").exists()


def test_rows_are_written_wholly_or_not_at_all():
    draft = Curriculum.objects.get(pk=layout().pk).get_latest_revision_as_object()
    draft.title = "New title"
    first, second = draft.modules.get_object_list()
    second.code = first.code
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()
    assert Curriculum.objects.get().title != "New title"
    assert [module.code for module in draft.modules.get_object_list()] == ["m1", "m1"]


def test_rows_in_memory_are_read_with_one_query_a_level(django_assert_num_queries):
    for size in ((2, 2), (6, 6)):
        curriculum = Curriculum.objects.get(pk=layout(*size).pk)
        with django_assert_num_queries(2):
            load_rows([curriculum])
            assert [
                len(module.placements.get_object_list()) for module in curriculum.modules.get_object_list()
            ] == [size[1]] * size[0]


def test_rows_of_a_revision_find_their_places_in_the_database_by_their_keys():
    layout(1, 2)
    revision = Curriculum.objects.get().save_revision()
    Placement.objects.get(key="p1-1").delete()
    kept = Placement.objects.get(key="p1-2")
    Placement.objects.filter(pk=kept.pk).delete()
    kept.pk = None
    kept.save()
    draft = revision.as_object()
    find_rows([draft])
    (module,) = draft.modules.get_object_list()
    assert [row.pk for row in module.placements.get_object_list()] == [None, kept.pk]


def test_every_kind_of_row_is_saved_as_stock_code_would():
    """Rows are written in bulk: a model of rows with a `save` of its own would be passed over."""
    for model in (Module, Placement, Unit, Unit.themes.through, Course.themes.through):
        assert model.save in (Model.save, ClusterableModel.save)
