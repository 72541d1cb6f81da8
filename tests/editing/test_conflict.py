"""A save that would write over another one: the page with both versions, and every way on from it."""

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from editing.conflicts import differences
from editing.versions import data_for, shape_of, version_of, version_posted
from tests.editing.writers import (
    LOADED,
    PUBLISH,
    ConflictPage,
    change,
    draft_of,
    layout,
    opened,
    saved,
)
from tests.editor import admin_url, form_on, signed_in, with_formset, with_row
from tests.factories import CaseFactory, CourseFactory, ThemeFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def me():
    return signed_in("committee_chair", name="Mei", is_superuser=True)


@pytest.fixture
def they():
    return signed_in("committee_chair", name="Theo", is_superuser=True)


@pytest.fixture
def case(me):
    case = CaseFactory(title="The road", summary="How it began", body="One.\n\nTwo.\n\nThree.")
    change(me, case)
    return case


def conflict(client, obj, data):
    return ConflictPage(saved(client, obj, data))


def revisions(obj):
    return obj.revisions.count()


@pytest.mark.parametrize(
    "action",
    [{}, PUBLISH, {"action-submit": "action-submit"}, {"action-cancel-workflow": "x"}],
    ids=["save", "publish", "submit", "withdraw"],
)
def test_nothing_that_a_stale_form_asks_for_is_done(me, they, case, action):
    mine = opened(me, case) | {"title": "Mine"}
    change(they, case, title="Theirs")
    before = revisions(case)
    page = conflict(me, case, mine | action)
    case.refresh_from_db()
    assert revisions(case) == before
    assert draft_of(case).title == "Theirs"
    assert case.title == "The road"
    assert case.current_workflow_state is None
    assert ("You had asked for more" in page.text) is bool(action)


def test_the_page_shows_who_saved_when_and_only_what_differs(me, they, case):
    mine = opened(me, case) | {"title": "Mine", "summary": "How it ended"}
    change(they, case, title="Theirs", place="Wuhan")
    page = conflict(me, case, mine)
    assert "Theo saved it on" in page.text
    assert page.columns == {
        "Title": ["When you opened it The road", "Yours Mine Keep mine", "Saved Theirs Take theirs"],
        "Summary": [
            "When you opened it How it began",
            "Yours How it ended Keep mine",
            "Saved How it began Take theirs",
        ],
        "Place": ["When you opened it Empty.", "Yours Empty. Keep mine", "Saved Wuhan Take theirs"],
    }
    assert page.chosen == {"Title": "", "Summary": "mine", "Place": "theirs"}
    assert "Theo changed this, and so did you." in page.fieldsets["Title"].get_text()


def test_the_merge_takes_each_side_where_it_was_chosen(me, they, case):
    mine = opened(me, case) | {"title": "Mine", "summary": "How it ended"}
    change(they, case, title="Theirs", place="Wuhan")
    page = conflict(me, case, mine)
    before = revisions(case)
    response = saved(me, case, page.data("merge", Title="theirs"))
    assert response["Location"] == admin_url(case, "edit")
    merged = draft_of(case)
    assert (merged.title, merged.summary, merged.place) == ("Theirs", "How it ended", "Wuhan")
    assert revisions(case) == before + 1


def test_what_nobody_chose_is_asked_for_and_what_was_chosen_stays(me, they, case):
    mine = opened(me, case) | {"title": "Mine", "summary": "Mine too"}
    change(they, case, title="Theirs", summary="Theirs too")
    before = revisions(case)
    page = conflict(me, case, mine)
    again = conflict(me, case, page.data("merge", Title="mine"))
    assert again.page.title.get_text().startswith("Error:")
    assert "There is a problem" in again.text
    assert again.chosen == {"Title": "mine", "Summary": ""}
    assert revisions(case) == before
    saved(me, case, again.data("merge", Summary="theirs"))
    assert (draft_of(case).title, draft_of(case).summary) == ("Mine", "Theirs too")


def test_mine_throughout(me, they, case):
    mine = opened(me, case) | {"title": "Mine"}
    change(they, case, title="Theirs", place="Wuhan")
    saved(me, case, conflict(me, case, mine).data("mine"))
    assert (draft_of(case).title, draft_of(case).place) == ("Mine", "")
    titles = [revision.content["title"] for revision in case.revisions.order_by("pk")]
    assert titles[-2:] == ["Theirs", "Mine"]


