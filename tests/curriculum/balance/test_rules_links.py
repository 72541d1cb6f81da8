"""Balance rules, part B (10 to 17) and rules 18, 24 and 47: what links to what, and what that covers."""

from __future__ import annotations

import pytest

from curriculum.balance.layout import Layout, Library
from curriculum.balance.linkage import Basis, linkages
from curriculum.balance.policy import Policy
from curriculum.balance.report import report
from curriculum.balance.timetable import timetable
from curriculum.balance.vocabulary import Theme, Vocabulary
from tests.curriculum.balance.layouts import (
    FLAT,
    case,
    confirmed,
    course,
    layout,
    placed,
    rejected,
    themes,
    unit,
)

TREE = Vocabulary.of(
    [
        Theme("top"),
        Theme("land", "top"),
        Theme("use", "land"),
        Theme("quota", "use"),
        Theme("requisition", "land"),
        Theme("general", "top", generic=True),
        Theme("particular", "general"),
        Theme("alone"),
    ]
)


def coverage(base: Layout) -> float | None:
    return report(base)["linkage_coverage"].value


def graded(base: Layout) -> object:
    return report(base)["linkage_coverage"].reading.figures["coverage_graded"]


def shelf(base: Layout) -> object:
    return report(base)["linkage_coverage"].reading.figures["coverage_shelf"]


def bases(base: Layout) -> list[list[Basis]]:
    return [[tie.basis for tie in found.ties] for found in linkages(base, timetable(base))]


@pytest.mark.parametrize(
    ("mine", "yours", "match"),
    [
        ("alone", "alone", True),
        ("top", "top", False),
        ("land", "top", False),
    ],
)
def test_rule_10_only_a_theme_with_narrower_and_without_broader_is_top_level(
    mine: str, yours: str, match: bool
) -> None:
    assert bool(TREE.matched(themes(mine), themes(yours))) is match


@pytest.mark.parametrize(
    ("mine", "yours", "match"),
    [
        ("land", "land", True),
        ("land", "use", True),
        ("use", "land", True),
        ("land", "quota", True),
        ("quota", "land", True),
        ("use", "requisition", False),
        ("general", "general", False),
        ("general", "particular", False),
        ("particular", "particular", True),
        ("unknown", "unknown", False),
        ("", "land", False),
    ],
)
def test_rule_11_equal_ancestor_or_descendant_match_unless_generic(
    mine: str, yours: str, match: bool
) -> None:
    assert bool(TREE.matched(themes(mine), themes(yours))) is match
    assert bool(TREE.reach(themes(yours)) & themes(mine)) is match


def test_rule_11_a_circle_of_broader_ends() -> None:
    circle = Vocabulary.of([Theme("a", "b"), Theme("b", "a")])
    assert circle.matched(themes("a"), themes("b")) == themes("a")


@pytest.mark.parametrize(
    ("own", "of_course", "of_case", "theory", "practice"),
    [
        ("A", "B", "C", "A", "A"),
        ("", "B", "C", "B", "B"),
        ("", "", "C", "", "C"),
        ("general", "B", "C", "general", "general"),
    ],
)
def test_rule_12_themes_of_a_unit_and_of_its_practice(
    own: str, of_course: str, of_case: str, theory: str, practice: str
) -> None:
    worked_on = unit("w", 2, own, "workshop", case=case("alpha", of_case))
    found = timetable(layout(course(worked_on, tags=of_course)))
    assert (found.theory[0].themes, found.practice[0].themes) == (themes(theory), themes(practice))


def test_rule_12_library_themes_of_a_case_play_no_part_in_a_tagged_unit() -> None:
    base = layout(unit("t", 2, "B"), unit("p", 2, "A", "site_visit", case=case("alpha", "B")))
    assert coverage(base) == 0


def test_rule_13_a_rejection_beats_the_themes() -> None:
    base = layout(unit("t", 2), placed(case("alpha"), 2), links=(rejected("K-t", "t", "alpha"),))
    assert coverage(base) == 0


