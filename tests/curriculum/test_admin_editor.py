"""Curricula with modules and placements in the editor: rows, keys, errors, drafts."""

import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from curriculum.models import Curriculum, Module
from tests.editor import admin_url, errors_on, form_on, signed_in, with_formset, with_row
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
KEY = re.compile(r"[0-9a-f]{12}")
PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture
def committee():
    return signed_in("committee_chair")


@pytest.fixture
def curriculum():
    """Two modules: a course and a case, then a case."""
    curriculum = CurriculumFactory(code="SP-07", title="Grass-roots governance")
    first = ModuleFactory(curriculum=curriculum, title="Foundations", sort_order=0)
    second = ModuleFactory(curriculum=curriculum, title="Closing", sort_order=1)
    course = CourseFactory(title="Land law")
    UnitFactory(course=course, hours=Decimal(4))
    PlacementFactory(module=first, course=course, sort_order=0)
    PlacementFactory(module=first, case=CaseFactory(title="The road"), hours=Decimal("2.5"), sort_order=1)
    PlacementFactory(module=second, case=CaseFactory(title="The flood"), hours=Decimal(3), sort_order=0)
    return curriculum


def keys_of(curriculum):
    """Title and code of every module, with what is placed there and its key."""
    return [
        (
            module.title,
            module.code,
            [(str(placement), placement.key) for placement in module.placements.all()],
        )
        for module in curriculum.modules.all()
    ]


def draft_of(curriculum):
    curriculum.refresh_from_db()
    return curriculum.latest_revision.as_object()


def new_curriculum(client):
    """The form for a new curriculum, filled in but for its rows."""
    data = form_on(client.get(admin_url(Curriculum, "add")))
    return data | {"code": "NEW-1", "title": "New one", "category": CategoryFactory().pk}


def with_module(data, title, **placements):
    prefix = with_row(data, "modules", title=title, summary="", code="")
    with_formset(data, f"{prefix}-placements")
    return prefix


EMPTY = {
    "course": "",
    "case": "",
    "hours": "",
    "delivery_method": "",
    "content_category": "",
    "key": "",
}


def test_a_curriculum_is_created_with_its_rows_and_then_published(committee):
    course, case = CourseFactory(), CaseFactory()
    data = new_curriculum(committee)
    module = with_module(data, "Foundations")
    with_row(data, f"{module}-placements", **EMPTY | {"course": course.pk})
    with_row(data, f"{module}-placements", **EMPTY | {"case": case.pk, "hours": "2.5"})

    response = committee.post(admin_url(Curriculum, "add"), data)

    curriculum = Curriculum.objects.get(code="NEW-1")
    assert response["Location"] == admin_url(curriculum, "edit")
    assert not curriculum.live
    assert curriculum.owner == committee.user
    placements = list(curriculum.modules.get().placements.all())
    assert [placement.course or placement.case for placement in placements] == [course, case]
    assert placements[1].hours == Decimal("2.5")

    committee.post(
        admin_url(curriculum, "edit"), form_on(committee.get(admin_url(curriculum, "edit"))) | PUBLISH
    )

    curriculum.refresh_from_db()
    assert curriculum.live


def test_rows_without_a_key_get_one_from_the_server(committee):
    data = new_curriculum(committee)
    module = with_module(data, "Foundations")
    with_row(data, f"{module}-placements", **EMPTY | {"case": CaseFactory().pk})
    with_row(data, f"{module}-placements", **EMPTY | {"case": CaseFactory().pk})

    committee.post(admin_url(Curriculum, "add"), data)

    module = Module.objects.get()
    keys = [module.code, *module.placements.values_list("key", flat=True)]
    assert all(KEY.fullmatch(key) for key in keys)
    assert len(set(keys)) == 3


def test_rows_keep_the_key_that_the_browser_gave_them(committee):
    data = new_curriculum(committee)
    module = with_module(data, "Foundations")
    data[f"{module}-code"] = "0123456789ab"
    with_row(data, f"{module}-placements", **EMPTY | {"case": CaseFactory().pk, "key": "ba9876543210"})

    committee.post(admin_url(Curriculum, "add"), data)

    assert Module.objects.get().code == "0123456789ab"
    assert Module.objects.get().placements.get().key == "ba9876543210"


