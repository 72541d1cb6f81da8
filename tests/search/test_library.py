import random
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import translation

from search.queries import PAGE_SIZE, find
from search.selection import Selection
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()


def found(query="", user=NOBODY):
    return find(user, Selection.of(QueryDict(query)))


def codes(query="", user=NOBODY):
    return [card.ref.code for card in found(query, user).cards]


def options(name, query="", user=NOBODY):
    (facet,) = (facet for facet in found(query, user).facets if facet.name == name)
    return {option.value: option.count for option in facet.options}


def case(code, **fields):
    return CaseFactory(code=code, title=code, audience="public", **fields)


def course(code, *themes, **fields):
    return CourseFactory(code=code, title=code, themes=themes, **fields)


def plan(code, *, courses=(), cases=(), **fields):
    curriculum = CurriculumFactory(code=code, title=code, **fields)
    module = ModuleFactory(curriculum=curriculum)
    for target in courses:
        PlacementFactory(module=module, course=target)
    for target in cases:
        PlacementFactory(module=module, case=target)
    return curriculum


def test_all_kinds_stand_in_one_list_by_title():
    case("beta")
    course("Alpha")
    plan("gamma")
    assert codes() == ["Alpha", "beta", "gamma"]
    assert found().total == 3
    assert options("kind") == {"curriculum": 1, "course": 1, "case": 1}


def test_the_newest_facts_come_first_and_what_has_none_last():
    case("old", facts_as_of=date(2001, 1, 1))
    case("new", facts_as_of=date(2024, 1, 1))
    case("undated", facts_as_of=None)
    course("course")
    assert codes("sort=facts") == ["new", "old", "course", "undated"]


def test_a_theme_finds_what_is_under_its_narrower_themes():
    top = ThemeFactory(code="top")
    land = ThemeFactory(code="land", broader=top)
    case("c", themes=[land])
    case("both", themes=[land, top])
    case("other", themes=[ThemeFactory(code="water")])
    assert codes("theme=TOP") == ["both", "c"]
    assert options("theme") == {"top": 2, "land": 2, "water": 1}


def test_a_course_is_found_by_the_themes_of_its_units():
    own, inner = ThemeFactory(code="own"), ThemeFactory(code="inner")
    UnitFactory(course=course("k", own), themes=[inner])
    assert codes("theme=own") == codes("theme=inner") == ["k"]
    assert options("theme") == {"own": 1, "inner": 1}


def test_a_curriculum_is_not_found_by_what_a_unit_touches():
    inner = ThemeFactory(code="inner")
    k = course("k")
    UnitFactory(course=k, themes=[inner])
    plan("p", courses=[k])
    assert codes("theme=inner") == ["k"]


def test_a_curriculum_is_found_by_what_the_reader_may_see_in_it():
    seen, closed, of_case = ThemeFactory(code="seen"), ThemeFactory(code="closed"), ThemeFactory(code="case")
    plan(
        "p",
        courses=[course("k", seen), course("x", closed, audience="restricted")],
        cases=[case("c", themes=[of_case])],
    )
    assert codes("theme=seen&kind=curriculum") == ["p"]
    assert codes("theme=case&kind=curriculum") == ["p"]
    assert codes("theme=closed") == []
    assert "closed" not in options("theme")
    chair = UserFactory(roles=["committee_chair"])
    assert codes("theme=closed&kind=curriculum", chair) == ["p"]


def test_values_of_one_facet_add_and_facets_narrow_each_other():
    school, other = InstitutionFactory(code="s"), InstitutionFactory(code="o")
    case("a", institution=school)
    case("b", institution=other, language="zh-hans")
    case("c", institution=None)
    assert codes("institution=s&institution=O") == ["a", "b"]
    assert codes("institution=s&institution=o&language=zh-hans") == ["b"]


def test_an_unknown_theme_or_institution_finds_nothing_and_can_be_taken_out():
    case("a")
    page = found("theme=nope")
    assert page.total == 0
    assert [(chip.label, chip.url) for chip in page.chips] == [("nope", "/en/library/")]
    assert found("institution=nope").total == 0


def test_each_facet_is_counted_without_its_own_choice():
    land, water = ThemeFactory(code="land"), ThemeFactory(code="water")
    case("a", themes=[land], language="zh-hans")
    case("b", themes=[water])
    course("k", land)
    assert options("theme", "theme=land") == {"land": 2, "water": 1}
    assert options("kind", "theme=land&kind=case") == {"course": 1, "case": 1}
    assert options("language", "theme=land&language=en") == {"en": 1, "zh-hans": 1}


