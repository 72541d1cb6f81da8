"""Whether a case is current, and until when (rules 19 to 23)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import floor

from curriculum.balance.layout import Case
from curriculum.balance.limits import TOLERANCE


def anniversary(start: date, years: int) -> date:
    """The day ``years`` after ``start``; 29 February has it on 28 February in common years."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        if (start.month, start.day) != (2, 29):
            return date.max
        return date(start.year + years, 2, 28)


def age(facts_as_of: date, as_of: date) -> float:
    """Calendar years: completed anniversaries and the part of the way to the next; 0 before the facts."""
    if facts_as_of >= as_of:
        return 0.0
    years = as_of.year - facts_as_of.year
    if anniversary(facts_as_of, years) > as_of:
        years -= 1
    last, following = anniversary(facts_as_of, years), anniversary(facts_as_of, years + 1)
    return years + (as_of - last).days / (following - last).days


@lru_cache(maxsize=256)
def oldest_facts(as_of: date, max_age_years: float) -> date:
    """The earliest date of facts that are not older than the maximum age on that day, which is inclusive."""
    day = as_of - timedelta(days=min(floor(max_age_years * 366) + 2, (as_of - date.min).days))
    while age(day, as_of) > max_age_years + TOLERANCE:
        day += timedelta(days=1)
    return day


def is_current(case: Case, as_of: date, max_age_years: float) -> bool:
    """Whether the case may cover theory on that day: visible, dated, reviewed, and young or a classic.

    A classic is spared the second condition only, so one that nobody has promised to look at again lapses at
    the maximum age like any other. Both limits are inclusive.
    """
    if not case.visible or case.facts_as_of is None:
        return False
    is_young = case.facts_as_of >= oldest_facts(as_of, max_age_years)
    is_reviewed = is_young if case.review_by is None else case.review_by >= as_of
    return is_reviewed and (case.is_classic or is_young)


def last_current_day(case: Case, max_age_years: float) -> date | None:
    """The last day on which the case is current, ``None`` for one that never is."""
    if not case.visible or case.facts_as_of is None:
        return None
    too_old_after = _day_of_age(case.facts_as_of, max_age_years)
    if case.review_by is None:
        return too_old_after
    return case.review_by if case.is_classic else min(case.review_by, too_old_after)


def _day_of_age(facts_as_of: date, years: float) -> date:
    """The last day on which facts are not older than ``years``."""
    whole = floor(years)
    last = anniversary(facts_as_of, whole)
    if last == date.max:
        return last
    span = (anniversary(facts_as_of, whole + 1) - last).days
    return last + timedelta(days=floor((years - whole) * span + TOLERANCE))
