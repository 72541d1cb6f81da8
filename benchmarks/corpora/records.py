"""What the converters share: reading lines, tidying text, making codes, writing the result.

A converter reads a file of JSON Lines (packed with gzip or not) and writes the exchange format as JSON Lines.
The same input gives the same bytes. A broken line ends the program with its file and number; the output is
written whole or not at all.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

MAX_CODE_LENGTH = 120
GZIP_MARK = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff]")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")

JsonObject = dict[str, Any]
"""A JSON object; numbers with a point are `Decimal`."""

Item = TypeVar("Item")


class WrongRecordError(ValueError):
    """A record of the source is not as it should be; the text says which field, and what was expected."""


class BrokenInputError(Exception):
    """A file cannot be converted. ``line`` is the number of the broken line, None for the file as a whole."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source that is not empty."""

    number: int
    record: JsonObject


@dataclass(slots=True)
class Report:
    """What a conversion did: figures by name, in the order in which they were first counted, and remarks."""

    figures: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def count(self, name: str, number: int = 1) -> None:
        """Add to a figure."""
        self.figures[name] += number

    def remark(self, text: str) -> None:
        """Tell something about a single record."""
        self.remarks.append(text)

    def lines(self) -> Iterator[str]:
        """The report, line by line."""
        yield from self.remarks
        yield from (f"{number:>8,}  {name}" for name, number in self.figures.items())


Convert = Callable[[Iterable[Line], Report], Sequence[JsonObject]]


# Reading


def read_lines(path: Path) -> Iterator[Line]:
    """The objects of a file of JSON Lines. Raises BrokenInputError."""
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MARK):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenInputError(None, f"cannot be read: {error}") from error
    # Bytes are split, not text: a text may hold characters that Python takes for line ends.
    for number, line in enumerate(content.removeprefix(BOM).split(b"\n"), start=1):
        if line.strip():
            yield Line(number, _object(number, line))


