"""Layouts for tests, written as tersely as the tables of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from curriculum.balance.layout import Case, Course, Layout, Library, Link, LinkState, Module, Placement, Unit
from curriculum.balance.policy import Policy
from curriculum.balance.vocabulary import Theme, Vocabulary

DAY = date(2026, 1, 1)
SPECIAL_TOPIC = Policy(practice_low=0.35, practice_high=0.55)

FLAT = Vocabulary.of(Theme(code) for code in "ABCDE")


def themes(codes: str) -> frozenset[str]:
    """``"A B"`` as theme codes."""
    return frozenset(codes.split())


def case(code: str, tags: str = "A", facts: date | None = date(2025, 1, 1), **fields) -> Case:
    """A case, current unless the fields say otherwise."""
    return Case(code, themes=themes(tags), facts_as_of=facts, **fields)


def unit(code: str, hours: float | None = 1, tags: str = "A", method: str = "lecture", **fields) -> Unit:
    """A unit, a lecture unless the fields say otherwise."""
    return Unit(code, hours=hours, themes=themes(tags), delivery_method=method, **fields)


def course(*units: Unit, code: str = "K", tags: str = "", **fields) -> Course:
    """A course with these units."""
    return Course(code, units=units, themes=themes(tags), **fields)


def placed(target: Course | Case | Unit | None, hours: float | None = None, **fields) -> Placement:
    """A placement of a course or a case; a unit is put into a course of its own, named after it."""
    if isinstance(target, Unit):
        target = course(target, code=f"K-{target.code}")
    if isinstance(target, Case):
        return Placement(case=target, hours=hours, **fields)
    return Placement(course=target, hours=hours, **fields)


def layout(
    *targets: Placement | Course | Case | Unit,
    policy: Policy = SPECIAL_TOPIC,
    vocabulary: Vocabulary = FLAT,
    links: tuple[Link, ...] = (),
    library: tuple[Case, ...] = (),
    as_of: date = DAY,
) -> Layout:
    """One module with these placements. Their cases are in the library too."""
    placements = tuple(target if isinstance(target, Placement) else placed(target) for target in targets)
    cases = {found.code: found for found in (*_cases(placements), *library)}
    return Layout(
        "curriculum",
        as_of,
        Library.of(vocabulary, cases.values(), links),
        policy=policy,
        modules=(Module("m", placements=placements),),
    )


def confirmed(course_code: str, unit_code: str, case_code: str) -> Link:
    """A person's yes."""
    return Link(course_code, unit_code, case_code, LinkState.CONFIRMED)


def rejected(course_code: str, unit_code: str, case_code: str) -> Link:
    """A person's no."""
    return Link(course_code, unit_code, case_code, LinkState.REJECTED)


ALPHA = case("alpha", "A", date(2024, 1, 1), suggested_hours=3)
BETA = case("beta", "B", date(2021, 1, 1))
GAMMA = case("gamma", "D", date(2025, 1, 1))
DELTA = case("delta", "E", date(2016, 1, 1), is_classic=True)

CT = course(unit("T1", 4, "A"), unit("T2", 4, "A B"), code="CT")
CU = course(unit("T3", 4, "C"), unit("T4", 2, "C", "self_study"), code="CU")
CV = course(unit("T5", 3, "D"), unit("M1", 4, "D", "workshop", case=GAMMA), code="CV")


def worked_example() -> Layout:
    """The special-topic class of domain notes 2.4, in the order printed there."""
    return layout(
        CT,
        ALPHA,
        CU,
        placed(BETA, 4, delivery_method="site_visit"),
        CV,
        placed(DELTA, 2),
    )


def with_placements(base: Layout, *placements: Placement) -> Layout:
    """The layout with these placements instead of its own, in one module."""
    return replace(base, modules=(Module("m", placements=placements),))


def _cases(placements: tuple[Placement, ...]) -> list[Case]:
    found = [placement.case for placement in placements if placement.case]
    for placement in placements:
        if placement.course:
            found.extend(unit.case for unit in placement.course.units if unit.case)
    return found
