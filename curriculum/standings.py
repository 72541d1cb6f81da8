"""How each curriculum stands: the rows of the balance report, their order and their groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from curriculum import figures, wording
from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Color, Limits
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.measures.base import Quantity, Result
from curriculum.balance.names import Names
from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.balance.report import BalanceReport, Hours, reports
from curriculum.levels import Level
from curriculum.models import Curriculum
from curriculum.naming import names_for
from curriculum.reasons import measure_reason
from editing.permissions import Person

MISSING_LAST = float("-inf")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one curriculum: `text` as printed, `reason` why it is so, `distance` to its limits."""

    key: str
    value: float | None
    text: str
    level: Level
    reason: str
    limits: Limits | None
    distance: float | None

    @property
    def exact(self) -> str:
        """The value as data, not rounded and in no language; an empty text where there is none."""
        return "" if self.value is None else repr(self.value)

    @property
    def is_remarkable(self) -> bool:
        """Whether the level is worth a mark: not when it is within its limits."""
        return self.level is not Level.WITHIN


@dataclass(frozen=True, slots=True)
class Flag:
    """A verdict in words with its level; `None` where a verdict has no colour."""

    level: Level | None
    label: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One row. `group` is what the summary counts it under, `worse` what is worse than the headline."""

    curriculum: Curriculum
    title: str
    group: str
    headline: Flag
    worse: tuple[Flag, ...]
    sentence: str
    hours: Hours
    figures: tuple[Figure, ...]
    policy: Policy
    severity: tuple[int, int, float]

    def distance(self, key: str) -> float:
        """How far a measure lies outside its limits; without a figure behind everything else."""
        found = [figure.distance for figure in self.figures if figure.key == key]
        return MISSING_LAST if not found or found[0] is None else found[0]

    def is_outside(self, key: str) -> bool:
        """Whether a measure is to be watched or acted on."""
        return any(figure.key == key and figure.level in (Level.WATCH, Level.ACT) for figure in self.figures)

    @property
    def has_policy(self) -> bool:
        """Whether the category has a policy on the day."""
        return self.policy is not DEFAULT_POLICY


def standings(
    curricula: QuerySet[Curriculum],
    *,
    drafts: Drafts,
    as_of: date,
    reader: Person | None,
    count_self_study: bool = False,
) -> list[Standing]:
    """The rows of these curricula, worst first, in a number of queries that does not depend on theirs.

    The figures are the same for everybody; the words name what ``reader`` may see, all without one.
    """
    names = names_for(reader, drafts=drafts is not Drafts.NONE)
    by_code = {
        curriculum.code: curriculum for curriculum in curricula.select_related("institution", "category")
    }
    layouts = load_layouts(curricula, drafts=drafts, as_of=as_of)
    found = (one for one in reports(layouts, count_self_study=count_self_study) if one.layout.code in by_code)
    rows = [_standing(by_code[one.layout.code], one, names) for one in found]
    return sorted(
        rows, key=lambda row: (tuple(-part for part in row.severity), row.title, row.curriculum.code)
    )


def counts(rows: Iterable[Standing]) -> Counter[str]:
    """How many rows each group has."""
    return Counter(row.group for row in rows)


def ordered(rows: Sequence[Standing], ordering: str) -> list[Standing]:
    """The rows by title, hours or distance of a measure from its limits; a leading `-` turns them round.

    Rows without a figure come last either way.
    """
    key, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if key == "title":
        return sorted(rows, key=lambda row: row.title, reverse=descending)
    if key == "hours":
        return sorted(rows, key=lambda row: row.hours.total, reverse=descending)
    known = [row for row in rows if row.distance(key) != MISSING_LAST]
    unknown = [row for row in rows if row.distance(key) == MISSING_LAST]
    return [*sorted(known, key=lambda row: row.distance(key), reverse=descending), *unknown]


def _standing(curriculum: Curriculum, found: BalanceReport, names: Names) -> Standing:
    verdict = found.verdict
    return Standing(
        curriculum=curriculum,
        title=found.layout.title,
        group=_group(found),
        headline=_flag(verdict.headline, verdict.color),
        worse=_worse(found),
        sentence=wording.verdict_sentence(found, names),
        hours=found.hours,
        figures=tuple(figure_of(found, result, names) for result in found.results),
        policy=found.layout.policy,
        severity=_severity(found),
    )


def _group(found: BalanceReport) -> str:
    match found.verdict.headline, found.verdict.color:
        case Headline.NO_DATA, _:
            return "no_verdict"
        case _, color:
            return str(Level.of(color).value)


def _flag(headline: Headline, color: Color | None) -> Flag:
    return Flag(None if color is None else Level.of(color), str(wording.HEADLINE_LABELS[headline]))


def flags_of(found: BalanceReport) -> tuple[Flag, ...]:
    """The headline and then every other flag, each with the worst colour among its own measures."""
    others = _colors(found)
    headline = found.verdict.headline
    return (
        _flag(headline, found.verdict.color),
        *(_flag(flag, color) for flag, color in others.items() if flag is not headline),
    )


def _worse(found: BalanceReport) -> tuple[Flag, ...]:
    """The flags of a worse colour than the headline's own."""
    own = found.verdict.color
    if own is None:
        return ()
    colors = _colors(found)
    return tuple(_flag(flag, color) for flag, color in colors.items() if color.severity > own.severity)


def _colors(found: BalanceReport) -> dict[Headline, Color]:
    """The worst colour behind each flag that measures have raised."""
    return {
        flag: max(
            (r.color for r in found.results if r.flag is flag and r.color), key=lambda color: color.severity
        )
        for flag in found.verdict.flags
        if any(r.flag is flag and r.color for r in found.results)
    }


def figure_of(found: BalanceReport, result: Result, names: Names | None = None) -> Figure:
    """One measure as it is printed, with its reason in the names of one reader."""
    limits = () if result.limits is None else _ends(result.limits)
    printed = figures.percent if result.measure.quantity is Quantity.SHARE else figures.index
    return Figure(
        key=result.key,
        value=result.value,
        text=printed(result.value, limits),
        level=Level.of(result.color, value=result.value),
        reason=measure_reason(found, result.key, names),
        limits=result.limits,
        distance=result.distance,
    )


def _ends(limits: Limits) -> tuple[float, ...]:
    ends = (limits.amber_low, limits.low, limits.high, limits.amber_high)
    return tuple(end for end in ends if 0 <= end <= 1)


def _severity(found: BalanceReport) -> tuple[int, int, float]:
    """Worst colour, number of reds, distance to the limits (2.3); without a verdict below all others."""
    if found.verdict.headline is Headline.NO_DATA:
        return (-1, 0, 0.0)
    colors = [result.color for result in found.results if result.color is not None]
    distances = [result.distance for result in found.results if result.color and result.distance is not None]
    return (
        max((color.severity for color in colors), default=0),
        sum(color is Color.RED for color in colors),
        max(distances, default=MISSING_LAST),
    )
