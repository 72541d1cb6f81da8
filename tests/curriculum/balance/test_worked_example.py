"""Domain notes 2.4: every printed figure that the present measures give."""

from __future__ import annotations

import pytest

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Color, Limits
from curriculum.balance.measures.practice_share import hours_needed
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.timetable import timetable
from tests.curriculum.balance.layouts import layout, placed, unit, worked_example


def test_hours_without_self_study() -> None:
    hours = report(worked_example()).hours
    assert (hours.theory, hours.practice, hours.total, hours.self_study) == (17, 11, 28, 2)


def test_measures_without_self_study() -> None:
    found = report(worked_example())
    assert found["practice_share"].value == pytest.approx(11 / 28)
    assert found["practice_share"].color is Color.GREEN
    assert found["linkage_coverage"].value == pytest.approx(13 / 17)
    assert found["linkage_coverage"].color is Color.AMBER


def test_only_t3_is_uncovered_without_self_study() -> None:
    assert [entry.element.item.identifier for entry in report(worked_example()).lists.uncovered] == ["CU/T3"]


def test_verdict() -> None:
    verdict = report(worked_example()).verdict
    assert (verdict.headline, verdict.color) == (Headline.DISCONNECTED, Color.AMBER)
    assert verdict.flags == (Headline.DISCONNECTED,)


def test_with_self_study() -> None:
    found = report(worked_example(), count_self_study=True)
    assert (found.hours.theory, found.hours.practice, found.hours.total) == (19, 11, 30)
    assert found.hours.self_study == 2
    assert found["practice_share"].value == pytest.approx(0.3667, abs=5e-5)
    assert found["linkage_coverage"].value == pytest.approx(0.6842, abs=5e-5)
    assert [entry.element.item.identifier for entry in found.lists.uncovered] == ["CU/T3", "CU/T4"]


def test_places_and_positions() -> None:
    items = timetable(worked_example()).items
    assert [(item.number, item.start, item.end) for item in items] == [
        ("1.1.1", 0, 4),
        ("1.1.2", 4, 8),
        ("1.2", 8, 11),
        ("1.3.1", 11, 15),
        ("1.3.2", 15, 15),
        ("1.4", 15, 19),
        ("1.5.1", 19, 22),
        ("1.5.2", 22, 26),
        ("1.6", 26, 28),
    ]


def test_nothing_is_rounded_in_the_record() -> None:
    plain = record(report(worked_example()))
    assert plain["practice_share"] == 11 / 28
    assert plain["linkage_coverage"] == 13 / 17
    assert plain["band"] == [0.35, 0.55]
    assert plain["colours"] == {"practice_share": "green", "linkage_coverage": "amber"}
    assert (plain["headline"], plain["headline_colour"], plain["flags"]) == (
        "DISCONNECTED",
        "amber",
        ["DISCONNECTED"],
    )
    assert plain["orphan_units"] == ["CU/T3"]
    assert (plain["view"], plain["as_of"]) == ("live", "2026-01-01")


def test_too_much_theory_says_what_is_needed() -> None:
    needed = hours_needed(4, 28, Limits.band(0.35, 0.55, 0.05))
    assert needed["add_practice"] == pytest.approx(8.92, abs=0.005)
    assert needed["swap_to_practice"] == pytest.approx(5.8)
    assert (needed["add_theory"], needed["swap_to_theory"]) == (None, None)


def test_too_much_practice_says_what_is_needed() -> None:
    needed = hours_needed(20, 28, Limits.band(0.35, 0.55, 0.05))
    assert needed["add_theory"] == pytest.approx(8.36, abs=0.005)
    assert needed["swap_to_theory"] == pytest.approx(4.6)
    assert (needed["add_practice"], needed["swap_to_practice"]) == (None, None)


@pytest.mark.parametrize(
    ("theory", "practice", "headline"),
    [(24, 4, Headline.THEORY_HEAVY), (8, 20, Headline.PRACTICE_HEAVY)],
)
def test_the_hours_needed_reach_the_band(theory: float, practice: float, headline: Headline) -> None:
    before = report(layout(unit("t", theory), unit("p", practice, method="site_visit")))
    assert before.verdict.headline is headline
    needed = before["practice_share"].reading.tables["hours_needed"]
    added = report(
        layout(
            unit("t", theory),
            unit("p", practice, method="site_visit"),
            placed(unit("x", needed["add_theory"] or 0)),
            placed(unit("y", needed["add_practice"] or 0, method="site_visit")),
        )
    )
    swap = (needed["swap_to_practice"] or 0) - (needed["swap_to_theory"] or 0)
    swapped = report(layout(unit("t", theory - swap), unit("p", practice + swap, method="site_visit")))
    for after in (added, swapped):
        assert after["practice_share"].color is Color.GREEN
        assert after["practice_share"].distance == pytest.approx(0)
