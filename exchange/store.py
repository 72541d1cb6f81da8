"""All records of a file: their texts on disk, their codes in memory, found by type and key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple, Self

from exchange.cleaning import clean_row
from exchange.messages import message as _
from exchange.problems import Place, Problems
from exchange.records import RawRow, Record
from exchange.schema import RecordType, Schema
from exchange.spool import Spool

Key = tuple[str, ...]
"""What tells a record apart from others of its type, folded."""


class _Entry(NamedTuple):
    row: int | None
    position: int
    name: str


NO_ORDER = -1
"""Stands in for the order of a row whose own could not be read."""


class _Child(NamedTuple):
    order: int
    row: int | None
    position: int


class Store:
    """The records of one file, however many. Use it as a context manager: it holds a temporary file.

    Records with errors are kept too, without the values that were refused: others may refer to them, and
    more may be wrong with them.
    """

    def __init__(self, schema: Schema, problems: Problems) -> None:
        self._schema = schema
        self._problems = problems
        self._spool = Spool()
        self._entries: dict[str, dict[Key, _Entry]] = {type.name: {} for type in schema.types}
        self._children: defaultdict[tuple[str, Key], list[_Child]] = defaultdict(list)
        self._child_codes: set[tuple[str, Key]] = set()
        self._from_workbook = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._spool.close()

    def read(self, rows: Iterable[RawRow]) -> None:
        """Clean all rows and set them aside; says what is wrong with each, and with their keys."""
        for row in rows:
            record = clean_row(row, self._problems)
            self._from_workbook = row.cells
            if row.type.parents:
                self._add_child(row.type, record)
            else:
                self.add(record)
        self._check_children()
        if not any(self._entries.values()) and not self._problems.errors.total:
            self._problems.error(Place(), None, None, _("The file holds no record. Expected at least one."))

    def keys(self, type: str) -> Collection[Key]:
        """The keys of all records of a type, in the order of the file."""
        return self._entries[type].keys()

    def place(self, type: str, key: Key) -> Place:
        """Where the record with this key stands."""
        return Place(self._sheet(type), self._entries[type][key].row)

    def name(self, type: str, key: Key) -> str | None:
        """The first part of a key as the file writes it, or None where the file has no such record."""
        entry = self._entries[type].get(key)
        return entry.name if entry else None

    def get(self, type: str, key: Key) -> Record:
        """The record with this key, with the records inside it."""
        record: Record = self._spool.get(self._entries[type][key].position)
        self._take_children(self._schema.by_name[type], record, ())
        return record

    def records(self, type: str) -> Iterator[Record]:
        """All records of a type, in the order of the file."""
        for key in self._entries[type]:
            yield self.get(type, key)

    def _sheet(self, type: str) -> str | None:
        return self._schema.by_name[type].sheet if self._from_workbook else None

    def add(self, record: Record) -> None:
        """Set a clean record aside, unless there is one with its key."""
        type = self._schema.by_name[record.type]
        if any(name not in record.values for name in type.key):
            return
        key = type.key_of(record.values)
        if first := self._entries[type.name].get(key):
            self._problems.error(
                record.place,
                type.key[0],
                " ".join(str(record.values[name]) for name in type.key if record.values[name] is not None),
                _("This record stands in row %(row)s already. Remove one of them.", row=first.row),
            )
            return
        name = str(record.values[type.key[0]])
        self._entries[type.name][key] = _Entry(record.place.row, self._spool.add(record), name)

    def _add_child(self, type: RecordType, record: Record) -> None:
        if any(name not in record.values for name in type.parents):
            return
        parents = tuple(record.values[name].casefold() for name in type.parents)
        if "code" in record.values:
            self._child_codes.add((type.name, (*parents, record.values["code"].casefold())))
        order = record.values.pop("order", NO_ORDER)
        for name in type.parents:
            del record.values[name]
        self._children[type.name, parents].append(_Child(order, record.place.row, self._spool.add(record)))

    def _check_children(self) -> None:
        types = {type.name: type for type in self._schema.with_children}
        for (name, parents), children in self._children.items():
            type = types[name]
            column = type.parents[-1]
            children.sort()
            if not self._has(type, parents):
                message = _(
                    "The file has no %(column)s with this code. Add it, or correct the code.", column=column
                )
                for child in children:
                    self._problems.error(Place(type.sheet, child.row), column, parents[-1], message)
            for child, following in pairwise(children):
                if child.order == following.order != NO_ORDER:
                    self._problems.error(
                        Place(type.sheet, following.row),
                        "order",
                        following.order,
                        _(
                            "Row %(row)s has the same order in the same place. Number them anew.",
                            row=child.row,
                        ),
                    )

    def _has(self, type: RecordType, parents: Key) -> bool:
        """Whether what a child stands in is in the file."""
        if len(parents) == 1:
            return parents in self._entries[type.parents[0]]
        return (type.parents[-1], parents) in self._child_codes

    def _take_children(self, type: RecordType, record: Record, above: Key) -> None:
        """Add the records that stand in sheets of their own."""
        if not self._from_workbook or not type.children:
            return
        path = (*above, record.values["code"].casefold())
        for children in type.children:
            inside = record.values.setdefault(children.field, [])
            for child in self._children.get((children.of.name, path), ()):
                entry: Record = self._spool.get(child.position)
                if "code" in entry.values or not children.of.children:
                    self._take_children(children.of, entry, path)
                inside.append(entry)
                record.good = record.good and entry.good
