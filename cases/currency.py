"""How old a case is and whether it is current on a day: pure, for lists, pages and the balance engine.

The rules are numbers 19 to 22 of the project's balance rules: ages are counted in anniversaries, limits are
inclusive, a case without a date is never current, and a classic keeps its place only while somebody promises
to look at it again.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from math import floor

REVIEW_DUE_DAYS = 60
TOLERANCE = 1e-9


class Currency(StrEnum):
    """What a reader should know of a case's age."""

    CURRENT = "current"
    REVIEW_DUE = "review_due"
    OVERDUE = "overdue"
    TOO_OLD = "too_old"
    CLASSIC = "classic"
    DATE_MISSING = "date_missing"


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; 29 February falls on the 28th in common years, and time ends in 9999."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if (day.month, day.day) != (2, 29):
            return date.max
        return date(day.year + years, 2, 28)


def age_in_years(facts_as_of: date, on: date) -> float:
    """Anniversaries passed, plus the share of the running year that is over; 0 for a date still to come."""
    if facts_as_of >= on:
        return 0.0
    years = on.year - facts_as_of.year
    if anniversary(facts_as_of, years) > on:
        years -= 1
    last, following = anniversary(facts_as_of, years), anniversary(facts_as_of, years + 1)
    return years + (on - last).days / (following - last).days


@lru_cache(maxsize=256)
def oldest_facts(on: date, max_age_years: float) -> date:
    """The earliest date of facts that is not too old on this day."""
    limit = float(max_age_years)
    day = on - timedelta(days=min(floor(limit * 366) + 2, (on - date.min).days))
    while age_in_years(day, on) > limit + TOLERANCE:
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=65_536)
def last_young_day(facts_as_of: date, max_age_years: float) -> date:
    """The last day on which these facts are not too old."""
    whole = floor(max_age_years)
    last = anniversary(facts_as_of, whole)
    if last == date.max:
        return last
    span = (anniversary(facts_as_of, whole + 1) - last).days
    return last + timedelta(days=floor((max_age_years - whole) * span + TOLERANCE))


def is_current(
    facts_as_of: date | None, review_by: date | None, is_classic: bool, *, on: date, max_age_years: float
) -> bool:
    """Whether a case may stand for today's practice on this day (rule 19)."""
    if facts_as_of is None:
        return False
    young = facts_as_of >= oldest_facts(on, max_age_years)
    reviewed = review_by >= on if review_by else young
    return reviewed and (is_classic or young)


def currency(
    facts_as_of: date | None, review_by: date | None, is_classic: bool, *, on: date, max_age_years: float
) -> Currency:
    """The one state to show: what is wrong first, then what is coming, then the ordinary."""
    if facts_as_of is None:
        return Currency.DATE_MISSING
    young = facts_as_of >= oldest_facts(on, max_age_years)
    if review_by and review_by < on:
        return Currency.OVERDUE
    if not young and not (is_classic and review_by):
        return Currency.TOO_OLD
    if review_by and review_by <= on + timedelta(days=REVIEW_DUE_DAYS):
        return Currency.REVIEW_DUE
    return Currency.CLASSIC if is_classic else Currency.CURRENT
