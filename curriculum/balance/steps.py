"""Why a curriculum's figures differ from those of an earlier day: what changed in between, one step each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain

from curriculum.balance.currency import is_current, last_current_day
from curriculum.balance.layout import Case, Course, Layout, LinkState, Placement, Unit
from curriculum.balance.measures.base import Evidence
from curriculum.balance.measures.linkage_coverage import is_on_shelf
from curriculum.balance.policy import Policy
from curriculum.balance.timetable import numbered_placements

CASE_DATES = ("facts_as_of", "review_by", "is_classic")
UNIT_KIND = ("delivery_method", "practice_fraction", "self_study", "neutral")


class Change(StrEnum):
    """What can have happened between two days, in the order in which it is told."""

    POLICY_CAME_INTO_FORCE = "policy_came_into_force"
    POLICY_CHANGED = "policy_changed"
    CATEGORY_CHANGED = "category_changed"
    CASE_LAPSED = "case_lapsed"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_RETURNED = "case_returned"
    CASE_DATES_CHANGED = "case_dates_changed"
    CASE_TAGS_CHANGED = "case_tags_changed"
    CASE_HOURS_CHANGED = "case_hours_changed"
    PLACEMENT_ADDED = "placement_added"
    PLACEMENT_REMOVED = "placement_removed"
    PLACEMENT_MOVED = "placement_moved"
    PLACEMENT_HOURS_CHANGED = "placement_hours_changed"
    PLACEMENT_CHANGED = "placement_changed"
    COURSE_WITHDRAWN = "course_withdrawn"
    COURSE_RETURNED = "course_returned"
    COURSE_TAGS_CHANGED = "course_tags_changed"
    UNIT_ADDED = "unit_added"
    UNIT_REMOVED = "unit_removed"
    UNIT_MOVED = "unit_moved"
    UNIT_HOURS_CHANGED = "unit_hours_changed"
    UNIT_TAGS_CHANGED = "unit_tags_changed"
    UNIT_CASE_CHANGED = "unit_case_changed"
    UNIT_CHANGED = "unit_changed"
    LINK_CONFIRMED = "link_confirmed"
    LINK_REJECTED = "link_rejected"
    LINK_WITHDRAWN = "link_withdrawn"
    THEMES_REARRANGED = "themes_rearranged"
    LIBRARY_CHANGED = "library_changed"
    TIME_PASSED = "time_passed"


@dataclass(frozen=True, slots=True)
class Step:
    """One change: what it is about, as far as that applies, and the hours or the day that belong to it."""

    change: Change
    case: Case | None = None
    course: Course | None = None
    unit: Unit | None = None
    place: str = ""
    before: float | None = None
    after: float | None = None
    day: date | None = None


def steps(before: Layout, after: Layout) -> tuple[Step, ...]:
    """What changed from one layout to another of the same curriculum; that time passed, where nothing did.

    A change of the library that has placed nothing here is told only where nothing else explains the figures.
    """
    found = chain(
        _policy(before, after),
        _cases(before, after),
        _placements(before, after),
        _courses(before, after),
        _links(before, after),
        _themes(before, after),
    )
    order = list(Change)
    told = sorted(found, key=lambda step: order.index(step.change))
    if not told:
        return (Step(Change.LIBRARY_CHANGED if _reach_changed(before, after) else Change.TIME_PASSED),)
    return tuple(told)


def _policy(before: Layout, after: Layout) -> Iterator[Step]:
    if before.category != after.category:
        yield Step(Change.CATEGORY_CHANGED)
    old, new = before.policy, after.policy
    if old.effective_from != new.effective_from:
        yield Step(Change.POLICY_CAME_INTO_FORCE, day=new.effective_from)
    elif changed_values(old, new):
        yield Step(Change.POLICY_CHANGED)


def changed_values(old: Policy, new: Policy) -> tuple[str, ...]:
    """The names of the values that differ."""
    names = [field.name for field in fields(Policy) if field.name != "effective_from"]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _used_cases(layout: Layout) -> dict[str, Case]:
    found: dict[str, Case] = {}
    for _number, placement in numbered_placements(layout):
        if placement.case is not None:
            found[placement.case.code] = placement.case
        if placement.course is not None:
            found |= {unit.case.code: unit.case for unit in placement.course.units if unit.case is not None}
    return found


def _cases(before: Layout, after: Layout) -> Iterator[Step]:
    old_cases = _used_cases(before)
    for code, new in _used_cases(after).items():
        if (old := old_cases.get(code)) is None:
            continue
        if old.visible != new.visible:
            yield Step(Change.CASE_RETURNED if new.visible else Change.CASE_WITHDRAWN, case=new)
        elif any(getattr(old, name) != getattr(new, name) for name in CASE_DATES):
            yield Step(Change.CASE_DATES_CHANGED, case=new)
        elif _was_current(old, before) and not _was_current(new, after):
            until = last_current_day(new, after.policy.max_age_years)
            yield Step(Change.CASE_LAPSED, case=new, day=until)
        if old.themes != new.themes:
            yield Step(Change.CASE_TAGS_CHANGED, case=new)
        if old.suggested_hours != new.suggested_hours:
            yield Step(
                Change.CASE_HOURS_CHANGED, case=new, before=old.suggested_hours, after=new.suggested_hours
            )


def _was_current(case: Case, layout: Layout) -> bool:
    return is_current(case, layout.as_of, layout.policy.max_age_years)


def _by_key(layout: Layout) -> dict[str, tuple[str, Placement]]:
    """The placements under their keys, each with its place; without a key by what is placed there."""
    found: dict[str, tuple[str, Placement]] = {}
    for number, placement in numbered_placements(layout):
        target = placement.course or placement.case
        key = placement.key or (target.code if target else "")
        while key in found:
            key += "+"
        found[key] = number, placement
    return found


def _placements(before: Layout, after: Layout) -> Iterator[Step]:
    old, new = _by_key(before), _by_key(after)
    for key, (number, placement) in new.items():
        if key not in old:
            yield _of_placement(Change.PLACEMENT_ADDED, placement, number)
    for key, (number, placement) in old.items():
        if key not in new:
            yield _of_placement(Change.PLACEMENT_REMOVED, placement, number)
    was_in, is_in = _module_of(before), _module_of(after)
    moved = _moved([key for key in old if key in new], [key for key in new if key in old])
    for key, (number, placement) in new.items():
        if key in old and (key in moved or was_in[key] != is_in[key]):
            yield _of_placement(Change.PLACEMENT_MOVED, placement, number)
    for key in old.keys() & new.keys():
        (_place, was), (number, now) = old[key], new[key]
        if was.hours != now.hours:
            yield _of_placement(
                Change.PLACEMENT_HOURS_CHANGED, now, number, before=was.hours, after=now.hours
            )
        if _otherwise(was) != _otherwise(now):
            yield _of_placement(Change.PLACEMENT_CHANGED, now, number)


def _of_placement(
    change: Change,
    placement: Placement,
    number: str,
    *,
    before: float | None = None,
    after: float | None = None,
) -> Step:
    return Step(change, placement.case, placement.course, None, number, before, after)


def _otherwise(placement: Placement) -> tuple[object, ...]:
    """What of a placement is neither its place nor its hours."""
    target = placement.course or placement.case
    return (
        target and target.code,
        placement.delivery_method,
        placement.content_category,
        placement.optional,
    )


def _module_of(layout: Layout) -> dict[str, str]:
    """The module of each placement, by the placement's key."""
    modules = {str(position): module.code for position, module in enumerate(layout.modules, start=1)}
    return {key: modules[number.partition(".")[0]] for key, (number, _) in _by_key(layout).items()}


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest entries whose moving makes one order of the other."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {old[block.a + step] for block in blocks for step in range(block.size)}
    return [key for key in new if key not in stayed]