def test_theirs_writes_nothing(me, they, case):
    mine = opened(me, case) | {"title": "Mine"}
    change(they, case, title="Theirs")
    before = revisions(case)
    response = saved(me, case, conflict(me, case, mine).data("theirs"))
    assert response["Location"] == admin_url(case, "edit")
    assert revisions(case) == before
    assert opened(me, case)["title"] == "Theirs"


def test_a_third_person_in_between_brings_the_page_again(me, they, case):
    third = signed_in("committee_chair", name="Tara", is_superuser=True)
    mine = opened(me, case) | {"title": "Mine"}
    change(they, case, place="Wuhan")
    page = conflict(me, case, mine)
    change(third, case, summary="By the third")
    again = conflict(me, case, page.data("merge"))
    assert "Tara saved it on" in again.text
    assert "Theo saved it on" in again.text
    assert again.chosen == {"Title": "mine", "Summary": "theirs", "Place": "theirs"}
    saved(me, case, again.data("merge"))
    merged = draft_of(case)
    assert (merged.title, merged.place, merged.summary) == ("Mine", "Wuhan", "By the third")


def test_mistakes_in_the_merge_come_back_in_the_editor_with_everything_typed(me, they, case):
    mine = opened(me, case) | {"title": "Mine", "facts_as_of": "soon"}
    change(they, case, place="Wuhan")
    page = conflict(me, case, mine)
    assert page.columns["Facts as of"][1] == "Yours soon Keep mine"
    response = saved(me, case, page.data("merge"))
    form = form_on(response)
    assert (form["title"], form["facts_as_of"], form["place"]) == ("Mine", "soon", "Wuhan")
    saved(me, case, form | {"facts_as_of": "2024-01-01"})
    assert (draft_of(case).title, draft_of(case).place) == ("Mine", "Wuhan")


def test_an_autosaved_revision_under_the_same_number_is_another_one(me, they, case):
    json = {"headers": {"Accept": "application/json"}}
    first = saved(they, case, opened(they, case) | {"title": "Theirs"}, **json).json()
    mine = opened(me, case) | {"title": "Mine"}
    form = opened(they, case) | {"title": "Theirs, later", "overwrite_revision_id": first["revision_id"]}
    second = saved(they, case, form, **json).json()
    assert second["revision_id"] == first["revision_id"] == int(mine["loaded_revision_id"])
    page = conflict(me, case, mine)
    # What stood there when the form was opened has been written over.
    assert len(page.columns["Title"]) == 2
    assert page.chosen == {"Title": ""}
    assert draft_of(case).title == "Theirs, later"


def test_the_same_person_in_two_windows_is_told_so(me, case):
    mine = opened(me, case) | {"title": "Mine"}
    change(me, case, place="Wuhan")
    page = conflict(me, case, mine)
    assert "You saved it yourself in another window" in page.text
    assert "Your other window changed this; you did not." in page.fieldsets["Place"].get_text()


def test_two_first_saves_of_an_object_without_revisions(me, they):
    case = CaseFactory(title="The road")
    mine, theirs = opened(me, case), opened(they, case)
    assert LOADED[0] not in mine
    assert saved(they, case, theirs | {"title": "Theirs"}).status_code == 302
    page = conflict(me, case, mine | {"title": "Mine"})
    assert len(page.columns["Title"]) == 2


def test_a_form_that_does_not_say_what_it_was_loaded_from_is_stale(me, case):
    data = opened(me, case)
    for name in LOADED:
        del data[name]
    conflict(me, case, data | {"title": "Mine"})


def test_both_versions_the_same_is_nothing_to_choose(me, they, case):
    mine = opened(me, case) | {"title": "Same"}
    change(they, case, title="Same")
    page = conflict(me, case, mine)
    assert page.fieldsets == {}
    assert "there is nothing to choose" in page.text


def test_line_ends_of_browsers_are_no_difference(me, they, case):
    mine = opened(me, case)
    mine |= {"title": "Mine", "body": mine["body"].replace("\n", "\r\n")}
    change(they, case, place="Wuhan")
    assert set(conflict(me, case, mine).columns) == {"Title", "Place"}


def test_people_with_the_same_editor_open_are_not_told_that_saving_writes_over(me, they, case):
    page = BeautifulSoup(me.get(admin_url(case, "edit")).content, "html.parser")
    session = page.find(class_="w-editing-sessions")
    sent = {field["name"]: field.get("value", "") for field in session.find_all("input", type="hidden")}
    change(they, case, title="Theirs")
    told = me.post(session["data-w-swap-src-value"], sent).json()["html"]
    dialog = BeautifulSoup(told, "html.parser").find_all("template")
    assert "Theo saved a new version" in dialog[0].get_text()
    assert "Nothing is written over" in dialog[-1].get_text()
    assert dialog[-1]["data-w-teleport-target-value"] == "#subtitle-w-save-confirmation-dialog"


