"""When a case is current: anniversaries, inclusive limits, classics (balance rules 19 to 22)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.currency import Currency, age_in_years, currency, is_current, oldest_facts
from cases.models import CaseStudy
from tests.factories import CaseFactory

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("facts", "on", "age"),
    [
        (date(2024, 1, 1), date(2026, 1, 1), 2.0),
        (date(2024, 2, 29), date(2025, 2, 28), 1.0),
        (date(2024, 2, 29), date(2028, 2, 29), 4.0),
        (date(2025, 1, 1), date(2025, 7, 2), 182 / 365),
        (date(2026, 1, 1), date(2026, 1, 1), 0.0),
        (date(2027, 1, 1), date(2026, 1, 1), 0.0),
    ],
)
def test_age(facts, on, age):
    assert age_in_years(facts, on) == pytest.approx(age, abs=1e-12)


@given(DAYS, DAYS, st.floats(0, 30, allow_nan=False))
def test_the_oldest_facts_are_the_last_that_are_young_enough(facts, on, limit):
    assert (age_in_years(facts, on) <= limit + 1e-9) == (facts >= oldest_facts(on, limit))


@given(DAYS, st.integers(0, 4000))
def test_age_never_falls_as_time_passes(facts, days):
    later = facts + timedelta(days=days)
    assert age_in_years(facts, later + timedelta(days=1)) > age_in_years(facts, later) >= 0


TODAY = date(2026, 11, 23)
CASES = [
    ("young", date(2024, 1, 1), None, False, True, Currency.CURRENT),
    ("on its last day", date(2020, 11, 23), None, False, True, Currency.CURRENT),
    ("a day too old", date(2020, 11, 22), None, False, False, Currency.TOO_OLD),
    ("review today", date(2024, 1, 1), date(2026, 11, 23), False, True, Currency.REVIEW_DUE),
    ("review in 60 days", date(2024, 1, 1), date(2027, 1, 22), False, True, Currency.REVIEW_DUE),
    ("review in 61 days", date(2024, 1, 1), date(2027, 1, 23), False, True, Currency.CURRENT),
    ("review yesterday", date(2024, 1, 1), date(2026, 11, 22), False, False, Currency.OVERDUE),
    ("old, reviewed", date(2016, 1, 1), date(2029, 1, 1), False, False, Currency.TOO_OLD),
    ("old classic, reviewed", date(2016, 1, 1), date(2029, 1, 1), True, True, Currency.CLASSIC),
    ("old classic, no review", date(2016, 1, 1), None, True, False, Currency.TOO_OLD),
    ("young classic", date(2025, 1, 1), None, True, True, Currency.CLASSIC),
    ("no date", None, date(2029, 1, 1), True, False, Currency.DATE_MISSING),
]


@pytest.mark.parametrize(
    ("name", "facts", "review", "classic", "current", "state"), CASES, ids=[c[0] for c in CASES]
)
def test_states(name, facts, review, classic, current, state):
    assert is_current(facts, review, classic, on=TODAY, max_age_years=6) == current
    assert currency(facts, review, classic, on=TODAY, max_age_years=6) == state


@pytest.mark.django_db
@pytest.mark.database
def test_the_query_and_the_function_agree():
    for number, (_name, facts, review, classic, _current, _state) in enumerate(CASES):
        CaseFactory(
            code=f"c{number}",
            facts_as_of=facts,
            review_by=review,
            is_classic=classic,
            classic_reason="Known.",
        )
    found = set(CaseStudy.objects.current(TODAY, 6).values_list("code", flat=True))
    assert found == {f"c{number}" for number, row in enumerate(CASES) if row[4]}


@pytest.mark.django_db
def test_the_sites_limit_holds_where_none_is_given(settings):
    CaseFactory(facts_as_of=date(2023, 1, 1))
    assert CaseStudy.objects.current(TODAY).count() == 1
    settings.PRAXIS_CASE_MAX_AGE_YEARS = 2
    assert CaseStudy.objects.current(TODAY).count() == 0
