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
    ``2.1`` for a placed case; ``order`` counts all items from 0. ``hours`` are those in this curriculum,
    after overrides, and ``is_timed`` whether anybody gave them; ``fraction`` is the part that is practice;
    ``start`` and ``end`` are teaching hours from the beginning, equal if the item is not counted.
    """

    number: str
    order: int
    placement: Placement
    unit: Unit | None
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
    def case(self) -> Case | None:
        """The case that is placed, or that the unit works on."""
        return self.unit.case if self.unit else self.placement.case

    @property
    def unit_key(self) -> UnitKey | None:
        """Course and unit code; ``None`` for a placed case, about which nobody confirms or rejects links."""
        return (self.course.code, self.unit.code) if self.unit and self.course else None

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
        return tuple(item for item in self.items if item.standing is standing)

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
    clock = 0.0
    for order, (number, placement, unit, hours) in enumerate(_rows(layout)):
        taught = method(unit.delivery_method if unit else _case_method(placement))
        standing = _standing(placement, unit, taught)
        end = clock + (hours or 0.0) if standing in counts else clock
        item = Item(
            number=number,
            order=order,
            placement=placement,
            unit=unit,
            hours=hours or 0.0,
            fraction=_fraction(unit, taught),
            standing=standing,
            is_timed=hours is not None,
            start=clock,
            end=end,
        )
        items.append(item)
        clock = end
    counted = tuple(item for item in items if item.standing in counts)
    theory = tuple(_theory_element(item) for item in counted if item.fraction < 1)
    practice = tuple(_practice_element(item) for item in counted if item.fraction > 0)
    return Timetable(
        tuple(items),
        counted,
        theory,
        practice,
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


def _rows(layout: Layout) -> Iterator[tuple[str, Placement, Unit | None, float | None]]:
    """Place number, placement, unit (of a course) and hours after overrides, ``None`` if nobody gave any."""
    for number, placement in numbered_placements(layout):
        if placement.course is not None and placement.course.visible:
            factor = _scale(placement.course, placement.hours)
            for place, unit in enumerate(placement.course.units, start=1):
                hours = None if unit.hours is None else unit.hours * factor
                yield f"{number}.{place}", placement, unit, hours
        elif placement.course is None and placement.case is not None:
            hours = placement.case.suggested_hours if placement.hours is None else placement.hours
            yield number, placement, None, hours


def _scale(course: Course, override: float | None) -> float:
    """What the override makes of every unit's hours; neutral and self-study ones take part (rule 3)."""
    if override is None:
        return 1.0
    own = fsum(unit.hours or 0.0 for unit in course.units)
    return override / own if own else 1.0


def _case_method(placement: Placement) -> str:
    return placement.delivery_method or DEFAULT_CASE_METHOD


def _standing(placement: Placement, unit: Unit | None, taught: Method) -> Standing:
    if taught.neutral or (unit is not None and unit.neutral):
        return Standing.NEUTRAL
    if placement.optional:
        return Standing.OPTIONAL
    if taught.self_study or (unit is not None and unit.self_study):
        return Standing.SELF_STUDY
    return Standing.COUNTED


def _fraction(unit: Unit | None, taught: Method) -> float:
    """An explicit fraction wins over the method, also 0 on a site visit (rule 9)."""
    if unit is None or unit.practice_fraction is None:
        return taught.practice_fraction
    return unit.practice_fraction


def _theory_element(item: Item) -> Element:
    hours = item.hours * (1 - item.fraction)
    if item.unit is None:
        return Element(item, hours, NO_THEMES, bool(item.case and item.case.themes))
    themes = _unit_themes(item)
    return Element(item, hours, themes, bool(themes))


def _practice_element(item: Item) -> Element:
    themes = _unit_themes(item) or (item.case.themes if item.case else NO_THEMES)
    return Element(item, item.hours * item.fraction, themes, bool(themes))


def _unit_themes(item: Item) -> Themes:
    """A unit's own themes, if it has none its course's: never both (rule 12)."""
    if item.unit is None:
        return NO_THEMES
    return item.unit.themes or (item.course.themes if item.course else NO_THEMES)