def test_rule_13_a_rejection_beats_the_units_own_case() -> None:
    mixed = unit("w", 2, "A", "workshop", case=case("alpha", "A"))
    assert coverage(layout(mixed)) == 1
    assert coverage(layout(mixed, links=(rejected("K-w", "w", "alpha"),))) == 0


def test_rule_13_a_confirmation_needs_no_theme() -> None:
    base = layout(unit("t", 2), placed(case("alpha", "B"), 2), links=(confirmed("K-t", "t", "alpha"),))
    assert coverage(base) == 1
    assert bases(base) == [[Basis.CONFIRMED]]


def test_rule_13_the_own_case_of_a_mixed_unit_needs_no_theme() -> None:
    mixed = course(unit("w", 2, "", "workshop", case=case("alpha", "")))
    assert coverage(layout(mixed)) == 1
    assert bases(layout(mixed)) == [[Basis.OWN_CASE]]


def test_rule_13_the_own_case_of_a_lecture_links_by_themes_only() -> None:
    alpha = case("alpha", "B")
    assert coverage(layout(unit("t", 2, "A", case=alpha), placed(alpha, 2))) == 0


def test_rule_13_a_word_holds_wherever_the_case_is_used() -> None:
    alpha = case("alpha", "B")
    worked_on = unit("p", 2, "C", "site_visit", case=alpha)
    base = layout(unit("t", 2), worked_on, placed(alpha, 1), links=(confirmed("K-t", "t", "alpha"),))
    assert bases(base) == [[Basis.CONFIRMED, Basis.CONFIRMED]]


def test_rule_13_a_word_on_a_unit_without_theory_is_ignored() -> None:
    base = layout(unit("p", 2, "B", "site_visit"), links=(confirmed("K-p", "p", "alpha"),))
    assert report(base)["linkage_coverage"].value is None


def test_rule_13_a_word_is_about_one_unit_of_one_course() -> None:
    alpha = case("alpha", "B")
    base = layout(unit("t", 2), placed(alpha, 2), links=(confirmed("K-other", "t", "alpha"),))
    assert coverage(base) == 0


def test_rule_14_a_theme_on_most_units_warns_and_still_links() -> None:
    units = [unit(str(number), 1, "A" if number < 3 else "B") for number in range(5)]
    found = report(layout(*units, placed(case("alpha", "A"), 2)))
    assert found.lists.common_themes == ("A",)
    assert found["linkage_coverage"].value == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("policy", "warned"),
    [
        (Policy(), ()),
        (Policy(generic_min_units=4), ("A",)),
        (Policy(generic_min_units=4, generic_share=0.75), ()),
    ],
)
def test_rule_14_both_figures_are_settings(policy: Policy, warned: tuple[str, ...]) -> None:
    units = [unit(str(number), 1, "A" if number < 3 else "B") for number in range(4)]
    assert report(layout(*units, policy=policy)).lists.common_themes == warned


def test_rule_14_only_units_with_theory_hours_are_units() -> None:
    worked_on = placed(case("c"), 1, delivery_method="workshop")
    units = [unit(str(number), 1) for number in range(4)]
    base = layout(*units, unit("z", 0), unit("p", 1, method="site_visit"), worked_on)
    assert report(base).lists.common_themes == ()


def test_rule_17_graded_coverage_is_the_part_of_the_themes_that_is_met() -> None:
    base = layout(unit("t", 4, "A B C"), placed(case("alpha", "A"), 1), placed(case("beta", "B"), 1))
    assert coverage(base) == 1
    assert graded(base) == pytest.approx(2 / 3)


def test_rule_17_generic_themes_are_not_counted_in_graded_coverage() -> None:
    base = layout(unit("t", 4, "use general"), placed(case("alpha", "land"), 1), vocabulary=TREE)
    assert graded(base) == 1


