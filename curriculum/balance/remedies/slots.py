"""Where a case can stand, and how near that brings practice to its theory (rules 7, 8 and 41)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import fsum, inf
from typing import Any, NamedTuple

from curriculum.balance.layout import Layout, Module, Placement
from curriculum.balance.limits import TOLERANCE
from curriculum.balance.measures.base import Evidence
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.timetable import Item, numbered_placements

EXHAUSTIVE = 20_000
"""Ways to put some cases into slots up to which all are tried; beyond, one case after the other moves."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place between placements: before the placement at ``position`` of module ``module``, from 0.

    ``index`` counts the placements before it, ``clock`` their teaching hours.
    """

    module: int
    position: int
    index: int
    clock: float


@dataclass(frozen=True, slots=True)
class Placing:
    """A case at a slot."""

    candidate: Candidate
    slot: Slot


def slots_of(evidence: Evidence) -> tuple[Slot, ...]:
    """The slots of a layout, one for each moment of the clock: the first of those that come to the same.

    At the very beginning it is the last, so that nothing is put before an opening.
    """
    indexes = {number: index for index, (number, _) in enumerate(numbered_placements(evidence.layout))}
    starts = [inf] * (len(indexes) + 1)
    starts[-1] = evidence.timetable.total_hours
    for item in evidence.timetable.items:
        number = item.number if item.unit is None else item.number.rpartition(".")[0]
        starts[indexes[number]] = min(starts[indexes[number]], item.start)
    for index in range(len(indexes) - 1, -1, -1):
        starts[index] = min(starts[index], starts[index + 1])
    found: dict[float, Slot] = {}
    index = 0
    for place, module in enumerate(evidence.layout.modules):
        for position in range(len(module.placements) + 1):
            slot = Slot(place, position, index + position, starts[index + position])
            if slot.clock not in found or slot.clock == 0:
                found[slot.clock] = slot
        index += len(module.placements)
    return tuple(found.values())


def inserted(layout: Layout, placings: Iterable[Placing]) -> Layout:
    """The layout with the cases at their slots; several at one slot stand in the order given."""
    placings = tuple(placings)
    modules = tuple(_filled(number, module, placings) for number, module in enumerate(layout.modules))
    library = layout.library
    unknown = {
        placing.candidate.case.identity: (placing.candidate.case,)
        for placing in placings
        if placing.candidate.case.identity not in library.texts
    }
    if unknown:
        library = replace(library, texts={**library.texts, **unknown})
    return replace(layout, modules=modules, library=library)


def _filled(number: int, module: Module, placings: Sequence[Placing]) -> Module:
    rows: list[Placement] = []
    for position in range(len(module.placements) + 1):
        rows.extend(
            Placement(case=placing.candidate.case, hours=placing.candidate.hours)
            for placing in placings
            if (placing.slot.module, placing.slot.position) == (number, position)
        )
        rows.extend(module.placements[position : position + 1])
    return replace(module, placements=tuple(rows))


class Fit(NamedTuple):
    """How a way to place some cases compares, the least first: what is missing of the sequence goal, the
    mean gap in hours, and the slots as rule 41 orders them among equals."""

    shortfall: float
    mean_gap: float
    order: tuple[tuple[bool, int], ...]


class _Theory(NamedTuple):
    """A theory element on the clock: its hours, the index of its placement, and what covers it there.

    ``covering`` holds index, start and end of practice, ``servants`` the numbers of candidates.
    """

    hours: float
    place: int
    start: float
    end: float
    covering: tuple[tuple[int, float, float], ...]
    servants: frozenset[int]

    @property
    def gap(self) -> float:
        """Hours to the nearest covering practice, ``inf`` without any."""
        gaps = (max(0.0, begin - self.end, self.start - finish) for _, begin, finish in self.covering)
        return min(gaps, default=inf)


class Gaps:
    """The gaps of one layout with some of the candidates in it, without judging everything else anew."""

    def __init__(self, evidence: Evidence, candidates: Sequence[Candidate]) -> None:
        self.slots = slots_of(evidence)
        self._policy = evidence.layout.policy
        self._total = evidence.timetable.total_hours
        self._candidates = candidates
        self._ends: dict[int, float] = {}
        indexes = {number: index for index, (number, _) in enumerate(numbered_placements(evidence.layout))}
        self._theory = [
            _Theory(
                linkage.theory.hours,
                _index(indexes, linkage.theory.item),
                linkage.theory.item.start,
                linkage.theory.item.end,
                tuple(
                    (_index(indexes, tie.practice.item), tie.practice.item.start, tie.practice.item.end)
                    for tie in linkage.covering
                ),
                frozenset(
                    number
                    for number, candidate in enumerate(candidates)
                    if linkage.demand.basis(candidate.case, candidate.case.themes) is not None
                ),
            )
            for linkage in evidence.linkages
            if linkage.theory.hours
        ]

    @property
    def now(self) -> list[float]:
        """For each theory element with hours its gap as it is, ``inf`` where nothing covers it."""
        return [theory.gap for theory in self._theory]

    @property
    def reach(self) -> list[float]:
        """For each theory element with hours the hours between it and the nearest slot."""
        return [
            min(
                (max(0.0, slot.clock - theory.end, theory.start - slot.clock) for slot in self.slots),
                default=inf,
            )
            for theory in self._theory
        ]

    def is_exhaustive(self, count: int) -> bool:
        """Whether for so many cases all ways are tried."""
        ways: int = len(self.slots) ** count
        return ways <= EXHAUSTIVE

    def choose(self, chosen: Sequence[int], goal: float) -> tuple[tuple[Placing, ...], Fit] | None:
        """The slots for the chosen candidates that fit best; ``goal`` is the least sequence fit, 0..1.

        ``None`` in a layout without any place.
        """
        if not self.slots:
            return None
        if self.is_exhaustive(len(chosen)):
            fit, way = self._best(chosen, list(product(range(len(self.slots)), repeat=len(chosen))), goal)
        else:
            fit, way = self._moved(chosen, goal)
        placings = tuple(
            Placing(self._candidates[number], self.slots[place])
            for number, place in zip(chosen, way, strict=True)
        )
        return placings, fit

    def _moved(self, chosen: Sequence[int], goal: float) -> tuple[Fit, tuple[int, ...]]:
        """Each case in turn moved to where it fits best, until none moves any more."""
        start = tuple(self._start(number) for number in chosen)
        best = self._best(chosen, [start], goal)
        while True:
            before = best
            for position in range(len(chosen)):
                way = best[1]
                ways = [(*way[:position], place, *way[position + 1 :]) for place in range(len(self.slots))]
                best = min(best, self._best(chosen, ways, goal))
            if best == before:
                return best

    def _start(self, number: int) -> int:
        """The first slot after the theory that a case newly covers."""
        end = self._end_of_served(number)
        return next((at for at, slot in enumerate(self.slots) if slot.clock >= end - TOLERANCE), 0)

    def _best(
        self, chosen: Sequence[int], ways: Sequence[tuple[int, ...]], goal: float
    ) -> tuple[Fit, tuple[int, ...]]:
        """The best of some ways; among equals the one that rule 41 prefers."""
        import numpy as np

        shortfalls, gaps = self._fits(chosen, ways, goal)
        # Sums that differ in the last bits only are the same gap.
        shortfalls, gaps = np.round(shortfalls, 9), np.round(gaps, 9)
        least = shortfalls.min()
        gap = gaps[shortfalls == least].min()
        equal = np.flatnonzero((shortfalls == least) & (gaps == gap)).tolist()
        return min((Fit(float(least), float(gap), self._order(chosen, ways[at])), ways[at]) for at in equal)

    def _order(self, chosen: Sequence[int], way: tuple[int, ...]) -> tuple[tuple[bool, int], ...]:
        return tuple(
            (self.slots[place].clock < self._end_of_served(number) - TOLERANCE, self.slots[place].index)
            for number, place in zip(chosen, way, strict=True)
        )

    def _fits(self, chosen: Sequence[int], ways: Sequence[tuple[int, ...]], goal: float) -> tuple[Any, Any]:
        """What is missing of the sequence goal, and the mean gap, each as an array over the ways."""
        # All ways at once: one by one, they would take longer than the choice of the cases.
        import numpy as np

        hours = [self._candidates[number].hours for number in chosen]
        limit = max(self._policy.gap_hours, self._policy.gap_share * (self._total + fsum(hours)))
        places = np.array(ways, dtype=int).reshape(len(ways), len(chosen))
        index = np.array([slot.index for slot in self.slots])[places]
        clock = np.array([slot.clock for slot in self.slots])[places]
        starts = {}
        for mine, number in enumerate(chosen):
            before = np.zeros(len(ways))
            for other, more in enumerate(hours):
                earlier = index[:, other] < index[:, mine]
                same = (index[:, other] == index[:, mine]) & (other < mine)
                before += more * (earlier | same)
            starts[number] = clock[:, mine] + before
        shifts: dict[int, Any] = {}

        def shift(place: int) -> Any:
            if place not in shifts:
                shifts[place] = ((index <= place) * np.array(hours)).sum(axis=1)
            return shifts[place]

        covered = 0.0
        near, weighted = np.zeros(len(ways)), np.zeros(len(ways))
        for theory in self._theory:
            begin = theory.start + shift(theory.place)
            end = theory.end + shift(theory.place)
            gap = np.full(len(ways), inf)
            for place, first, last in theory.covering:
                moved = shift(place)
                gap = np.minimum(gap, np.maximum(first + moved - end, begin - last - moved))
            for number in theory.servants.intersection(starts):
                first = starts[number]
                gap = np.minimum(gap, np.maximum(first - end, begin - first - self._candidates[number].hours))
            if not theory.covering and theory.servants.isdisjoint(starts):
                continue
            gap = np.maximum(gap, 0.0)
            covered += theory.hours
            weighted += theory.hours * gap
            near += theory.hours * (gap <= limit + TOLERANCE)
        if not covered:
            return near, weighted
        return np.maximum(goal - near / covered, 0.0), weighted / covered

    def _end_of_served(self, number: int) -> float:
        """When all theory is over that only this case would cover, or, if there is none, that it serves."""
        if number not in self._ends:
            served = [theory for theory in self._theory if number in theory.servants]
            newly = [theory for theory in served if not theory.covering]
            self._ends[number] = max((theory.end for theory in newly or served), default=0.0)
        return self._ends[number]


def _index(indexes: dict[str, int], item: Item) -> int:
    return indexes[item.number if item.unit is None else item.number.rpartition(".")[0]]
