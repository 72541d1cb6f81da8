"""The tree of themes, its search, its form, and the suggestions of the field for themes."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.editor import admin_url, errors_on, form_on, signed_in
from tests.factories import CaseFactory, CourseFactory, ThemeFactory, UnitFactory
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def land():
    """Three levels: land, requisition below it, compensation below that; and water beside them."""
    land = ThemeFactory(code="LAND", label_en="Land", label_zh="土地")
    requisition = ThemeFactory(
        code="REQ",
        label_en="Requisition",
        label_zh="征地",
        alt_en=["taking of land"],
        alt_zh=["征收"],
        broader=land,
    )
    ThemeFactory(code="COMP", label_en="Compensation", label_zh="补偿", broader=requisition)
    ThemeFactory(code="WATER", label_en="Water", label_zh="水", generic=True)
    return land


def listing(client, **parameters):
    response = client.get(admin_url(Theme, "list"), parameters)
    return BeautifulSoup(response.content, "html.parser").find(class_="praxis-tree")


def shape(branches):
    """Nested lists of labels."""
    return [
        (item.find("a").get_text(), shape(item.find("ul"))) if item.find("ul") else item.find("a").get_text()
        for item in branches.find_all("li", recursive=False)
    ]


def test_the_listing_is_a_tree(committee, land):
    assert shape(listing(committee)) == [("Land", [("Requisition", ["Compensation"])]), "Water"]


def test_a_line_shows_labels_synonyms_uses_and_state(committee, land):
    requisition = Theme.objects.get(code="REQ")
    CaseFactory(themes=[requisition])
    CaseFactory(themes=[requisition])
    UnitFactory(course=CourseFactory(themes=[requisition]), themes=[requisition])
    ThemeFactory(code="OLD", label_en="Old", label_zh="", retired=True, replaced_by=requisition)

    lines = {
        line.a.get_text(): " ".join(line.get_text().split())
        for line in listing(committee).find_all(class_="praxis-tree__line")
    }

    assert all(part in lines["Requisition"] for part in ("征地", "REQ", "taking of land", "征收"))
    assert all(part in lines["Requisition"] for part in ("2 cases", "1 unit", "1 course"))
    assert "generic" in lines["Water"]
    assert "not used" in lines["Water"]
    assert "retired, replaced by Requisition" in lines["Old"]
    assert "no Chinese label" in lines["Old"]


@pytest.mark.parametrize("words", ["requis", "征地", "征收", "TAKING", "req", "ＲＥＱ"])
def test_search_finds_themes_by_any_of_their_names(committee, land, words):
    found = listing(committee, q=words)

    assert [line.a.get_text() for line in found.find_all(class_="praxis-tree__line")] == ["Requisition"]
    assert "Land >" in found.get_text()


def test_filters_find_generic_and_retired_themes(committee, land):
    assert [link.get_text() for link in listing(committee, generic="true").find_all("a")] == ["Water"]


def test_a_theme_is_edited_with_one_synonym_a_line(committee, land):
    edit = admin_url(land, "edit")
    data = form_on(committee.get(edit)) | {"alt_en": "soil\r\nground", "alt_zh": "地"}

    committee.post(edit, data)

    land.refresh_from_db()
    assert (land.alt_en, land.alt_zh) == (["soil", "ground"], ["地"])
    assert form_on(committee.get(edit))["alt_en"] == "soil\nground"


def test_a_circle_is_refused_with_its_path(committee, land):
    edit = admin_url(land, "edit")
    data = form_on(committee.get(edit)) | {"broader": Theme.objects.get(code="COMP").pk}

    assert errors_on(committee.post(edit, data)) == [
        "A theme cannot be broader than itself: LAND > COMP > REQ > LAND."
    ]


def test_themes_are_suggested_with_those_first_that_begin_with_the_words(committee, land):
    ThemeFactory(code="ISLAND", label_en="Islands", label_zh="岛")
    ThemeFactory(code="LANDFILL", label_en="Landfill", label_zh="填埋", retired=True)

    found = committee.get(reverse("themes_suggest"), {"q": "land"}).json()["themes"]

    assert [theme["code"] for theme in found] == ["LAND", "ISLAND", "REQ"]
    assert found[2] == {
        "code": "REQ",
        "label": "Requisition",
        "other": "征地",
        "path": "Land",
        "generic": False,
    }


def test_at_most_eight_themes_are_suggested_and_none_for_nothing(committee):
    ThemeFactory.create_batch(12)

    assert len(committee.get(reverse("themes_suggest"), {"q": "theme"}).json()["themes"]) == 8
    assert committee.get(reverse("themes_suggest"), {"q": " "}).json()["themes"] == []


@pytest.mark.parametrize(
    ("role", "status"), [("lecturer", 200), ("training_manager", 302), ("operator", 302)]
)
def test_suggestions_are_for_people_who_work_with_themes(role, status):
    assert signed_in(role).get(reverse("themes_suggest"), {"q": "x"}).status_code == status


def test_lecturers_see_the_tree_but_lead_nowhere_to_edit(land):
    client = signed_in("lecturer")

    assert listing(client).find("a")["href"] == admin_url(land, "inspect")
    assert client.get(admin_url(land, "edit")).status_code == 302


def test_a_big_tree_asks_no_more_questions_than_a_small_one(committee, land, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    committee.get(admin_url(Theme, "list"))
    with CaptureQueriesContext(connection) as few:
        committee.get(admin_url(Theme, "list"))
    for theme in ThemeFactory.create_batch(20, broader=land):
        CaseFactory(themes=[theme])

    with django_assert_num_queries(len(few)):
        committee.get(admin_url(Theme, "list"))
