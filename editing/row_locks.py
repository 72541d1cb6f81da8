"""One writer at a time: what is decided about an object from what stands there is decided alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from editing.exceptions import BusyError

LONGEST_WAIT = 20
"""Seconds for which a writer waits for others on PostgreSQL; on SQLite the database's `timeout` says it."""

POSTGRESQL_WAITS = frozenset({"55P03", "40P01"})
"""Its codes for a lock that was not to be had, and for two writers that waited for each other."""


@contextmanager
def alone(model: Any, pk: Any) -> Iterator[None]:
    """A transaction in which nobody else writes an object. Raises BusyError when others take too long.

    SQLite lets one transaction write at a time; PostgreSQL keeps the object's row.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}s'")
            list(model._base_manager.select_for_update().filter(pk=pk).values_list("pk", flat=True))
            yield
    except OperationalError as error:
        if is_waiting_in_vain(error):
            raise BusyError from error
        raise


def is_waiting_in_vain(error: OperationalError) -> bool:
    """Whether a statement failed only because somebody else was writing for too long."""
    code = getattr(error.__cause__, "sqlstate", None)
    return code in POSTGRESQL_WAITS or "locked" in str(error)
