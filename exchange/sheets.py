"""The XML inside a workbook, read as a stream: rows of cells, with no tree in memory and no entities."""

from __future__ import annotations

import re
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Protocol
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from exchange.kinds import Cell
from exchange.messages import message as _
from exchange.problems import FileRefused
from exchange.records import BadCell

CELL_LENGTH = 32_767
"""Characters that a cell of a workbook holds."""

CHUNK = 64 * 1024
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

TOO_LONG = _(
    "The cell holds more than 32,767 characters. Continue a long text in columns such as body_2 and body_3."
)
FORMULA = _("The cell holds a formula. Replace it by its value.")

Row = tuple[int, dict[int, "Cell | BadCell"]]
"""The number of a row, and its cells by the number of their column; both count from 1."""


class Target(Protocol):
    """What the parser tells about the elements that it meets."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


def feed(stream: IO[bytes], target: Target, name: str) -> Iterator[int]:
    """Parse a part of a workbook into a target; yields the bytes read so far after each piece.

    Raises FileRefused when the XML is broken or declares entities.
    """
    parser: Any = DefusedXMLParser(target=target, forbid_dtd=True)
    done = 0
    try:
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
            done += len(chunk)
            yield done
        parser.close()
    except DefusedXmlException as error:
        raise FileRefused(
            _("The workbook declares entities in %(name)s, which is not allowed. Save it again.", name=name)
        ) from error
    except (ParseError, BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise FileRefused(
            _("The workbook is damaged: its part %(name)s cannot be read. Save it again.", name=name)
        ) from error


@dataclass
class Elements:
    """A target that keeps the attributes of the elements with certain names, in order, of a small part."""

    wanted: frozenset[str]
    most: int = 100_000
    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name in self.wanted and len(self.found) < self.most:
            self.found.append((name, {local(key): value for key, value in attributes.items()}))

    def end(self, tag: str) -> None:
        """Elements are kept when they begin."""

    def data(self, text: str) -> None:
        """Texts say nothing here."""


def local(tag: str) -> str:
    """A name without its namespace: the two dialects of the format differ in nothing else."""
    return tag.rpartition("}")[2]


class StringTable:
    """The texts that cells share, on disk; memory holds eight bytes for each."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="praxis-")  # noqa: SIM115 - closed by close()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Add the next text."""
        self._file.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._file.tell())

    def get(self, index: int) -> str:
        """The text with this number, from 0. Raises IndexError."""
        if index < 0:
            raise IndexError(index)
        start, end = self._ends[index], self._ends[index + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


class _Collector:
    """Gathers the text of an element up to a little more than a cell may hold."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        # Seven letters may stand for one character; more than that cannot come below the limit.
        if self.length <= CELL_LENGTH * 7:
            self.pieces.append(text)
            self.length += len(text)

    def take(self) -> str:
        text = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


class SharedStrings:
    """Target for the part with the texts that cells share."""

    def __init__(self, table: StringTable) -> None:
        self._table = table
        self._text = _Collector()
        self._listening = False
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "rPh":
            self._phonetic = True
        self._listening = name == "t" and not self._phonetic

    def end(self, tag: str) -> None:
        name = local(tag)
        self._listening = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            # One character too many is kept, so that the cell that shows the text can be refused.
            self._table.add(self._text.take()[: CELL_LENGTH + 1])

    def data(self, text: str) -> None:
        if self._listening:
            self._text.add(text)


@dataclass(frozen=True)
class CellFormats:
    """What turns the text of a cell into its value: shared texts, date styles, first day of the calendar."""

    shared: StringTable
    date_styles: frozenset[int]
    epoch_1904: bool = False

    def value(self, kind: str, text: str, style: int) -> Cell | BadCell:
        """The value of a cell of the type that its attribute `t` names."""
        if kind not in _READ_CELL:
            return BadCell(_("The cell is of an unknown type. Type the value again."), text[:200])
        try:
            value = _READ_CELL[kind](self, text, style)
        except (ValueError, OverflowError, IndexError, ArithmeticError):
            return BadCell(_("The value of the cell cannot be read. Type it again."), text[:200])
        if isinstance(value, str) and len(value) > CELL_LENGTH:
            return BadCell(TOO_LONG, value[:200])
        return value

    def _shared_text(self, text: str, _style: int) -> Cell:
        return self.shared.get(int(text))

    def _own_text(self, text: str, _style: int) -> Cell:
        return text

    def _number(self, text: str, style: int) -> Cell:
        number = float(text)
        if style in self.date_styles:
            moment = from_excel(number, MAC_EPOCH if self.epoch_1904 else WINDOWS_EPOCH)
            if not isinstance(moment, date | datetime | time):
                raise ValueError(text)
            return moment
        # Workbooks calculate with 15 digits; what lies beyond is noise.
        value = Decimal(f"{number:.15g}")
        if not value.is_finite():
            raise ValueError(text)
        return int(value) if abs(value) < 10**15 and value == int(value) else value

    def _flag(self, text: str, _style: int) -> Cell:
        return {"1": True, "0": False, "true": True, "false": False}.get(text.strip(), text)

    def _moment(self, text: str, _style: int) -> Cell:
        return datetime.fromisoformat(text.strip())

    def _error(self, text: str, _style: int) -> BadCell:
        return BadCell(_("The cell holds an error of the spreadsheet. Correct it there."), text[:200])


_READ_CELL: dict[str, Callable[[CellFormats, str, int], Cell | BadCell]] = {
    "s": CellFormats._shared_text,
    "inlineStr": CellFormats._own_text,
    "str": CellFormats._own_text,
    "n": CellFormats._number,
    "b": CellFormats._flag,
    "d": CellFormats._moment,
    "e": CellFormats._error,
}


class SheetRows:
    """Target for a sheet; finished rows wait in ``rows`` until they are taken."""

    def __init__(self, formats: CellFormats) -> None:
        self.rows: list[Row] = []
        self._formats = formats
        self._number = 0
        self._column = 0
        self._cells: dict[int, Cell | BadCell] = {}
        self._attributes: dict[str, str] = {}
        self._formula = False
        self._phonetic = False
        self._listening = False
        self._text = _Collector()

    def take(self) -> list[Row]:
        """The rows finished since the last call."""
        rows, self.rows = self.rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match local(tag):
            case "row":
                given = attributes.get("r", "")
                self._number = int(given) if given.isdecimal() and len(given) < 9 else self._number + 1
                self._cells, self._column = {}, 0
            case "c":
                self._attributes, self._formula = attributes, False
                found = REFERENCE.fullmatch(attributes.get("r", ""))
                self._column = column_number(found.group(1)) if found else self._column + 1
            case "f":
                self._formula = True
            case "rPh":
                self._phonetic = True
            case "v" | "t":
                self._listening = not self._phonetic

    def end(self, tag: str) -> None:
        match local(tag):
            case "v" | "t":
                self._listening = False
            case "rPh":
                self._phonetic = False
            case "c":
                self._end_cell()
            case "row" if self._cells:
                self.rows.append((self._number, self._cells))

    def data(self, text: str) -> None:
        if self._listening:
            self._text.add(text)

    def _end_cell(self) -> None:
        text = self._text.take()
        if self._formula:
            self._cells[self._column] = BadCell(FORMULA, text[:200] or None)
        elif text:
            style = self._attributes.get("s", "0")
            self._cells[self._column] = self._formats.value(
                self._attributes.get("t", "n"),
                text,
                int(style) if style.isdecimal() and len(style) < 9 else 0,
            )


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column by its number, from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def date_styles(elements: list[tuple[str, dict[str, str]]]) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a date, from the elements of the styles part."""
    codes: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: set[int] = set()
    inside, index = "", 0
    for name, attributes in elements:
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:200]
        elif name == "xf" and inside == "cellXfs":
            if is_date_format(codes.get(attributes.get("numFmtId", "0"), "General")):
                styles.add(index)
            index += 1
        elif name != "xf":
            inside = name
    return frozenset(styles)
