import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from curriculum.enums import LinkState
from praxis.public import queries
from praxis.public.queries import theme_page
from tests.factories import CaseFactory, CourseFactory, LinkFactory, ThemeFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()


@pytest.fixture
def land():
    return ThemeFactory(
        code="land",
        label_en="Land",
        label_zh="土地",
        alt_en=["Soil"],
        alt_zh=["地"],
        definition_zh="土地的定义",
        broader=ThemeFactory(code="top", label_en="Top"),
    )


def case(code, *themes, **fields):
    return CaseFactory(code=code, title=code, audience="public", themes=themes, **fields)


def unit(course, title, *themes, **fields):
    return UnitFactory(course=course, title=title, code=title, themes=themes, **fields)


def pairs(code="land"):
    return [
        ([row.unit for row in pair.units], [row.case.ref.code for row in pair.cases])
        for pair in queries.theme(NOBODY, code).pairs
    ]


def test_a_theme_is_placed_and_explained(land):
    narrow = ThemeFactory(code="narrow", label_en="Narrow", broader=land)
    page = queries.theme(NOBODY, "LAND")
    assert [ref.title for ref in page.broader] == ["Top"]
    assert [ref.code for ref in page.narrower] == [narrow.code]
    assert [(words.text, words.language) for words in page.also_called] == [
        ("土地", "zh-hans"),
        ("Soil", "en"),
        ("地", "zh-hans"),
    ]
    assert (page.definition.text, page.definition.language) == ("土地的定义", "zh-hans")


def test_labels_follow_the_language_of_the_page(land):
    with translation.override("zh-hans"):
        assert queries.theme(NOBODY, "land").label == "土地"
    only = ThemeFactory(code="only", label_en="Only English", label_zh="")
    with translation.override("zh-hans"):
        page = queries.theme(NOBODY, only.code)
    assert (page.label, page.language) == ("Only English", "en")


def test_linked_rows_pair_and_what_is_alone_says_so(land, client):
    narrow = ThemeFactory(code="narrow", broader=land)
    course = CourseFactory(code="k")
    unit(course, "law", land, sort_order=1)
    unit(course, "money", land, sort_order=2)
    unit(course, "alone", narrow, sort_order=3)
    served = case("served", land)
    refused = LinkFactory(course=course, unit="alone", case=served, state=LinkState.REJECTED)
    assert pairs() == [(["law", "money"], ["served"]), (["alone"], [])]
    assert "no case yet" in client.get("/en/themes/land/").content.decode()
    refused.state = LinkState.CONFIRMED
    refused.save()
    assert pairs() == [(["law", "money", "alone"], ["served"])]


def test_a_case_that_serves_no_unit_stands_beside_no_theory(land, client):
    case("shelf", land)
    assert pairs() == [([], ["shelf"])]
    assert "no theory yet" in client.get("/en/themes/land/").content.decode()


def test_everything_narrower_is_there_under_its_own_theme(land):
    narrow = ThemeFactory(code="narrow", label_en="Narrow", broader=land)
    unit(CourseFactory(), "deep", narrow)
    case("deep", narrow)
    page = queries.theme(NOBODY, "land")
    assert (page.unit_count, page.unit_hours, page.case_count) == (1, 2, 1)
    (pair,) = page.pairs
    assert pair.units[0].theme.title == "Narrow"
    assert pair.cases[0].theme.title == "Narrow"
    assert queries.theme(NOBODY, "narrow").pairs[0].units[0].theme is None


def test_a_wide_theme_does_not_link_by_itself(land):
    unit(CourseFactory(), "wide", land.broader)
    case("wide", land.broader)
    assert pairs("top") == [(["wide"], []), ([], ["wide"])]


def test_only_theory_is_theory(land):
    course = CourseFactory()
    unit(course, "half", land, delivery_method="seminar")
    unit(course, "visit", land, delivery_method="site_visit")
    unit(course, "opening", land, delivery_method="ceremony")
    page = queries.theme(NOBODY, "land")
    assert (page.unit_count, page.unit_hours) == (1, 1)


def test_the_home_page_and_the_theme_page_count_alike(land):
    course = CourseFactory(themes=[land])
    UnitFactory(course=course)
    unit(course, "own", ThemeFactory(broader=land))
    unit(course, "visit", land, delivery_method="site_visit")
    case("c", land)
    (entry,) = queries.home(NOBODY).themes
    page = queries.theme(NOBODY, "top")
    assert (
        (entry.ref.code, entry.units, entry.cases)
        == ("top", page.unit_count, page.case_count)
        == ("top", 2, 1)
    )


def test_a_long_list_is_cut_and_says_so(land, monkeypatch, client):
    monkeypatch.setattr(theme_page, "MAX_UNITS", 2)
    course = CourseFactory()
    for number in range(3):
        unit(course, f"u{number}", land)
    page = queries.theme(NOBODY, "land")
    assert page.unit_count == 3
    assert page.is_cut
    case("served", land)
    assert pairs() == [(["u0", "u1"], ["served"])]
    confirmed = case("confirmed", ThemeFactory(code="else", broader=land))
    LinkFactory(course=course, unit="u2", case=confirmed)
    assert ([], ["confirmed"]) not in pairs()
    assert "Only the first units" in client.get("/en/themes/land/").content.decode()


def test_many_cases_beside_a_unit_are_counted(land, client, monkeypatch):
    monkeypatch.setattr(theme_page, "MAX_SERVING", 2)
    unit(CourseFactory(), "law", land)
    for number in range(5):
        case(f"c{number}", land)
    (pair,) = queries.theme(NOBODY, "land").pairs
    assert (len(pair.cases), pair.more_cases) == (2, 3)
    assert "and 3 more cases" in client.get("/en/themes/land/").content.decode()


def test_a_retired_theme_leads_to_its_heir(land, client):
    ThemeFactory(code="middle", retired=True, replaced_by=land)
    ThemeFactory(code="old", label_en="Old", retired=True, replaced_by=land)
    response = client.get("/en/themes/OLD/", follow=True)
    assert response.redirect_chain == [("/en/themes/land/?from=old", 302)]
    assert "Old is now part of Land." in response.content.decode()


def test_a_chain_of_heirs_is_followed_to_its_end(land, client):
    middle = ThemeFactory(code="middle", retired=True, replaced_by=land)
    ThemeFactory(code="old", retired=True, replaced_by=middle)
    assert client.get("/en/themes/old/")["Location"] == "/en/themes/land/?from=old"


def test_a_retired_theme_without_an_heir_keeps_its_page(client):
    ThemeFactory(code="gone", retired=True)
    html = client.get("/en/themes/gone/").content.decode()
    assert "This theme is retired" in html


@pytest.mark.parametrize("origin", ["land", "nobody", "%00", "<b>"])
def test_only_a_true_predecessor_is_named(land, client, origin):
    response = client.get(f"/en/themes/land/?from={origin}")
    assert response.status_code == 200
    assert "is now part of" not in response.content.decode()


def test_a_circle_of_broader_themes_ends(land, client):
    type(land).objects.filter(code="top").update(broader=land)
    assert client.get("/en/themes/land/").status_code == 200
    assert client.get("/en/").status_code == 200
    assert client.get("/en/library/?theme=land").status_code == 200
