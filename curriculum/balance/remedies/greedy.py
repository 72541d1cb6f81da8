"""Cases added one by one, each the one that helps most by the hour, then those taken out that are not needed.

Quick, and often not the best.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import nlargest
from math import fsum

from curriculum.balance.limits import TOLERANCE
from curriculum.balance.remedies.problem import Problem

LOOKED_AT = 100
"""Candidates of a large library that are looked at in each turn."""


def greedy(problem: Problem) -> frozenset[int]:
    """A choice of candidates; it stops where nothing more helps. Slots play no part in it."""
    chosen: set[int] = set()
    promising = _promising(problem)
    seconds = problem.seconds
    left = _missing(problem, chosen)
    while left > TOLERANCE:
        gains = []
        for number in promising:
            candidate = problem.candidates[number]
            taken = {problem.candidates[other].case.identity for other in chosen}
            if candidate.case.identity in taken or _too_long(problem, chosen | {number}):
                continue
            if number in seconds and seconds[number] not in chosen:
                continue
            after = _missing(problem, chosen | {number})
            gains.append(((after - left) / candidate.hours, after, -candidate.relevance, number))
        gains = [gain for gain in gains if gain[0] < -TOLERANCE]
        if not gains:
            break
        _, left, _, best = min(gains)
        chosen.add(best)
    for number in sorted(chosen, key=lambda number: (-problem.candidates[number].hours, -number)):
        if any(seconds.get(other) == number for other in chosen):
            continue
        if _missing(problem, chosen - {number}) <= left + TOLERANCE:
            chosen.remove(number)
    return frozenset(chosen)


def _promising(problem: Problem) -> list[int]:
    """The candidates that serve most hours of theory for each of their own, then the most relevant."""
    served: defaultdict[int, list[float]] = defaultdict(list)
    for target in problem.targets:
        for number in target.servants:
            served[number].append(target.hours)

    def promise(number: int) -> tuple[float, float, int]:
        candidate = problem.candidates[number]
        return fsum(served[number]) / candidate.hours, candidate.relevance, -number

    return sorted(nlargest(LOOKED_AT, range(len(problem.candidates)), key=promise))


def _too_long(problem: Problem, chosen: set[int]) -> bool:
    hours = problem.total + fsum(problem.candidates[number].hours for number in chosen)
    return hours > problem.goals.max_hours + TOLERANCE


def _missing(problem: Problem, chosen: set[int]) -> float:
    """How far all goals together are from being met, each share or index by itself; 0 when all are."""
    goals = {goal.key: goal.limits for goal in problem.goals.goals}
    values = _values(problem, chosen)
    return fsum(
        max(0.0, goals[key].distance(value))
        for key, value in values.items()
        if key in goals and value is not None
    )


def _values(problem: Problem, chosen: set[int]) -> dict[str, float | None]:
    """The measures that do not depend on slots, with the chosen candidates."""
    hours = {number: problem.candidates[number].hours for number in chosen}
    practice = problem.practice + fsum(hours.values())
    total = problem.theory + practice
    covered = [
        (target, target.covering | {problem.candidates[y].code for y in target.servants if y in chosen})
        for target in problem.targets
    ]
    covered = [(target, by) for target, by in covered if by]
    alone: dict[str, list[float]] = {}
    for target, by in covered:
        if len(by) == 1:
            alone.setdefault(min(by), []).append(target.hours)
    orphans = problem.orphan_hours + fsum(hours[y] for y in chosen if y in problem.orphans)
    aged = problem.aged + fsum(hours.values())
    fresh = problem.fresh + fsum(hours[y] * problem.freshness[y] for y in chosen)
    units = sum(target.is_unit for target, _ in covered)
    theory = problem.theory
    return {
        "practice_share": practice / total if total else None,
        "linkage_coverage": fsum(target.hours for target, _ in covered) / theory if theory else None,
        "orphan_practice": orphans / practice if practice and theory else None,
        "knockout_loss": max(map(fsum, alone.values()), default=0.0) / theory
        if theory and covered and problem.judges_dependence(units)
        else None,
        "timeliness_index": fresh / aged if aged else None,
        "thematic_divergence": problem.divergence(problem.practice_with(chosen)),
    }
