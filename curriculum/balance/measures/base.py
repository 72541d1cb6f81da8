"""What a measure is, what it reads from and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.limits import Color, Limits
from curriculum.balance.linkage import Linkage, linkages
from curriculum.balance.policy import Policy
from curriculum.balance.timetable import Element, Timetable, timetable

Figures = Mapping[str, float | None]
"""Numbers under the names that files give them; ``None`` where one is undefined."""


class Quantity(StrEnum):
    """How a value is to be read: a share is printed as percent, an index as a plain number."""

    SHARE = "share"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a measure may read: a layout with what was derived from it once."""

    layout: Layout
    timetable: Timetable
    linkages: tuple[Linkage, ...]

    @classmethod
    def of(cls, layout: Layout, *, count_self_study: bool = False) -> Evidence:
        """The evidence of a layout, in the column without or with self-study."""
        hours = timetable(layout, count_self_study=count_self_study)
        return cls(layout, hours, linkages(layout, hours))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure's function finds.

    ``value`` is ``None`` where the measure is undefined; ``figures`` support it, ``tables`` hold sets of
    figures, each under its name; ``cases`` and ``case_tables`` are the same for cases, which are given by
    their identity because not every reader may know their names; ``elements`` are those that explain the
    value; ``is_judged`` is false where too few units stand behind the value to give it a color.
    """

    value: float | None
    figures: Figures = field(default_factory=dict)
    tables: Mapping[str, Figures] = field(default_factory=dict)
    cases: Mapping[str, str | None] = field(default_factory=dict)
    case_tables: Mapping[str, Figures] = field(default_factory=dict)
    elements: tuple[Element, ...] = ()
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the report: adding a measure is writing one of these and naming it in ``MEASURES``.

    ``below`` and ``above`` are the flags raised by a value short of the limits and beyond them. The words for
    people stand in ``curriculum.wording`` under ``key``.
    """

    key: str
    quantity: Quantity
    read: Callable[[Evidence], Reading]
    limits: Callable[[Policy], Limits | None]
    below: Headline | None = None
    above: Headline | None = None

    def judge(self, evidence: Evidence) -> Result:
        """The reading of this measure against its limits in the policy in force."""
        return Result(self, self.read(evidence), self.limits(evidence.layout.policy))


@dataclass(frozen=True, slots=True)
class Result:
    """A measure's reading with its limits; without both, or too thin, it has neither color nor flag."""

    measure: Measure
    reading: Reading
    limits: Limits | None

    @property
    def key(self) -> str:
        """The measure's key."""
        return self.measure.key

    @property
    def value(self) -> float | None:
        """The measure's value, unrounded."""
        return self.reading.value

    @property
    def color(self) -> Color | None:
        """Where the value stands to its limits."""
        if self.value is None or self.limits is None or not self.reading.is_judged:
            return None
        return self.limits.color(self.value)

    @property
    def distance(self) -> float | None:
        """How far the value lies outside of its limits, negative inside; for sorting."""
        return None if self.value is None or self.limits is None else self.limits.distance(self.value)

    @property
    def flag(self) -> Headline | None:
        """What an amber or red value says about the curriculum (rule 35)."""
        if self.value is None or self.limits is None or self.color in (None, Color.GREEN):
            return None
        return self.measure.below if self.limits.is_below(self.value) else self.measure.above
