"""Where a figure is within limits, to be watched or to be acted on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

TOLERANCE = 1e-9
"""Slack of every comparison with a limit, in favour of the better color (rule 36)."""


class Color(StrEnum):
    """How a figure stands to its limits; declared from best to worst."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def severity(self) -> int:
        """0 for the best color, rising."""
        return _SEVERITY[self]


_SEVERITY = {color: severity for severity, color in enumerate(Color)}


@dataclass(frozen=True, slots=True)
class Limits:
    """A two-sided band: green between ``low`` and ``high``, amber out to ``amber_low`` and ``amber_high``.

    A one-sided threshold is a band whose other end is infinite, so that colors, flags and distances need one
    rule only. All four ends belong to the better color.
    """

    low: float = -inf
    high: float = inf
    amber_low: float = -inf
    amber_high: float = inf

    @classmethod
    def band(cls, low: float, high: float, margin: float) -> Limits:
        """Green from ``low`` to ``high``, amber up to ``margin`` outside of either end."""
        return cls(low, high, low - margin, high + margin)

    @classmethod
    def at_least(cls, green: float, amber: float) -> Limits:
        """Green from ``green`` upwards, amber from ``amber`` upwards."""
        return cls(low=green, amber_low=amber)

    @classmethod
    def at_most(cls, green: float, amber: float) -> Limits:
        """Green up to ``green``, amber up to ``amber``."""
        return cls(high=green, amber_high=amber)

    def is_below(self, value: float) -> bool:
        """Whether ``value`` falls short of the green range."""
        return value < self.low - TOLERANCE

    def is_above(self, value: float) -> bool:
        """Whether ``value`` exceeds the green range."""
        return value > self.high + TOLERANCE

    def color(self, value: float) -> Color:
        """The color of ``value``, unrounded."""
        if not (self.is_below(value) or self.is_above(value)):
            return Color.GREEN
        if self.amber_low - TOLERANCE <= value <= self.amber_high + TOLERANCE:
            return Color.AMBER
        return Color.RED

    def distance(self, value: float) -> float:
        """How far ``value`` lies outside of the green range; negative inside: the slack to the nearer end."""
        return max(self.low - value, value - self.high)
