"""The history of one curriculum's balance: snapshots, the course of each measure, the reason of each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Max, Min, QuerySet

from curriculum import figures, wording
from curriculum.balance.frozen import ENGINE_VERSION, UnknownFormat, thaw, thaw_policy
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Case, Layout
from curriculum.balance.limits import Color, Limits
from curriculum.balance.measures import MEASURES
from curriculum.balance.measures.base import Quantity
from curriculum.balance.names import Names
from curriculum.balance.repeat import Difference, differences, repeated
from curriculum.balance.report import report
from curriculum.balance.steps import steps
from curriculum.levels import Level
from curriculum.models import BalanceSnapshot, Curriculum
from curriculum.step_wording import step_sentence
from curriculum.timelines import Moment, Timeline

A_PAGE = 20
DRAWN = 500
"""Snapshots, from the last backwards, that the course of a measure shows."""


@dataclass(frozen=True, slots=True)
class Value:
    """One measure in one snapshot, as printed, with its level."""

    key: str
    value: float | None
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class Entry:
    """One snapshot: what the report said, and in words what led to it."""

    pk: int
    as_of: date
    made_at: datetime
    occasion: str
    level: Level | None
    headline: str
    values: tuple[Value, ...]
    reasons: tuple[str, ...]
    engine_version: str


@dataclass(frozen=True, slots=True)
class Line:
    """The course of one measure over time, with its last figure."""

    key: str
    label: str
    timeline: Timeline
    last: Value


@dataclass(frozen=True, slots=True)
class Loss:
    """A theory element of the last snapshot that lost its case: "was covered by X until D" (rule 20)."""

    place: str
    title: str
    case: str
    until: date


@dataclass(frozen=True, slots=True)
class History:
    """Everything the page shows; empty before the first snapshot."""

    page: Page[BalanceSnapshot]
    entries: tuple[Entry, ...]
    lines: tuple[Line, ...]
    losses: tuple[Loss, ...]
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came of computing a snapshot again; `readable` is false for an unknown format."""

    agrees: bool
    same_engine: bool
    differences: tuple[Difference, ...] = ()
    readable: bool = True


def history(curriculum: Curriculum, names: Names, page: str | None = None) -> History:
    """The history of a curriculum, the newest first, in a number of queries that does not grow with it."""
    snapshots = BalanceSnapshot.objects.filter(curriculum=curriculum)
    paginator = Paginator(snapshots.defer("results", "inputs"), A_PAGE)
    shown = paginator.get_page(page)
    # One more than the page has: the first of its snapshots follows upon the last of the next page.
    rows = list(snapshots[shown.start_index() - 1 : shown.end_index() + 1]) if paginator.count else []
    layouts = [_layout(row) for row in rows]
    entries = [
        _entry(row, layouts[number], layouts[number + 1] if number + 1 < len(layouts) else None, names)
        for number, row in enumerate(rows[:A_PAGE])
    ]
    days = snapshots.aggregate(first=Min("as_of"), last=Max("as_of"))
    losses = _losses(snapshots.first(), names)
    return History(shown, tuple(entries), _lines(snapshots), losses, days["first"], days["last"])


def recompute(snapshot: BalanceSnapshot) -> Recomputed:
    """Judge the frozen inputs again and compare, every figure to 1e-12."""
    same = snapshot.engine_version == ENGINE_VERSION
    try:
        found = differences(snapshot.results, repeated(snapshot.inputs))
    except UnknownFormat:
        return Recomputed(agrees=False, same_engine=same, readable=False)
    return Recomputed(agrees=not found, same_engine=same, differences=found)


def _layout(snapshot: BalanceSnapshot) -> Layout | None:
    try:
        return thaw(snapshot.inputs)
    except UnknownFormat:
        return None


def _entry(row: BalanceSnapshot, layout: Layout | None, before: Layout | None, names: Names) -> Entry:
    color = row.results["headline_colour"]
    told = steps(before, layout) if layout and before else ()
    return Entry(
        pk=row.pk,
        as_of=row.as_of,
        made_at=row.made_at,
        occasion=row.get_occasion_display(),
        level=Level.of(Color(color)) if color else None,
        headline=str(wording.HEADLINE_LABELS[Headline(row.results["headline"])]),
        values=_values(row.results),
        reasons=tuple(step_sentence(step, names) for step in told),
        engine_version=row.engine_version,
    )


def _values(results: dict[str, Any]) -> tuple[Value, ...]:
    return tuple(_value(results.get(m.key), results["colours"].get(m.key), m.key) for m in MEASURES)


def _value(value: float | None, color: str | None, key: str) -> Value:
    (measure,) = (measure for measure in MEASURES if measure.key == key)
    printed = figures.percent if measure.quantity is Quantity.SHARE else figures.index
    level = Level.of(Color(color) if color else None, value=value)
    return Value(key, value, printed(value), level)


def _lines(snapshots: QuerySet[BalanceSnapshot]) -> tuple[Line, ...]:
    columns = {f"value_{measure.key}": F(f"results__{measure.key}") for measure in MEASURES}
    newest = snapshots.values("pk", "as_of", "results__colours", "inputs__policy", **columns)[:DRAWN]
    rows: list[dict[str, Any]] = [dict(row) for row in newest]
    rows.sort(key=lambda row: (row["as_of"], row["pk"]))
    if not rows:
        return ()
    return tuple(
        Line(
            key=measure.key,
            label=str(wording.MEASURE_LABELS[measure.key]),
            timeline=Timeline(_moments(rows, measure.key), _limits(rows[-1], measure.key)),
            last=_value(
                rows[-1][f"value_{measure.key}"], rows[-1]["results__colours"].get(measure.key), measure.key
            ),
        )
        for measure in MEASURES
    )


def _moments(rows: Sequence[dict[str, Any]], key: str) -> tuple[Moment, ...]:
    """The values on a scale of time from the first day to the last."""
    first, last = rows[0]["as_of"], rows[-1]["as_of"]
    days = max((last - first).days, 1)
    return tuple(Moment((row["as_of"] - first).days / days, row[f"value_{key}"]) for row in rows)


def _limits(row: dict[str, Any], key: str) -> Limits | None:
    (measure,) = (measure for measure in MEASURES if measure.key == key)
    return measure.limits(thaw_policy(row["inputs__policy"]))


def _losses(last: BalanceSnapshot | None, names: Names) -> tuple[Loss, ...]:
    layout = _layout(last) if last else None
    if layout is None:
        return ()
    return tuple(
        Loss(
            entry.element.item.number,
            names.item_title(entry.element.item),
            _called(lapse.case, names),
            lapse.until,
        )
        for entry in report(layout).lists.uncovered
        for lapse in entry.lapses
    )


def _called(case: Case, names: Names) -> str:
    return names.title(case) or names.code(case)
