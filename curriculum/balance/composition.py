"""What the counted hours are made of: methods, content, tags. Information beside the measures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import fsum

from curriculum.balance.limits import TOLERANCE
from curriculum.balance.policy import Policy
from curriculum.balance.timetable import Element, Item, Timetable


@dataclass(frozen=True, slots=True)
class Slice:
    """Counted hours under one method or content category; ``key`` is ``None`` for hours without one."""

    key: str | None
    theory: float
    practice: float

    @property
    def total(self) -> float:
        """Theory and practice together."""
        return self.theory + self.practice


def by_method(timetable: Timetable) -> tuple[Slice, ...]:
    """Hours by delivery method, the most first."""
    return _slices(timetable, lambda item: item.delivery_method)


def by_content_category(timetable: Timetable) -> tuple[Slice, ...]:
    """Hours by content category, the most first: the other axis (section 0, point 1)."""
    return _slices(timetable, lambda item: item.content_category)


def _slices(timetable: Timetable, key: Callable[[Item], str | None]) -> tuple[Slice, ...]:
    theory, practice = _hours_by(key, timetable.theory), _hours_by(key, timetable.practice)
    slices = [Slice(name, fsum(theory[name]), fsum(practice[name])) for name in theory | practice]
    return tuple(sorted(slices, key=lambda part: part.total, reverse=True))


def _hours_by(
    key: Callable[[Item], str | None], elements: Iterable[Element]
) -> dict[str | None, list[float]]:
    hours: defaultdict[str | None, list[float]] = defaultdict(list)
    for item, taken, _themes, _is_tagged in elements:
        hours[key(item) or None].append(taken)
    return hours


def untagged(timetable: Timetable) -> tuple[Element, ...]:
    """The elements without any theme, elements of 0 hours included; generic ones are themes (rule 31)."""
    elements = (*timetable.theory, *timetable.practice)
    return tuple(element for element in elements if not element.is_tagged)


def untagged_share(timetable: Timetable, elements: Iterable[Element]) -> float | None:
    """The hours of these untagged elements, of all counted hours; undefined without hours."""
    total = timetable.total_hours
    return fsum(element.hours for element in elements) / total if total else None


def common_themes(timetable: Timetable, policy: Policy) -> tuple[str, ...]:
    """Themes on so many theory units that links through them say little: a warning, no obstacle (rule 14)."""
    units = [element for element in timetable.theory if element.is_theory_unit]
    if len(units) < policy.generic_min_units:
        return ()
    carried = Counter(theme for unit in units for theme in unit.themes)
    limit = policy.generic_share * len(units) + TOLERANCE
    return tuple(sorted(theme for theme, count in carried.items() if count > limit))