# Rows


def test_rows_are_matched_by_their_keys_and_told_in_words(me, they):
    curriculum = layout()
    change(me, curriculum)
    mine = opened(me, curriculum)
    mine["modules-0-placements-0-hours"] = "3"
    prefix = with_row(mine, "modules", title="Mine", summary="", code="mine")
    with_formset(mine, f"{prefix}-placements")
    theirs = opened(they, curriculum)
    theirs |= {"modules-0-ORDER": "2", "modules-1-ORDER": "1", "modules-1-title": "Renamed"}
    theirs["modules-1-placements-0-DELETE"] = "on"
    assert saved(they, curriculum, theirs).status_code == 302

    page = conflict(me, curriculum, mine)
    case = str(curriculum.modules.get(code="m1").placements.get(key="p1-1").case)
    removed = str(curriculum.modules.get(code="m2").placements.get(key="p2-1").case)
    title = next(name for name in page.columns if "Hours" in name)
    assert title.startswith("Placement 1.1: ")
    assert case in title
    sentences = {
        name: one.find(class_="conflict__sentence").get_text() for name, one in page.fieldsets.items()
    }
    gone = next(name for name in sentences if name.startswith("Placement 2.1:"))
    assert removed in gone
    assert sentences == {
        title: "Only you changed this.",
        "Module 2: Module 2: Title": "Theo changed this; you did not.",
        gone: "Theo removed this.",
        "Module 3: Mine": "You added this.",
        "Order: Modules": "Theo changed the order; you did not.",
    }
    assert page.columns["Order: Modules"][2] == "Saved Renamed Module 1 Take theirs"
    assert page.columns[gone][2] == "Saved Not there. Take theirs"

    assert saved(me, curriculum, page.data("merge")).status_code == 302
    modules = list(draft_of(curriculum).modules.all())
    assert [(one.code, one.title) for one in modules] == [
        ("m2", "Renamed"),
        ("mine", "Mine"),
        ("m1", "Module 1"),
    ]
    rows = {row.key: row for module in modules for row in module.placements.all()}
    assert set(rows) == {"p1-1", "p1-2", "p2-2"}
    assert rows["p1-1"].hours == 3


def test_mine_throughout_also_takes_out_rows_that_they_added(me, they):
    curriculum = layout(1)
    change(me, curriculum)
    mine = opened(me, curriculum) | {"title": "Mine"}
    theirs = opened(they, curriculum)
    prefix = with_row(theirs, "modules", title="Theirs", summary="", code="theirs")
    with_formset(theirs, f"{prefix}-placements")
    saved(they, curriculum, theirs | PUBLISH)
    saved(they, curriculum, opened(they, curriculum) | {"edition": "2"})
    saved(me, curriculum, conflict(me, curriculum, mine).data("mine"))
    assert [module.code for module in draft_of(curriculum).modules.all()] == ["m1"]
    assert draft_of(curriculum).edition == ""


def test_a_row_that_they_deleted_and_published_comes_back_if_i_keep_it(me, they):
    curriculum = layout(2)
    change(me, curriculum)
    mine = opened(me, curriculum) | {"modules-1-title": "Still wanted"}
    theirs = opened(they, curriculum) | {"modules-1-DELETE": "on"}
    assert saved(they, curriculum, theirs | PUBLISH).status_code == 302
    assert Curriculum.objects.get().modules.count() == 1
    page = conflict(me, curriculum, mine)
    assert page.chosen == {"Module 2: Still wanted": ""}
    assert "Theo removed this while you changed it." in page.text
    saved(me, curriculum, page.data("merge", **{"Module 2: Still wanted": "mine"}))
    back = draft_of(curriculum).modules.all()[1]
    assert (back.code, back.title) == ("m2", "Still wanted")
    assert [row.key for row in back.placements.all()] == ["p2-1", "p2-2"]


def test_a_row_that_i_removed_stays_out_when_they_left_it_alone(me, they):
    curriculum = layout(2)
    change(me, curriculum)
    mine = opened(me, curriculum) | {"modules-1-DELETE": "on"}
    change(they, curriculum, edition="2")
    saved(me, curriculum, conflict(me, curriculum, mine).data("merge"))
    draft = draft_of(curriculum)
    assert ([module.code for module in draft.modules.all()], draft.edition) == (["m1"], "2")


