"""The columns of a sheet: which field each belongs to, and long texts that go on in further columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exchange.cleaning import unknown_name
from exchange.kinds import Cell, ListOf, Text
from exchange.messages import Message
from exchange.messages import message as _
from exchange.problems import Place, Problems
from exchange.records import BadCell, RawRow
from exchange.schema import RecordType
from exchange.sheets import Row, column_letters

CONTINUED = re.compile(r"(.+)_([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Column:
    """A column belongs to a field; ``part`` counts from 1 where a text takes several columns."""

    field: str
    part: int = 1


class SheetReader:
    """Turns the rows of one sheet into raw rows; the first row with content names the fields."""

    def __init__(self, sheet: str, type: RecordType, problems: Problems) -> None:
        self._sheet = sheet
        self._type = type
        self._problems = problems
        self._columns: dict[int, Column] | None = None
        self._ignored: set[int] = set()
        self._absent: frozenset[str] = frozenset()
        self._plain = {field.name for field in type.fields if field.kind.__class__ is Text}

    def rows(self, rows: Iterable[Row]) -> Iterator[RawRow]:
        """The raw rows among these rows; rows without content are passed over."""
        for number, cells in rows:
            if all(_is_blank(cell) for cell in cells.values()):
                continue
            place = Place(self._sheet, number)
            if self._columns is None:
                self._columns = self._header(place, cells)
            else:
                yield self._row(place, cells, self._columns)

    def _header(self, place: Place, cells: dict[int, Cell | BadCell]) -> dict[int, Column]:
        columns: dict[int, Column] = {}
        for index, cell in sorted(cells.items()):
            if _is_blank(cell):
                continue
            column = self._column(cell)
            if isinstance(column, Message) or column in columns.values():
                message = (
                    column if isinstance(column, Message) else _("Two columns have this name. Remove one.")
                )
                value = cell.value if isinstance(cell, BadCell) else cell
                self._problems.error(place, _title(index, cell), value, message)
                self._ignored.add(index)
            else:
                columns[index] = column
        self._check_parts(place, columns)
        self._absent = frozenset(
            field.name
            for field in self._type.fields
            if field.required and Column(field.name) not in columns.values()
        )
        for name in sorted(self._absent):
            self._problems.error(place, name, None, _("The sheet has no column of this name. Add it."))
        return columns

    def _column(self, cell: Cell | BadCell) -> Column | Message:
        if isinstance(cell, BadCell):
            return cell.message
        name = str(cell).strip()
        if name in self._type.by_name:
            return Column(name)
        if (match := CONTINUED.fullmatch(name)) and int(match.group(2)) > 1:
            field = self._type.by_name.get(match.group(1))
            if field and isinstance(field.kind, Text | ListOf):
                return Column(field.name, int(match.group(2)))
        return unknown_name(name, self._type.by_name)

    def _check_parts(self, place: Place, columns: dict[int, Column]) -> None:
        known = set(columns.values())
        for column in columns.values():
            before = Column(column.field, column.part - 1)
            if column.part > 1 and before not in known:
                name = column.field if before.part == 1 else f"{column.field}_{before.part}"
                self._problems.error(
                    place,
                    f"{column.field}_{column.part}",
                    None,
                    _("The column %(name)s, which this one continues, is missing. Add it.", name=name),
                )

    def _row(self, place: Place, cells: dict[int, Cell | BadCell], columns: dict[int, Column]) -> RawRow:
        parts: dict[str, list[tuple[int, Cell | BadCell]]] = {}
        for index, cell in cells.items():
            if column := columns.get(index):
                if not _is_blank(cell) or column.field in self._plain or column.part > 1:
                    parts.setdefault(column.field, []).append((column.part, cell))
            elif index not in self._ignored and not _is_blank(cell):
                self._ignored.add(index)
                self._problems.error(
                    place,
                    column_letters(index),
                    cell.value if isinstance(cell, BadCell) else cell,
                    _("This column has no name in the first row. Name it, or empty it."),
                )
        values = {name: _joined(sorted(found, key=_part)) for name, found in parts.items()}
        return RawRow(self._type, values, place, cells=True, absent=self._absent)


def _title(index: int, cell: Cell | BadCell) -> str:
    """What people call a column: its name, else its letters."""
    return cell.strip()[:200] if isinstance(cell, str) else column_letters(index)


def _part(entry: tuple[int, object]) -> int:
    return entry[0]


def _is_blank(cell: Cell | BadCell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _joined(parts: list[tuple[int, Cell | BadCell]]) -> Cell | BadCell:
    """One value of the cells that it was spread over."""
    cells = [cell for _part, cell in parts]
    if len(cells) == 1:
        return cells[0]
    for cell in cells:
        if isinstance(cell, BadCell):
            return cell
        if not isinstance(cell, str | int) or isinstance(cell, bool):
            return BadCell(_("Expected text in every part. Format the cells as text."), str(cell))
    return "".join(map(str, cells))
