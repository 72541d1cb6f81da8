"""The engine against the second implementation in `reference`, over random and over awkward layouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from curriculum.balance.layout import Layout, Link
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.vocabulary import Theme
from tests.curriculum.balance import reference
from tests.curriculum.balance.layouts import worked_example
from tests.curriculum.balance.strategies import FILLED, HALF_FILLED, TREE, columns, layouts_with_links, many

EXACT = {
    "knockout_case",
    "orphan_units",
    "orphan_placements",
    "practice_without_case",
    "colours",
    "headline",
    "headline_colour",
    "flags",
}
TOLERANCE = 1e-9


def assert_agree(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Every figure of the reference stands in the record, to nine decimals."""
    flat = {**found, **found["hours"]}
    for key, value in expected.items():
        if key in EXACT or value is None or flat[key] is None:
            assert flat[key] == value, key
        elif isinstance(value, dict):
            assert flat[key].keys() == value.keys(), key
            assert flat[key] == pytest.approx(value, abs=TOLERANCE), key
        else:
            assert flat[key] == pytest.approx(value, abs=TOLERANCE), key


def compare(drawn: tuple[Layout, tuple[Link, ...]], count: bool) -> None:
    layout, links = drawn
    found = record(report(layout, count_self_study=count))
    expected = reference.judge(layout, TREE, links, count_self_study=count)
    assert_agree(found, expected)
    needed = reference.hours_needed(
        expected["practice"], expected["total"], layout.policy.practice_low, layout.policy.practice_high
    )
    assert found["hours_needed"] == pytest.approx(needed, abs=TOLERANCE)


@settings(many, max_examples=1_000)
@given(drawn=layouts_with_links(FILLED), count=columns)
def test_both_implementations_agree_on_full_curricula(drawn: Any, count: bool) -> None:
    compare(drawn, count)


@settings(many, max_examples=1_000)
@given(drawn=layouts_with_links(HALF_FILLED), count=columns)
def test_both_implementations_agree_on_half_filled_ones(drawn: Any, count: bool) -> None:
    compare(drawn, count)


@pytest.mark.parametrize("count", [False, True])
def test_both_implementations_agree_on_the_worked_example(count: bool) -> None:
    base = worked_example()
    flat = [Theme(code) for code in "ABCDE"]
    assert_agree(record(report(base, count_self_study=count)), reference.judge(base, flat, (), count))
