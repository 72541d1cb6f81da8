"""The kinds of value that a field can have: what a file may hold, what it means, and how it is written.

A kind is data (a frozen dataclass). ``clean`` takes what JSON gives and returns the value that the program
works with; ``from_cell`` first turns a cell of a workbook into the same, so that both formats obey one rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from exchange.messages import Message, nearest
from exchange.messages import message as _

Cell = str | int | Decimal | bool | date | datetime | time | None
"""What a cell of a workbook can hold, formulas and errors apart."""

MAX_CODE_LENGTH = 120
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
SURROGATE = re.compile("[\ud800-\udfff]")
BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
BAR = re.compile(r"(\\*)(\||\Z)")
TRUE = frozenset({"true", "yes", "1", "是"})
FALSE = frozenset({"false", "no", "0", "否"})


class Refused(ValueError):
    """A value that a kind does not take: ``message`` says what was expected, ``value`` is the wrong part."""

    def __init__(self, message: Message, value: object = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.value = value


class Kind:
    """Base of all kinds. ``empty`` is the value of a field that a record leaves out."""

    empty: ClassVar[Any] = None

    def clean(self, raw: object) -> Any:
        """The value that a JSON value stands for. Raises Refused."""
        raise NotImplementedError

    def from_cell(self, cell: Cell) -> object:
        """The JSON value that a cell stands for. Raises Refused."""
        return cell

    def restore(self, stored: Any) -> Any:
        """The value that a database row or the JSON of a revision keeps."""
        return self.empty if stored is None else stored

    def to_json(self, value: Any) -> Any:
        """The value as JSON writes it."""
        return value

    def to_cell(self, value: Any) -> Cell | float:
        """The value as a cell of a workbook holds it."""
        return self.to_json(value)  # type: ignore[no-any-return]  # JSON values are untyped by nature


@dataclass(frozen=True)
class Text(Kind):
    """Text as it was written, line breaks included; at most ``most`` characters."""

    most: int | None = None
    empty: ClassVar[Any] = ""

    def clean(self, raw: object) -> str:
        if not isinstance(raw, str):
            raise Refused(_("Expected text in quotation marks."))
        if "\x00" in raw:
            raise Refused(_("Expected text without NUL characters. Remove them."))
        if SURROGATE.search(raw):
            raise Refused(_("Expected text: it holds half of a character (a lone surrogate). Type it again."))
        if self.most is not None and len(raw) > self.most:
            raise Refused(
                _(
                    "Expected at most %(most)s characters, found %(count)s. Shorten the text.",
                    most=self.most,
                    count=len(raw),
                )
            )
        return raw

    def from_cell(self, cell: Cell) -> object:
        if isinstance(cell, int) and not isinstance(cell, bool):
            return str(cell)
        if not isinstance(cell, str):
            raise Refused(_("Expected text. Format the cell as text and type the value again."))
        return cell


@dataclass(frozen=True)
class Line(Text):
    """Text on one line, without spaces around it."""

    def clean(self, raw: object) -> str:
        text = super().clean(raw).strip()
        if BREAKS.search(text):
            raise Refused(_("Expected text on one line. Remove line breaks, tabs and control characters."))
        return text

    def restore(self, stored: Any) -> str:
        return str(stored or "").strip()


@dataclass(frozen=True)
class Label(Line):
    """A short name that is often typed as a number, such as the edition 2026."""

    def clean(self, raw: object) -> str:
        if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**15:
            raw = str(raw)
        return super().clean(raw)


NOTHING = Message("")


@dataclass(frozen=True)
class Matching(Line):
    """One line in a given form; ``expected`` tells people the form."""

    pattern: str = ""
    expected: Message = NOTHING
    lower: bool = False

    def clean(self, raw: object) -> str:
        text = super().clean(raw)
        if text and not re.fullmatch(self.pattern, text):
            raise Refused(self.expected)
        return text.lower() if self.lower else text


CODE = Matching(
    MAX_CODE_LENGTH,
    # Dots alone would be read as folders in an address.
    r"(?!\.+\Z)[\w.\-]+",
    _("Expected a code of letters, digits, “-”, “_” and “.”, without spaces, for example LAND-01."),
)
EMAIL = Matching(
    254,
    r"[^\s|@<>(),;:\"]+@[^\s|@<>(),;:\"]+",
    _("Expected an e-mail address, for example li@example.org."),
    True,
)
URL = Matching(
    200,
    r"https?://[^\s/]\S*",
    _("Expected an address that begins with http:// or https://, for example https://example.org."),
)


@dataclass(frozen=True)
class Choice(Line):
    """One of a few words."""

    values: tuple[str, ...] = ()

    def clean(self, raw: object) -> str:
        text = super().clean(raw)
        if text in self.values or not text:
            return text
        if meant := nearest(text, self.values):
            raise Refused(_("Expected one of the known words. Did you mean “%(meant)s”?", meant=meant))
        raise Refused(_("Expected one of: %(known)s.", known=", ".join(self.values)))


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no."""

    empty: ClassVar[Any] = False

    def clean(self, raw: object) -> bool:
        if not isinstance(raw, bool):
            raise Refused(_("Expected true or false."))
        return raw

    def from_cell(self, cell: Cell) -> object:
        word = str(cell).strip().casefold()
        if word in TRUE | FALSE:
            return word in TRUE
        raise Refused(_("Expected TRUE or FALSE."))


