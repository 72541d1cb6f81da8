"""Copies: everything of the source, nothing of its identity, and the links that hang on it."""

from decimal import Decimal
from unittest import mock

import pytest
from django.db import DatabaseError
from wagtail.models import ModelLogEntry, Revision

from cases.models import CaseStudy
from curriculum.actions import copy_links
from curriculum.models import Course, Curriculum, TheoryCaseLink
from editing.copying import begin_copy, finish_copy, free_code
from tests.editing.writers import change, draft_of, layout
from tests.editor import admin_url, form_on, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    InstitutionFactory,
    LinkFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def me():
    return signed_in("committee_chair", is_superuser=True)


@pytest.fixture
def course():
    land, water = ThemeFactory(), ThemeFactory()
    course = CourseFactory(code="LAW-1", title="Land law", themes=[land], institution=InstitutionFactory())
    UnitFactory(
        course=course,
        sort_order=0,
        code="u1",
        title="One",
        hours=Decimal("2.5"),
        themes=[water],
        outcomes=["Know"],
    )
    UnitFactory(course=course, sort_order=1, code="u2", title="Two", case=CaseFactory())
    return Course.objects.get(pk=course.pk)


def copied(client, source, **fields):
    """Copy as a person does: open the form for a copy, change something, save it where the form says."""
    response = client.get(admin_url(source, "copy"))
    data = form_on(response) | fields
    address = response.context["action_url"]
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return type(source).objects.latest("pk")


def contents(obj):
    """Everything inside an object, without what is its own."""
    data = type(obj)._default_manager.get(pk=obj.pk).serializable_data()

    def bare(row):
        return {
            name: [bare(one) for one in value] if isinstance(value, list) and name not in LISTS else value
            for name, value in row.items()
            if name not in {"pk", "course", "curriculum", "module", "content_object"}
            or (name == "course" and isinstance(row.get("case", 0), int | None) and "key" in row)
        }

    return bare(data)


LISTS = {"outcomes", "objectives", "restricted_to"}
OWN = {
    "code", "title", "owner", "tokens", "live", "latest_revision", "live_revision", "derived_from",
    "first_published_at", "last_published_at", "has_unpublished_changes",
}  # fmt: skip


def test_a_course_is_copied_with_units_themes_and_links(me, course):
    person = UserFactory()
    LinkFactory(course=course, unit="u1", by=person, reason="Same river", state="confirmed")
    LinkFactory(course=course, unit="gone")
    before, revisions = contents(course), Revision.objects.count()
    copy = copied(me, course)
    assert (copy.code, copy.title, copy.owner, copy.live) == ("LAW-1-copy", "Land law (copy)", me.user, False)
    mine, theirs = contents(copy), contents(course)
    assert {name: mine[name] for name in mine if name not in OWN} == {
        name: theirs[name] for name in theirs if name not in OWN
    }
    assert [unit.code for unit in copy.units.all()] == ["u1", "u2"]
    links = [(link.unit, link.state, link.reason, link.by) for link in copy.case_links.all()]
    assert links == [("u1", "confirmed", "Same river", person)]
    assert theirs == before
    assert course.case_links.count() == 2
    assert Revision.objects.count() == revisions + 1


def test_only_the_first_save_copies_the_links(me, course):
    LinkFactory(course=course, unit="u1")
    copy = copied(me, course)
    copy.case_links.all().delete()
    change(me, copy, title="Another")
    assert not copy.case_links.exists()


def test_a_unit_that_the_copy_drops_takes_its_link_along(me, course):
    LinkFactory(course=course, unit="u1")
    LinkFactory(course=course, unit="u2")
    copy = copied(me, course, **{"units-0-DELETE": "on"})
    assert [link.unit for link in copy.case_links.all()] == ["u2"]


def test_a_curriculum_knows_where_it_comes_from_and_keeps_the_keys_of_its_rows(me):
    source = layout(code="SP-07", title="Governance")
    before = contents(source)
    copy = copied(me, source)
    assert copy.derived_from == source
    assert copy.code == "SP-07-copy"
    rows = [
        [
            (module.code, module.title),
            *((row.key, row.course_id, row.case_id) for row in module.placements.all()),
        ]
        for curriculum in (copy, Curriculum.objects.get(pk=source.pk))
        for module in curriculum.modules.all()
    ]
    assert rows[:2] == rows[2:]
    own = {row.pk for module in copy.modules.all() for row in module.placements.all()}
    assert not own & {row.pk for module in source.modules.all() for row in module.placements.all()}
    assert contents(source) == before


