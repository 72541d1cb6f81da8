"""The garbage collector is kept off for a while, and never left off."""

from __future__ import annotations

import gc

import pytest

from curriculum.balance.collecting import no_collection
from curriculum.balance.record import record
from curriculum.balance.report import report, reports
from tests.curriculum.balance.layouts import worked_example


def test_the_collector_is_off_inside_and_back_afterwards() -> None:
    assert gc.isenabled()
    with no_collection():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_inside_puts_it_back() -> None:
    with pytest.raises(ZeroDivisionError), no_collection():
        _ = 1 / 0
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with no_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_somebody_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with no_collection():
            pass
        assert gc.get_freeze_count() >= frozen > 0
    finally:
        gc.unfreeze()


def test_many_are_judged_as_each_alone() -> None:
    layout = worked_example()
    assert [record(found) for found in reports([layout, layout])] == [record(report(worked_example()))] * 2
