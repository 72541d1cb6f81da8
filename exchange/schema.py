"""Record types as data: their fields, what they hold inside, and the rules of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from exchange.kinds import CODE, Kind, Whole
from exchange.messages import Message

Values = Mapping[str, Any]
"""Clean values by field name."""


@dataclass(frozen=True)
class Field:
    """A named value. ``default`` stands in for a value that is left out (None: the empty value of the kind).

    ``refers_to`` names the record type whose code the value is, or whose codes the list holds.
    """

    name: str
    kind: Kind
    required: bool = False
    default: Any = None
    refers_to: str | None = None

    @property
    def initial(self) -> Any:
        """The value of the field in a record that leaves it out."""
        return self.kind.empty if self.default is None else self.default


@dataclass(frozen=True)
class Rule:
    """Something that the values of one row must fulfil together.

    ``check`` returns what is wrong, or None; it is asked only when all ``fields`` are good by themselves. The
    first field is the one that the error names.
    """

    fields: tuple[str, ...]
    check: Callable[[Values], Message | None]


@dataclass(frozen=True)
class Children:
    """A list of records inside a record, under the name ``field``."""

    field: str
    of: RecordType


@dataclass(frozen=True)
class RecordType:
    """One type of record: ``name`` in JSON Lines, ``sheet`` in a workbook.

    ``key`` holds the fields that tell its records apart. A type that lives inside another has ``parents``:
    the columns that lead to it in a workbook, where it has a sheet of its own, from the outermost inwards.
    """

    name: str
    sheet: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("code",)
    rules: tuple[Rule, ...] = ()
    children: tuple[Children, ...] = ()
    parents: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    @cached_property
    def in_workbook(self) -> RecordType:
        """The type with the columns of its sheet: those that lead to its place come first."""
        if not self.parents:
            return self
        links = tuple(Field(name, CODE, required=True) for name in self.parents)
        return replace(self, fields=(*links, ORDER, *self.fields), children=())

    def key_of(self, values: Values) -> tuple[str, ...]:
        """What tells a record apart from others of its type, without regard to case."""
        return tuple(fold(values[name]) for name in self.key)


ORDER = Field("order", Whole(least=0), required=True)


@dataclass(frozen=True)
class Schema:
    """The record types of one kind of file, in the order in which they are written."""

    types: tuple[RecordType, ...]

    @cached_property
    def by_name(self) -> dict[str, RecordType]:
        """The record types by the name that JSON Lines give them."""
        return {type.name: type for type in self.types}

    @cached_property
    def with_children(self) -> tuple[RecordType, ...]:
        """All types that have a sheet, each followed by those that live inside it."""
        return tuple(found for type in self.types for found in _family(type))

    @cached_property
    def by_sheet(self) -> dict[str, RecordType]:
        """The record types by the name of their sheet."""
        return {type.sheet: type for type in self.with_children}


def _family(type: RecordType) -> list[RecordType]:
    return [type, *(found for child in type.children for found in _family(child.of))]


def fold(value: Any) -> str:
    """A key value as text in which case makes no difference; nothing is an empty text."""
    return "" if value is None else str(value).casefold()
