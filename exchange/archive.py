"""Zip files from strangers: the directory is judged before anything is unpacked."""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path
from typing import IO, Self

from exchange.messages import message as _
from exchange.problems import FileRefused

MAX_ENTRIES = 5_000
MAX_UNPACKED = 200 * 1000 * 1000
MAX_RATIO = 200
MAX_DIRECTORY = 2 * 1024 * 1024
"""Bytes of the directory of 5,000 entries with long names."""

SMALL_ENTRY = 1000 * 1000
"""Entries up to this size may be packed more tightly: they cannot do harm."""

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


class Archive:
    """A zip file that unpacks to a bearable size. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Look at the directory of the file. Raises FileRefused for a bomb or a file that is no zip."""
        with path.open("rb") as file:
            _check_ends(file)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise FileRefused(
                _("The workbook is damaged: its directory cannot be read. Save it again.")
            ) from error
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        try:
            self._check_entries()
        except FileRefused:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Bytes of an entry when unpacked; 0 when there is none."""
        return self._entries[name].file_size if name in self._entries else 0

    def open(self, name: str) -> IO[bytes]:
        """An entry to be read. Raises FileRefused when it is not there."""
        try:
            return self._zip.open(self._entries[name])
        except (KeyError, zipfile.BadZipFile, EOFError, OSError) as error:
            raise FileRefused(
                _(
                    "The workbook is damaged: its part %(name)s cannot be read. Save it again.",
                    name=name[:200],
                )
            ) from error

    def _check_entries(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise FileRefused(
                _("The workbook has more than 5,000 parts, which no ordinary one has. Save it again.")
            )
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise FileRefused(_("The workbook unpacks to more than 200 MB. Split it, or use JSON Lines."))
        for entry in entries:
            if entry.flag_bits & 1:
                raise FileRefused(_("The workbook is protected by a password. Save it without one."))
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise FileRefused(
                    _("The workbook is packed in an unusual way. Open it and save it again as .xlsx.")
                )
            if is_packed_too_tightly(entry):
                raise FileRefused(
                    _("The workbook unpacks to over 200 times its size. No ordinary one does: save it again.")
                )


def is_packed_too_tightly(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry unpacks to so many times its size that it looks like a bomb."""
    return entry.file_size > max(SMALL_ENTRY, MAX_RATIO * entry.compress_size)


def loosen(path: Path) -> None:
    """Pack a zip file of our own again where it is so repetitive that nobody would dare to unpack it."""
    with zipfile.ZipFile(path) as tight:
        if not any(map(is_packed_too_tightly, tight.infolist())):
            return
        looser = path.with_name(path.name + ".loose")
        with zipfile.ZipFile(looser, "w") as loose:
            for entry in tight.infolist():
                packing = zipfile.ZIP_STORED if is_packed_too_tightly(entry) else zipfile.ZIP_DEFLATED
                entry_again = zipfile.ZipInfo(entry.filename)
                entry_again.compress_type = packing
                with tight.open(entry) as source, loose.open(entry_again, "w") as target:
                    shutil.copyfileobj(source, target)
    looser.replace(path)


def _check_ends(file: IO[bytes]) -> None:
    """Refuse what is no zip, and a directory too large to be read at all, from the first and last bytes."""
    head = file.read(4)
    if head == _OLD_OFFICE:
        raise FileRefused(
            _("This is an old .xls workbook or one with a password. Save it as .xlsx without a password.")
        )
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 20))
    tail = file.read()
    end = tail.rfind(_END)
    if head[:2] != b"PK" or end < 0 or len(tail) - end < 22:
        raise FileRefused(_("This is not an .xlsx workbook, or only part of one. Save it again as .xlsx."))
    (directory,) = struct.unpack_from("<I", tail, end + 12)
    if directory > MAX_DIRECTORY or tail[max(0, end - 20) : end].startswith(_END_64):
        raise FileRefused(
            _("The workbook has more parts than an ordinary one. Save it again, or use JSON Lines.")
        )
