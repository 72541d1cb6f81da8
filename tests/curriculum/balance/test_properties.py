"""Domain notes, section 7, over random layouts: what must hold for the measures that stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum.balance.layout import Case, Course, Layout, Library, Link, LinkState, Module, Placement, Unit
from curriculum.balance.linkage import linkages
from curriculum.balance.methods import METHODS
from curriculum.balance.policy import Policy
from curriculum.balance.report import report
from curriculum.balance.timetable import Standing, timetable
from curriculum.balance.vocabulary import Theme, Vocabulary
from tests.curriculum.balance.layouts import DAY, placed, unit

VOCABULARY = Vocabulary.of(
    [
        Theme("top"),
        Theme("land", "top"),
        Theme("use", "land"),
        Theme("quota", "land"),
        Theme("water", "top"),
        Theme("river", "water"),
        Theme("general", generic=True),
        Theme("alone"),
    ]
)
CODES = ("top", "land", "use", "quota", "water", "river", "general", "alone")
CASE_CODES = ("a", "b", "c", "d")

tags = st.frozensets(st.sampled_from(CODES), max_size=3)
hours = st.one_of(st.none(), st.integers(0, 40).map(lambda quarter: quarter / 4))
some_hours = st.integers(1, 40).map(lambda quarter: quarter / 4)
methods = st.sampled_from([*METHODS, ""])
fractions = st.one_of(st.none(), st.sampled_from([0, 0.25, 0.5, 1]))
days = st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2027, 1, 1)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, ...]:
    """Four cases, of which two may be translations of the first."""
    return tuple(
        Case(
            code,
            themes=draw(tags),
            facts_as_of=draw(days),
            review_by=draw(days),
            is_classic=draw(st.booleans()),
            visible=draw(st.integers(0, 4)) > 0,
            original="a" if code in "bc" and draw(st.booleans()) else code,
            suggested_hours=draw(hours),
        )
        for code in CASE_CODES
    )


@st.composite
def courses(draw: st.DrawFn, code: str, library: tuple[Case, ...]) -> Course:
    units = tuple(
        Unit(
            f"u{number}",
            hours=draw(hours),
            delivery_method=draw(methods),
            practice_fraction=draw(fractions),
            content_category=draw(st.sampled_from(["", "knowledge", "job_competence"])),
            themes=draw(tags),
            self_study=draw(st.integers(0, 5)) == 0,
            neutral=draw(st.integers(0, 8)) == 0,
            case=draw(st.one_of(st.none(), st.sampled_from(library))),
        )
        for number in range(draw(st.integers(0, 4)))
    )
    return Course(code, themes=draw(tags), units=units, visible=draw(st.integers(0, 8)) > 0)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A curriculum of up to two modules with up to four placements each."""
    library = draw(cases())
    modules = []
    for m in range(draw(st.integers(0, 2))):
        placements = []
        for p in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(["course", "course", "case", "nothing"]))
            placements.append(
                Placement(
                    course=draw(courses(f"k{m}{p}", library)) if kind == "course" else None,
                    case=draw(st.sampled_from(library)) if kind == "case" else None,
                    hours=draw(hours),
                    delivery_method=draw(methods),
                    optional=draw(st.integers(0, 6)) == 0,
                )
            )
        modules.append(Module(f"m{m}", placements=tuple(placements)))
    words = draw(
        st.lists(
            st.builds(
                Link,
                course=st.sampled_from(["k00", "k01", "k10", "k11"]),
                unit=st.sampled_from(["u0", "u1", "u2"]),
                case=st.sampled_from(CASE_CODES),
                state=st.sampled_from(LinkState),
            ),
            max_size=6,
        )
    )
    return Layout(
        "random",
        DAY,
        Library.of(VOCABULARY, library, words),
        policy=Policy(practice_low=0.35, practice_high=0.55),
        modules=tuple(modules),
    )


columns = st.booleans()
many = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def figures(base: Layout, count_self_study: bool) -> list[object]:
    """Everything that neither order nor scale may change."""
    found = report(base, count_self_study=count_self_study)
    coverage = found["linkage_coverage"]
    return [found["practice_share"].value, coverage.value, *coverage.reading.figures.values()]


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


@many
@given(base=layouts(), count=columns, factor=st.sampled_from([0.1, 0.5, 3, 7]))
def test_scaling_all_hours_leaves_share_and_coverage(base: Layout, count: bool, factor: float) -> None:
    assert figures(scaled(base, factor), count) == pytest.approx(figures(base, count), abs=1e-12)


@many
@given(base=layouts(), count=columns, data=st.data())
def test_order_changes_neither_share_nor_coverage(base: Layout, count: bool, data: st.DataObject) -> None:
    shuffled = replace(
        base,
        modules=tuple(
            replace(module, placements=tuple(data.draw(st.permutations(module.placements))))
            for module in data.draw(st.permutations(base.modules))
        ),
    )
    assert figures(shuffled, count) == figures(base, count)


@many
@given(
    base=layouts(),
    count=columns,
    tagged=tags,
    length=some_hours,
    method=st.sampled_from(sorted(name for name, method in METHODS.items() if method.practice_fraction)),
)
def test_adding_a_current_case_never_lowers_coverage_nor_adds_orphan_units(
    base: Layout, count: bool, tagged: frozenset[str], length: float, method: str
) -> None:
    fresh = Case("new", themes=tagged, facts_as_of=date(2025, 6, 1))
    added = placed(fresh, length, delivery_method=method)
    with_it = replace(base, modules=(*base.modules, Module("x", placements=(added,))))
    before, after = report(base, count_self_study=count), report(with_it, count_self_study=count)
    assert (after["linkage_coverage"].value or 0) >= (before["linkage_coverage"].value or 0)
    assert len(after.lists.uncovered) <= len(before.lists.uncovered)


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
