"""Whether a placed case is current, and until when (rules 19 to 23); `cases.currency` keeps the calendar."""

from __future__ import annotations

from datetime import date

from cases import currency
from curriculum.balance.layout import Case


def is_current(case: Case, as_of: date, max_age_years: float) -> bool:
    """Whether the case may cover theory on that day: visible in the view, and current."""
    return case.visible and currency.is_current(
        case.facts_as_of, case.review_by, case.is_classic, on=as_of, max_age_years=max_age_years
    )


def last_current_day(case: Case, max_age_years: float) -> date | None:
    """The last day on which the case is current, ``None`` for one that never is."""
    if not case.visible or case.facts_as_of is None:
        return None
    too_old_after = currency.last_young_day(case.facts_as_of, max_age_years)
    if case.review_by is None:
        return too_old_after
    return case.review_by if case.is_classic else min(case.review_by, too_old_after)
