"""What is wrong or doubtful in a file, and where: collected in one go, shown up to a limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from exchange.messages import Message

SHOWN_LENGTH = 80


class FileRefused(Exception):
    """A file that cannot be read any further at all; ``message`` says why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the sheet of a workbook (None in JSON Lines), the row or line counted from 1.

    ``path`` leads into a record that holds others, counted from 0 as in JSON: ``modules[0].placements[2].``.
    """

    sheet: str | None = None
    row: int | None = None
    path: str = ""

    def inside(self, name: str, index: int) -> Place:
        """The place of one entry of a list of records inside the record here."""
        return Place(self.sheet, self.row, f"{self.path}{name}[{index}].")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning, as it goes to people and programs."""

    file: str
    place: Place
    column: str | None
    value: str | None
    message: Message

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, str | int | None]:
        """The problem with the keys of the command's JSON output; what does not apply is None."""
        return {
            "file": self.file,
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": self.column,
            "value": self.value,
            "message": self.message.text(translate),
        }


@dataclass(slots=True)
class ProblemList:
    """Counts all problems and keeps the first ``limit`` of them."""

    limit: int
    shown: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it if there is room."""
        self.total += 1
        if len(self.shown) < self.limit:
            self.shown.append(problem)


class Problems:
    """Everything found in one file: errors forbid writing, warnings do not."""

    def __init__(self, file: str, limit: int = 200) -> None:
        self.file = file
        self.errors = ProblemList(limit)
        self.warnings = ProblemList(limit)

    def error(self, place: Place, column: str | None, value: object, message: Message) -> None:
        """Note an error in a column (None: in the row or file as a whole)."""
        self.errors.add(self._problem(place, column, value, message))

    def warning(self, place: Place, column: str | None, value: object, message: Message) -> None:
        """Note something that a person should look at but that forbids nothing."""
        self.warnings.add(self._problem(place, column, value, message))

    def _problem(self, place: Place, column: str | None, value: object, message: Message) -> Problem:
        name = None if column is None else place.path + column
        return Problem(self.file, place, name or place.path.rstrip(".") or None, shown(value), message)


def shown(value: object) -> str | None:
    """A value as one short printable line: cut after 80 characters, control characters spelled out."""
    if value is None:
        return None
    if isinstance(value, list | dict):
        text = _json(value)
    elif isinstance(value, str):
        text = value
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 400:
        # Python refuses to print the largest whole numbers that it can read.
        text = _huge(value)
    else:
        text = str(value)
    text = text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _huge(value: int) -> str:
    return f"{'-' if value < 0 else ''}10^{int(value.bit_length() * 0.30103)} (about)"


def _json(value: object) -> str:
    # Encoding piece by piece costs no more than what is shown, however large or deep the value is.
    pieces: list[str] = []
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, default=_plain).iterencode(value):
            pieces.append(piece)
            if sum(map(len, pieces)) > SHOWN_LENGTH:
                break
    except (RecursionError, ValueError):
        pieces.append("…")
    return "".join(pieces)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)
