"""What a plan is to reach: by default the green limits of the policy (rule 42)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite

from curriculum.balance.limits import Limits
from curriculum.balance.measures import MEASURES
from curriculum.balance.measures.base import Result
from curriculum.balance.policy import Policy
from curriculum.balance.report import BalanceReport


class UnknownGoal(ValueError):
    """A goal was set for a measure that does not exist, or that has no limits to move."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Goal:
    """A range for one measure, with the amber range around it.

    A goal of the policy is silent where the measure has too few units behind it (rule 27); one that somebody
    ``asked`` for is not.
    """

    key: str
    limits: Limits
    asked: bool = False

    def is_met(self, result: Result) -> bool:
        """Whether the result lies in the range; what is undefined misses nothing."""
        if result.value is None or not (result.reading.is_judged or self.asked):
            return True
        return not (self.limits.is_below(result.value) or self.limits.is_above(result.value))


@dataclass(frozen=True, slots=True)
class Goals:
    """The goals in the order of the measures, and the most hours that the curriculum may have (``inf``)."""

    goals: tuple[Goal, ...]
    max_hours: float = inf

    @classmethod
    def of(
        cls, policy: Policy, asked: Mapping[str, float] | None = None, max_hours: float | None = None
    ) -> Goals:
        """The green limits of a policy, with ``asked`` values in their places.

        A value moves the end that is a limit; of the practice share it is the least one. Raises UnknownGoal.
        """
        asked = dict(asked or {})
        known = {measure.key: measure.limits(policy) for measure in MEASURES}
        for key in asked:
            if known.get(key) is None:
                raise UnknownGoal(key)
        goals = (
            Goal(key, _moved(limits, asked[key]), asked=True) if key in asked else Goal(key, limits)
            for key, limits in known.items()
            if limits is not None
        )
        return cls(tuple(goals), inf if max_hours is None else max_hours)

    def get(self, key: str) -> Goal | None:
        """The goal for one measure, if there is one."""
        return next((goal for goal in self.goals if goal.key == key), None)

    def missed(self, report: BalanceReport) -> tuple[Goal, ...]:
        """The goals that a report does not meet."""
        return tuple(goal for goal in self.goals if not goal.is_met(report[goal.key]))

    def allows(self, report: BalanceReport) -> bool:
        """Whether everything is met, the hours too."""
        return report.hours.total <= self.max_hours + 1e-9 and not self.missed(report)


def _moved(limits: Limits, value: float) -> Limits:
    """The limits with the green end at ``value``; the amber end keeps its place unless it is overtaken."""
    if isfinite(limits.low):
        return replace(
            limits, low=value, amber_low=min(limits.amber_low, value), high=max(limits.high, value)
        )
    return replace(limits, high=value, amber_high=max(limits.amber_high, value))