def _courses(before: Layout, after: Layout) -> Iterator[Step]:
    old_courses = {p.course.code: p.course for _n, p in numbered_placements(before) if p.course}
    for number, placement in numbered_placements(after):
        new = placement.course
        old = old_courses.get(new.code) if new else None
        if new is None or old is None:
            continue
        if old.visible != new.visible:
            change = Change.COURSE_RETURNED if new.visible else Change.COURSE_WITHDRAWN
            yield Step(change, course=new, place=number)
            continue
        if old.themes != new.themes:
            yield Step(Change.COURSE_TAGS_CHANGED, course=new, place=number)
        yield from _units(old, new, number)


def _units(old: Course, new: Course, number: str) -> Iterator[Step]:
    old_units = {unit.code: unit for unit in old.units}
    new_units = {unit.code: unit for unit in new.units}
    for code, unit in old_units.items():
        if code not in new_units:
            yield Step(Change.UNIT_REMOVED, course=new, unit=unit, place=number, before=unit.hours)
    for place, unit in enumerate(new.units, start=1):
        here = f"{number}.{place}"
        was = old_units.get(unit.code)
        if was is None:
            yield Step(Change.UNIT_ADDED, course=new, unit=unit, place=here, after=unit.hours)
            continue
        if was.hours != unit.hours:
            yield Step(Change.UNIT_HOURS_CHANGED, None, new, unit, here, was.hours, unit.hours)
        if was.themes != unit.themes:
            yield Step(Change.UNIT_TAGS_CHANGED, course=new, unit=unit, place=here)
        if (was.case and was.case.code) != (unit.case and unit.case.code):
            yield Step(Change.UNIT_CASE_CHANGED, unit.case, new, unit, here)
        if any(getattr(was, name) != getattr(unit, name) for name in UNIT_KIND):
            yield Step(Change.UNIT_CHANGED, course=new, unit=unit, place=here)
    for code in _moved([c for c in old_units if c in new_units], [c for c in new_units if c in old_units]):
        place = 1 + list(new_units).index(code)
        yield Step(Change.UNIT_MOVED, course=new, unit=new_units[code], place=f"{number}.{place}")


