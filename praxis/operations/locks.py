"""A lock that only one process holds and that ends with its process, however that ends."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Hold the lock `name` for the block; yields False at once when another process holds it.

    On PostgreSQL the server keeps it for the connection, so it holds across machines. SQLite has one machine:
    there a file below `var/` is locked. A killed process leaves nothing behind in either case.
    """
    if connection.vendor == "postgresql":
        yield from _on_the_server(zlib.crc32(f"praxis:{name}".encode()))
    else:
        yield from _in_a_file(settings.PRAXIS_VAR_DIR / f"{name}.lock")


def _on_the_server(number: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _in_a_file(path: Path) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