def test_a_case_is_copied_with_its_themes(me):
    theme = ThemeFactory()
    source = CaseFactory(themes=[theme])
    copy = copied(me, CaseStudy.objects.get(pk=source.pk))
    assert (list(copy.themes.all()), copy.body) == ([theme], source.body.strip())
    assert list(CaseStudy.objects.get(pk=source.pk).themes.all()) == [theme]


def test_the_latest_draft_is_what_is_copied(me, course):
    change(me, course, **{"units-0-title": "In the draft"})
    assert copied(me, course).units.first().title == "In the draft"
    assert course.units.first().title == "One"


def test_a_copy_may_be_copied(me, course):
    copied(me, course)
    assert copied(me, course).code == "LAW-1-copy-2"


def test_free_codes_end_where_codes_must():
    CourseFactory(code="x" * 120)
    CourseFactory(code="x" * 115 + "-COPY")
    assert free_code(Course, "x" * 120) == "x" * 113 + "-copy-2"


def test_the_history_says_what_it_is_a_copy_of(me, course):
    copy = copied(me, course)
    entry = ModelLogEntry.objects.get(action="wagtail.copy")
    assert (entry.object_id, entry.data["source"]) == (str(copy.pk), {"id": course.pk, "title": "Land law"})


def test_mistakes_keep_the_source_in_mind(me, course):
    LinkFactory(course=course, unit="u1")
    page = me.get(admin_url(course, "copy"))
    answer = me.post(page.context["action_url"], form_on(page) | {"code": "LAW-1"})
    assert Course.objects.count() == 1
    me.post(answer.context["action_url"], form_on(answer) | {"code": "LAW-2"})
    assert Course.objects.get(code="LAW-2").case_links.count() == 1


def test_nobody_copies_links_of_what_they_may_not_see(course):
    LinkFactory(course=course, unit="u1")
    ours = InstitutionFactory()
    editor = signed_in("provider_editor", edits_for=ours)
    add = admin_url(Course, "add")
    data = form_on(editor.get(add)) | {"code": "MINE", "title": "Mine", "institution": ours.pk}
    editor.post(f"{add}?copy_of={course.pk}", data)
    assert not Course.objects.get(code="MINE").case_links.exists()
    assert not ModelLogEntry.objects.filter(action="wagtail.copy").exists()
    assert editor.get(admin_url(course, "copy"))["Location"] == "/admin/"


def test_an_institution_that_is_not_ones_own_is_not_copied():
    theirs = InstitutionFactory()
    lecturer = UserFactory(roles=["lecturer"])
    case = CaseFactory(institution=theirs, owner=lecturer)
    assert begin_copy(case, lecturer).institution is None
    assert begin_copy(case, UserFactory(roles=["committee_member"])).institution == theirs


def test_a_copy_whose_links_fail_is_not_there(me, course):
    LinkFactory(course=course, unit="u1")
    page = me.get(admin_url(course, "copy"))
    with (
        mock.patch.object(TheoryCaseLink.objects, "bulk_create", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        me.post(page.context["action_url"], form_on(page))
    assert Course.objects.count() == 1


def test_links_are_copied_wholly_or_not_at_all(course):
    LinkFactory(course=course, unit="u1")
    copy = CourseFactory()
    UnitFactory(course=copy, code="u1")
    with mock.patch("editing.copying.log", side_effect=DatabaseError), pytest.raises(DatabaseError):
        finish_copy(source=course, copy=copy, by=UserFactory())
    assert not copy.case_links.exists()
    copy_links(source=course, copy=copy, by=UserFactory())
    assert copy.case_links.count() == 1


def test_what_is_shown_for_a_copy_is_not_saved_yet(me, course):
    me.get(admin_url(course, "copy"))
    assert Course.objects.count() == 1
    assert draft_of(copied(me, course)).title == "Land law (copy)"
