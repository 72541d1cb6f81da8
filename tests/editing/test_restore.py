"""Any revision can be put back: as a new draft, with rows that are gone by now, and with no right gained."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import ModelLogEntry

from curriculum.models import Curriculum, Module, Placement
from tests.editing.writers import PUBLISH, ConflictPage, change, draft_of, layout, opened, saved
from tests.editor import admin_url, errors_on, form_on, signed_in, with_formset, with_row
from tests.factories import CaseFactory, CourseFactory, InstitutionFactory, ThemeFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def chair():
    return signed_in("committee_chair", is_superuser=True)


def restored(client, obj, revision, **fields):
    """Open the page that puts a revision back, and save."""
    address = admin_url(obj, "revisions_revert", revision.pk)
    response = client.post(address, form_on(client.get(address)) | fields)
    assert response.status_code == 302, errors_on(response)
    return draft_of(obj)


def rows_of(curriculum):
    return [
        (
            module.code,
            module.title,
            [(row.key, row.course_id, row.case_id) for row in module.placements.all()],
        )
        for module in curriculum.modules.all()
    ]


def test_rows_that_were_deleted_and_published_come_back(chair):
    curriculum = layout(2)
    change(chair, curriculum)
    before = Curriculum.objects.get().latest_revision
    rows = rows_of(before.as_object())
    data = opened(chair, curriculum) | {"modules-1-DELETE": "on", "modules-0-placements-0-DELETE": "on"}
    assert saved(chair, curriculum, data | PUBLISH).status_code == 302
    assert (Module.objects.count(), Placement.objects.count()) == (1, 1)

    assert rows_of(restored(chair, curriculum, before)) == rows
    assert (Module.objects.count(), Placement.objects.count()) == (1, 1)
    restored(chair, curriculum, before, **PUBLISH)
    assert rows_of(Curriculum.objects.get()) == rows


def test_the_draft_that_is_replaced_stays_in_the_history(chair):
    case = CaseFactory(title="First")
    change(chair, case)
    first = case.revisions.get()
    change(chair, case, title="Second")
    restored(chair, case, first)
    titles = [revision.content["title"] for revision in case.revisions.order_by("pk")]
    assert titles == ["First", "Second", "First"]
    entry = ModelLogEntry.objects.filter(action="wagtail.revert").get()
    assert entry.data["revision"]["id"] == first.pk


def test_the_history_leads_to_the_page(chair):
    case = CaseFactory()
    change(chair, case)
    change(chair, case, title="Second")
    first = case.revisions.order_by("pk").first()
    page = chair.get(admin_url(case, "history")).content.decode()
    assert admin_url(case, "revisions_revert", first.pk) in page


def test_the_page_is_the_editor_with_the_earlier_text_and_no_autosave(chair):
    case = CaseFactory(title="First")
    change(chair, case)
    change(chair, case, title="Second")
    address = admin_url(case, "revisions_revert", case.revisions.order_by("pk").first().pk)
    page = chair.get(address)
    assert form_on(page)["title"] == "First"
    form = BeautifulSoup(page.content, "html.parser").find(id="w-editor-form")
    assert form["action"] == address
    assert "w-autosave" not in form["data-controller"]


def test_an_unfinished_draft_can_be_put_back(chair):
    """The stock page asks a draft to be complete, and answers with an error of the server if it is not."""
    course = CourseFactory()
    data = opened(chair, course)
    with_row(data, "units", title="No hours yet", hours="", delivery_method="lecture", code="u1", summary="",
             themes="", outcomes="", content_category="", practice_fraction="", case="",
             lecturer_type="", performance_level="")  # fmt: skip
    assert saved(chair, course, data).status_code == 302
    unfinished = course.revisions.get()
    change(chair, course, **{"units-0-DELETE": "on"})
    assert [unit.title for unit in restored(chair, course, unfinished).units.all()] == ["No hours yet"]


def test_rows_that_only_drafts_had_come_back(chair):
    curriculum = layout(1)
    data = opened(chair, curriculum)
    prefix = with_row(data, "modules", title="Draft only", summary="", code="draft")
    with_formset(data, f"{prefix}-placements")
    saved(chair, curriculum, data)
    drafted = curriculum.revisions.latest("pk")
    change(chair, curriculum, **{"modules-1-DELETE": "on"})
    assert [row[0] for row in rows_of(restored(chair, curriculum, drafted))] == ["m1", "draft"]


def test_themes_come_back(chair):
    land, water = ThemeFactory(), ThemeFactory()
    course = CourseFactory(themes=[land])
    UnitFactory(course=course, themes=[water])
    change(chair, course)
    first = course.revisions.get()
    saved(chair, course, opened(chair, course) | {"themes": "", "units-0-themes": ""} | PUBLISH)
    back = restored(chair, course, first)
    assert [list(back.themes.all()), list(back.units.get().themes.all())] == [[land], [water]]


def test_whose_it_is_and_who_reads_it_stays_as_it_is_now(chair):
    theirs, ours = InstitutionFactory(), InstitutionFactory()
    editor = signed_in("provider_editor", edits_for=ours)
    case = CaseFactory(title="First", institution=theirs, clearance=0, audience="public")
    change(chair, case)
    first = case.revisions.get()
    handed_over = {
        "title": "Second",
        "institution": ours.pk,
        "owner": editor.user.email,
        "audience": "educators",
    }
    saved(chair, case, opened(chair, case) | handed_over)
    draft = draft_of(case)
    draft.save()
    back = restored(editor, case, first)
    assert back.title == "First"
    assert (back.institution, back.owner, back.audience) == (ours, editor.user, "educators")


def test_putting_back_hands_nothing_to_another_institution(chair):
    theirs, ours = InstitutionFactory(), InstitutionFactory()
    editor = signed_in("provider_editor", edits_for=ours)
    case = CaseFactory(title="First", institution=theirs, owner=editor.user)
    first = case.save_revision()
    case.institution = ours
    case.save()
    case.save_revision()
    address = admin_url(case, "revisions_revert", first.pk)
    data = form_on(editor.get(address)) | {"institution": theirs.pk}
    response = editor.post(address, data)
    assert response.status_code == 200
    assert draft_of(case).institution == ours


def test_putting_back_writes_over_nothing_either(chair):
    other = signed_in("committee_chair", is_superuser=True)
    case = CaseFactory(title="First")
    change(chair, case)
    first = case.revisions.get()
    change(chair, case, title="Second")
    address = admin_url(case, "revisions_revert", first.pk)
    data = form_on(chair.get(address))
    change(other, case, title="Third")
    page = ConflictPage(chair.post(address, data))
    assert page.columns["Title"][1:] == ["Yours First Keep mine", "Saved Third Take theirs"]
    saved(chair, case, page.data("merge", Title="mine"))
    assert [revision.content["title"] for revision in case.revisions.order_by("pk")] == [
        "First",
        "Second",
        "Third",
        "First",
    ]


def test_a_revision_of_something_else_cannot_be_put_back(chair):
    case, other = CaseFactory(), CaseFactory()
    change(chair, case)
    change(chair, other)
    address = admin_url(case, "revisions_revert", other.revisions.get().pk)
    assert chair.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("size", [(2, 2), (6, 6)])
def test_opening_takes_the_same_queries_however_many_rows(chair, size, django_assert_max_num_queries):
    curriculum = layout(*size)
    change(chair, curriculum)
    address = admin_url(curriculum, "revisions_revert", curriculum.revisions.get().pk)
    chair.get(address)
    with django_assert_max_num_queries(75):
        chair.get(address)
