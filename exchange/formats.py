"""The two formats, chosen by the ending of a file's name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from exchange.jsonl import JsonLinesWriter, read_jsonl
from exchange.messages import message as _
from exchange.messages import nearest
from exchange.problems import FileRefused, Problems
from exchange.records import OnProgress, RawRow, Writer
from exchange.schema import Schema
from exchange.workbook import read_workbook
from exchange.workbook_writer import WorkbookWriter

Reader = Callable[[Path, Schema, Problems, OnProgress], Iterator[RawRow]]

READERS: dict[str, Reader] = {".jsonl": read_jsonl, ".xlsx": read_workbook}
WRITERS: dict[str, Callable[[Path, Schema], Writer]] = {".jsonl": JsonLinesWriter, ".xlsx": WorkbookWriter}

MAX_BYTES = 200 * 1000 * 1000
"""Size of the largest file that is looked at."""


def rows_of(path: Path, schema: Schema, problems: Problems, on_progress: OnProgress) -> Iterator[RawRow]:
    """The raw rows of a file. Raises FileRefused when it is missing, empty, too large or of no known kind."""
    read = READERS[_ending(path)]
    _look_at(path)
    try:
        yield from read(path, schema, problems, on_progress)
    except OSError as error:
        raise FileRefused(_("The file cannot be read: %(reason)s.", reason=error)) from error


def _look_at(path: Path) -> None:
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise FileRefused(_("There is no such file. Look at its name and folder.")) from error
    if not path.is_file():
        raise FileRefused(_("This is a folder or a device. Name a file that ends in .jsonl or .xlsx."))
    if not size:
        raise FileRefused(_("The file is empty. Expected at least one record."))
    if size > MAX_BYTES:
        raise FileRefused(_("The file is larger than 200 MB. Split it."))


@contextmanager
def writing(path: Path, schema: Schema) -> Iterator[Writer]:
    """A writer for a file that appears under its name only when everything is in it.

    Raises FileRefused when the ending is not known or the folder cannot be written to.
    """
    ending = _ending(path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        writer = WRITERS[ending](unfinished, schema)
        try:
            yield writer
            writer.close()
        except BaseException:
            writer.discard()
            raise
        unfinished.replace(path)
    except OSError as error:
        raise FileRefused(_("The file cannot be written: %(reason)s.", reason=error)) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in READERS:
        meant = nearest(ending, READERS) or " / ".join(READERS)
        raise FileRefused(
            _("The name of the file must end in .jsonl or .xlsx. Did you mean %(meant)s?", meant=meant)
        )
    return ending
