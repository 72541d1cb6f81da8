"""Every verdict and measure has its words, with the figures that the engine found."""

from __future__ import annotations

import pytest

from curriculum import wording
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.measures import MEASURES
from curriculum.balance.policy import Policy
from curriculum.balance.report import report
from tests.curriculum.balance.layouts import case, layout, placed, unit, worked_example


def shares(theory: float, practice: float, policy: Policy) -> Layout:
    return layout(unit("t", theory), placed(case("alpha"), practice), policy=policy)


BAND = Policy(practice_low=0.35, practice_high=0.55)

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
        "Theory and practice do not meet: 4 of 17 theory hours have no current case.",
    ),
    (shares(5, 5, BAND), "Not judged yet: what is measured so far is within its limits."),
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
    assert wording.measure_reason(report(base), key) == reason


def test_every_measure_and_headline_has_its_words() -> None:
    for measure in MEASURES:
        assert wording.MEASURE_LABELS[measure.key]
        assert wording.MEASURE_HEADS[measure.key]
        assert wording.MEASURE_HELP[measure.key]
        assert wording.measure_reason(report(layout()), measure.key)
    assert set(wording.HEADLINE_LABELS) == {*Headline, None}


def test_every_flag_that_a_measure_can_raise_has_a_sentence() -> None:
    raised = {flag for measure in MEASURES for flag in (measure.below, measure.above) if flag}
    told = {report(base).verdict.headline for base, _sentence in SENTENCES}
    assert told == {*raised, Headline.NO_DATA, None}
