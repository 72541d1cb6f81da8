from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from curriculum.enums import LinkState
from praxis.public import queries
from praxis.public.queries.case_page import headings
from tests.factories import CaseFactory, CourseFactory, LinkFactory, ThemeFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()
TODAY = timezone.localdate()


def case(code="c", **fields):
    return CaseFactory(code=code, audience="public", **fields)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"facts_as_of": TODAY}, "Current"),
        ({"facts_as_of": TODAY, "review_by": TODAY + timedelta(days=60)}, "Review due"),
        ({"facts_as_of": TODAY, "review_by": TODAY + timedelta(days=61)}, "Current"),
        ({"facts_as_of": TODAY, "review_by": TODAY - timedelta(days=1)}, "Overdue"),
        ({"facts_as_of": date(2001, 1, 1)}, "Too old"),
        (
            {
                "facts_as_of": date(2001, 1, 1),
                "review_by": TODAY + timedelta(days=300),
                "is_classic": True,
                "classic_reason": "Still asked.",
            },
            "Classic",
        ),
        ({"facts_as_of": None}, "Date missing"),
    ],
)
def test_the_state_of_a_case_and_its_one_sentence(client, fields, label):
    case(**fields)
    page = queries.case(NOBODY, "c")
    assert page.currency.label == label
    assert bool(page.notice) is (label != "Current")
    html = client.get("/en/cases/c/").content.decode()
    assert label in html
    assert ("Still asked." in html) is (label == "Classic")


def test_dates_age_and_licence_are_told(client):
    case(facts_as_of=TODAY.replace(day=1) - timedelta(days=800), licence="CC-BY-4.0", place="Weidu")
    page = queries.case(NOBODY, "c")
    assert page.age == 2
    html = client.get("/en/cases/c/").content.decode()
    assert "(2 years)" in html
    assert "CC BY: use and change it, name the author" in html
    assert "Weidu" in html


def test_an_unknown_licence_is_printed_as_it_is():
    case(licence="House rules")
    assert queries.case(NOBODY, "c").licence == "House rules"


def test_contents_are_the_headings_of_the_text():
    found = headings('<h2 id="a">One <em>two</em></h2><h3 id="b">x &amp; y</h3><h4 id="c">no</h4><h2>no</h2>')
    assert [(heading.anchor, heading.title, heading.level) for heading in found] == [
        ("a", "One two", 2),
        ("b", "x & y", 3),
    ]
    assert headings('<h2 id="a">Alone</h2>') == ()


def test_contents_lead_to_places_in_the_text(client):
    case(body="# 一、凌晨\n\nText\n\n# 二、白天\n\nText")
    html = client.get("/en/cases/c/").content.decode()
    for heading in queries.case(NOBODY, "c").headings:
        assert f'id="{heading.anchor}"' in html
        assert f'href="#{heading.anchor}"' in html


@pytest.fixture
def land():
    return ThemeFactory(code="land", label_en="Land", broader=ThemeFactory(code="top"))


def theory(code="c"):
    return [(row.course.code, row.unit, row.reason.basis) for row in queries.case(NOBODY, code).theory]


def test_a_shared_theme_is_a_reason(land):
    case(themes=[land])
    course = CourseFactory(code="k")
    UnitFactory(course=course, title="Law", themes=[land])
    UnitFactory(course=course, title="Other", themes=[ThemeFactory()])
    assert theory() == [("k", "Law", "theme")]
    (row,) = queries.case(NOBODY, "c").theory
    assert row.reason.theme.title == "Land"
    assert row.hours == 2


def test_a_unit_without_themes_has_its_courses(land):
    case(themes=[land])
    course = CourseFactory(code="k", themes=[land])
    UnitFactory(course=course, title="Bare")
    UnitFactory(course=course, title="Own", themes=[ThemeFactory()])
    assert theory() == [("k", "Bare", "theme")]


def test_broader_and_narrower_themes_match_but_siblings_and_the_top_do_not(land):
    narrow, sibling = ThemeFactory(broader=land), ThemeFactory(broader=land.broader)
    case(themes=[narrow])
    course = CourseFactory(code="k")
    UnitFactory(course=course, title="Broader", themes=[land])
    UnitFactory(course=course, title="Sibling", themes=[sibling])
    UnitFactory(course=course, title="Top", themes=[land.broader])
    assert theory() == [("k", "Broader", "theme")]


def test_generic_themes_say_nothing():
    generic = ThemeFactory(generic=True)
    case(themes=[generic])
    case("near", themes=[generic])
    UnitFactory(course=CourseFactory(code="k"), themes=[generic])
    assert theory() == []
    assert queries.case(NOBODY, "c").related == ()


def test_a_persons_word_comes_before_themes(land):
    found = case(themes=[land])
    course = CourseFactory(code="k")
    UnitFactory(course=course, code="no", title="Refused", themes=[land], sort_order=1)
    UnitFactory(course=course, code="by-theme", title="By theme", themes=[land], sort_order=2)
    UnitFactory(course=course, code="yes", title="Confirmed", sort_order=3)
    LinkFactory(course=course, unit="no", case=found, state=LinkState.REJECTED)
    LinkFactory(course=course, unit="yes", case=found)
    assert theory() == [("k", "Confirmed", "confirmed"), ("k", "By theme", "theme")]


def test_a_mixed_unit_is_practised_on_the_case_that_it_names():
    found = case()
    course = CourseFactory(code="k")
    UnitFactory(course=course, title="Mixed", delivery_method="workshop", case=found, sort_order=1)
    UnitFactory(course=course, title="All practice", delivery_method="simulation", case=found, sort_order=2)
    assert theory() == [("k", "Mixed", "own_case")]


def test_a_word_about_one_text_holds_for_its_translation():
    found = case()
    case("c-zh", translation_of=found, language="zh-hans")
    course = CourseFactory(code="k")
    UnitFactory(course=course, code="u1", title="Confirmed")
    LinkFactory(course=course, unit="u1", case=found)
    assert theory("c-zh") == [("k", "Confirmed", "confirmed")]
    assert [ref.code for ref in queries.case(NOBODY, "c-zh").translations] == ["c"]


def test_neutral_units_and_pure_practice_are_no_theory(land):
    case(themes=[land])
    course = CourseFactory(code="k")
    UnitFactory(course=course, themes=[land], delivery_method="ceremony")
    UnitFactory(course=course, themes=[land], delivery_method="site_visit")
    UnitFactory(course=course, themes=[land], neutral=True)
    UnitFactory(course=course, themes=[land], practice_fraction=1)
    assert theory() == []


def test_related_cases_share_most_themes_first_and_are_no_translations(land):
    other = ThemeFactory()
    found = case(themes=[land, other])
    case("one", themes=[land])
    case("two", themes=[land, other], facts_as_of=date(2020, 1, 1))
    case("none")
    case("zh", themes=[land, other], translation_of=found)
    assert [card.ref.code for card in queries.case(NOBODY, "c").related] == ["two", "one"]
