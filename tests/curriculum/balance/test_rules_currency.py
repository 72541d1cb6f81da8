"""Balance rules, part C (19 to 23): what is current, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.currency import age_in_years as age
from cases.currency import anniversary
from curriculum.balance.currency import is_current, last_current_day
from curriculum.balance.report import report
from tests.curriculum.balance.layouts import case, layout, placed, unit

FACTS = date(2020, 1, 1)
MAX_AGE = 6
OLD = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("as_of", "fields", "current"),
    [
        (date(2025, 1, 1), {}, True),
        (date(2025, 1, 1), {"visible": False}, False),
        (date(2025, 1, 1), {"facts": None}, False),
        (OLD, {}, False),
        (OLD, {"review_by": date(2027, 1, 1)}, False),
        (date(2025, 1, 1), {"review_by": date(2024, 12, 31)}, False),
        (OLD, {"is_classic": True, "review_by": date(2027, 1, 1)}, True),
        (OLD, {"is_classic": True}, False),
        (date(2025, 1, 1), {"is_classic": True}, True),
        (date(2025, 1, 1), {"is_classic": True, "review_by": date(2024, 12, 31)}, False),
    ],
)
def test_rule_19_current(as_of: date, fields: dict[str, Any], current: bool) -> None:
    assert is_current(case("alpha", **{"facts": FACTS, **fields}), as_of, MAX_AGE) is current


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, date(2026, 1, 1)),
        ({"review_by": date(2024, 6, 30)}, date(2024, 6, 30)),
        ({"review_by": date(2030, 6, 30)}, date(2026, 1, 1)),
        ({"review_by": date(2030, 6, 30), "is_classic": True}, date(2030, 6, 30)),
        ({"is_classic": True}, date(2026, 1, 1)),
        ({"visible": False}, None),
        ({"facts": None, "review_by": date(2030, 1, 1)}, None),
    ],
)
def test_rule_20_last_current_day(fields: dict[str, Any], last: date | None) -> None:
    subject = case("alpha", **{"facts": FACTS, **fields})
    assert last_current_day(subject, MAX_AGE) == last
    if last is not None:
        assert is_current(subject, last, MAX_AGE)
        assert not is_current(subject, last + timedelta(days=1), MAX_AGE)


def test_rule_20_the_report_says_what_covered_a_unit_until_when() -> None:
    stale = case("alpha", facts=FACTS, review_by=date(2025, 6, 30))
    found = report(layout(unit("t", 2), placed(stale, 2), placed(stale, 1))).lists.uncovered
    assert [(lapse.case.code, lapse.until) for lapse in found[0].lapses] == [("alpha", date(2025, 6, 30))]


@pytest.mark.parametrize(
    "placement",
    [
        placed(case("alpha", facts=None), 2),
        placed(case("alpha", visible=False), 2),
        placed(case("alpha", facts=FACTS, review_by=date(2025, 6, 30)), 0),
        placed(unit("p", 2, method="site_visit")),
    ],
)
def test_rule_20_what_never_covered_has_not_lapsed(placement) -> None:
    found = report(layout(unit("t", 2), placement)).lists.uncovered
    assert found[0].lapses == ()


@pytest.mark.parametrize("fields", [{}, {"is_classic": True}, {"review_by": date(2030, 1, 1)}])
def test_rule_21_an_undated_case_is_never_current(fields: dict[str, Any]) -> None:
    assert not is_current(case("alpha", facts=None, **fields), date(2025, 1, 1), MAX_AGE)


@pytest.mark.parametrize(
    ("facts", "as_of", "years"),
    [
        (date(2024, 1, 1), date(2026, 1, 1), 2),
        (date(2021, 1, 1), date(2026, 1, 1), 5),
        (date(2025, 3, 1), date(2025, 3, 2), 1 / 365),
        (date(2023, 7, 1), date(2025, 1, 1), 1 + 184 / 365),
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2024, 2, 29), date(2028, 2, 28), 3 + 365 / 366),
    ],
)
def test_rule_22_age_in_calendar_years(facts: date, as_of: date, years: float) -> None:
    assert age(facts, as_of) == pytest.approx(years, abs=1e-12)


def test_rule_23_facts_of_the_future_have_age_zero_and_are_current() -> None:
    assert age(date(2026, 1, 1), date(2025, 1, 1)) == 0
    assert is_current(case("alpha", facts=date(2026, 1, 1)), date(2025, 1, 1), MAX_AGE)


def test_anniversaries_after_the_end_of_the_calendar() -> None:
    assert anniversary(date(2020, 1, 1), 9000) == date.max
    forever = case("alpha", facts=date(2020, 1, 1))
    assert last_current_day(forever, 9000) == date.max


DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(facts=DAYS, as_of=DAYS, max_age=st.sampled_from([0.5, 1, 2.25, 5, 6]))
def test_rules_20_and_22_a_case_is_current_exactly_until_its_last_day(
    facts: date, as_of: date, max_age: float
) -> None:
    subject = case("alpha", facts=facts)
    last = last_current_day(subject, max_age)
    assert last is not None
    assert is_current(subject, as_of, max_age) is (as_of <= last)


@given(facts=DAYS, as_of=DAYS)
def test_rule_22_age_never_falls_and_anniversaries_are_whole(facts: date, as_of: date) -> None:
    assert age(facts, as_of + timedelta(days=1)) >= age(facts, as_of)
    if as_of > facts:
        assert age(facts, anniversary(facts, as_of.year - facts.year)) == as_of.year - facts.year
