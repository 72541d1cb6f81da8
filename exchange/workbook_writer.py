"""Workbooks written: one sheet a record type, texts typed as texts, long ones in several columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from exchange.archive import loosen
from exchange.jsonl import is_empty
from exchange.schema import RecordType, Schema
from exchange.sheets import CELL_LENGTH
from exchange.spool import Spool

UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold or would change, and what would be taken for the escape of such a character."""

TOKEN = re.compile("_x[0-9A-F]{4}_|.", re.DOTALL)


def escaped(text: str) -> str:
    """Text as workbooks hold it: characters that XML cannot hold as `_x000D_`."""
    return UNWRITABLE.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def cell_texts(text: str) -> list[str]:
    """A text in pieces that a cell holds, each escaped; cells count in units of UTF-16."""
    whole = escaped(text)
    if len(whole) * 2 <= CELL_LENGTH or _units(whole) <= CELL_LENGTH:
        return [whole]
    return list(_pieces(whole))


def _pieces(text: str) -> Iterator[str]:
    start, length = 0, 0
    for match in TOKEN.finditer(text):
        units = _units(match.group())
        if length + units > CELL_LENGTH:
            yield text[start : match.start()]
            start, length = match.start(), 0
        length += units
    yield text[start:]


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


class _Sheet:
    """The rows of one sheet, set aside until it is known how many columns its texts take."""

    def __init__(self, type: RecordType) -> None:
        self.type = type
        self.columns = type.in_workbook.fields
        self.rows = Spool()
        self.widths = [1] * len(self.columns)

    def add(self, values: Mapping[str, Any]) -> None:
        row: list[Any] = []
        for index, field in enumerate(self.columns):
            value = values.get(field.name)
            cell = None if is_empty(value) else field.kind.to_cell(value)
            texts = cell_texts(cell) if isinstance(cell, str) else cell
            if isinstance(texts, list):
                self.widths[index] = max(self.widths[index], len(texts))
            row.append(texts)
        self.rows.add(row)

    def write_to(self, sheet: WriteOnlyWorksheet) -> None:
        sheet.freeze_panes = "A2"
        names = []
        for field, width in zip(self.columns, self.widths, strict=True):
            names += [field.name, *(f"{field.name}_{part}" for part in range(2, width + 1))]
        sheet.append(names)
        for row in self.rows:
            cells: list[Any] = []
            for value, width in zip(row, self.widths, strict=True):
                parts = value if isinstance(value, list) else [value]
                cells += [_cell(sheet, part) for part in parts] + [None] * (width - len(parts))
            sheet.append(cells)


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        # Set afterwards: a text that begins with "=" is a text, never a formula.
        cell.data_type = "s"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, datetime.combine(value, time()))
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


class WorkbookWriter:
    """Writes records as a workbook with a sheet for every record type of the schema."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path
        self._sheets = {type.sheet: _Sheet(type) for type in schema.with_children}

    def write(self, type: RecordType, values: Mapping[str, Any]) -> None:
        """Add a row, and rows for the records inside it."""
        self._add(type, values, {})

    def _add(self, type: RecordType, values: Mapping[str, Any], links: Mapping[str, Any]) -> None:
        self._sheets[type.sheet].add({**links, **values})
        for children in type.children:
            # A child finds its place by the codes of everything that it stands in.
            above = {name: value for name, value in links.items() if name != "order"}
            inner = {**above, children.of.parents[-1]: values["code"]}
            for order, child in enumerate(values.get(children.field) or (), start=1):
                self._add(children.of, child, {**inner, "order": order})

    def close(self) -> None:
        """Finish the file."""
        book = Workbook(write_only=True)
        for name, sheet in self._sheets.items():
            sheet.write_to(book.create_sheet(name))
        book.save(self._path)
        loosen(self._path)
        self.discard()

    def discard(self) -> None:
        """Let go of the rows that were set aside."""
        for sheet in self._sheets.values():
            sheet.rows.close()
