"""A layout that was frozen gives the same figures, to the last bit, and its number says what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from curriculum.balance.frozen import UnknownFormat, freeze, input_hash, thaw
from curriculum.balance.layout import Layout, Link
from curriculum.balance.record import record
from curriculum.balance.report import report
from tests.curriculum.balance.layouts import (
    BETA,
    case,
    confirmed,
    course,
    layout,
    placed,
    unit,
    worked_example,
)
from tests.curriculum.balance.strategies import HALF_FILLED, columns, layouts_with_links, many


def through_json(found: Layout) -> dict[str, Any]:
    return json.loads(json.dumps(freeze(found)))


@settings(many, max_examples=300)
@given(drawn=layouts_with_links(HALF_FILLED), count=columns)
def test_a_thawed_layout_gives_the_same_record(drawn: tuple[Layout, tuple[Link, ...]], count: bool) -> None:
    base, _links = drawn
    thawed = thaw(through_json(base))
    assert record(report(thawed, count_self_study=count)) == record(report(base, count_self_study=count))


def test_what_no_figure_depends_on_is_left_behind() -> None:
    unrelated = case("unrelated", "E")
    found = freeze(
        layout(unit("t", 2, "A"), placed(case("alpha", "B"), 1), library=(unrelated, case("near")))
    )
    assert [row["code"] for row in found["cases"]] == ["alpha"]
    assert [row["code"] for row in found["shelf"]] == ["near"]
    assert found["vocabulary"]["kin"].keys() == {"A", "B"}


def test_the_number_is_that_of_the_inputs_not_of_words_or_the_day() -> None:
    base = worked_example()
    assert input_hash(freeze(replace(base, title="New", as_of=date(2026, 5, 1)))) == input_hash(freeze(base))
    changed = layout(course(unit("T1", 4, "A"), code="CT"), placed(replace(BETA, title="Other"), 4))
    words = layout(course(unit("T1", 4, "A"), code="CT"), placed(BETA, 4))
    assert input_hash(freeze(changed)) == input_hash(freeze(words))
    hours = layout(course(unit("T1", 4, "A"), code="CT"), placed(BETA, 5))
    assert input_hash(freeze(hours)) != input_hash(freeze(words))
    linked = layout(
        course(unit("T1", 4, "A"), code="CT"), placed(BETA, 4), links=(confirmed("CT", "T1", "beta"),)
    )
    assert input_hash(freeze(linked)) != input_hash(freeze(words))


def test_cases_that_are_not_used_here_make_no_difference() -> None:
    base = layout(unit("t", 2, "A"), placed(case("alpha", "B"), 1), library=(case("near", "A"),))
    other = layout(unit("t", 2, "A"), placed(case("alpha", "B"), 1), library=(case("nearer", "A C"),))
    none = layout(unit("t", 2, "A"), placed(case("alpha", "B"), 1))
    assert input_hash(freeze(base)) == input_hash(freeze(other)) == input_hash(freeze(none))


def test_a_format_of_the_future_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="Format 2 is not known here"):
        thaw({**freeze(worked_example()), "format": 2})
