"""Balance rules, part D (30 to 37), as far as the measures stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from curriculum.balance import verdict as verdicts
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.limits import Color, Limits
from curriculum.balance.measures import MEASURES
from curriculum.balance.measures.base import Measure, Quantity, Reading, Result
from curriculum.balance.measures.practice_share import hours_needed
from curriculum.balance.policy import Policy
from curriculum.balance.report import BalanceReport, report
from tests.curriculum.balance.layouts import SPECIAL_TOPIC, case, course, layout, placed, unit


def shares(theory: float, practice: float, policy: Policy = SPECIAL_TOPIC) -> BalanceReport:
    """A curriculum with so many hours, all of its theory covered if it has any practice."""
    return report(layout(unit("t", theory), placed(case("alpha"), practice), policy=policy))


def band(low: float, high: float) -> Policy:
    return Policy(practice_low=low, practice_high=high)


def identifiers(found: BalanceReport) -> list[str]:
    return [entry.element.item.identifier for entry in found.lists.uncovered]


def test_rule_30_uncovered_are_theory_elements_of_zero_hours_too_in_order() -> None:
    base = layout(unit("b", 0, "B"), unit("a", 2, "B"), unit("p", 2, "B", "site_visit"), unit("z", 0, "C"))
    assert identifiers(report(base)) == ["K-b/b", "K-a/a", "K-z/z"]


def test_rule_30_a_covered_unit_of_zero_hours_is_not_listed() -> None:
    assert identifiers(report(layout(unit("z", 0), placed(case("alpha"), 2)))) == []


def test_rule_30_lists_are_filled_where_the_measure_is_none() -> None:
    found = report(layout(unit("z", 0), unit("p", 2, "B", "site_visit")))
    assert found["linkage_coverage"].value is None
    assert identifiers(found) == ["K-z/z"]


def untagged(theory: float, practice: float) -> Layout:
    """100 hours, so many of them without a theme."""
    return layout(
        unit("t", 50 - theory),
        placed(case("alpha"), 50 - practice),
        unit("u", theory, ""),
        unit("p", practice, "", "site_visit"),
    )


@pytest.mark.parametrize(
    ("theory", "practice", "no_data"), [(10, 0, False), (4, 6, False), (0, 10.5, True), (10.5, 0, True)]
)
def test_rule_31_more_than_a_tenth_untagged_is_no_data(theory: float, practice: float, no_data: bool) -> None:
    found = report(untagged(theory, practice))
    assert found.untagged_share == pytest.approx((theory + practice) / 100)
    assert (Headline.NO_DATA in found.verdict.flags) is no_data


def test_rule_31_the_limit_is_a_setting() -> None:
    base = replace(untagged(4, 6), policy=replace(SPECIAL_TOPIC, untagged_limit=0.05))
    assert report(base).verdict.headline is Headline.NO_DATA


def test_rule_31_generic_themes_are_themes_and_the_case_may_give_them() -> None:
    by_case = unit("p", 2, "", "site_visit", case=case("alpha"))
    assert report(layout(by_case)).untagged_share == 0
    assert report(layout(unit("t", 2, "unknown"))).untagged_share == 0


def test_rule_31_a_mixed_unit_tagged_by_its_case_is_untagged_theory() -> None:
    found = report(layout(unit("w", 4, "", "workshop", case=case("alpha"))))
    assert found.untagged_share == 0.5
    assert [item.identifier for item in found.lists.untagged] == ["K-w/w"]
    assert found["linkage_coverage"].value == 1


def test_rule_31_an_item_is_listed_once() -> None:
    found = report(layout(unit("t", 1), unit("w", 4, "", "workshop"), placed(case("alpha", ""), 1)))
    assert [item.identifier for item in found.lists.untagged] == ["K-w/w", "alpha"]


@pytest.mark.parametrize("base", [layout(), layout(unit("t", 0)), layout(unit("n", 2, neutral=True))])
def test_rule_32_without_hours_nothing_is_judged(base: Layout) -> None:
    found = report(base)
    assert [result.value for result in found.results] == [None] * 7
    assert [result.color for result in found.results] == [None] * 7
    assert [result.distance for result in found.results] == [None] * 7
    assert found.verdict == verdicts.Verdict(Headline.NO_DATA, None, (Headline.NO_DATA,))
    assert found.untagged_share is None


def test_rule_32_untagged_hours_leave_everything_else_standing() -> None:
    found = report(layout(unit("t", 10, "")))
    assert found.verdict.flags == (Headline.NO_DATA, Headline.THEORY_HEAVY, Headline.DISCONNECTED)
    assert (found.verdict.headline, found.verdict.color) == (Headline.NO_DATA, None)
    assert [result.color for result in found.results] == [Color.RED, Color.RED, *[None] * 5]


@pytest.mark.parametrize(
    ("practice", "color"),
    [
        (35, Color.GREEN),
        (55, Color.GREEN),
        (30, Color.AMBER),
        (60, Color.AMBER),
        (29.9, Color.RED),
        (60.1, Color.RED),
        (34.9, Color.AMBER),
    ],
)
def test_rule_33_colors_of_the_practice_share(practice: float, color: Color) -> None:
    assert shares(100 - practice, practice)["practice_share"].color is color


@pytest.mark.parametrize("policy", [Policy(), Policy(practice_low=0.3)])
def test_rule_33_without_a_band_no_color_flag_or_hours(policy: Policy) -> None:
    found = shares(100, 1, policy)
    result = found["practice_share"]
    assert (result.value, result.color, result.flag) == (1 / 101, None, None)
    assert set(result.reading.tables["hours_needed"].values()) == {None}
    assert found.verdict.flags == ()


@pytest.mark.parametrize(
    ("theory", "practice", "policy", "flags"),
    [
        (10, 0, SPECIAL_TOPIC, (Headline.THEORY_HEAVY, Headline.DISCONNECTED)),
        (10, 0, band(0, 0.2), (Headline.DISCONNECTED,)),
        (10, 0, Policy(), (Headline.DISCONNECTED,)),
        (0, 10, SPECIAL_TOPIC, (Headline.PRACTICE_HEAVY,)),
        (0, 10, band(0.8, 1), ()),
        (0, 10, Policy(), ()),
    ],
)
def test_rule_34_no_practice_and_no_theory_follow_from_the_band(
    theory: float, practice: float, policy: Policy, flags: tuple[Headline, ...]
) -> None:
    assert shares(theory, practice, policy).verdict.flags == flags


def test_rule_34_within_the_margin_the_flag_is_amber() -> None:
    verdict = shares(0, 10, band(0.5, 0.96)).verdict
    assert (verdict.headline, verdict.color) == (Headline.PRACTICE_HEAVY, Color.AMBER)


def test_rule_35_flags_in_order_of_precedence_with_the_headline_first() -> None:
    found = report(layout(unit("t", 60), unit("p", 40, "B", "site_visit"), policy=band(0.5, 0.6)))
    assert found.verdict.flags == (Headline.THEORY_HEAVY, Headline.DISCONNECTED, Headline.SKEWED)
    assert (found.verdict.headline, found.verdict.color) == (Headline.THEORY_HEAVY, Color.RED)


def test_rule_35_no_flag_is_balanced() -> None:
    verdict = shares(60, 40).verdict
    assert (verdict.headline, verdict.color, verdict.flags) == (Headline.BALANCED, Color.GREEN, ())


AT_MOST = Limits.at_most(0.1, 0.25)


@dataclass(frozen=True)
class Entry:
    """A measure made up for one test."""

    key: str
    value: float | None
    below: Headline | None = None
    above: Headline | None = None

    def result(self, limits: Limits | None = AT_MOST, judged: bool = True) -> Result:
        measure = Measure(
            key=self.key,
            quantity=Quantity.SHARE,
            read=lambda evidence: Reading(None),
            limits=lambda policy: limits,
            below=self.below,
            above=self.above,
        )
        return Result(measure, Reading(self.value, is_judged=judged), limits)


def judged(*results: Result) -> verdicts.Verdict:
    return verdicts.verdict(results, untagged_share=0, untagged_limit=0.1)


def test_rule_35_the_headline_has_the_worst_color_of_its_own_measures() -> None:
    coverage = Entry("linkage_coverage", 0.7, below=Headline.DISCONNECTED)
    orphans = Entry("orphan_practice", 0.3, above=Headline.DISCONNECTED)
    skew = Entry("thematic_divergence", 0.2, above=Headline.SKEWED)
    at_least = Limits.at_least(0.8, 0.6)
    both = judged(skew.result(), coverage.result(at_least), orphans.result())
    assert both == verdicts.Verdict(
        Headline.DISCONNECTED, Color.RED, (Headline.DISCONNECTED, Headline.SKEWED)
    )
    assert judged(coverage.result(at_least)).color is Color.AMBER


@pytest.mark.parametrize(
    "result",
    [
        Entry("knockout_loss", None, above=Headline.FRAGILE).result(),
        Entry("knockout_loss", 1, above=Headline.FRAGILE).result(None),
        Entry("knockout_loss", 1, above=Headline.FRAGILE).result(judged=False),
        Entry("knockout_loss", 0.1, above=Headline.FRAGILE).result(),
    ],
)
def test_rule_35_what_is_green_undefined_or_not_judged_raises_nothing(result: Result) -> None:
    assert result.flag is None
    assert judged(result).flags == ()


@pytest.mark.parametrize(
    ("limits", "value", "color"),
    [
        (Limits.at_least(0.8, 0.6), 0.8, Color.GREEN),
        (Limits.at_least(0.8, 0.6), 0.8 - 1e-10, Color.GREEN),
        (Limits.at_least(0.8, 0.6), 0.7999, Color.AMBER),
        (Limits.at_least(0.8, 0.6), 0.6, Color.AMBER),
        (Limits.at_least(0.8, 0.6), 0.5999, Color.RED),
        (Limits.at_most(0.1, 0.25), 0.1, Color.GREEN),
        (Limits.at_most(0.1, 0.25), 0.1 + 1e-10, Color.GREEN),
        (Limits.at_most(0.1, 0.25), 0.25, Color.AMBER),
        (Limits.at_most(0.1, 0.25), 0.2501, Color.RED),
        (Limits.band(0.35, 0.55, 0.05), 0.6, Color.AMBER),
        (Limits.band(0.4, 0.55, 0.05), 0.35, Color.AMBER),
    ],
)
def test_rule_36_the_better_color_owns_the_boundary(limits: Limits, value: float, color: Color) -> None:
    assert limits.color(value) is color


def test_rule_36_limits_come_from_the_policy() -> None:
    base = layout(unit("t", 7), unit("v", 3, "B"), placed(case("alpha"), 8))
    assert report(base)["linkage_coverage"].color is Color.AMBER
    eased = replace(SPECIAL_TOPIC, linkage_coverage_green=0.7, linkage_coverage_amber=0.1)
    assert report(replace(base, policy=eased))["linkage_coverage"].color is Color.GREEN
    strict = replace(SPECIAL_TOPIC, linkage_coverage_amber=0.75)
    assert report(replace(base, policy=strict))["linkage_coverage"].color is Color.RED


def test_distance_is_positive_outside_and_slack_inside() -> None:
    limits = Limits.band(0.35, 0.55, 0.05)
    assert limits.distance(0.25) == pytest.approx(0.1)
    assert limits.distance(0.6) == pytest.approx(0.05)
    assert limits.distance(0.5) == pytest.approx(-0.05)
    assert Limits.at_least(0.8, 0.6).distance(1) == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("practice", "limits", "needed"),
    [
        (5, Limits.band(1, 1, 0.05), {"swap_to_practice": 5}),
        (5, Limits.band(0, 0, 0.05), {"swap_to_theory": 5}),
        (5, Limits.band(0.5, 0.6, 0.05), {}),
        (5, None, {}),
        (2, Limits.band(0.5, 0.6, 0.05), {"add_practice": 6, "swap_to_practice": 3}),
        (9, Limits.band(0.5, 0.6, 0.05), {"add_theory": 5, "swap_to_theory": 3}),
    ],
)
def test_rule_37_hours_needed(practice: float, limits: Limits | None, needed: dict[str, float]) -> None:
    found = hours_needed(practice, 10, limits)
    assert {key: value for key, value in found.items() if value is not None} == pytest.approx(needed)


def test_rule_37_at_the_measures_own_hours() -> None:
    base = layout(unit("s", 10, method="self_study"), unit("t", 8), placed(case("alpha"), 2))
    needed = [
        report(base, count_self_study=count)["practice_share"].reading.tables["hours_needed"][
            "swap_to_practice"
        ]
        for count in (False, True)
    ]
    assert needed == [pytest.approx(1.5), pytest.approx(5)]


def test_rule_38_the_same_case_twice_adds_hours() -> None:
    alpha = case("alpha")
    found = report(
        layout(unit("t", 4), placed(alpha, 2), course(unit("p", 1, method="site_visit", case=alpha)))
    )
    assert found.hours.practice == 3


def test_every_measure_has_its_own_key_and_an_unknown_one_is_an_error() -> None:
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)
    with pytest.raises(KeyError):
        shares(1, 1)["satisfaction"]
