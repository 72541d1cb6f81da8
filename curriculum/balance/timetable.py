"""A layout as timed elements: the hours that are theory, the hours that are practice, and where they stand.

This is the only place that turns courses, units and placements into elements; every measure reads from it
(rules 1 to 9, 12 and 24).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import NamedTuple

from curriculum.balance.layout import Case, Course, Layout, Placement, Unit, UnitKey
from curriculum.balance.methods import DEFAULT_CASE_METHOD, Method, method
from curriculum.balance.vocabulary import NO_THEMES, Themes


class Standing(StrEnum):
    """Why an item is counted or kept beside the totals, in the order in which the reasons apply (rule 2)."""

    NEUTRAL = "neutral"
    OPTIONAL = "optional"
    SELF_STUDY = "self_study"
    COUNTED = "counted"


class Item(NamedTuple):
    """One timed row: a unit inside a placed course, or a placed case.

    A tuple, like ``Element``: as immutable as the layout, and quicker to make by the hundred thousand.

    ``number`` is its place, such as ``2.1.1`` for the first unit in the first placement of module 2 and
    ``2.1`` for a placed case; ``order`` counts all items from 0; ``case`` is the one that is placed, or that
    the unit works on; a placed case has no ``unit_key``, for nobody confirms or rejects links of it.
    ``hours`` are those in this curriculum,
    after overrides, and ``is_timed`` whether anybody gave them; ``fraction`` is the part that is practice;
    ``start`` and ``end`` are teaching hours from the beginning, equal if the item is not counted.
    """

    number: str
    order: int
    placement: Placement
    unit: Unit | None
    unit_key: UnitKey | None
    case: Case | None
    hours: float
    fraction: float
    standing: Standing
    is_timed: bool
    start: float
    end: float

    @property
    def course(self) -> Course | None:
        """The placed course that a unit is part of."""
        return self.placement.course

    @property
    def identifier(self) -> str:
        """``course/unit``, or the code of a placed case (rule 30)."""
        if self.unit_key:
            return "/".join(self.unit_key)
        return self.case.code if self.case else ""

    @property
    def title(self) -> str:
        """What the unit or the case is called."""
        named = self.unit or self.placement.case
        return named.title if named else ""

    @property
    def delivery_method(self) -> str | None:
        """How it is taught."""
        return self.unit.delivery_method if self.unit else _case_method(self.placement)

    @property
    def content_category(self) -> str | None:
        """What it is about: the other axis."""
        return self.unit.content_category if self.unit else self.placement.content_category

    @property
    def is_mixed(self) -> bool:
        """Both theory and practice, whatever its method is called (rule 9)."""
        return 0 < self.fraction < 1


class Element(NamedTuple):
    """The theory part or the practice part of an item.

    ``themes`` are those by which it links (rule 12). ``is_tagged`` may hold without any: the theory part of a
    placed case has no themes of its own, and counts as tagged when its case is (rule 6).
    """

    item: Item
    hours: float
    themes: Themes
    is_tagged: bool

    @property
    def is_theory_unit(self) -> bool:
        """Part of a unit rather than of a placed case, and with hours: what "number of units" counts."""
        return self.item.unit is not None and self.hours > 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """All items of a layout in order, the counted ones split into theory and practice elements.

    Self-study is counted only in the column "with self-study"; ``items`` holds the others as well.
    """

    items: tuple[Item, ...]
    counted: tuple[Item, ...]
    theory: tuple[Element, ...]
    practice: tuple[Element, ...]
    theory_hours: float
    practice_hours: float

    @property
    def total_hours(self) -> float:
        """Theory and practice of this column."""
        return self.theory_hours + self.practice_hours

    def beside(self, standing: Standing) -> tuple[Item, ...]:
        """The items of one standing, such as everything optional."""
        return tuple([item for item in self.items if item.standing is standing])

    def hours_beside(self, standing: Standing) -> float:
        """Their hours; self-study has the same figure in both columns (rule 1)."""
        return fsum(item.hours for item in self.beside(standing))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A placement that gives no items: its course is not in the view, or it has no target yet."""

    number: str
    placement: Placement


def timetable(layout: Layout, *, count_self_study: bool = False) -> Timetable:
    """The layout as items and elements; the clock starts at 0 and only counted items move it (rule 7)."""
    counts = {Standing.COUNTED, Standing.SELF_STUDY} if count_self_study else {Standing.COUNTED}
    items: list[Item] = []
    counted: list[Item] = []
    theory: list[Element] = []
    practice: list[Element] = []
    clock = 0.0
    for order, (number, placement, part, hours) in enumerate(_rows(layout)):
        standing, fraction = part.standing, part.fraction
        if placement.optional and standing is not Standing.NEUTRAL:
            standing = Standing.OPTIONAL
        timed = hours or 0.0
        end = clock + timed if standing in counts else clock
        is_timed = hours is not None
        # By position: names would take a third of the time of all items.
        item = Item(
            number,
            order,
            placement,
            part.unit,
            part.unit_key,
            part.case,
            timed,
            fraction,
            standing,
            is_timed,
            clock,
            end,
        )
        items.append(item)
        clock = end
        if standing in counts:
            counted.append(item)
            if fraction < 1:
                theory.append(
                    Element(item, timed * (1 - fraction), part.theory_themes, part.theory_is_tagged)
                )
            if fraction > 0:
                themes = part.practice_themes
                practice.append(Element(item, timed * fraction, themes, bool(themes)))
    return Timetable(
        tuple(items),
        tuple(counted),
        tuple(theory),
        tuple(practice),
        fsum(element.hours for element in theory),
        fsum(element.hours for element in practice),
    )


