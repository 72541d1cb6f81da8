"""What passes between reading, checking and writing: raw rows, clean records, and who takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from exchange.messages import Message
from exchange.problems import Place
from exchange.schema import RecordType

OnProgress = Callable[[int, int], None]
"""Told how much of a file is done, and how much there is: both in the same unit."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """What stands in for a cell of a workbook that holds nothing usable, such as a formula."""

    message: Message
    value: object = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record as a file holds it, nothing checked but that it is one.

    ``cells`` says that the values are cells of a workbook and not JSON. ``absent`` holds required fields for
    which the file has no column: that is said once for the sheet, not for every row.
    """

    type: RecordType
    values: Mapping[str, Any]
    place: Place
    cells: bool = False
    absent: frozenset[str] = field(default=frozenset())


@dataclass(slots=True)
class Record:
    """A record whose values are clean; records inside it stand in lists under the name of their list.

    Where ``good`` is false, values that were refused are missing.
    """

    type: str
    values: dict[str, Any]
    place: Place
    good: bool = True


class Writer(Protocol):
    """Takes records one after the other and makes a file of them."""

    def write(self, type: RecordType, values: Mapping[str, Any]) -> None:
        """Add a record; records inside it are mappings in lists under the name of their list."""

    def close(self) -> None:
        """Finish the file."""

    def discard(self) -> None:
        """Give up, and leave nothing behind."""
