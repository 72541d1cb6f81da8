"""The private folder of files on their way in and out, and what a worker says there of its progress.

The folder lies below `PRAXIS_EXCHANGE_ROOT`, which no web server shows. Web processes and workers share it.
Progress stands in a file of its own because a database of one writer cannot take notes during the write.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

NAME = re.compile(r"[0-9a-f]{32}\.(jsonl|xlsx)")
BEAT = 2.0
"""Seconds between two signs of life of a worker."""

SILENCE = 30.0
"""Seconds without a sign of life after which a worker is taken for dead."""

EVERY = 0.3
"""Seconds between two notes of progress."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the folder: its random name, its size in bytes, and what tells it from all others."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker has come with a step, in any unit; `age` is in seconds since its last sign of life."""

    step: str
    done: int
    total: int
    age: float


def folder() -> Path:
    """The folder, which may not be there yet."""
    return Path(settings.PRAXIS_EXCHANGE_ROOT)


def make_folder() -> None:
    """Make the folder where it is missing, for this account of the system only."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)


def path_of(name: str) -> Path:
    """Where a file of this random name is. Raises ValueError for any other name."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a file in this folder.")
    return folder() / name


def new_name(ending: str) -> str:
    """A random name with an ending such as `.jsonl`."""
    return f"{uuid4().hex}{ending}"


def keep(upload: UploadedFile[bytes], ending: str) -> Kept:
    """Store an uploaded file under a random name, readable for this account of the system only."""
    make_folder()
    name, digest, size = new_name(ending), hashlib.sha256(), 0
    descriptor = os.open(path_of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Kept(name, size, digest.hexdigest())


def remove(name: str) -> None:
    """Remove a file and everything that was noted beside it; nothing happens where it is gone."""
    for path in (path_of(name), changes_path(name), _progress_path(name)):
        with suppress(FileNotFoundError):
            path.unlink()


def changes_path(name: str) -> Path:
    """Where the changes that an import would make are noted, one a line."""
    return path_of(name).with_suffix(".changes")


def _progress_path(name: str) -> Path:
    return path_of(name).with_suffix(".progress")


class Notes:
    """Notes the progress of one worker, and signs of life in between."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._noted_at = 0.0
        self._now: tuple[str, int, int] = ("", 0, 0)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say how far a step has come."""
        changed = step != self._now[0]
        self._now = (step, done, total)
        if changed or done >= total or time.monotonic() - self._noted_at > EVERY:
            self.note()

    def note(self) -> None:
        """Write the last words down again: a sign of life."""
        self._noted_at = time.monotonic()
        # Each thread has a file of its own until it is whole.
        unfinished = self._path.with_suffix(f".{threading.get_ident()}.part")
        unfinished.write_text(json.dumps(self._now))
        unfinished.replace(self._path)


@contextmanager
def at_work(name: str) -> Iterator[Notes]:
    """A block that gives signs of life as long as its process lives."""
    make_folder()
    notes = Notes(_progress_path(name))
    notes.note()
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with suppress(OSError):
                notes.note()

    thread = threading.Thread(target=beat, name=f"signs of life for {name}", daemon=True)
    thread.start()
    try:
        yield notes
    finally:
        over.set()
        thread.join()
        _progress_path(name).unlink(missing_ok=True)


def progress_of(name: str) -> Progress | None:
    """What the worker that has a file said last, or None where none has it."""
    path = _progress_path(name)
    try:
        step, done, total = json.loads(path.read_text())
        age = time.time() - path.stat().st_mtime
    except (FileNotFoundError, ValueError):
        return None
    return Progress(step, done, total, age)


def remove_strays(before: float, known: frozenset[str]) -> int:
    """Remove files of no run, last touched before a moment (seconds since 1970); returns how many."""
    if not folder().exists():
        return 0
    stems = {Path(name).stem for name in known}
    strays = [
        path
        for path in folder().iterdir()
        if path.is_file() and path.name.split(".")[0] not in stems and path.stat().st_mtime < before
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
