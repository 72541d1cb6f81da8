"""The inputs behind every figure of a report as tables, so that a sceptic can recompute it.

Nothing is rounded, what is unknown is an empty cell, and names are those of the reader. The tables and their
columns are data: adding one is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from math import isfinite

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from curriculum import wording
from curriculum.dossier.elements import (
    CASE_HEADINGS,
    ELEMENT_HEADINGS,
    LINK_HEADINGS,
    Row,
    case_table_rows,
    element_rows,
    link_rows,
)
from curriculum.dossier.judging import Dossier
from curriculum.dossier.lists import list_groups
from curriculum.dossier.measures import CONTENT_LABELS
from curriculum.dossier.policy_values import policy_rows
from curriculum.dossier.versions import stamp_of
from curriculum.levels import Level
from curriculum.reasons import measure_reason


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` names the sheet and the file, `headings` stand above the columns."""

    key: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    headings: tuple[str | Promise, ...]
    rows: Callable[[Dossier], Iterable[Row]]


def tables_of(dossier: Dossier, only: str = "") -> tuple[Table, ...]:
    """All tables, or the one with this key; none where there is no such table."""
    return tuple(
        Table(kind.key, tuple(str(heading) for heading in kind.headings), tuple(kind.rows(dossier)))
        for kind in _KINDS
        if not only or kind.key == only
    )


def table_keys() -> tuple[str, ...]:
    """The keys of all tables."""
    return tuple(kind.key for kind in _KINDS)


def _summary(dossier: Dossier) -> Iterator[Row]:
    report, layout = dossier.report, dossier.layout
    yield "code", layout.code
    yield "title", layout.title
    yield "category", layout.category
    yield "view", layout.view.value
    yield "revision", dossier.revision
    yield "as_of", layout.as_of
    yield "count_self_study", report.count_self_study
    for name, hours in asdict(report.hours).items():
        yield f"hours_{name}", hours
    yield "headline", report.verdict.headline.value
    yield "headline_colour", report.verdict.color and report.verdict.color.value
    yield "flags", " ".join(flag.value for flag in report.verdict.flags)
    yield "untagged_share", report.untagged_share
    yield "sentence", wording.verdict_sentence(report, dossier.names)
    yield "shown", stamp_of(dossier)


def _measures(dossier: Dossier) -> Iterator[Row]:
    for result in dossier.report.results:
        limits = result.limits
        ends = (limits.low, limits.high, limits.amber_low, limits.amber_high) if limits else ()
        bounds = [end if isfinite(end) else None for end in ends] or [None] * 4
        yield (
            result.key,
            str(wording.MEASURE_LABELS[result.key]),
            result.value,
            str(Level.of(result.color, value=result.value).label),
            *bounds,
            measure_reason(dossier.report, result.key, dossier.names),
        )


def _figures(dossier: Dossier) -> Iterator[Row]:
    original = dossier.layout.library.original
    for result in dossier.report.results:
        for name, value in {
            **result.reading.figures,
            **result.reading.tables.get("hours_needed", {}),
        }.items():
            yield result.key, name, "", value
        for name, case in result.reading.cases.items():
            yield result.key, name, dossier.names.code(original(case)) if case else "", None
        for name, table in result.reading.case_tables.items():
            for case, value in table.items():
                yield result.key, name, dossier.names.code(original(case)), value


def _themes(dossier: Dossier) -> Iterator[Row]:
    """Every theme that something here carries, with those of them that it matches."""
    timetable, vocabulary = dossier.evidence.timetable, dossier.layout.library.vocabulary
    carried = sorted({theme for part in (*timetable.theory, *timetable.practice) for theme in part.themes})
    tables = dossier.report["thematic_divergence"].reading.tables
    for theme in carried:
        yield (
            theme,
            dossier.names.theme(theme),
            theme in vocabulary.generic,
            " ".join(sorted(vocabulary.kin.get(theme, frozenset()).intersection(carried))),
            tables["theory_by_theme"].get(theme),
            tables["practice_by_theme"].get(theme),
            tables["divergence_by_theme"].get(theme),
        )


def _contents(dossier: Dossier) -> Iterator[Row]:
    for share in dossier.report.content_shares:
        level = str(Level.of(share.color, value=share.value).label)
        label = str(CONTENT_LABELS[share.key])
        yield share.key, label, share.hours, share.value, share.minimum, level, share.add, share.swap


def _lists(dossier: Dossier) -> Iterator[Row]:
    for group in list_groups(dossier):
        for entry in group.entries:
            yield group.key, group.heading, entry.number, entry.name, entry.hours, entry.note


def _policy(dossier: Dossier) -> Iterator[Row]:
    for row in policy_rows(dossier):
        yield row.name, row.label, row.value, row.since


_KINDS = (
    _Kind("summary", (gettext_lazy("Name"), gettext_lazy("Value")), _summary),
    _Kind(
        "measures",
        (
            gettext_lazy("Key"),
            gettext_lazy("Measure"),
            gettext_lazy("Value"),
            gettext_lazy("Level"),
            gettext_lazy("Within limits from"),
            gettext_lazy("Within limits up to"),
            gettext_lazy("Watch from"),
            gettext_lazy("Watch up to"),
            gettext_lazy("Reason"),
        ),
        _measures,
    ),
    _Kind(
        "figures",
        (gettext_lazy("Measure"), gettext_lazy("Name"), gettext_lazy("Case"), gettext_lazy("Value")),
        _figures,
    ),
    _Kind("elements", ELEMENT_HEADINGS, element_rows),
    _Kind("links", LINK_HEADINGS, link_rows),
    _Kind("cases", CASE_HEADINGS, case_table_rows),
    _Kind(
        "themes",
        (
            gettext_lazy("Code"),
            gettext_lazy("Theme"),
            gettext_lazy("Generic"),
            gettext_lazy("Matches"),
            gettext_lazy("Share of theory"),
            gettext_lazy("Share of practice"),
            gettext_lazy("Adds to the mismatch"),
        ),
        _themes,
    ),
    _Kind(
        "contents",
        (
            gettext_lazy("Key"),
            gettext_lazy("Content"),
            gettext_lazy("Hours"),
            gettext_lazy("Share"),
            gettext_lazy("Minimum"),
            gettext_lazy("Level"),
            gettext_lazy("Hours to add"),
            gettext_lazy("Hours to turn into it"),
        ),
        _contents,
    ),
    _Kind(
        "lists",
        (
            gettext_lazy("Key"),
            gettext_lazy("List"),
            gettext_lazy("Number"),
            gettext_lazy("Name"),
            gettext_lazy("Hours"),
            gettext_lazy("Remark"),
        ),
        _lists,
    ),
    _Kind(
        "policy",
        (gettext_lazy("Key"), gettext_lazy("Name"), gettext_lazy("Value"), gettext_lazy("In force since")),
        _policy,
    ),
)
"""What the files hold, in the order of the sheets."""
