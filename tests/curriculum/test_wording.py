"""Every verdict and measure has its words, with the figures that the engine found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from curriculum import wording
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.measures import MEASURES
from curriculum.balance.policy import Policy
from curriculum.balance.report import report
from curriculum.reasons import measure_reason
from tests.curriculum.balance.layouts import case, layout, placed, unit, worked_example


def shares(theory: float, practice: float, policy: Policy) -> Layout:
    return layout(unit("t", theory), placed(case("alpha"), practice), policy=policy)


BAND = Policy(practice_low=0.35, practice_high=0.55)
UNCOVERED_MAY_BE = replace(BAND, linkage_coverage_green=0)
ONLY_ORDER = Policy(knockout_loss_green=1, thematic_divergence_green=1, sequence_fit_green=1)

SENTENCES = [
    (layout(), "No timed units yet."),
    (
        layout(unit("t", 44), placed(case("alpha"), 44), unit("u", 12, "")),
        "No verdict yet: 12.0% of hours carry no theme (limit 10%). Tag 1 unit first.",
    ),
    (
        layout(unit("t", 44), placed(case("alpha"), 44), unit("u", 6, ""), unit("v", 6, "")),
        "No verdict yet: 12.0% of hours carry no theme (limit 10%). Tag 2 units first.",
    ),
    (
        shares(24, 4, BAND),
        "Too much theory: practice is 14.3%, band 35–55%. "
        "Add 8.92 h of practice, or turn 5.8 h of theory into practice.",
    ),
    (
        shares(8, 20, BAND),
        "Too much practice: 71.4%, band 35–55%. Add 8.36 h of theory, or turn 4.6 h of practice into theory.",
    ),
    (
        shares(24, 4, Policy(practice_low=1, practice_high=1)),
        "Too much theory: practice is 14.3%, band 100–100%. Turn 24 h of theory into practice.",
    ),
    (
        shares(8, 20, Policy(practice_low=0, practice_high=0)),
        "Too much practice: 71.4%, band 0–0%. Turn 20 h of practice into theory.",
    ),
    (
        worked_example(),
        "Theory and practice do not meet: 4 of 17 theory hours have no current case; "
        "2 of 11 practice hours serve no theory here.",
    ),
    (
        layout(unit("t", 4), unit("u", 4, "B"), placed(case("alpha"), 6)),
        "Theory and practice do not meet: 4 of 8 theory hours have no current case.",
    ),
    (
        layout(unit("t", 4), placed(case("alpha"), 2), placed(case("beta", "E"), 2)),
        "Theory and practice do not meet: 2 of 4 practice hours serve no theory here.",
    ),
    (
        layout(
            unit("t", 9),
            unit("u", 1, "B"),
            placed(case("alpha"), 1),
            placed(case("beta", "B"), 9),
            policy=Policy(),
        ),
        "Practice goes to other themes than theory: 0.53, limit 0.15. "
        "Mostly A (too little practice) and B (too much practice).",
    ),
    (
        layout(*(unit(f"t{n}", 2) for n in range(3)), placed(case("alpha"), 5), policy=BAND),
        "Too much hangs on one case: without alpha, 6 of 6 theory hours lose their only case "
        "(100.0%, limit 25%).",
    ),
    (
        layout(unit("t", 5), placed(case("alpha", facts=date(2021, 1, 1)), 5), policy=BAND),
        "The cases are ageing: freshness 0.50, at least 0.70 wanted. Oldest: alpha, facts of 1 January 2021.",
    ),
    (
        layout(unit("t", 5), placed(case("alpha", facts=None), 5), policy=UNCOVERED_MAY_BE),
        "The cases are ageing: freshness 0.00, at least 0.70 wanted. Without a date: alpha.",
    ),
    (
        layout(
            unit("a", 2),
            unit("b", 20, "B"),
            unit("c", 1, "C"),
            placed(case("beta", "B C"), 2),
            placed(case("alpha"), 2),
            policy=ONLY_ORDER,
        ),
        "Practice is too far from its theory: 91.3% within 6 h, 100% wanted. Furthest: 1.1.1, 23 h.",
    ),
    (
        shares(5, 5, BAND),
        "In balance on 1 January 2026: 5 measures are within limits, the others are only reported.",
    ),
    (
        layout(
            *(unit(f"t{n}", 2) for n in range(3)),
            placed(case("alpha"), 3),
            placed(case("beta"), 3),
            policy=BAND,
        ),
        "In balance on 1 January 2026: all seven measures are within limits.",
    ),
]


@pytest.mark.parametrize(("base", "sentence"), SENTENCES)
def test_verdict_sentences(base: Layout, sentence: str) -> None:
    assert wording.verdict_sentence(report(base)) == sentence


def test_a_share_that_misses_its_band_never_looks_inside_it() -> None:
    sentence = wording.verdict_sentence(report(shares(65.01, 34.99, BAND)))
    assert "practice is 34.99%" in sentence


@pytest.mark.parametrize(
    ("base", "key", "reason"),
    [
        (worked_example(), "practice_share", "11 of 28 h; band 35–55%"),
        (worked_example(), "linkage_coverage", "1.3.1 has none (4 h)"),
        (worked_example(), "orphan_practice", "1.6 serves no theory here (2 h)"),
        (worked_example(), "knockout_loss", "5 of 17 h have only gamma"),
        (worked_example(), "sequence_fit", "All within 6 h; 1.23 h on average"),
        (worked_example(), "timeliness_index", "Oldest: beta, facts of 1 January 2021"),
        (worked_example(), "thematic_divergence", "Mostly C (no practice) and E (no theory)."),
        (layout(), "orphan_practice", "Needs both theory and practice hours"),
        (layout(), "knockout_loss", "No theory has a current case"),
        (layout(), "sequence_fit", "No theory has a current case"),
        (layout(), "timeliness_index", "No practice hours work on a case"),
        (layout(), "thematic_divergence", "Theory or practice carries no theme"),
        (
            shares(5, 5, BAND),
            "thematic_divergence",
            "Theory and practice share the same themes",
        ),
        (layout(), "practice_share", "No counted hours"),
        (layout(), "linkage_coverage", "No theory hours"),
        (shares(5, 5, Policy()), "practice_share", "5 of 10 h; the category has no band"),
        (shares(5, 5, BAND), "linkage_coverage", "Every theory unit has a current case"),
        (
            layout(unit("a", 1), unit("b", 3), unit("c", 2)),
            "linkage_coverage",
            "1.2.1 (3 h) and 2 more have none",
        ),
    ],
)
def test_reasons(base: Layout, key: str, reason: str) -> None:
    assert measure_reason(report(base), key) == reason


def test_every_measure_and_headline_has_its_words() -> None:
    for measure in MEASURES:
        assert wording.MEASURE_LABELS[measure.key]
        assert wording.MEASURE_HEADS[measure.key]
        assert wording.MEASURE_HELP[measure.key]
        assert measure_reason(report(layout()), measure.key)
    assert set(wording.HEADLINE_LABELS) == set(Headline)


def test_every_flag_that_a_measure_can_raise_has_a_sentence() -> None:
    raised = {flag for measure in MEASURES for flag in (measure.below, measure.above) if flag}
    told = {report(base).verdict.headline for base, _sentence in SENTENCES}
    assert told == {*raised, Headline.NO_DATA, Headline.BALANCED}