def numbered_placements(layout: Layout) -> Iterator[tuple[str, Placement]]:
    """Every placement with its place number: ``2.1`` is the first of module 2, left out or not."""
    for position, module in enumerate(layout.modules, start=1):
        for place, placement in enumerate(module.placements, start=1):
            yield f"{position}.{place}", placement


def left_out(layout: Layout) -> tuple[LeftOut, ...]:
    """The placements that give no items, to be listed (rule 24)."""
    return tuple(
        LeftOut(number, placement)
        for number, placement in numbered_placements(layout)
        if (placement.course is None and placement.case is None)
        or (placement.course is not None and not placement.course.visible)
    )


class _Part(NamedTuple):
    """A unit or a placed case, as it is taught in every curriculum that has it.

    ``hours`` are its own, before overrides; ``standing`` is that of an item that is not optional.
    """

    unit: Unit | None
    unit_key: UnitKey | None
    case: Case | None
    hours: float | None
    fraction: float
    standing: Standing
    theory_themes: Themes
    theory_is_tagged: bool
    practice_themes: Themes


class _Parts(NamedTuple):
    """The parts of one course and what they take together. The course is held, so that its id stays its."""

    course: Course
    parts: tuple[_Part, ...]
    hours: float


def _rows(layout: Layout) -> Iterator[tuple[str, Placement, _Part, float | None]]:
    """Place number, placement, part and hours after overrides, ``None`` if nobody gave any."""
    for number, placement in numbered_placements(layout):
        course = placement.course
        if course is not None and course.visible:
            found = _parts(course, layout)
            factor = _scale(found.hours, placement.hours)
            for place, part in enumerate(found.parts, start=1):
                hours = None if part.hours is None else part.hours * factor
                yield f"{number}.{place}", placement, part, hours
        elif course is None and placement.case is not None:
            hours = placement.case.suggested_hours if placement.hours is None else placement.hours
            yield number, placement, _placed_case(placement, placement.case), hours


def _parts(course: Course, layout: Layout) -> _Parts:
    """The parts of a course, worked out once for all curricula of a library."""
    known = layout.library.known
    found: _Parts | None = known.get((_Parts, id(course)))
    if found is None:
        parts = tuple(_taught_unit(unit, course) for unit in course.units)
        hours = fsum(unit.hours or 0.0 for unit in course.units)
        found = known[_Parts, id(course)] = _Parts(course, parts, hours)
    return found


def _scale(own: float, override: float | None) -> float:
    """What the override makes of every unit's hours; neutral and self-study ones take part (rule 3)."""
    return 1.0 if override is None or not own else override / own


def _taught_unit(unit: Unit, course: Course) -> _Part:
    """A unit has its own themes, if it has none its course's, never both; its practice, if there are none
    either, those of the case that it works on (rule 12).
    """
    taught = method(unit.delivery_method)
    themes = unit.themes or course.themes
    return _Part(
        unit=unit,
        unit_key=(course.code, unit.code),
        case=unit.case,
        hours=unit.hours,
        # An explicit fraction wins over the method, also 0 on a site visit (rule 9).
        fraction=taught.practice_fraction if unit.practice_fraction is None else unit.practice_fraction,
        standing=_standing(taught, neutral=unit.neutral, self_study=unit.self_study),
        theory_themes=themes,
        theory_is_tagged=bool(themes),
        practice_themes=themes or (unit.case.themes if unit.case else NO_THEMES),
    )


def _placed_case(placement: Placement, case: Case) -> _Part:
    """A placed case practises its own themes; what of it is theory has none, and is tagged if it is."""
    taught = method(_case_method(placement))
    return _Part(
        unit=None,
        unit_key=None,
        case=case,
        hours=None,
        fraction=taught.practice_fraction,
        standing=_standing(taught),
        theory_themes=NO_THEMES,
        theory_is_tagged=bool(case.themes),
        practice_themes=case.themes,
    )


def _case_method(placement: Placement) -> str:
    return placement.delivery_method or DEFAULT_CASE_METHOD


def _standing(taught: Method, *, neutral: bool = False, self_study: bool = False) -> Standing:
    if taught.neutral or neutral:
        return Standing.NEUTRAL
    return Standing.SELF_STUDY if taught.self_study or self_study else Standing.COUNTED
