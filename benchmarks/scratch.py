"""Scratch databases for benchmarks, and what they print about the machine.

Nothing here imports a model: Django is not set up before the database is known.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """The option to name a database; without it, a temporary SQLite file is used."""
    parser.add_argument(
        "--database", help="URL of an empty scratch database; default: a temporary SQLite file"
    )


@contextmanager
def scratch_site(database: str | None = None, settings: str = "praxis.settings.test") -> Iterator[str]:
    """Django set up, and migrated, on an empty database that may be filled; gives a folder for files.

    Without a ``database`` (a URL) it is a temporary SQLite file. Ends the program where the database holds
    anything.
    """
    with tempfile.TemporaryDirectory(prefix="praxis-benchmark-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        for name in ("PRAXIS_DATABASE_URL", "PRAXIS_TEST_DATABASE_URL"):
            os.environ[name] = database or f"sqlite:///{folder}/scratch.sqlite3"
        os.environ["PRAXIS_VAR_DIR"] = folder
        import django

        django.setup()
        # A line for each request would stand between the figures.
        logging.disable(logging.INFO)
        from django.core.management import call_command
        from django.db import connection, connections

        if connection.introspection.table_names():
            sys.exit("The database is not empty. Name one that holds nothing: the benchmark fills it.")
        call_command("migrate", verbosity=0)
        try:
            yield folder
        finally:
            connections.close_all()
            logging.disable(logging.NOTSET)


def analyze() -> None:
    """Let the database look at what was put into it, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def machine() -> str:
    """The system, its processors, and the version of Python, for the head of the figures."""
    return f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"


def engine() -> str:
    """The name and the version of the database."""
    from django.db import connection

    return f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
