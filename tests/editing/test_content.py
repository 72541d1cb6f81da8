"""Drafts outlive what they name: references of a revision that lead nowhere any more."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum, Module, Placement, Unit
from editing.models.content import without_dangling
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def draft():
    """A curriculum whose draft holds a course, a case and an institution that the published one lacks."""
    curriculum = CurriculumFactory()
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, course=CourseFactory())
    curriculum = Curriculum.objects.get()
    curriculum.institution = InstitutionFactory()
    module = curriculum.modules.get()
    module.placements = [
        *module.placements.all(),
        Placement(course=CourseFactory(code="doomed")),
        Placement(case=CaseFactory(code="doomed-too")),
    ]
    curriculum.modules = [module]
    return curriculum.save_revision()


def test_a_draft_whose_course_and_case_are_gone_still_opens(draft):
    Course.objects.get(code="doomed").delete()
    CaseStudy.objects.get(code="doomed-too").delete()
    curriculum = draft.as_object()
    placements = curriculum.modules.get().placements.all()
    kept = Course.objects.get()
    assert sorted((p.course_id or 0, p.case_id or 0) for p in placements) == [(0, 0), (0, 0), (kept.pk, 0)]


def test_a_draft_whose_institution_is_gone_still_opens(draft):
    draft.as_object().institution.delete()
    assert draft.as_object().institution is None


def test_a_row_that_cannot_do_without_its_target_is_left_out():
    theme, kept = ThemeFactory(), ThemeFactory()
    course = CourseFactory()
    UnitFactory(course=course, themes=[theme, kept])
    revision = Course.objects.get().save_revision()
    Unit.objects.all().delete()
    theme.delete()
    assert list(revision.as_object().units.get().themes.all()) == [kept]


def test_one_query_a_model_however_many_rows(django_assert_num_queries):
    def queries_for(rows: int) -> int:
        curriculum = CurriculumFactory(institution=InstitutionFactory())
        module = ModuleFactory(curriculum=curriculum)
        for _ in range(rows):
            PlacementFactory(module=module, course=CourseFactory())
            PlacementFactory(module=module, case=CaseFactory())
        content = Curriculum.objects.get(pk=curriculum.pk).serializable_data()
        with django_assert_num_queries(4):
            without_dangling(Curriculum, content)
        return rows

    assert [queries_for(rows) for rows in (1, 12)] == [1, 12]


def test_stable_keys_survive_draft_publication_and_restoration():
    curriculum = CurriculumFactory()
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, course=CourseFactory())
    keys = list(Placement.objects.values_list("key", flat=True))
    first = Curriculum.objects.get().save_revision()
    first.publish()
    Curriculum.objects.get().save_revision().publish()
    restored = first.as_object()
    restored.save_revision().publish()
    assert list(Placement.objects.values_list("key", flat=True)) == keys
    assert list(Module.objects.values_list("code", flat=True)) == [module.code]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(keep=st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_is_left_of_a_draft_is_what_still_exists(db, keep):
    course = CourseFactory()
    cases = [CaseFactory() for _ in keep]
    for case in cases:
        UnitFactory(course=course, case=case)
    content = Course.objects.get(pk=course.pk).serializable_data()
    Unit.objects.filter(course=course).delete()
    for case, stays in zip(cases, keep, strict=True):
        if not stays:
            case.delete()
    rebuilt = Course.from_serializable_data(content)
    assert [unit.case_id is not None for unit in rebuilt.units.all()] == keep