def test_the_template_of_new_rows_holds_no_key(committee):
    page = BeautifulSoup(committee.get(admin_url(Curriculum, "add")).content, "html.parser")

    template = page.find("template", id="id_modules-EMPTY_FORM_TEMPLATE")
    keys = template.find_all("input", attrs={"data-stable-key": True})

    assert {key["name"] for key in keys} == {
        "modules-__prefix__-code",
        "modules-__prefix__-placements-__prefix__-key",
    }
    assert [key["type"] for key in keys] == ["hidden", "hidden"]
    assert not any(key.get("value") for key in keys)


def test_keys_survive_drafts_publishing_and_restoring(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    before = keys_of(curriculum)

    committee.post(edit, form_on(committee.get(edit)))
    assert keys_of(draft_of(curriculum)) == before
    first = curriculum.latest_revision

    changed = form_on(committee.get(edit))
    changed["modules-0-title"] = "Other foundations"
    committee.post(edit, changed | PUBLISH)
    curriculum = Curriculum.objects.get()
    assert [(code, rows) for _title, code, rows in keys_of(curriculum)] == [
        (code, rows) for _title, code, rows in before
    ]
    assert curriculum.modules.first().title == "Other foundations"

    revert = admin_url(curriculum, "revisions_revert", first.pk)
    committee.post(revert, form_on(committee.get(revert)) | PUBLISH)
    assert keys_of(Curriculum.objects.get()) == before


def test_keys_of_rows_that_only_a_draft_has_survive_too(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    module = with_module(data, "Third")
    with_row(data, f"{module}-placements", **EMPTY | {"case": CaseFactory(title="Hearing").pk})
    committee.post(edit, data)
    drafted = keys_of(draft_of(curriculum))
    assert drafted[2][0] == "Third"

    committee.post(edit, form_on(committee.get(edit)))
    assert keys_of(draft_of(curriculum)) == drafted

    committee.post(edit, form_on(committee.get(edit)) | PUBLISH)
    assert keys_of(Curriculum.objects.get()) == drafted


def test_rows_change_places_with_their_keys(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    before = keys_of(curriculum)
    data = form_on(committee.get(edit))
    data |= {"modules-0-ORDER": "2", "modules-1-ORDER": "1"}
    data |= {"modules-0-placements-0-ORDER": "2", "modules-0-placements-1-ORDER": "1"}

    committee.post(edit, data | PUBLISH)

    (title, code, placements), second = before
    assert keys_of(Curriculum.objects.get()) == [second, (title, code, placements[::-1])]


def test_no_form_changes_the_key_of_a_row_that_is_there(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    before = keys_of(curriculum)
    data = form_on(committee.get(edit))
    data |= {"modules-0-code": "another", "modules-0-placements-0-key": ""}

    committee.post(edit, data | PUBLISH)

    assert keys_of(Curriculum.objects.get()) == before


def test_headings_name_what_was_chosen_and_its_hours(committee, curriculum):
    page = BeautifulSoup(committee.get(admin_url(curriculum, "edit")).content, "html.parser")
    headings = {
        row["data-row-prefix"]: " ".join(
            row.find(attrs={attribute: True}).get_text() for attribute in ("data-row-name", "data-row-hours")
        ).strip()
        for row in page.find_all(attrs={"data-row-prefix": True})
        if "__prefix__" not in row["data-row-prefix"]
    }

    assert headings == {
        "modules-0": "Foundations",
        "modules-0-placements-0": "Land law 4 h",
        "modules-0-placements-1": "The road 2.5 h",
        "modules-1": "Closing",
        "modules-1-placements-0": "The flood 3 h",
    }


def test_a_placement_needs_a_target_once_it_is_published_but_not_in_a_draft(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    with_row(data, "modules-0-placements", **EMPTY)
    # The script gives a key to the row, which counts as a change of it.
    data["modules-0-placements-2-key"] = "0123456789ab"

    refused = committee.post(edit, data | PUBLISH)
    assert "Choose a course or a case." in errors_on(refused)

    assert committee.post(edit, data).status_code == 302
    assert len(draft_of(curriculum).modules.first().placements.all()) == 3


@pytest.mark.parametrize("action", [{}, PUBLISH])
def test_a_placement_cannot_have_both_targets(committee, curriculum, action):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit)) | {"modules-0-placements-0-case": CaseFactory().pk}

    assert errors_on(committee.post(edit, data | action)) == ["Choose a course or a case, not both."]


@pytest.mark.parametrize(
    ("field", "value"), [("delivery_method", "lecture"), ("content_category", "knowledge")]
)
def test_a_placed_course_has_no_method_and_category_of_its_own(committee, curriculum, field, value):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit)) | {f"modules-0-placements-0-{field}": value}

    (error,) = errors_on(committee.post(edit, data))

    assert error.startswith("The units of a course have their own")


def test_a_course_stands_only_once_in_a_curriculum(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    course = data["modules-0-placements-0-course"]
    with_row(data, "modules-1-placements", **EMPTY | {"course": course})

    refused = committee.post(edit, data)

    assert errors_on(refused) == ["This course stands at 1.1 already. A curriculum places a course once."]
    row = BeautifulSoup(refused.content, "html.parser").find(id="inline_child_modules-1-placements-1")
    assert "This course stands at 1.1 already" in row.get_text()


def test_a_course_may_move_to_another_module(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    course = data["modules-0-placements-0-course"]
    data["modules-0-placements-0-DELETE"] = "1"
    with_row(data, "modules-1-placements", **EMPTY | {"course": course})

    assert committee.post(edit, data | PUBLISH).status_code == 302
    assert [len(rows) for _title, _code, rows in keys_of(Curriculum.objects.get())] == [1, 2]


def test_two_modules_cannot_have_one_key(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    prefix = with_module(data, "Third")
    data[f"{prefix}-code"] = data["modules-0-code"]

    assert "This row has the key of another one. Remove it and add it again." in errors_on(
        committee.post(edit, data)
    )


def test_two_placements_cannot_have_one_key_in_whatever_module(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    key = data["modules-0-placements-0-key"]
    with_row(data, "modules-1-placements", **EMPTY | {"case": CaseFactory().pk, "key": key})

    assert errors_on(committee.post(edit, data)) == [
        "This row has the key of another one. Remove it and add it again."
    ]


def test_objectives_are_typed_one_a_line(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit)) | {"objectives": "Know the law\r\n\r\n  Use it \r\n"}

    committee.post(edit, data | PUBLISH)

    assert Curriculum.objects.get().objectives == ["Know the law", "Use it"]
    assert form_on(committee.get(edit))["objectives"] == "Know the law\nUse it"


def test_an_automatic_save_hands_the_page_the_keys_that_the_server_made(committee, curriculum):
    edit = admin_url(curriculum, "edit")
    data = form_on(committee.get(edit))
    with_row(data, "modules-0-placements", **EMPTY | {"case": CaseFactory().pk})

    answer = committee.post(edit, data, headers={"Accept": "application/json"}).json()

    made = draft_of(curriculum).modules.first().placements.all()[2].key
    assert answer["field_updates"]["modules-0-placements-2-key"] == made


def test_the_panel_shows_the_hours_of_the_draft_after_each_save(committee, curriculum):
    edit = admin_url(curriculum, "edit")

    def panel(page):
        table = page.find("table", class_="praxis-hours")
        return [
            [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
            for row in table.find_all("tr")
        ]

    first = panel(BeautifulSoup(committee.get(edit).content, "html.parser"))
    assert first[1:] == [
        ["1 Foundations"],
        ["4", "2.5", "38.5%"],
        ["2 Closing"],
        ["0", "3", "100.0%"],
        ["Total 9.5 h"],
        ["4 h", "5.5 h", "57.9%"],
    ]

    data = form_on(committee.get(edit)) | {"modules-0-placements-1-hours": "6"}
    answer = committee.post(edit, data, headers={"Accept": "application/json"}).json()
    drawn_again = answer["html"].replace("<template", "<div")
    assert panel(BeautifulSoup(drawn_again, "html.parser"))[2] == ["4", "6", "60.0%"]
    assert Curriculum.objects.get().modules.first().placements.last().hours == Decimal("2.5")


def test_a_copy_is_made_through_the_form_for_new_ones_only(committee, curriculum):
    copy = admin_url(curriculum, "copy")
    data = form_on(committee.get(copy)) | {"code": "SP-08", "title": "Copied"}

    assert committee.post(copy, data).status_code == 405
    curriculum.refresh_from_db()
    assert (curriculum.code, curriculum.title) == ("SP-07", "Grass-roots governance")

    committee.post(admin_url(Curriculum, "add"), data)
    copied = Curriculum.objects.get(code="SP-08")
    assert keys_of(copied) == keys_of(curriculum)
    assert len(keys_of(Curriculum.objects.get(code="SP-07"))) == 2


def test_the_editor_reads_what_is_placed_in_one_go(committee, curriculum, django_assert_max_num_queries):
    edit = admin_url(curriculum, "edit")
    committee.get(edit)
    module = curriculum.modules.first()
    for _ in range(20):
        PlacementFactory(module=module, case=CaseFactory())

    with django_assert_max_num_queries(70):
        committee.get(edit)
