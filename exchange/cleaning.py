"""From a raw row to a clean record: each value by its kind, then the rules of the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exchange.kinds import Refused
from exchange.messages import Message, nearest
from exchange.messages import message as _
from exchange.problems import Place, Problems
from exchange.records import BadCell, RawRow, Record
from exchange.schema import Field, RecordType


def clean_row(row: RawRow, problems: Problems) -> Record:
    """The record that a row stands for; everything wrong with it is noted, and makes it not ``good``."""
    record = Record(row.type.name, {}, row.place)
    if not row.cells:
        _refuse_unknown_names(row, record, problems)
    for field in row.type.fields:
        _take_value(field, row, record, problems)
    for rule in row.type.rules:
        if all(name in record.values for name in rule.fields) and (message := rule.check(record.values)):
            problems.error(row.place, rule.fields[0], row.values.get(rule.fields[0]), message)
            record.good = False
    for children in row.type.children:
        raw = None if row.cells else row.values.get(children.field)
        record.values[children.field] = _clean_children(children.of, children.field, raw, row.place, problems)
        record.good = record.good and all(child.good for child in record.values[children.field])
    return record


def _take_value(field: Field, row: RawRow, record: Record, problems: Problems) -> None:
    raw = row.values.get(field.name)
    if raw is None or raw == "":
        if field.required:
            record.good = False
            if field.name not in row.absent:
                problems.error(row.place, field.name, None, _("A value is required here. Fill it in."))
        else:
            record.values[field.name] = field.initial
        return
    try:
        value = _clean_value(field, raw, row.cells)
    except Refused as refused:
        problems.error(
            row.place, field.name, raw if refused.value is None else refused.value, refused.message
        )
        record.good = False
    else:
        record.values[field.name] = value


def _clean_value(field: Field, raw: object, cells: bool) -> Any:
    if isinstance(raw, BadCell):
        raise Refused(raw.message, raw.value)
    value = field.kind.clean(field.kind.from_cell(raw) if cells else raw)  # type: ignore[arg-type]  # a cell, then
    if isinstance(value, str) and not value.strip() and field.required:
        raise Refused(_("A value is required here, not only spaces. Fill it in."))
    return field.initial if value == "" else value


def _clean_children(
    type: RecordType, name: str, raw: object, place: Place, problems: Problems
) -> list[Record]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        problems.error(place, name, raw, _("Expected a list of records in square brackets."))
        return [Record(type.name, {}, place, good=False)]
    children = []
    for index, entry in enumerate(raw):
        inside = place.inside(name, index)
        if isinstance(entry, Mapping):
            children.append(clean_row(RawRow(type, entry, inside), problems))
        else:
            problems.error(inside, None, entry, _("Expected a record in curly brackets."))
            children.append(Record(type.name, {}, inside, good=False))
    return children


def _refuse_unknown_names(row: RawRow, record: Record, problems: Problems) -> None:
    known = [*row.type.by_name, *(children.field for children in row.type.children)]
    for name in row.values:
        if name not in known:
            problems.error(row.place, name[:200], row.values[name], unknown_name(name, known))
            record.good = False


def unknown_name(name: str, known: Iterable[str]) -> Message:
    """What to say about a field or column that the record type does not have."""
    if meant := nearest(name, known):
        return _("This field is not known here. Did you mean “%(meant)s”?", meant=meant)
    return _("This field is not known here. Known are: %(known)s.", known=", ".join(known))
