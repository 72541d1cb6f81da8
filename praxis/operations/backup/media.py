"""Copying the media while files come and go, so that they fit one moment of the database."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.files import copy_file
from praxis.operations.backup.manifest import FileEntry

ATTEMPTS = 3
STAGING = ".restoring"
REPLACED = ".replaced"


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes when a file is written to or replaced."""

    size: int
    modified: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> "_Stamp":
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class _Copy:
    stamp: _Stamp
    entry: FileEntry


class MediaCopy:
    """Copies in two passes around the moment at which the database is read.

    The first pass takes everything, so that a file deleted after that moment is not lost. The second takes
    what rows of that moment point to and the first has missed, or has met half written. A file that no row
    points to is kept if both passes met it unchanged: it may belong to something that keeps its names
    elsewhere.
    """

    def __init__(self, root: Path, target: Path) -> None:
        self.root = root
        self.target = target
        self._copies: dict[str, _Copy] = {}

    def first_pass(self) -> None:
        """Copy all files, before the database is read."""
        self.target.mkdir(mode=0o700)
        for name in media_names(self.root):
            self._copy(name)

    def second_pass(self, references: frozenset[str]) -> tuple[dict[str, FileEntry], list[str]]:
        """Complete the copy for rows that point to `references`.

        Returns the files of the backup and the names of those that rows point to but nobody has.
        """
        present = {name: self._stamp(name) for name in media_names(self.root)}
        for name in sorted(present.keys() | self._copies.keys() | references):
            copied = self._copies.get(name)
            stamp = present.get(name)
            if copied and stamp == copied.stamp:
                continue
            if name in references and stamp is not None:
                self._copy_until_it_keeps_still(name)
            elif copied and name not in references:
                self._forget(name)
        missing = sorted(references - self._copies.keys())
        return {name: self._copies[name].entry for name in sorted(self._copies)}, missing

    def _copy_until_it_keeps_still(self, name: str) -> None:
        for _attempt in range(ATTEMPTS):
            self._copy(name)
            if name not in self._copies or self._copies[name].stamp == self._stamp(name):
                return
        raise BackupError(f"The media file {name} changes all the time; is it still being written?")

    def _copy(self, name: str) -> None:
        try:
            with (self.root / name).open("rb") as source:
                stamp = _Stamp.of(os.fstat(source.fileno()))
                entry = copy_file(source, self.target / name)
        except FileNotFoundError:
            return
        self._copies[name] = _Copy(stamp, entry)

    def _stamp(self, name: str) -> _Stamp | None:
        try:
            return _Stamp.of((self.root / name).stat())
        except FileNotFoundError:
            return None

    def _forget(self, name: str) -> None:
        del self._copies[name]
        (self.target / name).unlink()


def media_names(root: Path) -> Iterator[str]:
    """The names of all files below the media folder, without the folders that a restore works in."""
    for folder, folders, files in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name not in {STAGING, REPLACED}]
        folders.sort()
        for file in sorted(files):
            path = Path(folder, file)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix()
