"""Which practice serves which theory, and why (rules 10 to 13, 17, 18, 24 and 47)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from curriculum.balance.currency import is_current, last_current_day
from curriculum.balance.layout import Case, Layout, Library, LinkState, UnitStates
from curriculum.balance.timetable import Element, Timetable
from curriculum.balance.vocabulary import Themes


class Basis(StrEnum):
    """Why a case serves a unit: a person said so, the unit works on it, or their themes match."""

    CONFIRMED = "confirmed"
    OWN_CASE = "own_case"
    THEME = "theme"


class Tie(NamedTuple):
    """A practice element that serves a theory element; it ``covers`` only with a current case and hours."""

    practice: Element
    basis: Basis
    covers: bool


class Lapse(NamedTuple):
    """A case that would cover an element if it were still current, and the last day on which it was."""

    case: Case
    until: date


class Demand(NamedTuple):
    """What would serve one theory element: the cases of a person's word, its own case, and matching themes.

    ``own_case`` is that of a mixed item only. The theory part of a placed case has neither words nor themes,
    so that nothing but its own case serves it (rule 6).
    """

    states: UnitStates
    own_case: str | None
    matching: Themes
    on_shelf: dict[tuple[date, float], bool]
    """Whether a case of the library that is current on a day, at a greatest age in years, would serve."""

    @classmethod
    def of(cls, theory: Element, library: Library) -> Demand:
        """The demand of a theory element: one for a unit in all curricula that have its course."""
        item = theory.item
        own_case = item.case.identity if item.case is not None and item.is_mixed else None
        key = (cls, item.unit_key, own_case, theory.themes)
        demand: Demand | None = library.known.get(key)
        if demand is None:
            reach = library.vocabulary.reach(theory.themes)
            demand = library.known[key] = cls(library.states_of(item.unit_key), own_case, reach, {})
        return demand

    def basis(self, case: Case | None, themes: Themes) -> Basis | None:
        """Why practice on ``case`` with ``themes`` serves the element; ``None`` if it does not (rule 13).

        A person's no is the strongest evidence, then a yes, then that a mixed item is practised on the case.
        """
        if case is not None:
            state = self.states.get(case.identity)
            if state is LinkState.REJECTED:
                return None
            if state is LinkState.CONFIRMED:
                return Basis.CONFIRMED
            if case.identity == self.own_case:
                return Basis.OWN_CASE
        return None if self.matching.isdisjoint(themes) else Basis.THEME

    @property
    def named(self) -> frozenset[str]:
        """The cases about which more than themes is known."""
        return frozenset(self.states) if self.own_case is None else frozenset((self.own_case, *self.states))


class Linkage(NamedTuple):
    """One theory element with the ``ties`` that serve it, in order, and those of them that cover it."""

    theory: Element
    demand: Demand
    ties: tuple[Tie, ...]
    covering: tuple[Tie, ...]

    @property
    def is_covered(self) -> bool:
        """Whether a current placed case serves it."""
        return bool(self.covering)


def linkages(layout: Layout, timetable: Timetable) -> tuple[Linkage, ...]:
    """For every theory element of the timetable, in order, the practice elements that serve it."""
    offers = _Offers.of(layout, timetable)
    found = []
    for theory in timetable.theory:
        demand = Demand.of(theory, layout.library)
        ties = offers.ties(demand)
        covering = tuple([tie for tie in ties if tie.covers]) if ties else ties
        found.append(Linkage(theory, demand, ties, covering))
    return tuple(found)


def lapses(linkage: Linkage, layout: Layout) -> tuple[Lapse, ...]:
    """The cases that covered this element until they lapsed: "was covered by X until D" (rule 20)."""
    found: dict[str, Lapse] = {}
    for tie in linkage.ties:
        case = tie.practice.item.case
        if case is None or tie.covers or not tie.practice.hours:
            continue
        until = last_current_day(case, layout.policy.max_age_years)
        if until is not None and until < layout.as_of:
            found[case.code] = Lapse(case, until)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Offers:
    """The practice elements of a curriculum, to be found by theme and by case.

    Most pairs of theory and practice have nothing to do with each other: this spares looking at them.
    """

    practice: tuple[Element, ...]
    covers: list[bool]
    themes: Themes
    by_theme: Mapping[str, list[int]]
    by_case: Mapping[str, list[int]]

    @classmethod
    def of(cls, layout: Layout, timetable: Timetable) -> _Offers:
        day, max_age = layout.as_of, layout.policy.max_age_years
        covers: list[bool] = []
        by_theme: defaultdict[str, list[int]] = defaultdict(list)
        by_case: defaultdict[str, list[int]] = defaultdict(list)
        for position, (item, hours, themes, _is_tagged) in enumerate(timetable.practice):
            for theme in themes:
                by_theme[theme].append(position)
            case = item.case
            if case is None:
                covers.append(False)
                continue
            by_case[case.identity].append(position)
            covers.append(hours > 0 and is_current(case, day, max_age))
        return cls(timetable.practice, covers, frozenset(by_theme), by_theme, by_case)

    def ties(self, demand: Demand) -> tuple[Tie, ...]:
        """The ties to the practice that serves the demand, in the order of the curriculum."""
        bases: dict[int, Basis | None] = {}
        for theme in demand.matching & self.themes:
            for position in self.by_theme[theme]:
                bases[position] = Basis.THEME
        if demand.states or demand.own_case is not None:
            # More is known of these cases than their themes say, perhaps a no.
            for identity in demand.named & self.by_case.keys():
                for position in self.by_case[identity]:
                    practice = self.practice[position]
                    bases[position] = demand.basis(practice.item.case, practice.themes)
        if not bases:
            return ()
        return tuple(
            [
                Tie(self.practice[position], basis, self.covers[position])
                for position, basis in sorted(bases.items())
                if basis is not None
            ]
        )
