"""JSON Lines: one record a line, with the records that live inside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from exchange.messages import Message, nearest
from exchange.messages import message as _
from exchange.problems import FileRefused, Place, Problems
from exchange.records import OnProgress, RawRow
from exchange.schema import RecordType, Schema

MAX_LINE = 8 * 1024 * 1024
"""Bytes of the longest line that is read; a record of ordinary size has a few thousand."""

BOM = b"\xef\xbb\xbf"
LINE_ENDS = re.compile("[\x85\u2028\u2029]")


class _BadLine(ValueError):
    """A line that is no record."""

    def __init__(self, message: Message, value: object = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.value = value


def read_jsonl(path: Path, schema: Schema, problems: Problems, on_progress: OnProgress) -> Iterator[RawRow]:
    """The records of a file. Raises FileRefused when it is not a text at all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        refuse_other_files(file)
        done = 0
        for number, line in enumerate(_lines(file), start=1):
            done += len(line) if line is not None else MAX_LINE
            place = Place(None, number)
            try:
                if (row := _row(line, number, schema, place)) is not None:
                    yield row
            except _BadLine as bad:
                problems.error(place, None, bad.value, bad.message)
            on_progress(min(done, size), size)


def refuse_other_files(file: IO[bytes]) -> None:
    """Look at the first bytes of a file. Raises FileRefused unless they may be those of a text in UTF-8."""
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        raise FileRefused(_("This is a workbook or another zip file, not text. Give it the ending .xlsx."))
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("The text is in UTF-16. Save it again as UTF-8."))
    controls = sum(byte < 32 and byte not in b"\t\n\r" for byte in head)
    if controls * 20 > len(head):
        raise FileRefused(_("This is not a text file. Expected one JSON record a line, in UTF-8."))


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; None stands for one that is too long, of which only a piece is held at a time."""
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                continue
            yield None
        else:
            yield line


def _row(line: bytes | None, number: int, schema: Schema, place: Place) -> RawRow | None:
    if line is None:
        raise _BadLine(_("The line is longer than 8 MB. Split the record."))
    text = _decoded(line.removeprefix(BOM) if number == 1 else line).rstrip()
    if not text:
        return None
    values = _parsed(text)
    if not isinstance(values, dict):
        raise _BadLine(_('Expected a record in curly brackets, for example {"type": "theme", ...}.'), values)
    name = values.pop("type", None)
    type = schema.by_name.get(name) if isinstance(name, str) else None
    if type is None:
        raise _BadLine(_unknown_type(name, schema), name)
    return RawRow(type, values, place)


def _decoded(line: bytes) -> str:
    if b"\x00" in line:
        raise _BadLine(
            _("The line holds a NUL byte. Remove it."), line[:80].decode("utf-8", "backslashreplace")
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        around = line[max(0, error.start - 20) : error.start + 20].decode("utf-8", "backslashreplace")
        raise _BadLine(
            _("The line is not UTF-8 at byte %(byte)s. Save the file again as UTF-8.", byte=error.start + 1),
            around,
        ) from error


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except _BadLine:
        raise
    except json.JSONDecodeError as error:
        around = text[max(0, error.pos - 20) : error.pos + 20]
        raise _BadLine(
            _("The line is not JSON from character %(column)s on. Correct it there.", column=error.pos + 1),
            around,
        ) from error
    except RecursionError as error:
        raise _BadLine(
            _("The record is nested too deeply. Use lists and records as described."), text[:80]
        ) from error
    except (ValueError, ArithmeticError) as error:
        raise _BadLine(_("The line holds a number with too many digits. Shorten it."), text[:80]) from error


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add returns None, which is false
        raise _BadLine(
            _("The field “%(name)s” stands twice in one record. Remove one.", name=twice[:200]), twice
        )
    return values


def _no_constant(name: str) -> Any:
    raise _BadLine(
        _("%(name)s is not a number that can be kept. Write a number, or leave the field out.", name=name),
        name,
    )


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_names, parse_float=Decimal, parse_constant=_no_constant, strict=True
)


def _unknown_type(name: object, schema: Schema) -> Message:
    known = ", ".join(schema.by_name)
    if name is None:
        return _("The record does not say its “type”. Write one of: %(known)s.", known=known)
    if meant := nearest(str(name), schema.by_name):
        return _("This type of record is not known. Did you mean “%(meant)s”?", meant=meant)
    return _("This type of record is not known. Known are: %(known)s.", known=known)


class JsonLinesWriter:
    """Writes records as JSON Lines; what is empty is left out."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self.file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, type: RecordType, values: Mapping[str, Any]) -> None:
        """Add one line."""
        line = json.dumps({"type": type.name, **_plain(type, values)}, ensure_ascii=False)
        # Many programs take these characters for the end of a line.
        self.file.write(LINE_ENDS.sub(lambda match: f"\\u{ord(match.group()):04x}", line) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self.file.close()

    discard = close


def _plain(type: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        field.name: field.kind.to_json(values[field.name])
        for field in type.fields
        if not is_empty(values.get(field.name))
    }
    for children in type.children:
        if inside := values.get(children.field):
            plain[children.field] = [_plain(children.of, child) for child in inside]
    return plain


def is_empty(value: object) -> bool:
    """Whether a file says this value by leaving it out; nought is a value."""
    return value is None or value is False or value in ("", (), [])
