"""The choice of cases as numbers: what each candidate covers, adds and costs, without where it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import fsum

from curriculum.balance.measures.base import Evidence
from curriculum.balance.measures.knockout_loss import identities
from curriculum.balance.measures.orphan_practice import orphan_elements
from curriculum.balance.measures.thematic_divergence import divergence, theme_shares
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.slots import Gaps

Vector = dict[str, float]
"""Hours by theme."""


@dataclass(frozen=True, slots=True)
class Target:
    """A theory element with hours: the cases that cover it now, and the candidates that would."""

    hours: float
    is_unit: bool
    covering: frozenset[str]
    servants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One curriculum, its candidates and its goals; everything that does not depend on slots is linear here.

    Hours are teaching hours. ``aged`` are the practice hours that name a case, ``fresh`` the same weighted by
    freshness; ``theory_shares`` are by theme, ``practice_by_theme`` hours that carry a theme.
    """

    evidence: Evidence
    goals: Goals
    candidates: tuple[Candidate, ...]
    targets: tuple[Target, ...]
    orphans: frozenset[int]
    theory: float
    practice: float
    orphan_hours: float
    aged: float
    fresh: float
    freshness: tuple[float, ...]
    theory_shares: Vector
    practice_by_theme: Vector
    gaps: Gaps

    @classmethod
    def of(cls, evidence: Evidence, candidates: Sequence[Candidate], goals: Goals) -> Problem:
        """The problem of a curriculum; the candidates are usable ones."""
        layout, timetable = evidence.layout, evidence.timetable
        generic = layout.library.vocabulary.generic
        targets = tuple(
            Target(
                linkage.theory.hours,
                linkage.theory.is_theory_unit,
                frozenset(identities(linkage)),
                tuple(
                    number
                    for number, candidate in enumerate(candidates)
                    if linkage.demand.basis(candidate.case, candidate.case.themes) is not None
                ),
            )
            for linkage in evidence.linkages
            if linkage.theory.hours
        )
        serving = {number for target in targets if target.is_unit for number in target.servants}
        half_life = layout.policy.half_life_years
        named = [element for element in timetable.practice if element.item.case is not None]
        practice_by_theme: Vector = {}
        for element in timetable.practice:
            _add_shares(practice_by_theme, element.hours, element.themes - generic)
        return cls(
            evidence,
            goals,
            tuple(candidates),
            targets,
            frozenset(range(len(candidates))) - serving,
            timetable.theory_hours,
            timetable.practice_hours,
            fsum(element.hours for element in orphan_elements(evidence)),
            fsum(element.hours for element in named),
            fsum(
                element.hours * freshness(element.item.case, layout.as_of, half_life)
                for element in named
                if element.item.case is not None
            ),
            tuple(freshness(candidate.case, layout.as_of, half_life) for candidate in candidates),
            dict(theme_shares(timetable.theory, layout.library.vocabulary)),
            practice_by_theme,
            Gaps(evidence, candidates),
        )

    @property
    def total(self) -> float:
        """Counted hours of the curriculum as it is."""
        return self.theory + self.practice

    @property
    def seconds(self) -> dict[int, int | None]:
        """The candidates that are second to another, with that one; ``None`` where it is no candidate."""
        numbers = {candidate.code: number for number, candidate in enumerate(self.candidates)}
        return {
            number: numbers.get(candidate.second_to)
            for number, candidate in enumerate(self.candidates)
            if candidate.second_to
        }

    def judges_dependence(self, covered_units: int) -> bool:
        """Whether the goal of dependence counts with so many covered theory units (rule 27)."""
        goal = self.goals.get("knockout_loss")
        return goal is not None and (goal.asked or covered_units >= self.evidence.layout.policy.min_units)

    @property
    def sequence_goal(self) -> float:
        """The least sequence fit that is asked for; 0 where it is not judged."""
        goal = self.goals.get("sequence_fit")
        units = sum(target.is_unit for target in self.targets)
        if goal is None or not (goal.asked or units >= self.evidence.layout.policy.min_units):
            return 0.0
        return goal.limits.low

    def shares(self, number: int) -> Vector:
        """The hours that a candidate adds to each theme."""
        candidate, shares = self.candidates[number], dict[str, float]()
        generic = self.evidence.layout.library.vocabulary.generic
        _add_shares(shares, candidate.hours, candidate.case.themes - generic)
        return shares

    def practice_with(self, chosen: Collection[int]) -> Vector:
        """Practice hours by theme with the chosen candidates placed."""
        found = dict(self.practice_by_theme)
        for number in chosen:
            for theme, hours in self.shares(number).items():
                found[theme] = found.get(theme, 0.0) + hours
        return found

    def divergence(self, practice: Vector) -> float | None:
        """The divergence of these practice hours from the theory; ``None`` where a side has no themes."""
        total = fsum(practice.values())
        if not total or not self.theory_shares:
            return None
        return fsum(
            divergence(self.theory_shares.get(theme, 0.0), practice.get(theme, 0.0) / total)
            for theme in self.theory_shares.keys() | practice.keys()
        )


def _add_shares(found: Vector, hours: float, themes: Collection[str]) -> None:
    for theme in themes if hours else ():
        found[theme] = found.get(theme, 0.0) + hours / len(themes)