def _object(number: int, line: bytes) -> JsonObject:
    try:
        value = json.loads(line.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BrokenInputError(number, f"not UTF-8 from byte {error.start + 1} on") from error
    except RecursionError as error:
        raise BrokenInputError(number, "not JSON: nested too deeply") from error
    except ValueError as error:
        raise BrokenInputError(number, f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BrokenInputError(number, "expected a JSON object in curly brackets")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def parse_lines(lines: Iterable[Line], parse: Callable[[JsonObject], Item]) -> Iterator[tuple[int, Item]]:
    """Line number and parsed record of every line. Raises BrokenInputError where ``parse`` refuses one."""
    for line in lines:
        try:
            yield line.number, parse(line.record)
        except WrongRecordError as error:
            raise BrokenInputError(line.number, str(error)) from error


def latest(items: Iterable[tuple[int, Item]], identity: Callable[[Item], str], report: Report) -> list[Item]:
    """The items without those whose id comes again: the last one counts, as in a bulk load."""
    found: dict[str, tuple[int, Item]] = {}
    for number, item in items:
        name = identity(item)
        if name in found:
            report.count("duplicate ids: the later line counts")
            report.remark(f"line {number}: id {name!r} stands in line {found[name][0]} already")
        found[name] = (number, item)
    return [item for _number, item in found.values()]


# The fields of a source record


def text_in(record: Mapping[str, Any], name: str) -> str:
    """A text, empty when there is none. Raises WrongRecordError."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongRecordError(f"{name}: expected text, found {shown(value)}")
    return value


def required_text_in(record: Mapping[str, Any], name: str) -> str:
    """A text that has to be there. Raises WrongRecordError."""
    text = text_in(record, name).strip()
    if not text:
        raise WrongRecordError(f"{name}: expected text, found nothing")
    return text


def texts_in(record: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts, without empty ones. Raises WrongRecordError."""
    values = _list_in(record, name)
    for value in values:
        if not isinstance(value, str):
            raise WrongRecordError(f"{name}: expected a list of texts, found {shown(value)} in it")
    return [value for value in values if value.strip()]


def objects_in(record: Mapping[str, Any], name: str) -> list[JsonObject]:
    """A list of objects. Raises WrongRecordError."""
    values = _list_in(record, name)
    for value in values:
        if not isinstance(value, dict):
            raise WrongRecordError(f"{name}: expected a list of objects, found {shown(value)} in it")
    return values


def flag_in(record: Mapping[str, Any], name: str) -> bool:
    """Yes or no; no when it is left out. Raises WrongRecordError."""
    value = record.get(name)
    if value is not None and not isinstance(value, bool):
        raise WrongRecordError(f"{name}: expected true or false, found {shown(value)}")
    return bool(value)


def number_in(record: Mapping[str, Any], name: str, most: int) -> Decimal | None:
    """A number from 0 to ``most``, or None. Raises WrongRecordError."""
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= most:
        raise WrongRecordError(f"{name}: expected a number from 0 to {most}, found {shown(value)}")
    return Decimal(value)


def _list_in(record: Mapping[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise WrongRecordError(f"{name}: expected a list, found {shown(value)}")
    return value


def shown(value: object) -> str:
    """A value as an error shows it."""
    return json.dumps(value, ensure_ascii=False, default=str)[:80]


def count_unplaced(record: Mapping[str, Any], placed: frozenset[str], of: str, report: Report) -> None:
    """Count the fields that hold something but have no place in the exchange format."""
    for name in sorted(record.keys() - placed):
        if record[name] not in (None, "", [], {}):
            report.count(f"{of}s with {name}, which has no place in the format")


# Text and codes


def tidy(text: str, report: Report) -> str:
    """Text with plain line ends and spaces, without control characters and others that nobody sees."""
    text, halves = HALF_CHARACTER.subn("\ufffd", text)
    text, unseen = UNSEEN.subn("", LINE_ENDS.sub("\n", text))
    if halves or unseen:
        report.count("characters removed or replaced: control, invisible, or half of one", halves + unseen)
    return text.replace("\xa0", " ")


def one_line(text: str, report: Report) -> str:
    """Tidy text on one line, with single spaces."""
    return " ".join(tidy(text, report).split())


def slug(text: str) -> str:
    """Text as a code: letters of any script, digits, ``_`` and ``.`` stay, all else becomes hyphens."""
    plain = re.sub("['’]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[^\w.\-]+", "-", plain).strip("-._")


def assign_codes(names: Sequence[tuple[str, str]], prefix: str = "") -> list[str]:
    """A code for every (text, id), unique without regard to case: the text, with the id where texts agree.

    All of several equal texts take their ids, so that a code does not depend on the order of the lines.
    """
    limit = MAX_CODE_LENGTH - len(prefix)
    bases = [(slug(text) or slug(identity) or "untitled")[:limit] for text, identity in names]
    uses = Counter(base.casefold() for base in bases)
    taken = {base for base, number in uses.items() if number == 1}
    codes = []
    for base, (_text, identity) in zip(bases, names, strict=True):
        code = base
        if uses[base.casefold()] > 1:
            longer = (f"{base[: limit - len(tail) - 1]}-{tail}" for tail in _tails(identity))
            code = next(each for each in longer if each.casefold() not in taken)
            taken.add(code.casefold())
        codes.append(prefix + code)
    return codes


def _tails(identity: str) -> Iterator[str]:
    if short := slug(identity)[:8].strip("-._"):
        yield short
    yield hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()[:16]
    yield from map(str, count(2))


# Writing


def write_jsonl(path: Path, records: Iterable[JsonObject]) -> None:
    """Write records as JSON Lines, whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        # A temporary file is private; the output is an ordinary file.
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def without_empty(record: Mapping[str, Any]) -> JsonObject:
    """A record without the fields that hold nothing; 0 and false are something."""
    return {name: value for name, value in record.items() if value not in (None, "", [])}


def run(arguments: Sequence[str] | None, convert: Convert, description: str) -> int:
    """The program: read FILE, write OUT, tell what happened on standard error. Returns the exit code."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("file", type=Path, metavar="FILE", help="the source, packed with gzip or not")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl", help="the file to write")
    options = parser.parse_args(arguments)
    report = Report()
    try:
        if options.out.exists() and options.file.exists() and options.out.samefile(options.file):
            raise BrokenInputError(None, "OUT is the same file; give it another name")
        write_jsonl(options.out, convert(read_lines(options.file), report))
    except BrokenInputError as error:
        place = str(options.file) if error.line is None else f"{options.file}:{error.line}"
        print(f"{place}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{options.out}: cannot be written: {error}", file=sys.stderr)
        return 1
    for line in report.lines():
        print(line, file=sys.stderr)
    return 0
