"""The choice of cases as an integer programme, solved by HiGHS through SciPy.

Everything is linear but the divergence, which is convex in the practice hours by theme: it is bounded from
below by tangents that are added where a solution breaks its goal. Whether practice comes near enough to its
theory depends on the slots; here it has only a bound that no slots could beat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, inf, isfinite, log2
from time import monotonic
from typing import Any

from curriculum.balance.limits import Limits
from curriculum.balance.remedies.goals import Goal
from curriculum.balance.remedies.problem import Problem, Vector

Terms = Mapping[int, float]
"""Coefficients by variable."""

SLACK = 1e-7
"""Hours by which a row may be missed, so that no rounding of the solver rules out what the engine allows."""

SHARP = 1e-3
SHARPENINGS = 60
"""To which divergence, and how often, tangents are added before whole numbers are asked for."""

TANGENT_SHIFT = 1e-3
"""How far a tangent is taken towards the theory's own shares, where the slope is finite."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen candidates, the value of the objective, and whether nothing is better."""

    chosen: frozenset[int]
    value: float
    proven: bool


class NoSolution(Exception):
    """There is none; ``proven`` unless the time was over."""

    def __init__(self, *, proven: bool) -> None:
        super().__init__("no solution" if proven else "no solution in time")
        self.proven = proven


def load_solver() -> None:
    """Load what solves, which takes longer than many a search: before the clock of a search runs."""
    import scipy.optimize
    import scipy.sparse  # noqa: F401  # loaded, not used here


@dataclass(slots=True)
class Rows:
    """Variables with bounds, and rows of coefficients, as they grow."""

    highest: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, float]] = field(default_factory=list)

    def variable(self, *, high: float = 1.0, integer: bool = True) -> int:
        """A new variable between 0 and ``high``."""
        self.highest.append(high)
        self.integer.append(int(integer))
        return len(self.highest) - 1

    def at_most(self, terms: Terms, bound: float, unless: Sequence[int] = ()) -> None:
        """The sum of the terms is at most ``bound``, unless one of these 0-1 variables is 1."""
        if unless:
            most = fsum(value * self.highest[at] for at, value in terms.items() if value > 0)
            if most <= bound:
                return
            terms = {**terms, **dict.fromkeys(unless, bound - most)}
        self.rows.append((terms, bound))

    def at_least(self, terms: Terms, bound: float, unless: Sequence[int] = ()) -> None:
        """The sum of the terms is at least ``bound``, unless one of these 0-1 variables is 1."""
        self.at_most({at: -value for at, value in terms.items()}, -bound, unless)


