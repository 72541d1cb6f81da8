"""Balance rules, parts A to D, as far as they concern order, dependence, freshness, spread and content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from curriculum.balance.content import content_shares
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.limits import Color
from curriculum.balance.measures.base import Evidence, Result
from curriculum.balance.measures.sequence_fit import distances
from curriculum.balance.policy import Policy
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.vocabulary import Theme, Vocabulary
from tests.curriculum.balance.layouts import SPECIAL_TOPIC, case, confirmed, layout, placed, rejected, unit

MANY_UNITS = tuple(unit(f"t{number}", 2) for number in range(3))


def result(base: Layout, key: str, **options: bool) -> Result:
    return report(base, **options)[key]


def gaps(base: Layout) -> list[float]:
    return [distance.gap for distance in distances(Evidence.of(base))]


# Order


def test_rule_7_only_counted_items_move_the_clock() -> None:
    between = (
        unit("n", 9, "", neutral=True),
        placed(unit("o", 9, ""), optional=True),
        unit("s", 9, "", "self_study"),
        unit("c", 2, ""),
    )
    assert gaps(layout(unit("t", 4), *between, placed(case("alpha"), 1))) == [2]


def test_rule_7_the_limit_is_six_hours_or_a_fifth_and_inclusive() -> None:
    short = layout(unit("t", 2), unit("x", 6, ""), placed(case("alpha"), 2))
    assert result(short, "sequence_fit").value == 1
    longer = layout(unit("t", 2), unit("x", 6.5, ""), placed(case("alpha"), 2))
    assert result(longer, "sequence_fit").value == 0
    fifth = layout(unit("t", 2), unit("x", 10, ""), placed(case("alpha"), 38))
    assert result(fifth, "sequence_fit").reading.figures["gap_limit"] == 10
    assert result(fifth, "sequence_fit").value == 1


def test_rule_8_practice_may_come_first_and_the_nearest_counts() -> None:
    alpha = case("alpha")
    assert gaps(
        layout(placed(alpha, 2), unit("x", 3, ""), unit("t", 2), unit("y", 1, ""), placed(alpha, 1))
    ) == [1]


def test_rule_8_a_mixed_unit_with_its_own_case_has_no_gap() -> None:
    own = unit("w", 4, "", "workshop", case=case("alpha", "B"))
    assert gaps(layout(own)) == [0]


def test_rule_8_the_mean_gap_is_weighted_by_theory_hours() -> None:
    base = layout(unit("a", 3), unit("x", 4, ""), unit("b", 1), placed(case("alpha"), 1))
    assert gaps(base) == [5, 0]
    assert result(base, "sequence_fit").reading.figures["mean_gap"] == pytest.approx(15 / 4)


def test_rule_27_with_fewer_than_three_theory_units_order_has_no_color() -> None:
    far = (unit("x", 30, "B"), placed(case("beta", "B"), 30))
    two = layout(unit("t", 2), *far, placed(case("alpha"), 1))
    assert result(two, "sequence_fit").value is not None
    assert (result(two, "sequence_fit").color, result(two, "sequence_fit").flag) == (None, None)
    three = layout(unit("t", 2), unit("u", 1, "C"), *far, placed(case("alpha"), 1))
    assert result(three, "sequence_fit").color is not None
    placed_theory = layout(
        unit("t", 2),
        *far,
        placed(case("alpha"), 1),
        placed(case("gamma", "C"), 2, delivery_method="workshop"),
    )
    assert result(placed_theory, "sequence_fit").color is None


# Dependence


def test_rule_27_dependence_needs_three_covered_units() -> None:
    two = layout(*MANY_UNITS[:2], unit("u", 2, "B"), placed(case("alpha"), 3))
    assert result(two, "knockout_loss").value == pytest.approx(4 / 6)
    assert result(two, "knockout_loss").flag is None
    three = layout(*MANY_UNITS, placed(case("alpha"), 3))
    assert (result(three, "knockout_loss").value, result(three, "knockout_loss").flag) == (
        1,
        Headline.FRAGILE,
    )


def test_rule_28_without_cover_there_is_nothing_to_lose() -> None:
    plain = record(report(layout(unit("t", 2, "B"), placed(case("alpha"), 2))))
    assert plain["linkage_coverage"] == 0
    assert (plain["knockout_loss"], plain["knockout_case"], plain["loads"]) == (None, None, {})
    assert (plain["hhi"], plain["effective_cases"]) == (None, None)


def test_rule_28_no_single_case_is_a_loss_of_nothing() -> None:
    plain = record(report(layout(unit("t", 4), placed(case("beta"), 1), placed(case("alpha"), 2))))
    assert (plain["knockout_loss"], plain["knockout_case"]) == (0, None)
    assert plain["loads"] == {"alpha": 2, "beta": 2}
    assert plain["effective_cases"] == pytest.approx(2)


def test_rule_28_ties_go_to_the_first_code() -> None:
    base = layout(unit("b", 2, "B"), unit("a", 2), placed(case("beta", "B"), 1), placed(case("alpha"), 1))
    assert record(report(base))["knockout_case"] == "alpha"


def test_rule_28_a_tie_is_not_broken_by_the_last_binary_digit() -> None:
    base = layout(
        unit("a", 0.3),
        unit("b1", 0.1, "B"),
        unit("b2", 0.2, "B"),
        placed(case("beta", "B"), 1),
        placed(case("alpha"), 1),
    )
    plain = record(report(base))
    assert 0.1 + 0.2 > 0.3
    assert (plain["knockout_loss"], plain["knockout_case"]) == (pytest.approx(0.5), "alpha")


def test_rule_38_and_47_a_case_twice_and_in_two_languages_is_one_case() -> None:
    alpha = case("alpha")
    translated = case("alpha-zh", original="alpha")
    base = layout(unit("t", 4), placed(alpha, 1), placed(alpha, 1), placed(translated, 1))
    plain = record(report(base))
    assert (plain["knockout_loss"], plain["knockout_case"], plain["loads"]) == (1, "alpha", {"alpha": 4})


def test_rule_47_the_loads_name_the_original_though_a_translation_is_placed() -> None:
    translated = case("alpha-zh", original="alpha")
    base = layout(unit("t", 4), placed(translated, 1), library=(case("alpha", "E"),))
    assert record(report(base))["loads"] == {"alpha": 4}


# Orphans


@pytest.mark.parametrize("method", ["site_visit", "workshop"])
def test_rule_29_a_placed_case_without_theory_is_an_orphan_whatever_its_method(method: str) -> None:
    base = layout(
        unit("t", 4), placed(case("alpha"), 2), placed(case("beta", "E"), 2, delivery_method=method)
    )
    assert record(report(base))["orphan_placements"] == ["beta"]


def test_rule_29_the_practice_part_of_a_mixed_unit_is_none() -> None:
    base = layout(unit("t", 4), unit("w", 2, "E", "workshop"), unit("v", 2, "E", "site_visit"))
    assert record(report(base))["orphan_placements"] == []
    alone = layout(unit("t", 4), unit("v", 2, "E", "site_visit"))
    assert record(report(alone))["orphan_placements"] == ["K-v/v"]


def test_rule_29_a_rejected_link_does_not_save_and_a_confirmed_one_does() -> None:
    base = layout(unit("t", 4), placed(case("alpha"), 2), links=(rejected("K-t", "t", "alpha"),))
    assert result(base, "orphan_practice").value == 1
    other = layout(unit("t", 4), placed(case("beta", "E"), 2), links=(confirmed("K-t", "t", "beta"),))
    assert result(other, "orphan_practice").value == 0


def test_rule_29_a_stale_case_still_serves() -> None:
    base = layout(unit("t", 4), placed(case("alpha", facts=date(2001, 1, 1)), 2))
    assert (result(base, "linkage_coverage").value, result(base, "orphan_practice").value) == (0, 0)


def test_rule_29_theory_without_hours_and_theory_of_a_placed_case_rescue_nothing() -> None:
    idle = layout(unit("z", 0), unit("u", 1, "B"), placed(case("alpha"), 2))
    assert result(idle, "orphan_practice").value == 1
    mixed = layout(unit("u", 1, "B"), placed(case("alpha"), 2, delivery_method="workshop"))
    assert result(mixed, "orphan_practice").value == 1


def test_rule_30_without_theory_all_practice_is_listed_though_the_share_is_undefined() -> None:
    plain = record(report(layout(placed(case("alpha"), 2), unit("v", 1, "A", "site_visit"))))
    assert (plain["orphan_practice"], plain["orphan_placements"]) == (None, ["alpha", "K-v/v"])
    assert plain["practice_without_case"] == ["K-v/v"]


# Freshness


def test_rule_21_classics_are_fresh_and_undated_cases_are_not() -> None:
    undated, classic = case("u", facts=None), case("c", facts=None, is_classic=True)
    base = layout(unit("t", 4), placed(undated, 1), placed(classic, 3))
    assert result(base, "timeliness_index").value == pytest.approx(0.75)
    assert record(report(base))["undated_cases"] == ["u", "c"]


def test_rule_23_and_24_facts_to_come_and_hidden_cases_count_with_their_age() -> None:
    coming = case("n", facts=date(2026, 7, 1))
    hidden = case("h", facts=date(2021, 1, 1), visible=False)
    base = layout(unit("t", 4), placed(coming, 1), placed(hidden, 1))
    assert result(base, "timeliness_index").value == pytest.approx((1 + 0.5) / 2)
    assert result(base, "linkage_coverage").value == 1


def test_rule_26_practice_without_a_case_is_in_neither_sum() -> None:
    base = layout(unit("v", 9, method="site_visit"), placed(case("alpha", facts=date(2021, 1, 1)), 1))
    assert result(base, "timeliness_index").value == pytest.approx(0.5)
    none = layout(unit("v", 9, method="site_visit"), placed(case("alpha"), 0))
    assert result(none, "timeliness_index").value is None


def test_the_half_life_is_a_setting() -> None:
    base = layout(
        placed(case("alpha", facts=date(2021, 1, 1)), 1), policy=replace(SPECIAL_TOPIC, half_life_years=2.5)
    )
    assert result(base, "timeliness_index").value == pytest.approx(0.25)


def test_rule_19_a_classic_that_nobody_promised_to_look_at_is_listed() -> None:
    old = case("old", facts=date(2001, 1, 1), is_classic=True)
    kept = case("kept", facts=date(2001, 1, 1), is_classic=True, review_by=date(2027, 1, 1))
    assert record(report(layout(placed(old, 1), placed(kept, 1))))["unreviewed_classics"] == ["old"]


# Spread


def test_rule_15_generic_themes_say_nothing_and_top_level_ones_do() -> None:
    tree = Vocabulary.of([Theme("top"), Theme("land", "top"), Theme("general", generic=True), Theme("B")])
    base = layout(unit("t", 4, "land general"), placed(case("alpha", "top general"), 2), vocabulary=tree)
    found = result(base, "thematic_divergence")
    assert found.value == 1
    assert found.reading.tables["divergence_by_theme"] == {"land": 0.5, "top": 0.5}
    only = layout(unit("t", 4, "general"), placed(case("alpha", "general"), 2), vocabulary=tree)
    assert result(only, "thematic_divergence").value is None


def test_rule_16_shares_are_of_the_tagged_hours() -> None:
    base = layout(unit("t", 4), unit("u", 40, ""), placed(case("alpha"), 2), unit("v", 30, "", "site_visit"))
    assert result(base, "thematic_divergence").value == 0


def test_without_practice_divergence_is_unknown_and_never_zero() -> None:
    found = report(layout(unit("t", 4)))
    for key in (
        "orphan_practice",
        "knockout_loss",
        "sequence_fit",
        "timeliness_index",
        "thematic_divergence",
    ):
        assert (found[key].value, found[key].color) == (None, None)


# Content


def categories(policy: Policy = SPECIAL_TOPIC) -> Layout:
    return layout(
        unit("a", 5, content_category="theory_education"),
        unit("b", 2, content_category="party_spirit_education"),
        unit("n", 9, neutral=True, content_category="knowledge"),
        placed(case("alpha"), 2, content_category="job_competence"),
        unit("c", 1),
        policy=policy,
    )


def test_rule_46_shares_of_all_counted_hours() -> None:
    plain = record(report(categories()))
    assert plain["content_shares"] == pytest.approx(
        {
            "theory_and_party_spirit": 0.7,
            "theory_education": 0.5,
            "party_spirit_education": 0.2,
            "job_competence": 0.2,
            "knowledge": 0,
        }
    )
    assert set(plain["content_colours"].values()) == {None}
    assert plain["items_without_category"] == ["K-c/c"]


@pytest.mark.parametrize(
    ("minimum", "color", "swap", "add"),
    [
        (0.2, Color.GREEN, None, None),
        (0.25, Color.AMBER, 0.5, 0.5 / 0.75),
        (0.26, Color.RED, 0.6, 0.6 / 0.74),
        (1, Color.RED, 8, None),
    ],
)
def test_rule_46_colors_and_hours_needed(
    minimum: float, color: Color, swap: float | None, add: float | None
) -> None:
    found = report(categories(replace(SPECIAL_TOPIC, min_party_spirit_education=minimum)))
    share = next(share for share in found.content_shares if share.key == "party_spirit_education")
    assert share.color is color
    assert (share.swap, share.add) == (pytest.approx(swap), pytest.approx(add))
    assert found.verdict == report(categories()).verdict


def test_rule_46_without_hours_there_is_no_share() -> None:
    assert {share.value for share in content_shares((), 0, SPECIAL_TOPIC)} == {None}
