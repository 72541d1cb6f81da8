"""How fresh the practised cases are (2.2 f; rules 21, 22, 24 and 26)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import fsum

from cases.currency import age_in_years
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Case
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading


def timeliness_index(evidence: Evidence) -> Reading:
    """Mean freshness over the practice hours that name a case, current or not; undefined without such hours.

    The elements are those whose case has lost some of its freshness, the oldest first.
    """
    policy, as_of = evidence.layout.policy, evidence.layout.as_of
    aged = [
        (element, freshness(element.item.case, as_of, policy.half_life_years))
        for element in evidence.timetable.practice
        if element.item.case is not None
    ]
    hours = fsum(element.hours for element, _ in aged)
    stale = sorted((pair for pair in aged if pair[1] < 1), key=lambda pair: pair[1])
    return Reading(
        value=fsum(element.hours * fresh for element, fresh in aged) / hours if hours else None,
        elements=tuple(element for element, _ in stale),
    )


def freshness(case: Case, as_of: date, half_life_years: float) -> float:
    """``2^(-age / half-life)``: 1 for classics, 0 for a case without a date."""
    if case.is_classic:
        return 1.0
    return 0.0 if case.facts_as_of is None else _decay(case.facts_as_of, as_of, half_life_years)


@lru_cache(maxsize=65_536)
def _decay(facts_as_of: date, as_of: date, half_life_years: float) -> float:
    # A library has few different dates, and reports ask for them again and again.
    return float(2 ** (-age_in_years(facts_as_of, as_of) / half_life_years))


TIMELINESS_INDEX = Measure(
    key="timeliness_index",
    quantity=Quantity.INDEX,
    read=timeliness_index,
    limits=lambda policy: Limits.at_least(policy.timeliness_index_green, policy.timeliness_index_amber),
    below=Headline.STALE,
)
