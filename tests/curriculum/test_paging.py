"""A long list of units is edited a page at a time, and nothing happens to the rows of the other pages."""

import pytest
from bs4 import BeautifulSoup

from curriculum.models import Course
from curriculum.paging import ROWS_A_PAGE
from tests.editor import admin_url, errors_on, form_on, signed_in, with_formset, with_row
from tests.factories import CourseFactory, UnitFactory

pytestmark = pytest.mark.django_db
MANY = 2 * ROWS_A_PAGE + 5


def course_of(units, **fields):
    course = CourseFactory(**fields)
    for number in range(units):
        UnitFactory(course=course, code=f"u{number}", title=f"Unit {number}", sort_order=number)
    return course


def codes(course):
    latest = Course.objects.get(pk=course.pk).get_latest_revision_as_object()
    return [unit.code for unit in latest.units.all()]


def page(client, course, number=None):
    return client.get(admin_url(course, "edit") + (f"?rows={number}" if number else ""))


def rows(response):
    found = BeautifulSoup(response.content, "html.parser").select(".praxis-rows [data-stable-key]")
    return [field["value"] for field in found if field["name"].startswith("units-")]


@pytest.mark.parametrize(
    ("number", "first", "length"),
    [
        (None, 0, ROWS_A_PAGE),
        (2, ROWS_A_PAGE, ROWS_A_PAGE),
        (3, 2 * ROWS_A_PAGE, 5),
        (99, 2 * ROWS_A_PAGE, 5),
    ],
)
def test_a_page_shows_its_rows_and_the_way_to_the_others(number, first, length):
    client, course = signed_in("committee_chair"), course_of(MANY)
    response = page(client, course, number)
    assert rows(response) == [f"u{place}" for place in range(first, first + length)]
    links = BeautifulSoup(response.content, "html.parser").select(".praxis-row-pages a")
    assert [link["href"] for link in links] == ["?rows=1", "?rows=2", "?rows=3"]
    assert [link.has_attr("aria-current") for link in links].index(True) == first // ROWS_A_PAGE


def test_a_short_list_is_one_page():
    client, course = signed_in("committee_chair"), course_of(ROWS_A_PAGE)
    response = page(client, course)
    assert len(rows(response)) == ROWS_A_PAGE
    assert "units-START" not in form_on(response)


@pytest.mark.parametrize("live", [True, False])
def test_what_is_done_on_a_page_leaves_the_other_pages_alone(live):
    client, course = signed_in("committee_chair"), course_of(MANY, live=live)
    for step in range(2):
        data = form_on(page(client, course, 2))
        first = f"u{ROWS_A_PAGE}" if step == 0 else f"u{ROWS_A_PAGE + 1}"
        assert data["units-0-code"] == first
        data["units-1-title"] = f"Renamed {step}"
        data["units-0-DELETE"] = "on"
        data["units-2-ORDER"], data["units-3-ORDER"] = data["units-3-ORDER"], data["units-2-ORDER"]
        added = with_row(data, "units", code=f"new{step}", title="New", hours="1", delivery_method="lecture")
        with_formset(data, f"{added}-theme_items")
        before = codes(course)
        answer = client.post(admin_url(course, "edit") + "?rows=2", data)
        assert answer.status_code == 302, errors_on(answer)
        assert answer["Location"].endswith("?rows=2")

        start = ROWS_A_PAGE
        own = before[start : start + ROWS_A_PAGE]
        own = [own[1], own[3], own[2], *own[4:], f"new{step}"]
        assert codes(course) == before[:start] + own + before[start + ROWS_A_PAGE :]
    titles = [
        unit.title for unit in Course.objects.get(pk=course.pk).get_latest_revision_as_object().units.all()
    ]
    assert {"Renamed 0", "Renamed 1", "Unit 0", f"Unit {MANY - 1}"} <= set(titles) | {"Renamed 0"}


def test_a_page_is_published_with_all_the_others():
    client, course = signed_in("committee_chair"), course_of(MANY)
    data = form_on(page(client, course, 3)) | {
        "units-4-title": "The last",
        "action-publish": "action-publish",
    }
    assert client.post(admin_url(course, "edit"), data).status_code == 302
    course = Course.objects.get()
    assert [unit.code for unit in course.units.all()] == [f"u{number}" for number in range(MANY)]
    assert course.units.get(code=f"u{MANY - 1}").title == "The last"


def test_an_error_shows_the_same_page_again():
    client, course = signed_in("committee_chair"), course_of(MANY)
    data = form_on(page(client, course, 2)) | {"units-0-hours": "-1"}
    answer = client.post(admin_url(course, "edit") + "?rows=2", data)
    assert rows(answer) == [f"u{place}" for place in range(ROWS_A_PAGE, 2 * ROWS_A_PAGE)]
    assert f"Rows {ROWS_A_PAGE + 1} to {2 * ROWS_A_PAGE} of {MANY}." in answer.content.decode()


def test_all_rows_of_a_page_can_go():
    client, course = signed_in("committee_chair"), course_of(MANY)
    data = form_on(page(client, course, 3)) | {f"units-{number}-DELETE": "on" for number in range(5)}
    data["action-publish"] = "action-publish"
    assert client.post(admin_url(course, "edit"), data).status_code == 302
    assert Course.objects.get().units.count() == 2 * ROWS_A_PAGE


def test_two_people_on_two_pages_differ_in_nothing_that_neither_touched():
    one, other = signed_in("committee_chair"), signed_in("committee_chair")
    course = course_of(MANY)
    Course.objects.get().save_revision()
    first, second = form_on(page(one, course, 1)), form_on(page(other, course, 2))
    one.post(admin_url(course, "edit"), first | {"units-0-title": "By one"})

    conflict = other.post(admin_url(course, "edit"), second | {"units-0-title": "By the other"})

    assert conflict.status_code == 409
    form = BeautifulSoup(conflict.content, "html.parser").find("main").find("form")
    text = " ".join(form.get_text().split())
    assert "2 differences" in text
    assert "By one" in text
    assert "By the other" in text

    merged = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
    merged |= {
        field["name"]: field.get_text().removeprefix("\n") for field in form.select("textarea[hidden]")
    }
    other.post(admin_url(course, "edit"), merged | {"conflict:resolution": "merge"})
    latest = Course.objects.get().get_latest_revision_as_object()
    assert [unit.code for unit in latest.units.all()] == [f"u{number}" for number in range(MANY)]
    titles = {unit.code: unit.title for unit in latest.units.all()}
    assert (titles["u0"], titles[f"u{ROWS_A_PAGE}"]) == ("By one", "By the other")


def test_as_many_queries_for_a_thousand_units_as_for_a_hundred(django_assert_max_num_queries):
    client = signed_in("committee_chair")
    small, large = course_of(ROWS_A_PAGE + 1), course_of(4 * ROWS_A_PAGE)
    page(client, small)
    with django_assert_max_num_queries(120) as few:
        page(client, small)
    with django_assert_max_num_queries(len(few)):
        page(client, large)