SURE_DIGITS = 15


@dataclass(frozen=True)
class Number(Kind):
    """A decimal number from ``least`` to ``most``, with at most ``places`` digits after the point."""

    least: Decimal = Decimal(0)
    most: Decimal = Decimal(999_999)
    places: int = 6

    def clean(self, raw: object) -> Decimal:
        value = self._decimal(raw)
        if value is None or not value.is_finite():
            raise Refused(
                _("Expected a number from %(least)s to %(most)s, for example %(example)s.", **self._limits())
            )
        if not self.least <= value <= self.most:
            raise Refused(_("Expected a number from %(least)s to %(most)s.", **self._limits()))
        if value and _places(value) > self.places:
            raise Refused(
                _("Expected at most %(places)s digits after the point. Round the number.", places=self.places)
            )
        return Decimal(self.restore(value))

    def restore(self, stored: Any) -> Any:
        if stored is None:
            return None
        value = Decimal(str(stored))
        # Plain notation, without a sign on nought and without noughts at the end.
        return Decimal(format(value.normalize(), "f")) if value else Decimal(0)

    def to_json(self, value: Decimal) -> int | float:
        return int(value) if value == int(value) else float(value)

    def _decimal(self, raw: object) -> Decimal | None:
        if isinstance(raw, Decimal):
            # Programs calculate with 15 digits; what lies beyond is noise, such as in 0.30000000000000004.
            is_noisy = raw.is_finite() and len(raw.as_tuple().digits) > SURE_DIGITS
            return Decimal(f"{raw:.{SURE_DIGITS}g}") if is_noisy else raw
        if isinstance(raw, int) and not isinstance(raw, bool):
            return Decimal(raw)
        if isinstance(raw, str) and NUMBER.fullmatch(raw.strip()):
            return Decimal(raw.strip())
        return None

    def _limits(self) -> dict[str, object]:
        example = Decimal("2.5") if self.least <= Decimal("2.5") <= self.most else Decimal("0.5")
        return {"least": self.least, "most": self.most, "example": example}


