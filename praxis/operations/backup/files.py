"""Files that are whole or absent: copied with their hash, forced to the disk, and renamed last."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.manifest import FileEntry

CHUNK = 1 << 20
PARTIAL = ".partial"
LOCK = ".lock"


class HashingWriter:
    """Writes to a file and keeps count of size and sha256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write some bytes."""
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    @property
    def entry(self) -> FileEntry:
        """What has been written so far."""
        return FileEntry(self._size, self._hash.hexdigest())


def copy_file(source: IO[bytes], target: Path) -> FileEntry:
    """Copy an open file; returns size and hash of what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        writer = HashingWriter(file)
        while chunk := source.read(CHUNK):
            writer.write(chunk)
    return writer.entry


def entry_of(path: Path) -> FileEntry:
    """Size and hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(path.stat().st_size, digest)


def force_to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that it is wholly old or wholly new."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    force_to_disk(path.parent)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write into, which takes the target's name at the end of the block and vanishes on an error.

    Leftovers of killed backups beside it are removed. Raises BackupError when the target exists already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(
            f"{target} exists already. Name a new folder, for example one that ends in today's date."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent)
    partial = target.with_name(f"{target.name}{PARTIAL}")
    try:
        partial.mkdir(mode=0o700)
    except FileExistsError as error:
        raise BackupError(f"Another backup is being written to {partial}.") from error
    with (partial / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield partial
            (partial / LOCK).unlink()
            # Media files are many: one call for all of them, then the names.
            os.sync()
            partial.rename(target)
            force_to_disk(target.parent)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def remove_leftovers(folder: Path) -> None:
    """Remove unfinished backups whose process is gone."""
    for partial in folder.glob(f"*{PARTIAL}"):
        try:
            with (partial / LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(partial)
        except BlockingIOError:
            continue
        except FileNotFoundError:
            # Killed before it had a lock or after it gave it up: nothing in it is of use either way.
            shutil.rmtree(partial, ignore_errors=True)
