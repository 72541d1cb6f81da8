"""Between two layouts each kind of change is found, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from curriculum.balance.frozen import freeze, thaw
from curriculum.balance.layout import Module
from curriculum.balance.policy import Policy
from curriculum.balance.steps import Change, steps
from curriculum.balance.vocabulary import Theme, Vocabulary
from tests.curriculum.balance.layouts import case, confirmed, course, layout, placed, rejected, unit

ALPHA = case("alpha", "A", date(2024, 1, 1), suggested_hours=3.0)
BETA = case("beta", "B")
T1, T2 = unit("T1", 4.0, "A"), unit("T2", 2.0, "B")
CT = course(T1, T2, code="CT")
FIRST, SECOND, THIRD = placed(CT, key="1"), placed(ALPHA, key="2"), placed(BETA, 1.0, key="3")
BASE = layout(FIRST, SECOND, THIRD)


def found(after, before=BASE):
    thawed = thaw(freeze(before)), thaw(freeze(after))
    return [step.change.value for step in steps(*thawed)]


def with_case(**changes):
    return layout(FIRST, replace(SECOND, case=replace(ALPHA, **changes)), THIRD)


def with_unit(**changes):
    return layout(placed(course(replace(T1, **changes), T2, code="CT"), key="1"), SECOND, THIRD)


CHANGES = {
    "time_passed": BASE,
    "policy_came_into_force": replace(BASE, policy=Policy(date(2026, 1, 1), 0.1, 0.2)),
    "policy_changed": replace(BASE, policy=replace(BASE.policy, max_age_years=7.0)),
    "category_changed": replace(BASE, category="other"),
    "case_lapsed": replace(BASE, as_of=date(2030, 1, 2)),
    "case_withdrawn": with_case(visible=False),
    "case_dates_changed": with_case(review_by=date(2030, 1, 1)),
    "case_tags_changed": with_case(themes=frozenset("AC")),
    "case_hours_changed": with_case(suggested_hours=2.0),
    "placement_added": layout(FIRST, SECOND, THIRD, placed(case("new", "E"), 1.0, key="4")),
    "placement_removed": layout(FIRST, SECOND),
    "placement_moved": layout(FIRST, THIRD, SECOND),
    "placement_hours_changed": layout(FIRST, SECOND, replace(THIRD, hours=2.0)),
    "placement_changed": layout(FIRST, SECOND, replace(THIRD, optional=True)),
    "course_withdrawn": layout(placed(replace(CT, visible=False, units=()), key="1"), SECOND, THIRD),
    "course_tags_changed": layout(placed(replace(CT, themes=frozenset("D")), key="1"), SECOND, THIRD),
    "unit_added": layout(placed(course(T1, T2, unit("T3", 1.0), code="CT"), key="1"), SECOND, THIRD),
    "unit_removed": layout(placed(course(T1, code="CT"), key="1"), SECOND, THIRD),
    "unit_moved": layout(placed(course(T2, T1, code="CT"), key="1"), SECOND, THIRD),
    "unit_hours_changed": with_unit(hours=5.0),
    "unit_tags_changed": with_unit(themes=frozenset("AB")),
    "unit_case_changed": with_unit(case=BETA),
    "unit_changed": with_unit(neutral=True),
    "link_confirmed": layout(FIRST, SECOND, THIRD, links=(confirmed("CT", "T1", "beta"),)),
    "link_rejected": layout(FIRST, SECOND, THIRD, links=(rejected("CT", "T1", "beta"),)),
    "library_changed": layout(
        placed(course(T1, T2, unit("T3", 1.0, "C"), code="CT"), key="1"),
        SECOND,
        THIRD,
        library=(case("shelf", "C"),),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_found_alone(change):
    if change == "library_changed":
        before = layout(placed(course(T1, T2, unit("T3", 1.0, "C"), code="CT"), key="1"), SECOND, THIRD)
        assert found(CHANGES[change], before) == [change]
    else:
        assert found(CHANGES[change]) == [change]


def test_the_way_back_has_its_names_too():
    assert found(BASE, CHANGES["case_withdrawn"]) == ["case_returned"]
    assert found(BASE, CHANGES["course_withdrawn"]) == ["course_returned"]
    assert found(BASE, CHANGES["link_rejected"]) == ["link_withdrawn"]


def test_moving_to_another_module_is_a_move():
    two = replace(BASE, modules=(Module("m", "", (FIRST, SECOND)), Module("n", "", (THIRD,))))
    assert found(two) == ["placement_moved"]


def test_themes_that_match_otherwise_than_before():
    tree = Vocabulary.of([Theme("top"), Theme("A", "top"), Theme("B", "A")])
    assert found(layout(FIRST, SECOND, THIRD, vocabulary=tree)) == ["themes_rearranged"]


def test_every_kind_of_change_is_reached():
    reached = {*CHANGES, "case_returned", "course_returned", "link_withdrawn", "themes_rearranged"}
    assert reached == {change.value for change in Change}


def test_a_lapse_has_the_last_day_and_hours_have_both_figures():
    (lapsed,) = steps(BASE, CHANGES["case_lapsed"])
    assert (lapsed.case.code, lapsed.day) == ("alpha", date(2030, 1, 1))
    (hours,) = steps(BASE, CHANGES["unit_hours_changed"])
    assert (hours.before, hours.after, hours.place) == (4.0, 5.0, "1.1.1")