def test_every_count_is_the_total_of_its_own_choice():
    chooser = random.Random(7)
    top = ThemeFactory(code="top")
    themes = [top, *(ThemeFactory(code=f"t{n}", broader=top if n % 2 else None) for n in range(4))]
    schools = [InstitutionFactory(code=f"s{n}") for n in range(3)]
    cases, courses = [], []
    for number in range(9):
        fields = {
            "institution": chooser.choice([None, *schools]),
            "language": chooser.choice(["en", "zh-hans"]),
            "audience": chooser.choice(["public", "public", "restricted"]),
        }
        some = chooser.sample(themes, 2)
        cases.append(CaseFactory(code=f"c{number}", themes=some, **fields))
        courses.append(CourseFactory(code=f"k{number}", themes=some[:1], **fields))
        UnitFactory(course=courses[-1], themes=some[1:])
        plan(f"p{number}", courses=chooser.sample(courses, 1), cases=chooser.sample(cases, 1), **fields)
    for chosen in ("", "kind=case&language=en", "institution=s1&theme=t1"):
        for facet in found(chosen).facets:
            for option in facet.options:
                others = "&".join(
                    part for part in chosen.split("&") if part and not part.startswith(facet.name)
                )
                page = found(f"{others}&{facet.name}={option.value}")
                assert page.total == option.count, (chosen, facet.name, option.value)
                assert len(all_codes(f"{others}&{facet.name}={option.value}")) == option.count


def all_codes(query):
    seen = []
    for number in range(1, 20):
        page = found(f"{query}&page={number}")
        if number > 1 and not any(link.number == number for link in page.pages):
            break
        seen.extend((card.kind, card.ref.code) for card in page.cards)
    assert len(set(seen)) == len(seen)
    return seen


def test_twenty_a_page_and_a_page_past_the_end_is_the_last():
    for number in range(PAGE_SIZE * 2 + 1):
        case(f"c{number:02}")
    page = found()
    assert (page.total, len(page.cards)) == (41, 20)
    assert [(link.number, link.current) for link in page.pages] == [(1, True), (2, False), (3, False)]
    assert codes("page=2")[0] == "c20"
    assert codes("page=99") == codes("page=3") == ["c40"]
    assert page.pages[1].url == "/en/library/?page=2"


def test_chosen_values_stay_and_stand_first():
    used, unused = ThemeFactory(code="used"), ThemeFactory(code="unused")
    case("a", themes=[used])
    (facet,) = (facet for facet in found(f"theme={unused.code}").facets if facet.name == "theme")
    assert [(option.value, option.count, option.chosen) for option in facet.options] == [
        ("unused", 0, True),
        ("used", 1, False),
    ]


def test_a_long_facet_shows_eight_and_folds_the_rest():
    for number in range(12):
        case(f"c{number}", themes=[ThemeFactory(code=f"t{number}")])
    (facet,) = (facet for facet in found().facets if facet.name == "theme")
    assert (len(facet.shown), len(facet.folded)) == (8, 4)


def test_an_empty_list_keeps_its_filters_and_shows_the_ways_out(client):
    land = ThemeFactory(code="land", label_en="Land")
    case("a", themes=[land])
    CourseFactory(code="k", language="zh-hans")
    page = found("theme=land&language=zh-hans")
    assert [(way.facet, way.count) for way in page.ways_out] == [("Theme", 1), ("Language", 1)]
    html = client.get("/en/library/?theme=land&language=zh-hans").content.decode()
    assert "Nothing here matches all your filters." in html
    assert 'value="land" checked' in html
    assert "Clear all filters" in html


def test_an_empty_library_says_that_it_is_empty(client):
    assert "Nothing published yet." in client.get("/en/library/").content.decode()


def test_a_card_says_what_matters(client):
    school = InstitutionFactory(name="School", name_zh="学校")
    case(
        "c",
        institution=school,
        facts_as_of=date(2024, 1, 1),
        suggested_hours=Decimal("2.5"),
        summary="Short.",
    )
    k = course("k")
    UnitFactory(course=k)
    UnitFactory(course=k, delivery_method="self_study", hours=Decimal(9))
    UnitFactory(course=k, delivery_method="ceremony", hours=Decimal(9))
    CurriculumFactory(code="p", category=CategoryFactory(label_en="Main class", label_zh="主体班"))
    html = client.get("/en/library/").content.decode()
    for words in ("School", "Facts as of 2024-01-01", "Current", "2.5 h", "Short.", "2 h", "Main class"):
        assert words in html
    assert "11 h" not in html
    with translation.override("zh-hans"):
        assert found().cards[0].institution.title == "学校"


def test_the_order_survives_filters_and_pages():
    for number in range(21):
        case(f"c{number}")
    page = found("sort=facts")
    assert page.pages[1].url == "/en/library/?sort=facts&page=2"
    assert page.clear_url == "/en/library/?sort=facts"
    assert [sort.current for sort in page.sorts] == [False, True]


HOSTILE = [
    "page=%00&theme=%00&kind=%00",
    "theme=%27%3B+drop+table+x--",
    "theme=" + "&theme=".join(str(number) for number in range(200)),
    "institution=%F0%9F%92%A9&language=%FF",
    "sort[]=facts&page=1e9&kind[$ne]=1",
    "page=" + "9" * 500,
    "theme=%25&institution=_%25",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_no_address_breaks_the_library(client, query):
    case("a")
    assert client.get(f"/en/library/?{query}").status_code == 200
