"""How much of the practice serves no theory of the curriculum (2.2 c; rules 29 and 30)."""

from __future__ import annotations

from math import fsum

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading
from curriculum.balance.timetable import Element


def orphan_practice(evidence: Evidence) -> Reading:
    """Share of the practice hours that no theory unit is tied to; undefined without theory or practice.

    The elements are the orphans, those of 0 hours included; they are found where the share is undefined too.
    """
    orphans = orphan_elements(evidence)
    practice = evidence.timetable.practice_hours
    is_defined = practice and evidence.timetable.theory_hours
    return Reading(
        value=fsum(element.hours for element in orphans) / practice if is_defined else None,
        elements=orphans,
    )


def orphan_elements(evidence: Evidence) -> tuple[Element, ...]:
    """The practice elements that serve no theory unit with hours, whether their cases are current or not.

    The practice part of a mixed unit serves that unit. A placed case taught by a mixed method does not: its
    theory part is nothing that the curriculum teaches.
    """
    serving = {
        tie.practice.item.order
        for linkage in evidence.linkages
        if linkage.ties and linkage.theory.is_theory_unit
        for tie in linkage.ties
    }
    return tuple(
        element
        for element in evidence.timetable.practice
        if element.item.order not in serving and not (element.item.unit is not None and element.item.is_mixed)
    )


ORPHAN_PRACTICE = Measure(
    key="orphan_practice",
    quantity=Quantity.SHARE,
    read=orphan_practice,
    limits=lambda policy: Limits.at_most(policy.orphan_practice_green, policy.orphan_practice_amber),
    above=Headline.DISCONNECTED,
)