def test_rule_17_a_persons_word_or_the_own_case_covers_wholly() -> None:
    linked = (confirmed("K-t", "t", "alpha"),)
    assert graded(layout(unit("t", 4, "A B"), placed(case("alpha", "A"), 1), links=linked)) == 1
    assert graded(layout(unit("w", 4, "A B", "workshop", case=case("alpha", "A")))) == 1


def test_rule_17_the_shelf_counts_cases_that_are_not_placed() -> None:
    base = layout(unit("t", 1, "A"), unit("v", 3, "B"), library=(case("alpha", "A"),))
    assert (coverage(base), shelf(base)) == (0, 0.25)


@pytest.mark.parametrize(
    "offered",
    [case("alpha", visible=False), case("alpha", facts=None), case("alpha", "B"), case("alpha", "")],
)
def test_rule_17_the_shelf_offers_only_current_cases_that_link(offered) -> None:
    assert shelf(layout(unit("t", 1, "A"), library=(offered,))) == 0


def test_rule_17_the_shelf_obeys_a_persons_word() -> None:
    no, yes = (rejected("K-t", "t", "alpha"),), (confirmed("K-t", "t", "beta"),)
    assert shelf(layout(unit("t"), library=(case("alpha"),), links=no)) == 0
    assert shelf(layout(unit("t"), library=(case("beta", "B"),), links=yes)) == 1


@pytest.mark.parametrize(
    "placement",
    [
        placed(case("alpha"), 0),
        placed(case("alpha"), 2, delivery_method="lecture"),
        placed(case("alpha"), 2, delivery_method="online"),
        placed(unit("p", 2, "A", "lecture", case=case("alpha"))),
        placed(unit("p", 0, "A", "site_visit", case=case("alpha"))),
        placed(unit("p", 2, "A", "site_visit")),
    ],
)
def test_rule_18_a_case_covers_only_where_it_is_practised(placement) -> None:
    covered = {
        entry.element.item.identifier for entry in report(layout(unit("t"), placement)).lists.uncovered
    }
    assert "K-t/t" in covered


def test_rule_18_without_practice_coverage_is_zero() -> None:
    found = report(layout(unit("t", 4), placed(case("alpha"), 0)))
    assert (found["practice_share"].value, found["linkage_coverage"].value) == (0, 0)


def test_rule_47_a_translation_is_the_same_case() -> None:
    text, translation = case("alpha", "B"), case("alpha-zh", "C", original="alpha")
    linked = (confirmed("K-t", "t", "alpha-zh"),)
    assert coverage(layout(unit("t"), placed(text, 2), library=(translation,), links=linked)) == 1
    linked = (rejected("K-t", "t", "alpha"),)
    translated = case("alpha-zh", "A", original="alpha")
    assert coverage(layout(unit("t"), placed(translated, 2), library=(text,), links=linked)) == 0


def test_rule_47_of_two_words_on_two_translations_the_no_stands() -> None:
    text, translation = case("alpha", "A"), case("alpha-zh", "A", original="alpha")
    for links in (
        (confirmed("K-t", "t", "alpha"), rejected("K-t", "t", "alpha-zh")),
        (rejected("K-t", "t", "alpha"), confirmed("K-t", "t", "alpha-zh")),
    ):
        assert coverage(layout(unit("t"), placed(text, 2), library=(translation,), links=links)) == 0


def test_rule_47_themes_and_dates_are_those_of_the_text_placed() -> None:
    stale, fresh = case("alpha", "A", None), case("alpha-zh", "A", original="alpha")
    assert coverage(layout(unit("t"), placed(fresh, 2), library=(stale,))) == 1
    assert coverage(layout(unit("t"), placed(stale, 2), library=(fresh,))) == 0


def test_a_word_on_a_case_that_the_library_lacks_changes_nothing() -> None:
    library = Library.of(FLAT, (), (confirmed("K", "t", "gone"),))
    assert library.states_of(("K", "t")) == {"gone": "confirmed"}
    assert coverage(layout(unit("t"), links=(confirmed("K-t", "t", "gone"),))) == 0
