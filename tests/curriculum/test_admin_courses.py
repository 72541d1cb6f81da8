"""Courses with units in the editor: hours, keys, themes, lists of texts."""

from decimal import Decimal

import pytest

from curriculum.models import Course
from tests.editor import admin_url, errors_on, form_on, signed_in, with_row
from tests.factories import CourseFactory, ThemeFactory, UnitFactory

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "action-publish"}
UNIT = {
    "code": "",
    "title": "Lecture",
    "hours": "2",
    "delivery_method": "lecture",
    "content_category": "",
    "practice_fraction": "",
    "themes": "",
    "performance_level": "",
    "lecturer_type": "",
    "case": "",
    "summary": "",
    "outcomes": "",
}


@pytest.fixture
def committee():
    return signed_in("committee_chair")


@pytest.fixture
def course():
    return CourseFactory(code="LAND", title="Land law")


def sent(client, course, action=None, **unit):
    """The answer to saving the course with one more unit."""
    edit = admin_url(course, "edit")
    data = form_on(client.get(edit))
    with_row(data, "units", **UNIT | unit)
    return client.post(edit, data | (PUBLISH if action is None else action))


def units_of(course):
    return list(Course.objects.get(pk=course.pk).units.all())


def themes_of(thing):
    return sorted(theme.code for theme in thing.themes.all())


def test_units_are_added_with_themes_and_lists(committee, course):
    ThemeFactory(code="LAND-01", label_en="Land use")
    ThemeFactory(code="LAND-02", label_en="Requisition")

    sent(
        committee,
        course,
        hours="2.5",
        themes="LAND-01 · Land use\r\nLAND-02 · Requisition",
        outcomes="Knows the law\r\nUses it",
        self_study="on",
    )

    (unit,) = units_of(course)
    assert unit.hours == Decimal("2.5")
    assert themes_of(unit) == ["LAND-01", "LAND-02"]
    assert unit.outcomes == ["Knows the law", "Uses it"]
    assert unit.self_study


def test_what_was_saved_comes_back_into_the_form(committee, course):
    theme = ThemeFactory(code="LAND-01", label_en="Land use")
    UnitFactory(course=course, hours=Decimal("2.5"), outcomes=["Knows", "Does"], themes=[theme])

    data = form_on(committee.get(admin_url(course, "edit")))

    assert data["units-0-hours"] == "2.5"
    assert data["units-0-themes"] == "LAND-01 · Land use"
    assert data["units-0-outcomes"] == "Knows\nDoes"


def test_hours_are_needed_once_it_is_published_but_not_in_a_draft(committee, course):
    assert errors_on(sent(committee, course, hours="")) == ["This field is required."]

    assert sent(committee, course, action={}, hours="").status_code == 302
    course.refresh_from_db()
    assert course.latest_revision.as_object().units.get().hours is None


def test_negative_hours_are_refused(committee, course):
    (error,) = errors_on(sent(committee, course, hours="-1"))

    assert "greater than or equal to 0" in error


def test_two_units_cannot_have_one_key(committee, course):
    unit = UnitFactory(course=course, code="u1")

    errors = errors_on(sent(committee, course, code="u1"))

    assert "This row has the key of another one. Remove it and add it again." in errors
    assert units_of(course) == [unit]


@pytest.mark.parametrize("action", [None, {}])
def test_unknown_themes_are_refused_by_name(committee, course, action):
    ThemeFactory(code="LAND-01", label_en="Land use")

    response = sent(committee, course, action=action, themes="LAND-01\r\nMoonlight\r\nlunar law")

    assert errors_on(response) == [
        "There is no theme called “Moonlight”, “lunar law”. Choose one that exists."
    ]
    assert form_on(response)["units-0-themes"].split() == ["LAND-01", "Moonlight", "lunar", "law"]
    assert units_of(course) == []


@pytest.mark.parametrize(
    "typed",
    [
        "LAND-01\nWATER",
        "land-01\nwater",
        "Land use\nWater",
        "land USE, Water",
        "征地，Water",
        "Soil、水",
        "LAND-01 · whatever it is called\nLAND-01\nWATER",
    ],
)
def test_themes_are_found_by_code_label_or_synonym(committee, course, typed):
    ThemeFactory(code="LAND-01", label_en="Land use", label_zh="征地", alt_en=["Soil"])
    ThemeFactory(code="WATER", label_en="Water", label_zh="水")

    sent(committee, course, themes=typed)

    assert themes_of(units_of(course)[0]) == ["LAND-01", "WATER"]


def test_a_name_of_two_themes_is_refused_with_their_codes(committee, course):
    ThemeFactory(code="A", label_en="Budget")
    ThemeFactory(code="B", label_en="Money", alt_en=["budget"])

    assert errors_on(sent(committee, course, themes="budget")) == [
        "“budget” names several themes: A, B. Give the code."
    ]


def test_a_retired_theme_is_not_given_to_anything_new(committee, course):
    successor = ThemeFactory(code="NEW", label_en="New")
    ThemeFactory(code="OLD", label_en="Old", retired=True, replaced_by=successor)
    ThemeFactory(code="GONE", label_en="Gone", retired=True)

    assert errors_on(sent(committee, course, themes="OLD\r\nGONE")) == [
        "OLD · Old is retired. Use NEW · New instead. GONE · Gone is retired and can be given to nothing new."
    ]


def test_a_retired_theme_stays_where_it_stands(committee, course):
    retired = ThemeFactory(code="OLD", label_en="Old", retired=True)
    UnitFactory(course=course, themes=[retired])
    edit = admin_url(course, "edit")

    data = form_on(committee.get(edit)) | {"units-0-title": "Renamed"}
    committee.post(edit, data | PUBLISH)

    (unit,) = units_of(course)
    assert unit.title == "Renamed"
    assert themes_of(unit) == ["OLD"]


def test_themes_of_rows_survive_a_draft_and_its_publication(committee, course):
    theme = ThemeFactory(code="LAND-01")
    sent(committee, course, action={}, themes="LAND-01")
    edit = admin_url(course, "edit")

    committee.post(edit, form_on(committee.get(edit)))
    committee.post(edit, form_on(committee.get(edit)) | PUBLISH)

    assert themes_of(units_of(course)[0]) == [theme.code]


def test_a_course_has_themes_of_its_own(committee, course):
    ThemeFactory(code="LAND-01")
    UnitFactory(course=course, themes=[ThemeFactory()])
    edit = admin_url(course, "edit")

    committee.post(edit, form_on(committee.get(edit)) | {"themes": "LAND-01"} | PUBLISH)
    assert themes_of(Course.objects.get()) == ["LAND-01"]

    committee.post(edit, form_on(committee.get(edit)) | {"themes": ""} | PUBLISH)
    assert themes_of(Course.objects.get()) == []