def _places(value: Decimal) -> int:
    """Digits after the point that say something."""
    digits = "".join(map(str, value.as_tuple().digits))
    return -int(value.as_tuple().exponent) - (len(digits) - len(digits.rstrip("0")))


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from ``least`` to ``most``."""

    least: int = 0
    most: int = 999_999

    def clean(self, raw: object) -> int:
        if isinstance(raw, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,12}\s*", raw):
            raw = int(raw)
        if isinstance(raw, Decimal) and raw.is_finite() and abs(raw) < 10**12 and raw == int(raw):
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool) or not self.least <= raw <= self.most:
            raise Refused(
                _("Expected a whole number from %(least)s to %(most)s.", least=self.least, most=self.most)
            )
        return raw


@dataclass(frozen=True)
class Day(Kind):
    """A date."""

    def clean(self, raw: object) -> date:
        expected = _("Expected a date as year-month-day, for example 2025-03-31.")
        if not isinstance(raw, str) or not DATE.fullmatch(raw.strip()):
            raise Refused(expected)
        try:
            return date.fromisoformat(raw.strip())
        except ValueError as error:
            raise Refused(_("Expected a day that exists, written as 2025-03-31.")) from error

    def from_cell(self, cell: Cell) -> object:
        if isinstance(cell, datetime):
            if cell.time() != time():
                raise Refused(_("Expected a date without a time of day."))
            return cell.date().isoformat()
        if isinstance(cell, date):
            return cell.isoformat()
        if isinstance(cell, str):
            return cell
        raise Refused(_("Expected a date. Format the cell as a date, or type it as text: 2025-03-31."))

    def restore(self, stored: Any) -> Any:
        return date.fromisoformat(stored) if isinstance(stored, str) else stored

    def to_json(self, value: date) -> str:
        return value.isoformat()

    def to_cell(self, value: date) -> date | str:
        # The day count of workbooks goes wrong before March 1900.
        return value if value >= date(1900, 3, 1) else value.isoformat()


@dataclass(frozen=True)
class ListOf(Kind):
    """A list of values of one kind, in order; in a cell they are separated by bars.

    ``unique`` refuses a value that stands there twice, whatever its case; ``most`` limits their number.
    """

    item: Text = Line()
    unique: bool = False
    most: int = 1000
    empty: ClassVar[Any] = ()

    def clean(self, raw: object) -> list[str]:
        if not isinstance(raw, list):
            raise Refused(_('Expected a list, for example ["first", "second"].'))
        if len(raw) > self.most:
            raise Refused(_("Expected at most %(most)s entries. Remove some.", most=self.most))
        values: list[str] = []
        seen: set[str] = set()
        for entry in raw:
            value = self._entry(entry)
            if self.unique and value.casefold() in seen:
                raise Refused(
                    _("Expected every entry once: this one is in the list twice. Remove one."), entry
                )
            seen.add(value.casefold())
            values.append(value)
        return values

    def from_cell(self, cell: Cell) -> object:
        return split_list(str(self.item.from_cell(cell)))

    def restore(self, stored: Any) -> list[str]:
        return [text for entry in stored or () if (text := str(entry).strip())]

    def to_json(self, value: Sequence[str]) -> list[str]:
        return list(value)

    def to_cell(self, value: Sequence[str]) -> str:
        return join_list(value)

    def _entry(self, raw: object) -> str:
        try:
            value = self.item.clean(raw)
        except Refused as refused:
            raise Refused(refused.message, raw if refused.value is None else refused.value) from refused
        if not value.strip():
            raise Refused(_("Expected a list without empty entries. Remove the empty one."), raw)
        return value.strip()


def join_list(entries: Iterable[str]) -> str:
    """Entries as one text with bars between them; a bar inside an entry becomes ``\\|``.

    Backslashes are doubled only where they stand before a bar, so that all other text stays as it is.
    """
    *most, last = [*entries] or [""]
    escaped = [re.sub(r"(\\*)\|", r"\1\1\\|", entry) for entry in (*most, last)]
    # A backslash at the end of an entry comes to stand before the separating bar.
    ended = [re.sub(r"(\\+)\Z", r"\1\1", entry) for entry in escaped[:-1]]
    return "|".join([*ended, escaped[-1]])


def split_list(text: str) -> list[str]:
    """The entries of a text made by `join_list` or typed by hand; empty ones are left out."""
    entries: list[str] = []
    current = ""
    position = 0
    for match in BAR.finditer(text):
        slashes, bar = match.group(1), match.group(2)
        current += text[position : match.start()]
        position = match.end()
        if not bar:
            current += slashes
            break
        current += "\\" * (len(slashes) // 2)
        if len(slashes) % 2:
            current += "|"
        else:
            entries.append(current)
            current = ""
    entries.append(current)
    return [entry.strip() for entry in entries if entry.strip()]