def _links(before: Layout, after: Layout) -> Iterator[Step]:
    changes = {LinkState.CONFIRMED: Change.LINK_CONFIRMED, LinkState.REJECTED: Change.LINK_REJECTED}
    for _number, placement in numbered_placements(after):
        course = placement.course
        for unit in course.units if course else ():
            key = (course.code, unit.code) if course else None
            old, new = before.library.states_of(key), after.library.states_of(key)
            for identity in sorted(old.keys() | new.keys()):
                if old.get(identity) == new.get(identity):
                    continue
                library = after.library if identity in after.library.texts else before.library
                case = library.original(identity) if identity in library.texts else Case(identity)
                change = changes[new[identity]] if identity in new else Change.LINK_WITHDRAWN
                yield Step(change, case, course, unit)


def _themes(before: Layout, after: Layout) -> Iterator[Step]:
    """How themes match one another, as far as both layouts use them."""
    old, new = before.library.vocabulary, after.library.vocabulary
    known = old.kin.keys() & new.kin.keys()
    if any((old.kin[theme] ^ new.kin[theme]) & known for theme in known) or (
        (old.generic ^ new.generic) & (old.generic | old.kin.keys()) & (new.generic | new.kin.keys())
    ):
        yield Step(Change.THEMES_REARRANGED)


def _reach_changed(before: Layout, after: Layout) -> bool:
    """Whether a theory element that stands in both came into reach of the library, or out of it."""
    old, new = _within_reach(before), _within_reach(after)
    return any(old[identifier] != new[identifier] for identifier in old.keys() & new.keys())


def _within_reach(layout: Layout) -> dict[str, bool]:
    linkages = Evidence.of(layout, count_self_study=True).linkages
    return {linkage.theory.item.identifier: is_on_shelf(linkage, layout) for linkage in linkages}
