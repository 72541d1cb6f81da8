"""Balance rules, part A (1 to 9) and rule 24: hours, elements, positions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from curriculum.balance.layout import Layout
from curriculum.balance.methods import METHODS
from curriculum.balance.report import BalanceReport, report
from curriculum.balance.timetable import Standing, Timetable, timetable
from tests.curriculum.balance.layouts import case, course, layout, placed, unit


def hours(found: Timetable) -> tuple[float, float]:
    return found.theory_hours, found.practice_hours


def listed(found: BalanceReport) -> list[str]:
    """Everything that any list of the report names."""
    lists = found.lists
    rows = [entry.element.item for entry in lists.uncovered]
    return [item.identifier for item in [*rows, *lists.untagged, *lists.untimed]]


def test_rule_1_self_study_is_inside_the_total_only_where_it_is_counted() -> None:
    workshop_at_home = unit("w", 4, method="workshop", self_study=True)
    base = layout(unit("t", 6), workshop_at_home)
    without, with_it = report(base).hours, report(base, count_self_study=True).hours
    assert (without.theory, without.practice, without.total, without.self_study) == (6, 0, 6, 4)
    assert (with_it.theory, with_it.practice, with_it.total, with_it.self_study) == (8, 2, 10, 4)


def test_rule_1_neutral_and_optional_hours_are_in_none_of_the_four() -> None:
    home = unit("h", 1, method="self_study")
    base = layout(unit("t", 6), unit("n", 2, neutral=True), placed(home, optional=True))
    found = report(base, count_self_study=True).hours
    assert (found.theory, found.practice, found.total, found.self_study) == (6, 0, 6, 0)
    assert (found.neutral, found.optional) == (2, 1)


@pytest.mark.parametrize(
    ("fields", "optional", "standing"),
    [
        ({"neutral": True, "self_study": True}, True, Standing.NEUTRAL),
        ({"self_study": True}, True, Standing.OPTIONAL),
        ({"self_study": True}, False, Standing.SELF_STUDY),
        ({}, False, Standing.COUNTED),
        ({"method": "assessment"}, False, Standing.NEUTRAL),
        ({"method": "ceremony"}, False, Standing.NEUTRAL),
        ({"method": "self_study"}, False, Standing.SELF_STUDY),
        ({"method": "online"}, False, Standing.COUNTED),
    ],
)
def test_rule_2_one_order_no_item_twice(fields: dict[str, Any], optional: bool, standing: Standing) -> None:
    found = timetable(layout(placed(unit("u", 2, **fields), optional=optional)))
    assert [item.standing for item in found.items] == [standing]


@pytest.mark.parametrize("count_self_study", [False, True])
def test_rule_2_what_is_out_is_out_of_everything(count_self_study: bool) -> None:
    aside = course(unit("n", None, "", neutral=True), code="N")
    chosen = placed(course(unit("o", None, ""), code="O"), optional=True)
    found = report(layout(unit("t", 2), aside, chosen), count_self_study=count_self_study)
    assert listed(found) == ["K-t/t"]
    assert found.untagged_share == 0
    assert [part.key for part in found.by_method] == ["lecture"]


def test_rule_2_an_optional_case_covers_nothing() -> None:
    alpha = case("alpha")
    assert report(layout(unit("t", 2), placed(alpha, 2, optional=True)))["linkage_coverage"].value == 0


def test_rule_3_an_override_scales_all_units_neutral_and_self_study_ones_too() -> None:
    units = (unit("t", 4), unit("n", 2, neutral=True), unit("s", 2, method="self_study"))
    found = timetable(layout(placed(course(*units), 4)))
    assert [item.hours for item in found.items] == [2, 1, 1]
    assert hours(found) == (2, 0)


def test_rule_3_an_override_of_a_course_without_hours_has_no_effect() -> None:
    found = timetable(layout(placed(course(unit("t", 0), unit("v", None)), 4)))
    assert [item.hours for item in found.items] == [0, 0]


def test_rule_3_an_override_of_zero_is_zero() -> None:
    assert hours(timetable(layout(placed(course(unit("t", 4)), 0)))) == (0, 0)


def test_rule_4_a_units_method_and_category_are_its_own() -> None:
    lecture = course(unit("t", 4, content_category="knowledge"))
    item = timetable(layout(placed(lecture, delivery_method="site_visit", content_category="x"))).items[0]
    assert (item.delivery_method, item.content_category, item.fraction) == ("lecture", "knowledge", 0)


def test_rule_5_a_placed_case_is_discussed_unless_it_says_otherwise() -> None:
    item = timetable(layout(placed(case("alpha"), 3))).items[0]
    assert (item.delivery_method, item.fraction) == ("case_discussion", 1)


@pytest.mark.parametrize(
    ("given", "suggested", "expected", "is_timed"),
    [(0, 3, 0, True), (None, 3, 3, True), (None, None, 0, False), (2, None, 2, True)],
)
def test_rule_5_hours_of_a_placed_case(
    given: float | None, suggested: float | None, expected: float, is_timed: bool
) -> None:
    alpha = case("alpha", suggested_hours=suggested)
    found = report(layout(placed(alpha, given)))
    assert found.hours.practice == expected
    assert [item.identifier for item in found.lists.untimed] == ([] if is_timed else ["alpha"])


def mixed_placement(**fields) -> Layout:
    return layout(placed(case("alpha", **fields), 4, delivery_method="workshop"))


def test_rule_6_a_placed_case_by_a_mixed_method_is_theory_too() -> None:
    found = timetable(mixed_placement())
    assert hours(found) == (2, 2)
    assert [element.themes for element in found.theory] == [frozenset()]
    assert [element.is_theory_unit for element in found.theory] == [False]


def test_rule_6_its_theory_is_covered_by_its_own_case_while_that_is_current() -> None:
    assert report(mixed_placement())["linkage_coverage"].value == 1
    assert report(mixed_placement(visible=False))["linkage_coverage"].value == 0


def test_rule_6_its_theory_is_covered_by_nothing_else() -> None:
    base = layout(
        placed(case("alpha", visible=False), 4, delivery_method="workshop"), placed(case("beta"), 2)
    )
    assert report(base)["linkage_coverage"].value == 0


def test_rule_6_its_theory_is_untagged_only_if_the_case_is() -> None:
    assert report(mixed_placement()).untagged_share == 0
    assert report(mixed_placement(tags="")).untagged_share == 1


def test_rule_6_a_case_placed_as_a_lecture_is_all_theory_and_uncovered() -> None:
    base = layout(placed(case("alpha"), 4, delivery_method="lecture"))
    found = report(base)
    assert (found.hours.theory, found.hours.practice) == (4, 0)
    assert found["linkage_coverage"].value == 0
    assert [entry.element.item.identifier for entry in found.lists.uncovered] == ["alpha"]


def test_rule_7_only_counted_items_move_the_clock() -> None:
    base = layout(
        unit("n", 1, method="ceremony"),
        placed(unit("o", 1), optional=True),
        unit("s", 1, method="self_study"),
        unit("w", 3, method="workshop"),
        unit("v", 2, ""),
    )
    without, with_it = timetable(base), timetable(base, count_self_study=True)
    assert [(item.start, item.end) for item in without.items] == [(0, 0), (0, 0), (0, 0), (0, 3), (3, 5)]
    assert [(item.start, item.end) for item in with_it.items] == [(0, 0), (0, 0), (0, 1), (1, 4), (4, 6)]


def test_rule_7_both_parts_of_a_mixed_item_have_its_whole_interval() -> None:
    found = timetable(layout(unit("w", 3, method="workshop")))
    assert found.theory[0].item is found.practice[0].item
    assert (found.theory[0].hours, found.practice[0].hours) == (1.5, 1.5)


def test_rule_7_the_clock_runs_through_modules_and_overrides() -> None:
    base = layout(placed(course(unit("a", 1), unit("b", 1)), 6), unit("c", 1))
    twice = replace(base, modules=(*base.modules, *base.modules))
    found = timetable(twice)
    assert [item.number for item in found.items] == ["1.1.1", "1.1.2", "1.2.1", "2.1.1", "2.1.2", "2.2.1"]
    assert [item.end for item in found.items] == [3, 6, 7, 10, 13, 14]


@pytest.mark.parametrize(
    ("method", "fraction", "theory", "practice"),
    [("site_visit", 0, 4, 0), ("lecture", 1, 0, 4), ("lecture", 0.25, 3, 1), ("site_visit", None, 0, 4)],
)
def test_rule_9_an_explicit_fraction_wins(
    method: str, fraction: float | None, theory: float, practice: float
) -> None:
    base = layout(unit("u", 4, method=method, practice_fraction=fraction))
    assert hours(timetable(base)) == (theory, practice)


def test_rule_9_mixed_is_a_fraction_not_a_method() -> None:
    base = layout(
        unit("w", 4, method="workshop", practice_fraction=1),
        unit("l", 4, method="lecture", practice_fraction=0.5),
    )
    assert [item.is_mixed for item in timetable(base).items] == [False, True]


def test_rule_9_default_fractions() -> None:
    whole = {name for name, method in METHODS.items() if method.practice_fraction == 1}
    half = {name for name, method in METHODS.items() if method.practice_fraction == 0.5}
    assert whole == {
        "case_discussion",
        "site_visit",
        "simulation",
        "experiential",
        "action_learning",
        "field_task",
    }
    assert half == {"workshop", "seminar", "structured_discussion", "interview", "flipped_classroom"}
    assert {method.practice_fraction for method in METHODS.values()} == {0, 0.5, 1}


def test_rule_24_a_draft_course_is_left_out_with_its_hours_and_listed() -> None:
    hidden = course(code="H", visible=False)
    found = report(layout(placed(hidden, 6), unit("t", 2)))
    assert (found.hours.total, found.hours.theory) == (2, 2)
    assert [(entry.number, entry.placement.course) for entry in found.lists.left_out] == [("1.1", hidden)]
    assert [entry.element.item.number for entry in found.lists.uncovered] == ["1.2.1"]


def test_rule_24_hours_with_a_draft_case_stay_and_cover_nothing() -> None:
    hidden = case("alpha", visible=False)
    worked_on = unit("w", 2, "", "workshop", case=hidden)
    found = report(layout(unit("t", 2), placed(hidden, 2), worked_on))
    assert (found.hours.theory, found.hours.practice) == (3, 3)
    assert found["linkage_coverage"].value == 0


def test_a_placement_of_nothing_is_listed_and_skipped() -> None:
    found = report(layout(placed(None, 5), unit("t", 2)))
    assert found.hours.total == 2
    assert [entry.number for entry in found.lists.left_out] == ["1.1"]


def test_a_unit_without_hours_or_method_counts_as_no_theory_hours_and_is_listed() -> None:
    found = report(layout(unit("u", None, method=""), unit("t", 2)))
    assert found.hours.total == 2
    assert [item.identifier for item in found.lists.untimed] == ["K-u/u"]
    assert [entry.element.item.identifier for entry in found.lists.uncovered] == ["K-u/u", "K-t/t"]
