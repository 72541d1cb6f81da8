"""Some cases at their places, and what the engine says of the curriculum with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from curriculum.balance.limits import Color
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.slots import Placing
from curriculum.balance.report import BalanceReport


class Proof(StrEnum):
    """What is known of a plan among all plans."""

    BEST = "best"
    """No plan that reaches the goals has fewer hours, then fewer changes; shown by exhausting the others."""
    IN_TIME = "in_time"
    """It reaches the goals; the time was over before anything better could be ruled out."""
    GREEDY = "greedy"
    """It was put together case by case, without a search."""
    NEAREST = "nearest"
    """No plan reaches all goals; of those that were looked at, this one comes nearest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Cases at their slots, judged by the engine: ``report`` is of the curriculum with all of them placed."""

    placings: tuple[Placing, ...]
    report: BalanceReport
    missed: tuple[str, ...]
    proof: Proof

    @property
    def added_hours(self) -> float:
        """Teaching hours that the plan adds."""
        return fsum(placing.candidate.hours for placing in self.placings)

    @property
    def relevance(self) -> float:
        """How well its cases suit the units, summed."""
        return fsum(placing.candidate.relevance for placing in self.placings)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its cases."""
        return frozenset(placing.candidate.code for placing in self.placings)

    @property
    def reaches(self) -> bool:
        """Whether it meets every goal."""
        return not self.missed

    @property
    def rank(self) -> tuple[float, ...]:
        """What plans that reach the goals compare by: hours, changes, writing, relevance, mean gap.

        Sums are rounded so that equal ones are equal however they were added up.
        """
        gap = self.report["sequence_fit"].reading.figures["mean_gap"] or 0.0
        return (
            round(self.added_hours, 9),
            len(self.placings),
            sum(placing.candidate.is_new for placing in self.placings),
            -round(self.relevance, 9),
            round(gap, 9),
        )


def nearness(plan: Plan, goals: Goals) -> tuple[float, ...]:
    """Plans that miss goals compare by this, the nearest first: reds, ambers, hours that are short, rank.

    What is short is theory without a case, practice below or above the band, and theory on one case, each up
    to its goal: that is what placing cases is for. The other measures move with any hours added.
    """
    missed = [goal for goal in goals.goals if goal.key in plan.missed]
    reds = sum(goal.limits.color(plan.report[goal.key].value or 0.0) is Color.RED for goal in missed)
    return (reds, len(missed), round(hours_short(plan.report, goals), 9), *plan.rank)


def hours_short(report: BalanceReport, goals: Goals) -> float:
    """How many hours of theory and practice are missing to the goals of cover, band and dependence."""
    bases = {
        "linkage_coverage": report.hours.theory,
        "practice_share": report.hours.total,
        "knockout_loss": report.hours.theory,
    }
    missed = {goal.key: goal for goal in goals.missed(report)}
    return fsum(
        max(0.0, missed[key].limits.distance(report[key].value or 0.0)) * base
        for key, base in bases.items()
        if key in missed
    )
