"""Domain notes 2.4: every printed figure, with the variants."""

from __future__ import annotations

import pytest

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Color, Limits
from curriculum.balance.measures.base import Evidence
from curriculum.balance.measures.practice_share import hours_needed
from curriculum.balance.measures.sequence_fit import distances
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.timetable import timetable
from tests.curriculum.balance.layouts import (
    ALPHA,
    BETA,
    DAY,
    DELTA,
    GAMMA,
    layout,
    placed,
    unit,
    with_placements,
    worked_example,
)

PRINTED = 5e-5
"""The notes print four decimals."""


def test_hours_without_self_study() -> None:
    hours = report(worked_example()).hours
    assert (hours.theory, hours.practice, hours.total, hours.self_study) == (17, 11, 28, 2)


def test_measures_without_self_study() -> None:
    found = report(worked_example())
    assert found["practice_share"].value == pytest.approx(11 / 28)
    assert found["practice_share"].color is Color.GREEN
    assert found["linkage_coverage"].value == pytest.approx(13 / 17)
    assert found["linkage_coverage"].color is Color.AMBER


def test_the_other_five_measures() -> None:
    plain = record(report(worked_example()))
    assert plain["orphan_practice"] == pytest.approx(0.1818, abs=PRINTED)
    assert plain["orphan_placements"] == ["delta"]
    assert plain["knockout_loss"] == pytest.approx(0.2941, abs=PRINTED)
    assert plain["knockout_case"] == "gamma"
    assert plain["loads"] == pytest.approx({"alpha": 6, "beta": 2, "gamma": 5})
    assert plain["hhi"] == pytest.approx(0.3846, abs=PRINTED)
    assert plain["effective_cases"] == pytest.approx(2.6)
    assert plain["sequence_fit"] == 1
    assert plain["gap_limit"] == 6
    assert plain["mean_gap"] == pytest.approx(1.231, abs=5e-4)
    assert plain["timeliness_index"] == pytest.approx(0.7286, abs=PRINTED)
    assert plain["thematic_divergence"] == pytest.approx(0.2695, abs=PRINTED)
    assert plain["divergence_by_theme"] == pytest.approx(
        {"A": 0.0037, "B": 0.0476, "C": 0.1176, "D": 0.0096, "E": 0.0909}, abs=PRINTED
    )


def test_gaps_and_freshness_one_by_one() -> None:
    gaps = {gap.theory.item.identifier: gap.gap for gap in distances(Evidence.of(worked_example()))}
    assert gaps == {"CT/T1": 4, "CT/T2": 0, "CV/T5": 0, "CV/M1": 0}
    fresh = [freshness(case, DAY, 5) for case in (ALPHA, BETA, GAMMA, DELTA)]
    assert fresh == pytest.approx([0.7579, 0.5, 0.8706, 1], abs=PRINTED)


def test_with_self_study_the_other_measures() -> None:
    plain = record(report(worked_example(), count_self_study=True))
    assert plain["knockout_loss"] == pytest.approx(0.2632, abs=PRINTED)
    assert plain["thematic_divergence"] == pytest.approx(0.3097, abs=PRINTED)


def test_practice_at_the_end_changes_only_the_sequence() -> None:
    here = worked_example()
    first, alpha, *others = here.modules[0].placements
    moved = with_placements(here, first, *others, alpha)
    found, before = report(moved), report(here)
    gaps = {gap.theory.item.identifier: gap.gap for gap in distances(Evidence.of(moved))}
    assert (gaps["CT/T1"], gaps["CT/T2"]) == (21, 4)
    fit = found["sequence_fit"]
    assert fit.value == pytest.approx(0.6923, abs=PRINTED)
    assert (fit.color, fit.flag) == (Color.AMBER, Headline.OUT_OF_SEQUENCE)
    assert fit.reading.figures["mean_gap"] == pytest.approx(7.692, abs=5e-4)
    assert found.verdict.flags == (*before.verdict.flags, Headline.OUT_OF_SEQUENCE)
    assert [result.value for result in found.results if result is not fit] == pytest.approx(
        [result.value for result in before.results if result.key != "sequence_fit"]
    )


def test_only_t3_is_uncovered_without_self_study() -> None:
    assert [entry.element.item.identifier for entry in report(worked_example()).lists.uncovered] == ["CU/T3"]


def test_verdict() -> None:
    verdict = report(worked_example()).verdict
    assert (verdict.headline, verdict.color) == (Headline.DISCONNECTED, Color.AMBER)
    assert verdict.flags == (Headline.DISCONNECTED, Headline.SKEWED, Headline.FRAGILE)


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
    assert plain["colours"] == {
        "practice_share": "green",
        "linkage_coverage": "amber",
        "orphan_practice": "amber",
        "knockout_loss": "amber",
        "sequence_fit": "green",
        "timeliness_index": "green",
        "thematic_divergence": "amber",
    }
    assert (plain["headline"], plain["headline_colour"], plain["flags"]) == (
        "DISCONNECTED",
        "amber",
        ["DISCONNECTED", "SKEWED", "FRAGILE"],
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
