"""How much of the teaching is practice, against the category's band (2.2 a; rules 33, 34 and 37)."""

from __future__ import annotations

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Evidence, Figures, Measure, Quantity, Reading

ENOUGH: Figures = {
    "add_practice": None,
    "swap_to_practice": None,
    "add_theory": None,
    "swap_to_theory": None,
}


def practice_share(evidence: Evidence) -> Reading:
    """``p = P/H``, undefined without hours; with the hours needed to reach the band."""
    practice, total = evidence.timetable.practice_hours, evidence.timetable.total_hours
    needed = hours_needed(practice, total, evidence.layout.policy.practice_limits)
    return Reading(practice / total if total else None, tables={"hours_needed": needed})


def hours_needed(practice: float, total: float, band: Limits | None) -> Figures:
    """What takes ``practice`` of ``total`` hours to the nearer end of the band, by adding or by swapping.

    All ``None`` inside the band or without one. Adding cannot reach a band that starts at 1 or ends at 0.
    """
    if band is None or not total:
        return ENOUGH
    if band.is_below(practice / total):
        swap = band.low * total - practice
        add = swap / (1 - band.low) if band.low < 1 else None
        return {**ENOUGH, "add_practice": add, "swap_to_practice": swap}
    if band.is_above(practice / total):
        add = practice / band.high - total if band.high > 0 else None
        return {**ENOUGH, "add_theory": add, "swap_to_theory": practice - band.high * total}
    return ENOUGH


PRACTICE_SHARE = Measure(
    key="practice_share",
    quantity=Quantity.SHARE,
    read=practice_share,
    limits=lambda policy: policy.practice_limits,
    below=Headline.THEORY_HEAVY,
    above=Headline.PRACTICE_HEAVY,
)