def test_a_placement_that_the_board_moved_is_the_same_row(me, they):
    curriculum = layout(2)
    change(me, curriculum)
    mine = opened(me, curriculum) | {"modules-0-placements-0-hours": "7"}
    draft = Curriculum.objects.get().get_latest_revision_as_object()
    first, second = draft.modules.get_object_list()
    moved, *rest = first.placements.get_object_list()
    first.placements.set(rest)
    moved.sort_order = -1
    second.placements.set([moved, *second.placements.get_object_list()])
    draft.save_revision(user=they.user)
    page = conflict(me, curriculum, mine)
    place = next(one for name, one in page.fieldsets.items() if "Hours" not in name)
    assert "Theo moved this; you did not." in place.get_text()
    assert "In Module 2: Module 2" in place.get_text()
    saved(me, curriculum, page.data("merge"))
    modules = draft_of(curriculum).modules.all()
    assert [[(row.key, row.hours) for row in module.placements.all()] for module in modules] == [
        [("p1-2", None)],
        [("p1-1", 7), ("p2-1", None), ("p2-2", None)],
    ]


def test_rows_of_a_draft_that_were_never_published_are_matched_too(me, they):
    curriculum = layout(1, 1)
    data = opened(me, curriculum)
    prefix = with_row(data, "modules", title="Draft only", summary="", code="draft")
    with_formset(data, f"{prefix}-placements")
    saved(me, curriculum, data)
    mine = opened(me, curriculum) | {"modules-1-title": "Mine"}
    change(they, curriculum, edition="2")
    saved(me, curriculum, conflict(me, curriculum, mine).data("merge"))
    assert [(one.code, one.title) for one in draft_of(curriculum).modules.all()] == [
        ("m1", "Module 1"),
        ("draft", "Mine"),
    ]


def test_units_with_their_themes_go_through_a_merge(me, they):
    land, water = ThemeFactory(), ThemeFactory()
    course = CourseFactory(themes=[land])
    UnitFactory(course=course, code="u1", title="One", themes=[water], outcomes=["Know it", "Use it"])
    change(me, course)
    mine = opened(me, course) | {"title": "Mine"}
    change(they, course, **{"units-0-title": "Theirs"})
    page = conflict(me, course, mine)
    assert set(page.columns) == {"Title", "Unit 1: One: Title"}
    saved(me, course, page.data("merge"))
    merged = draft_of(course)
    (unit,) = merged.units.all()
    assert (merged.title, unit.title, unit.outcomes) == ("Mine", "Theirs", ["Know it", "Use it"])
    assert [list(merged.themes.all()), list(unit.themes.all())] == [[land], [water]]


# Forms as versions


@pytest.mark.parametrize("model", [CaseStudy, Course, Curriculum])
def test_a_form_that_nobody_touched_is_what_a_browser_sends(me, model):
    """The server's idea of what a form sends must be what the page really sends, field by field."""
    theme = ThemeFactory()
    if model is Curriculum:
        obj = layout(effective_from="2026-01-01", objectives=["One", "Two"])
    elif model is Course:
        obj = CourseFactory(themes=[theme], owner=me.user)
        UnitFactory(course=obj, themes=[theme], self_study=True, outcomes=["a"], practice_fraction="0.5")
        UnitFactory(course=obj)
        obj = Course.objects.get()
    else:
        obj = CaseFactory(themes=[theme], is_classic=True, suggested_hours="2.5", licence="OGL-UK-3.0")
        obj = CaseStudy.objects.get()
    response = me.get(admin_url(obj, "edit"))
    sent = form_on(response)
    form_class = type(response.context["form"])
    form = form_class(instance=model.objects.get().get_latest_revision_as_object(), for_user=me.user)
    shape = shape_of(form)
    posted = QueryDict(mutable=True)
    for name, value in sent.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    untouched = version_of(form, shape)
    assert differences(None, version_posted(posted, shape), untouched) == []
    again = data_for(untouched.root, form, shape)
    names = {name for name in sent if not name.startswith(("csrf", "loaded", "next", "comments"))}
    different = {
        name: (sent.get(name), again.getlist(name))
        for name in names
        if posted.getlist(name) != again.getlist(name)
        and not name.endswith(("-ORDER", "-MAX_NUM_FORMS", "-DELETE"))
        and " ".join(posted.get(name, "").split()) != " ".join(again.get(name, "").split())
    }
    assert different == {}