class Program:
    """The programme of one problem. In a ``soft`` one goals may be missed, which can be minimized instead."""

    def __init__(self, problem: Problem, *, soft: bool = False) -> None:
        self.problem = problem
        self.rows = Rows()
        self.chosen = [self.rows.variable() for _ in problem.candidates]
        self.hours = {y: problem.candidates[y].hours for y in self.chosen}
        self.changes = dict.fromkeys(self.chosen, 1.0)
        self.writing = {y: 1.0 for y in self.chosen if problem.candidates[y].is_new}
        self.relevance = {y: -problem.candidates[y].relevance for y in self.chosen}
        self.reds: dict[int, float] = {}
        self.ambers: dict[int, float] = {}
        self.short: dict[int, float] = {}
        self._divergence: list[tuple[Limits, tuple[int, ...]]] = []
        self._first_row = 0
        self._cover()
        self._once()
        self._in_turn()
        if isfinite(problem.goals.max_hours):
            self.rows.at_most(self.hours, problem.goals.max_hours - problem.total + SLACK)
        self._few = self._few_units()
        for goal in problem.goals.goals:
            self._goal(goal, soft=soft)
        for limits, unless in self._divergence:
            self._tangent(problem.practice_by_theme, limits, unless)

    def _cover(self) -> None:
        """Which theory is covered at least once (``covered``) and at least twice (``twice``)."""
        problem, rows = self.problem, self.rows
        self.covered: dict[int, int] = {}
        self.twice: dict[int, int] = {}
        for at, target in enumerate(problem.targets):
            count = dict.fromkeys(target.servants, 1.0)
            if not target.covering and target.servants:
                self.covered[at] = c = rows.variable()
                self.twice[at] = d = rows.variable(integer=False)
                rows.at_most({c: 1.0, d: 1.0, **dict.fromkeys(count, -1.0)}, 0.0)
                rows.at_most({d: 1.0, c: -1.0}, 0.0)
            elif len(target.covering) == 1 and target.servants:
                self.twice[at] = d = rows.variable(integer=False)
                rows.at_most({d: 1.0, **dict.fromkeys(count, -1.0)}, 0.0)

    def _once(self) -> None:
        """A case and its translations are one: at most one of them is placed (rule 47)."""
        texts: dict[str, list[int]] = {}
        for y in self.chosen:
            texts.setdefault(self.problem.candidates[y].case.identity, []).append(y)
        for same in texts.values():
            if len(same) > 1:
                self.rows.at_most(dict.fromkeys(same, 1.0), 1.0)

    def _in_turn(self) -> None:
        """Of two cases to be written that are alike, the second is placed only with the first."""
        for second, first in self.problem.seconds.items():
            firsts = {} if first is None else {first: -1.0}
            self.rows.at_most({second: 1.0, **firsts}, 0.0)

    def _few_units(self) -> tuple[int, ...]:
        """A variable that may be 1 while too few theory units are covered to judge the dependence."""
        problem, rows = self.problem, self.rows
        covered = sum(target.is_unit and bool(target.covering) for target in problem.targets)
        least = problem.evidence.layout.policy.min_units
        if problem.goals.get("knockout_loss") is None or problem.judges_dependence(covered):
            return ()
        few = rows.variable()
        units = [at for at in self.covered if problem.targets[at].is_unit]
        for at in units:
            for y in problem.targets[at].servants:
                rows.at_least({self.covered[at]: 1.0, y: -1.0}, 0.0)
        counted = dict.fromkeys((self.covered[at] for at in units), 1.0)
        rows.at_most({**counted, few: float(len(units))}, least - 1 - covered + len(units))
        return (few,)

    def _goal(self, goal: Goal, *, soft: bool) -> None:
        ranges: list[tuple[Limits, tuple[int, ...]]] = [(goal.limits, ())]
        if soft:
            amber, red = self.rows.variable(), self.rows.variable()
            self.ambers[amber], self.reds[red] = 1.0, 1.0
            wide = Limits(low=goal.limits.amber_low, high=goal.limits.amber_high)
            ranges = [(goal.limits, (amber,)), (wide, (red,))]
        for limits, unless in ranges:
            _BLOCKS[goal.key](self, limits, unless)
        if soft:
            self._shortfall(goal)

    def _shortfall(self, goal: Goal) -> None:
        """A variable for the hours that are missing to a goal of cover, band or dependence."""
        if goal.key not in {"linkage_coverage", "practice_share", "knockout_loss"}:
            return
        most = self.problem.total + fsum(self.hours.values())
        short = self.rows.variable(high=most, integer=False)
        self.short[short] = 1.0
        rows = self.rows
        first = len(rows.rows)
        _BLOCKS[goal.key](self, goal.limits, ())
        rows.rows[first:] = [({**terms, short: -1.0}, bound) for terms, bound in rows.rows[first:]]

    def _practice_share(self, limits: Limits, unless: tuple[int, ...]) -> None:
        problem = self.problem
        if isfinite(limits.low):
            bound = limits.low * problem.total - problem.practice - SLACK
            self.rows.at_least(_scaled(self.hours, 1 - limits.low), bound, unless)
        if isfinite(limits.high):
            bound = limits.high * problem.total - problem.practice + SLACK
            self.rows.at_most(_scaled(self.hours, 1 - limits.high), bound, unless)

    def _linkage_coverage(self, limits: Limits, unless: tuple[int, ...]) -> None:
        problem = self.problem
        now = fsum(target.hours for target in problem.targets if target.covering)
        terms = {c: problem.targets[at].hours for at, c in self.covered.items()}
        self.rows.at_least(terms, limits.low * problem.theory - now - SLACK, unless)

    def _orphan_practice(self, limits: Limits, unless: tuple[int, ...]) -> None:
        problem = self.problem
        terms = {y: hours * ((y in problem.orphans) - limits.high) for y, hours in self.hours.items()}
        bound = limits.high * problem.practice - problem.orphan_hours + SLACK
        if problem.theory:
            self.rows.at_most(terms, bound, unless)

    def _knockout_loss(self, limits: Limits, unless: tuple[int, ...]) -> None:
        """No case alone carries more than the limit; one that is not placed carries nothing."""
        problem, rows = self.problem, self.rows
        most = limits.high * problem.theory + SLACK
        alone: dict[str, list[int]] = {}
        for at, target in enumerate(problem.targets):
            if len(target.covering) == 1:
                alone.setdefault(min(target.covering), []).append(at)
        for places in alone.values():
            terms = {self.twice[at]: -problem.targets[at].hours for at in places if at in self.twice}
            hours = fsum(problem.targets[at].hours for at in places)
            if hours > most:
                rows.at_most(terms, most - hours, (*unless, *self._few))
        for y in self.chosen:
            places = [at for at in self.covered if y in problem.targets[at].servants]
            hours = fsum(problem.targets[at].hours for at in places)
            if hours > most:
                terms = {self.twice[at]: -problem.targets[at].hours for at in places}
                # Written out: unless the candidate is not chosen.
                rows.at_most({**terms, y: hours - most}, 0.0, (*unless, *self._few))

    def _sequence_fit(self, limits: Limits, unless: tuple[int, ...]) -> None:
        """What slots could reach at best: each gap as it is now, or as the nearest slot would make it.

        Gaps may grow when cases come in between, never shrink; but the more hours, the larger the gap that is
        still near (a share of them). So practice that is too far now may be near with enough hours added.
        """
        problem, rows = self.problem, self.rows
        if not problem.sequence_goal:
            return
        terms: dict[int, float] = {}
        bound = 0.0
        for at, (target, now, reach) in enumerate(
            zip(problem.targets, problem.gaps.now, problem.gaps.reach, strict=True)
        ):
            if target.covering and self._hours_for(now) <= 0:
                bound -= target.hours * (1 - limits.low)
            elif target.covering or target.servants:
                close = rows.variable(integer=False)
                helping = {y: -1.0 for y in target.servants if self._hours_for(reach) < inf}
                if target.covering:
                    bound += target.hours * limits.low
                    helping |= self._near_with_hours(self._hours_for(now))
                else:
                    rows.at_most({close: 1.0, self.covered[at]: -1.0}, 0.0)
                    terms[self.covered[at]] = -target.hours * limits.low
                rows.at_most({close: 1.0, **helping}, 0.0)
                terms[close] = target.hours
        rows.at_least(terms, bound - SLACK, unless)

    def _hours_for(self, gap: float) -> float:
        """How many hours must be added for a gap to be near enough; none or fewer where it is so now."""
        policy = self.problem.evidence.layout.policy
        if gap <= policy.gap_hours + SLACK:
            return 0.0
        return gap / policy.gap_share - self.problem.total - SLACK if policy.gap_share else inf

    def _near_with_hours(self, needed: float) -> dict[int, float]:
        """A variable that may be 1 only when so many hours are added; nothing where they never are."""
        if needed > fsum(self.hours.values()):
            return {}
        near = self.rows.variable()
        self.rows.at_least({**self.hours, near: -needed}, 0.0)
        return {near: -1.0}

    def _timeliness_index(self, limits: Limits, unless: tuple[int, ...]) -> None:
        problem = self.problem
        terms = {y: hours * (problem.freshness[y] - limits.low) for y, hours in self.hours.items()}
        self.rows.at_least(terms, limits.low * problem.aged - problem.fresh - SLACK, unless)

    def _thematic_divergence(self, limits: Limits, unless: tuple[int, ...]) -> None:
        self._divergence.append((limits, unless))

    def bound_divergence(self, practice: Vector, *, by: float = 0.0) -> bool:
        """Add tangents at these practice hours where they break a limit by so much; whether any was added."""
        value = self.problem.divergence(practice)
        added = False
        for limits, unless in self._divergence:
            if value is not None and limits.is_above(value - by):
                added |= self._tangent(practice, limits, unless)
        return added

    def _tangent(self, practice: Vector, limits: Limits, unless: tuple[int, ...]) -> bool:
        """``P·(JSD - limit)`` is convex and grows in proportion: its slope anywhere bounds it everywhere.

        The slope for the hours of a theme is ``1/2 sum t·log2(t/m) + 1/2 log2(r/m) - limit`` with the shares
        t of the theory, r of the practice and m between them.
        """
        problem = self.problem
        total = fsum(practice.values())
        if not total or not problem.theory_shares:
            return False
        themes = sorted(set(problem.theory_shares) | set(practice) | self._candidate_themes())
        theory = {theme: problem.theory_shares.get(theme, 0.0) for theme in themes}
        at = {
            theme: (1 - TANGENT_SHIFT) * practice.get(theme, 0.0) / total + TANGENT_SHIFT * theory[theme]
            for theme in themes
        }
        base = fsum(share * log2(2 * share / (share + at[theme])) for theme, share in theory.items() if share)
        slope = {
            theme: (base + (log2(2 * at[theme] / (theory[theme] + at[theme])) if at[theme] else 1.0)) / 2
            - limits.high
            for theme in themes
        }
        terms = {
            y: fsum(hours * slope[theme] for theme, hours in problem.shares(y).items()) for y in self.chosen
        }
        now = fsum(hours * slope[theme] for theme, hours in problem.practice_by_theme.items())
        self.rows.at_most(terms, SLACK - now, unless)
        return True

    def _candidate_themes(self) -> set[str]:
        return {theme for y in self.chosen for theme in self.problem.shares(y)}

    def forbid(self, chosen: frozenset[int], *, larger_ones: bool) -> None:
        """Rule out a choice, and with ``larger_ones`` every choice that contains it."""
        terms = dict.fromkeys(chosen, 1.0)
        if not larger_ones:
            terms |= {y: -1.0 for y in self.chosen if y not in chosen}
        self.rows.at_most(terms, len(chosen) - 1.0)

    def sharpen(self, objective: Terms, deadline: float) -> None:
        """Add tangents where the programme without whole numbers breaks the divergence: quick, and it saves
        many solutions with whole numbers that would break it too. Raises NoSolution."""
        for _ in range(SHARPENINGS):
            found = self._solve(objective, (), deadline, whole=False)
            practice = dict(self.problem.practice_by_theme)
            for y in self.chosen:
                for theme, hours in self.problem.shares(y).items() if found.x[y] > 0 else ():
                    practice[theme] = practice.get(theme, 0.0) + hours * float(found.x[y])
            if not self.bound_divergence(practice, by=SHARP):
                return

    def minimize(self, objective: Terms, also: Sequence[tuple[Terms, float]], deadline: float) -> Solution:
        """The best solution that keeps all rows and ``also``. Raises NoSolution."""
        found = self._solve(objective, also, deadline, whole=True)
        chosen = frozenset(y for y in self.chosen if found.x[y] > 0.5)
        return Solution(chosen, float(found.fun), found.status == 0)

    def _solve(
        self, objective: Terms, also: Sequence[tuple[Terms, float]], deadline: float, *, whole: bool
    ) -> Any:
        # SciPy takes long to import, and most processes never solve anything.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        seconds = deadline - monotonic()
        if seconds <= 0:
            raise NoSolution(proven=False)
        rows = [*self.rows.rows, *also]
        entries = [(row, at, value) for row, (terms, _) in enumerate(rows) for at, value in terms.items()]
        count = len(self.rows.highest)
        places: Any = ([row for row, _, _ in entries], [at for _, at, _ in entries])
        matrix = coo_array(([value for _, _, value in entries], places), shape=(len(rows), count)).tocsr()
        found = milp(
            [objective.get(at, 0.0) for at in range(count)],
            integrality=self.rows.integer if whole else [0] * count,
            bounds=Bounds([0.0] * count, self.rows.highest),
            constraints=[LinearConstraint(matrix, -inf, [bound for _, bound in rows])] if rows else [],
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise NoSolution(proven=found.status == 2)
        return found


def _scaled(terms: Terms, factor: float) -> Terms:
    return {at: value * factor for at, value in terms.items()}


_BLOCKS = {
    "practice_share": Program._practice_share,
    "linkage_coverage": Program._linkage_coverage,
    "orphan_practice": Program._orphan_practice,
    "knockout_loss": Program._knockout_loss,
    "sequence_fit": Program._sequence_fit,
    "timeliness_index": Program._timeliness_index,
    "thematic_divergence": Program._thematic_divergence,
}
"""The rows of each measure's goal, by its key."""
