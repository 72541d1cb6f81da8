"""Whether practice comes close enough to the theory that it serves (2.2 e; rules 7, 8 and 27)."""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import TOLERANCE, Limits
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading
from curriculum.balance.timetable import Element, Item


class Distance(NamedTuple):
    """A covered theory element and the teaching hours between it and the nearest practice that covers it."""

    theory: Element
    gap: float


def sequence_fit(evidence: Evidence) -> Reading:
    """Share of covered theory hours with practice near by; undefined where no theory hours are covered.

    ``mean_gap``, ``largest_gap`` and ``gap_limit`` are teaching hours. The elements are those whose practice
    is too far away, the furthest first. With fewer theory units than the policy asks for, covered or not,
    the value says nothing.
    """
    found = [distance for distance in distances(evidence) if distance.theory.hours > 0]
    covered = fsum(distance.theory.hours for distance in found)
    limit = gap_limit(evidence)
    if not covered:
        return Reading(None, figures={"mean_gap": None, "largest_gap": None, "gap_limit": limit})
    near = fsum(theory.hours for theory, gap in found if gap <= limit + TOLERANCE)
    far = sorted((pair for pair in found if pair.gap > limit + TOLERANCE), key=lambda pair: -pair.gap)
    units = sum(element.is_theory_unit for element in evidence.timetable.theory)
    return Reading(
        value=near / covered,
        figures={
            "mean_gap": fsum(theory.hours * gap for theory, gap in found) / covered,
            "largest_gap": max(gap for _, gap in found),
            "gap_limit": limit,
        },
        elements=tuple(theory for theory, _ in far),
        is_judged=units >= evidence.layout.policy.min_units,
    )


def gap_limit(evidence: Evidence) -> float:
    """How far practice may be from its theory: hours, or a share of the whole column where that is more."""
    policy = evidence.layout.policy
    return max(policy.gap_hours, policy.gap_share * evidence.timetable.total_hours)


def distances(evidence: Evidence) -> tuple[Distance, ...]:
    """The covered theory elements, in order, with their distances to the nearest covering practice."""
    return tuple(
        Distance(linkage.theory, _nearest(linkage)) for linkage in evidence.linkages if linkage.covering
    )


def _nearest(linkage: Linkage) -> float:
    theory = linkage.theory.item
    return min(gap_between(theory, tie.practice.item) for tie in linkage.covering)


def gap_between(theory: Item, practice: Item) -> float:
    """Hours between two items on the clock, whichever comes first; 0 where they touch or are the same."""
    return max(0.0, practice.start - theory.end, theory.start - practice.end)


SEQUENCE_FIT = Measure(
    key="sequence_fit",
    quantity=Quantity.SHARE,
    read=sequence_fit,
    limits=lambda policy: Limits.at_least(policy.sequence_fit_green, policy.sequence_fit_amber),
    below=Headline.OUT_OF_SEQUENCE,
)
