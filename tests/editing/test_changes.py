"""What differs between two revisions, as the page of a review shows it."""

from decimal import Decimal

import pytest

from curriculum.models import Course, Curriculum, Placement
from editing.changes import AROUND, changes
from tests.editing.reviewing import anew, with_draft
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.complete import CompleteCaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return UserFactory(roles=["committee_member"])


def between(before, after, user):
    """The changes from one revision of an object to another, as plain tuples."""
    found = changes(type(after), before and before.serializable_data(), after.serializable_data(), user=user)
    return [(change.kind.value, change.number, change.label, change.before, change.after) for change in found]


def test_fields_are_named_and_shown_as_people_read_them(reader):
    case = anew(CompleteCaseFactory(title="Old", suggested_hours=Decimal("2.500000")))
    draft = anew(case)
    draft.title, draft.is_classic, draft.suggested_hours = "New", True, Decimal("3.000000")
    draft.owner, draft.audience = reader, "educators"
    found = between(case, draft, reader)
    assert ("changed", "", "Title", "Old", "New") in found
    assert ("changed", "", "Classic", "No", "Yes") in found
    assert ("changed", "", "Suggested hours", "2.5", "3") in found
    assert ("changed", "", "Owner", str(case.owner), str(reader)) in found
    assert [label for *_start, label, _before, _after in found][-2:] == ["Audience", "Owner"]
    assert len(found) == 5


def test_nothing_differs_between_a_revision_and_itself(reader):
    case = anew(CompleteCaseFactory())
    assert between(case, anew(case), reader) == []


def test_themes_are_shown_by_their_names(reader):
    first, second = ThemeFactory(label_en="Land"), ThemeFactory(label_en="Water")
    case = anew(CompleteCaseFactory(themes=[first]))
    draft = anew(case)
    draft.themes.set([second, first])
    assert between(case, draft, reader) == [("changed", "", "Themes", "Land", "Land, Water")]


def test_a_long_text_shows_what_was_changed_within_it(reader):
    kept = "Every morning the river rose a little. " * 30
    case = anew(CompleteCaseFactory(body=f"{kept}The office slept."))
    draft = with_draft(case, reader, body=f"{kept}The office woke.").latest_revision.as_object()
    (change,) = changes(type(case), case.serializable_data(), draft.serializable_data(), user=reader)
    texts = dict(change.pieces)
    assert (texts["deletion"], texts["addition"]) == ("slept.", "woke.")
    equal = [text for kind, text in change.pieces if kind == "equal"]
    assert max(len(text) for text in equal) < 3 * AROUND
    assert "[…]" in equal[0]


@pytest.fixture
def layout():
    """Two modules: a course and two cases, then one case."""
    curriculum = CurriculumFactory()
    first = ModuleFactory(curriculum=curriculum, title="First", sort_order=0)
    second = ModuleFactory(curriculum=curriculum, title="Second", sort_order=1)
    PlacementFactory(module=first, course=CourseFactory(title="Land law"), sort_order=0)
    PlacementFactory(module=first, case=CaseFactory(title="The road"), hours=Decimal(2), sort_order=1)
    PlacementFactory(module=first, case=CaseFactory(title="The bridge"), sort_order=2)
    PlacementFactory(module=second, case=CaseFactory(title="The flood"), sort_order=0)
    return anew(curriculum)


def placed(curriculum):
    """The modules of a curriculum with their placements, as lists that can be changed."""
    modules = list(curriculum.modules.all())
    return modules, [list(module.placements.all()) for module in modules]


def put(curriculum, modules, placements):
    for number, (module, rows) in enumerate(zip(modules, placements, strict=True)):
        module.sort_order = number
        for place, row in enumerate(rows):
            row.sort_order = place
        module.placements = rows
    curriculum.modules = modules


def test_rows_are_added_removed_and_changed_at_their_places(layout, reader):
    draft = anew(layout)
    modules, rows = placed(draft)
    rows[0][1].hours = Decimal(3)
    rows[1][:] = [Placement(case=CaseFactory(title="The storm"))]
    put(draft, modules, rows)
    assert between(layout, draft, reader) == [
        ("changed", "1.2", "Hours", "2", "3"),
        ("added", "2.1", "Placement", "", "The storm"),
        ("removed", "2.1", "Placement", "The flood", ""),
    ]


def test_a_row_that_moved_is_told_once_and_its_neighbours_are_not(layout, reader):
    draft = anew(layout)
    modules, rows = placed(draft)
    rows[0] = [rows[0][2], rows[0][0], rows[0][1]]
    put(draft, modules, rows)
    assert between(layout, draft, reader) == [("moved", "1.1", "Moved from 1.3", "1.3", "1.1")]


def test_a_row_that_moved_into_another_one_is_not_removed_and_added(layout, reader):
    draft = anew(layout)
    modules, rows = placed(draft)
    rows[1].append(rows[0].pop(0))
    put(draft, modules, rows)
    assert between(layout, draft, reader) == [("moved", "2.2", "Moved from 1.1", "1.1", "2.2")]


def test_a_module_that_goes_takes_its_rows_along_in_silence(layout, reader):
    draft = anew(layout)
    modules, rows = placed(draft)
    put(draft, modules[:1], rows[:1])
    assert between(layout, draft, reader) == [("removed", "2", "Module", "Second", "")]


def test_of_something_new_everything_is_new(layout, reader):
    found = between(None, layout, reader)
    assert ("changed", "", "Title", "", layout.title) in found
    assert [entry for entry in found if entry[0] == "added"] == [
        ("added", "1", "Module", "", "First"),
        ("added", "1.1", "Placement", "", "Land law"),
        ("added", "1.2", "Placement", "", "The road"),
        ("added", "1.3", "Placement", "", "The bridge"),
        ("added", "2", "Module", "", "Second"),
        ("added", "2.1", "Placement", "", "The flood"),
    ]


def test_what_the_reader_may_not_read_is_not_named(reader):
    curriculum = CurriculumFactory()
    secret = CaseFactory(title="Behind closed doors", clearance=3)
    PlacementFactory(module=ModuleFactory(curriculum=curriculum), case=secret)
    found = changes(Curriculum, None, anew(curriculum).serializable_data(), user=reader)
    assert "Behind closed doors" not in str(found)
    assert any("may not see" in change.after for change in found)


def test_units_are_compared_with_their_themes(reader):
    course = CourseFactory()
    theme = ThemeFactory(label_en="Land")
    UnitFactory(course=course, title="Unit", hours=Decimal(2))
    before = anew(course)
    draft = anew(course)
    unit = draft.units.all()[0]
    unit.themes.add(theme)
    draft.units = [unit]
    assert between(before, draft, reader) == [("changed", "1", "Themes", "", "Land")]


def test_it_asks_as_much_for_many_rows_as_for_few(reader, django_assert_max_num_queries):
    assert reader.tokens
    assert reader.get_all_permissions()

    def queries(count):
        course = CourseFactory()
        for _ in range(count):
            UnitFactory(course=course, case=CaseFactory(), themes=[ThemeFactory()])
        content = anew(course).serializable_data()
        with django_assert_max_num_queries(20) as captured:
            changes(Course, None, content, user=reader)
        return len(captured)

    assert queries(1) == queries(15)
