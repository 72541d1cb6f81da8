"""Domain notes, section 7, over random layouts, as rules 39 and 40 correct it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.balance.layout import Case, Course, Layout, Module
from curriculum.balance.linkage import linkages
from curriculum.balance.measures.thematic_divergence import divergence
from curriculum.balance.methods import METHODS
from curriculum.balance.report import report
from curriculum.balance.timetable import Standing, timetable
from tests.curriculum.balance.layouts import placed, unit
from tests.curriculum.balance.strategies import columns, layouts, many, some_hours, tags, thorough

ORDER_MATTERS = {"sequence_fit"}


def figures(base: Layout, count_self_study: bool) -> list[object]:
    """Everything that neither order nor scale may change."""
    found = report(base, count_self_study=count_self_study)
    coverage = found["linkage_coverage"]
    values = [result.value for result in found.results if result.key not in ORDER_MATTERS]
    dependence = found["knockout_loss"].reading
    return [
        *values,
        *coverage.reading.figures.values(),
        *dependence.figures.values(),
        *(share.value for share in found.content_shares),
    ]


def scaled(base: Layout, factor: float) -> Layout:
    """All hours of the layout times ``factor``."""

    def times(value: float | None) -> float | None:
        return None if value is None else value * factor

    def case(old: Case | None) -> Case | None:
        return old and replace(old, suggested_hours=times(old.suggested_hours))

    def course(old: Course | None) -> Course | None:
        if old is None:
            return None
        return replace(
            old, units=tuple(replace(u, hours=times(u.hours), case=case(u.case)) for u in old.units)
        )

    return replace(
        base,
        modules=tuple(
            replace(
                module,
                placements=tuple(
                    replace(p, hours=times(p.hours), case=case(p.case), course=course(p.course))
                    for p in module.placements
                ),
            )
            for module in base.modules
        ),
    )


@thorough
@given(
    base=layouts(),
    count=columns,
    factor=st.sampled_from([0.1, 0.5, 3, 7]),
    tagged=tags,
    length=some_hours,
    method=st.sampled_from(sorted(name for name, method in METHODS.items() if method.practice_fraction)),
    data=st.data(),
)
def test_what_every_curriculum_has_in_common(
    base: Layout,
    count: bool,
    factor: float,
    tagged: frozenset[str],
    length: float,
    method: str,
    data: st.DataObject,
) -> None:
    """Together, because drawing a curriculum takes longer than judging it."""
    indices_stay_in_their_range(base, count)
    divergence_is_symmetric(base)
    withdrawing_the_worst_case_lowers_coverage_by_the_knockout_loss(base, count)
    scaling_all_hours_changes_only_what_is_measured_in_hours(base, count, factor)
    order_changes_only_the_sequence(base, count, data)
    adding_a_current_case_never_lowers_coverage_nor_adds_orphan_units(base, count, tagged, length, method)


def scaling_all_hours_changes_only_what_is_measured_in_hours(
    base: Layout, count: bool, factor: float
) -> None:
    assert figures(scaled(base, factor), count) == pytest.approx(figures(base, count), abs=1e-12)


def order_changes_only_the_sequence(base: Layout, count: bool, data: st.DataObject) -> None:
    shuffled = replace(
        base,
        modules=tuple(
            replace(module, placements=tuple(data.draw(st.permutations(module.placements))))
            for module in data.draw(st.permutations(base.modules))
        ),
    )
    assert figures(shuffled, count) == pytest.approx(figures(base, count), abs=1e-12)


def adding_a_current_case_never_lowers_coverage_nor_adds_orphan_units(
    base: Layout, count: bool, tagged: frozenset[str], length: float, method: str
) -> None:
    fresh = Case("new", themes=tagged, facts_as_of=date(2025, 6, 1))
    added = placed(fresh, length, delivery_method=method)
    with_it = replace(base, modules=(*base.modules, Module("x", placements=(added,))))
    before, after = report(base, count_self_study=count), report(with_it, count_self_study=count)
    assert (after["linkage_coverage"].value or 0) >= (before["linkage_coverage"].value or 0)
    assert len(after.lists.uncovered) <= len(before.lists.uncovered)


def indices_stay_in_their_range(base: Layout, count: bool) -> None:
    for result in report(base, count_self_study=count).results:
        assert result.value is None or 0 <= result.value <= 1 + 1e-12


def withdrawing_the_worst_case_lowers_coverage_by_the_knockout_loss(base: Layout, count: bool) -> None:
    before = report(base, count_self_study=count)
    loss = before["knockout_loss"]
    case = loss.reading.cases["knockout_case"]
    if not case:
        return
    after = report(without_text(base, case), count_self_study=count)
    assert before["linkage_coverage"].value - after["linkage_coverage"].value == pytest.approx(loss.value)


def divergence_is_symmetric(base: Layout) -> None:
    tables = report(base)["thematic_divergence"].reading.tables
    for theme, part in tables["divergence_by_theme"].items():
        theory, practice = (tables[side].get(theme, 0) for side in ("theory_by_theme", "practice_by_theme"))
        assert divergence(practice, theory) == part >= -1e-15


@many
@given(base=layouts(), length=some_hours)
def test_a_unit_that_no_case_serves_never_raises_coverage(base: Layout, length: float) -> None:
    lonely = placed(unit("lonely", length, ""))
    with_it = replace(base, modules=(*base.modules, Module("x", placements=(lonely,))))
    assert (report(with_it)["linkage_coverage"].value or 0) <= (report(base)["linkage_coverage"].value or 1)


@many
@given(base=layouts(), count=columns)
def test_totals_add_up(base: Layout, count: bool) -> None:
    found, hours_of = report(base, count_self_study=count), timetable(base, count_self_study=count)
    counted = sum(item.hours for item in hours_of.counted)
    assert found.hours.total == pytest.approx(counted)
    assert found.hours.theory + found.hours.practice == found.hours.total
    for slices in (found.by_method, found.by_content_category):
        assert sum(part.total for part in slices) == pytest.approx(counted)
    beside = found.hours.neutral + found.hours.optional + (0 if count else found.hours.self_study)
    assert counted + beside == pytest.approx(sum(item.hours for item in hours_of.items))


@many
@given(base=layouts())
def test_self_study_is_the_difference_between_the_columns(base: Layout) -> None:
    without, with_it = report(base).hours, report(base, count_self_study=True).hours
    assert with_it.total == pytest.approx(without.total + without.self_study)
    assert with_it.self_study == without.self_study


@many
@given(base=layouts(), count=columns)
def test_positions_run_on_without_gaps(base: Layout, count: bool) -> None:
    found = timetable(base, count_self_study=count)
    ends = [0.0, *(item.end for item in found.counted)]
    assert [item.start for item in found.counted] == ends[:-1]
    assert [item.order for item in found.items] == list(range(len(found.items)))
    assert all(item.start == item.end for item in found.beside(Standing.NEUTRAL))


@many
@given(base=layouts(), count=columns)
def test_coverages_are_ordered(base: Layout, count: bool) -> None:
    coverage = report(base, count_self_study=count)["linkage_coverage"]
    figures = coverage.reading.figures
    in_order = [figures["coverage_graded"], coverage.value, figures["coverage_shelf"]]
    known = [figure for figure in in_order if figure is not None]
    assert len(known) == (3 if coverage.value is not None else 0)
    assert [0, *known, 1] == sorted([0, *known, 1])


@many
@given(base=layouts(), count=columns)
def test_the_index_finds_exactly_the_ties_that_the_rule_gives(base: Layout, count: bool) -> None:
    found = timetable(base, count_self_study=count)
    for linkage in linkages(base, found):
        expected = [
            (practice, why)
            for practice in found.practice
            if (why := linkage.demand.basis(practice.item.case, practice.themes))
        ]
        assert [(tie.practice, tie.basis) for tie in linkage.ties] == expected
        assert linkage.covering == tuple(tie for tie in linkage.ties if tie.covers)


def without_text(base: Layout, identity: str) -> Layout:
    """The layout in which no text of this case can be read; its hours stay where they are (rule 24)."""

    def hidden(case: Case | None) -> Case | None:
        return replace(case, visible=False) if case and case.identity == identity else case

    def course(old: Course | None) -> Course | None:
        return old and replace(old, units=tuple(replace(u, case=hidden(u.case)) for u in old.units))

    return replace(
        base,
        modules=tuple(
            replace(
                module,
                placements=tuple(
                    replace(p, case=hidden(p.case), course=course(p.course)) for p in module.placements
                ),
            )
            for module in base.modules
        ),
    )
