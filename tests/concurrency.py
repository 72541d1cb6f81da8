"""Several people at once: threads with connections of their own, on a real file or on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections


@contextmanager
def shared_database(folder: Path) -> Iterator[None]:
    """A database that threads share as processes do.

    The SQLite of the tests lives in memory, where writers lock single tables and nobody waits for another:
    here it is copied into a file. PostgreSQL is one already.
    """
    if connection.vendor != "sqlite":
        yield
        return
    kept, settings = connections["default"], connections.settings["default"]
    name = settings["NAME"]
    connection.ensure_connection()
    settings["NAME"] = str(folder / "shared.sqlite3")
    connections["default"] = connections.create_connection("default")
    try:
        connection.ensure_connection()
        kept.connection.backup(connection.connection)
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = name
        connections["default"] = kept


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What the calls return; each runs in a thread of its own, and all begin together."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=300) for future in [pool.submit(run, call) for call in calls]]
