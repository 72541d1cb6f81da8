"""A report as plain data, the same for the command line, files and stored snapshots.

Nothing is rounded, and what is undefined is ``None``, never 0. The keys are a contract with other programs,
hence ``colours``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from curriculum.balance.composition import Slice
from curriculum.balance.names import Names
from curriculum.balance.remarks import Remark, remarks
from curriculum.balance.report import BalanceReport
from curriculum.balance.timetable import Item, LeftOut

Record = dict[str, Any]
"""What ``json.dumps`` takes."""


def record(report: BalanceReport, names: Names | None = None) -> Record:
    """The report under its keys, with the cases called as ``names`` says (by default by their codes)."""
    names = names or Names()
    layout, verdict, lists = report.layout, report.verdict, report.lists
    return {
        "code": layout.code,
        "title": layout.title,
        "category": layout.category or None,
        "view": layout.view.value,
        "as_of": layout.as_of.isoformat(),
        "count_self_study": report.count_self_study,
        "hours": asdict(report.hours),
        **_measures(report, names),
        "band": None if layout.policy.band is None else list(layout.policy.band),
        "colours": {result.key: result.color and result.color.value for result in report.results},
        "headline": verdict.headline.value,
        "headline_colour": verdict.color and verdict.color.value,
        "flags": [flag.value for flag in verdict.flags],
        "untagged_share": report.untagged_share,
        "hours_by_delivery_method": _slices(report.by_method),
        "hours_by_content_category": _slices(report.by_content_category),
        "content_shares": {share.key: share.value for share in report.content_shares},
        "content_colours": {share.key: share.color and share.color.value for share in report.content_shares},
        "orphan_units": _identifiers((entry.element.item for entry in lists.uncovered), names),
        "orphan_placements": _identifiers(lists.orphans, names),
        "practice_without_case": _identifiers(lists.without_case, names),
        "undated_cases": [names.code(case) for case in lists.undated],
        "unreviewed_classics": [names.code(case) for case in lists.unreviewed_classics],
        "items_without_category": _identifiers(lists.without_category, names),
        "untagged_units": _identifiers(lists.untagged, names),
        "untimed_units": _identifiers(lists.untimed, names),
        "left_out": [_left_out(entry) for entry in lists.left_out],
        "common_themes": list(lists.common_themes),
        "warnings": [_warning(remark, names) for remark in remarks(report)],
        "policy": _policy(report),
    }


def _measures(report: BalanceReport, names: Names) -> Record:
    """Every measure under its own key, what supports it beside it."""
    figures: Record = {}
    original = report.layout.library.original
    for result in report.results:
        figures[result.key] = result.value
        figures.update(result.reading.figures)
        figures.update({name: dict(table) for name, table in result.reading.tables.items()})
        for name, case in result.reading.cases.items():
            figures[name] = case and names.code(original(case))
        for name, table in result.reading.case_tables.items():
            figures[name] = {names.code(original(case)): value for case, value in table.items()}
    return figures


def _slices(slices: Iterable[Slice]) -> list[Record]:
    return [asdict(part) for part in slices]


def _identifiers(items: Iterable[Item], names: Names) -> list[str]:
    return [names.identifier(item) for item in items]


def _left_out(entry: LeftOut) -> Record:
    course = entry.placement.course
    return {"number": entry.number, "course": course and course.code}


def _warning(remark: Remark, names: Names) -> Record:
    """What a remark is about, under the names that the reader may see."""
    about = {
        "place": remark.place,
        "item": remark.item and names.identifier(remark.item),
        "case": remark.case and names.code(remark.case),
        "theme": remark.theme,
        "course": remark.course,
    }
    return {"code": remark.kind.value, **{name: value for name, value in about.items() if value}}


def _policy(report: BalanceReport) -> Record:
    values = asdict(report.layout.policy)
    effective_from = report.layout.policy.effective_from
    return {**values, "effective_from": effective_from and effective_from.isoformat()}
