"""Installations of their own for tests that need real processes: a database, a folder, and the commands."""

import atexit
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

KEPT = {name: value for name, value in os.environ.items() if not name.startswith(("PRAXIS_", "DJANGO_"))}


@dataclass(frozen=True)
class Outcome:
    """How a process ended; `steps` are those that a trap has counted."""

    code: int
    stdout: str
    stderr: str
    steps: int


@dataclass(frozen=True)
class Trap:
    """Where a process kills itself: at the n-th statement, or the n-th touch of a file below the folder."""

    at: int = 0
    folder: str = ""


@dataclass(frozen=True)
class Installation:
    """An installation with a database and a var folder that nobody else uses."""

    database_url: str
    var: Path

    @property
    def media(self) -> Path:
        """Where its media lie."""
        return self.var / "media"

    def call(self, function: str, *arguments: object, trap: Trap | None = None) -> Outcome:
        """Run a function, written `module:name`, in a process of its own."""
        request = {
            "database_url": self.database_url,
            "var": str(self.var),
            "function": function,
            "arguments": [str(argument) for argument in arguments],
            "trap": {"at": trap.at, "folder": trap.folder} if trap else None,
        }
        server = _server()
        print(json.dumps(request), file=server.stdin, flush=True)
        return Outcome(**json.loads(server.stdout.readline()))

    def run(self, *arguments: object, ok: bool = True) -> Outcome:
        """Run a command of manage.py to its end."""
        outcome = self.call("tests.praxis.operations.forks:manage", *arguments)
        assert (outcome.code == 0) == ok, outcome
        return outcome

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask its database."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(self.database_url.removeprefix("sqlite:///"))) as database:
                return database.execute(query).fetchall()
        import psycopg

        with psycopg.connect(self.database_url) as database:
            return database.execute(query).fetchall()

    def start(self, module: str, *arguments: object) -> "subprocess.Popen[str]":
        """Start a module in a process that goes on beside the test."""
        environment = _environment(self.database_url, str(self.var))
        return _open([sys.executable, "-m", module, *map(str, arguments)], environment)


def _environment(database_url: str, var: str) -> dict[str, str]:
    return KEPT | {
        "DJANGO_SETTINGS_MODULE": "praxis.settings.dev",
        "PRAXIS_HOSTS": "testserver",
        "PRAXIS_DATABASE_URL": database_url,
        "PRAXIS_VAR_DIR": var,
    }


def _open(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@cache
def _server() -> "subprocess.Popen[str]":
    folder = tempfile.mkdtemp(prefix="praxis-forks-")
    url = "sqlite:////nowhere/none" if connection.vendor == "sqlite" else "postgresql:///none"
    # Imported, not run as a module: the calls must meet the same traps.
    command = [sys.executable, "-c", "from tests.praxis.operations.forks import main; main()"]
    server = _open(command, _environment(url, folder))
    atexit.register(server.kill)
    assert server.stdout.readline() == "ready\n"
    return server


@contextmanager
def installation(folder: Path, *, migrated: bool = True) -> Iterator[Installation]:
    """An installation on the kind of database that the tests run on.

    A migrated one begins with a copy of the test database, so the test must be one that commits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        path = folder / "praxis.sqlite3"
        if migrated:
            copy_test_database(path)
        yield Installation(f"sqlite:///{path}", folder)
    else:
        with _database_on_the_server(folder.name, migrated) as url:
            yield Installation(url, folder)


def copy_test_database(path: Path) -> None:
    """Write the test database, which lives in memory, into a file."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)


@contextmanager
def _database_on_the_server(name: str, migrated: bool) -> Iterator[str]:
    own = connection.settings_dict
    fresh = f"praxis_{name}_{os.getpid()}"
    template = own["NAME"] if migrated else "template0"
    # A database can be copied only while nobody is connected to it.
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{fresh}"')
        cursor.execute(f'CREATE DATABASE "{fresh}" TEMPLATE "{template}"')
    try:
        yield f"postgresql://{own['USER']}:{own['PASSWORD']}@/{fresh}?host={own['HOST']}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
