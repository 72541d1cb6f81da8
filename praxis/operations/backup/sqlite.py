"""SQLite: the snapshot is one file, copied by SQLite itself while others write; a restore swaps the file."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.files import copy_file, entry_of, force_to_disk
from praxis.operations.backup.manifest import DATABASE_FOLDER, DatabasePart, FileEntry, Manifest, TableEntry
from praxis.operations.backup.scope import file_columns, left_out_tables

ENGINE = "sqlite"
FILE = "praxis.sqlite3"
WAIT_SECONDS = 30.0


def live_file() -> Path:
    """The database file of the site. Raises BackupError when the database lives in memory."""
    name = str(connection.settings_dict["NAME"])
    if not name or name == ":memory:" or name.startswith("file:"):
        raise BackupError("The database lives in memory: there is no file to back up or to restore.")
    return Path(name)


def take(folder: Path) -> DatabasePart:
    """Write one moment of the database into the folder.

    The copy is made in one read transaction, which a write-ahead log lets others write beside.
    """
    source, target = live_file(), folder / FILE
    with (
        closing(
            sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS)
        ) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=-1)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        for table in left_out_tables() & _tables(copy):
            copy.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - our own table's name
        _check_integrity(copy)
        part = read(copy)
    force_to_disk(target)
    return part


def read(database: sqlite3.Connection) -> DatabasePart:
    """What a database file holds."""
    tables = {name: _table_entry(database, name) for name in sorted(_tables(database))}
    migrations: dict[str, list[str]] = {}
    for app, name in database.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
        migrations.setdefault(app, []).append(name)
    references = {
        str(value)
        for table, column in file_columns()
        if table in tables and column in tables[table].columns
        for (value,) in database.execute(
            f"SELECT DISTINCT {_quoted(column)} FROM {_quoted(table)}"  # noqa: S608 - names of our models
        )
        if value
    }
    sequences = {
        name: [number, 1] for name, number in database.execute("SELECT name, seq FROM sqlite_sequence")
    }
    return DatabasePart(ENGINE, sqlite3.sqlite_version, tables, sequences, migrations, frozenset(references))


def _tables(database: sqlite3.Connection) -> set[str]:
    # Full-text tables and what SQLite keeps behind them are made again from the rows that they index.
    rows = database.execute("PRAGMA table_list").fetchall()
    return {
        name
        for schema, name, kind, *_rest in rows
        if schema == "main" and kind == "table" and not name.startswith("sqlite_")
    }


def _table_entry(database: sqlite3.Connection, table: str) -> TableEntry:
    info = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    columns = [row[1] for row in info]
    keys = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
    selected = ", ".join(map(_quoted, columns))
    order = ", ".join(map(_quoted, keys or columns))
    digest, count = hashlib.sha256(), 0
    for row in database.execute(f"SELECT {selected} FROM {_quoted(table)} ORDER BY {order}"):  # noqa: S608
        digest.update(json.dumps(row, default=_bytes_as_text).encode() + b"\n")
        count += 1
    return TableEntry(columns, count, digest.hexdigest())


def _bytes_as_text(value: Any) -> str:
    return f"bytes:{bytes(value).hex()}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _check_integrity(database: sqlite3.Connection) -> None:
    problems = [row[0] for row in database.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
    dangling = database.execute("PRAGMA foreign_key_check").fetchmany(5)
    if problems or dangling:
        found = "; ".join([*problems, *(f"a row of {row[0]} points to nothing" for row in dangling)])
        raise BackupError(f"The database is damaged: {found}.")


def is_empty(content_tables: list[str]) -> bool:
    """Whether the site's database has no row in any of these tables."""
    path = live_file()
    if not path.exists() or not path.stat().st_size:
        return True
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as database:
        return not any(
            database.execute(f"SELECT 1 FROM {_quoted(table)} LIMIT 1").fetchone()  # noqa: S608
            for table in _tables(database) & set(content_tables)
        )


@contextmanager
def staged(folder: Path, manifest: Manifest) -> Iterator[None]:
    """Put the backup's database beside the site's own, checked; inside the block Django works on it.

    `swap_in` then gives it the site's name. On an error the site's own database is as it was.
    """
    target = staging_file()
    connection.close()
    own = connection.settings_dict["NAME"]
    try:
        _fill(target, folder / DATABASE_FOLDER / FILE, manifest)
        connection.settings_dict["NAME"] = str(target)
        yield
    except BaseException:
        connection.close()
        remove_with_journals(target)
        raise
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _fill(target: Path, source: Path, manifest: Manifest) -> None:
    remove_with_journals(target)
    with source.open("rb") as file:
        if copy_file(file, target) != manifest.files[f"{DATABASE_FOLDER}/{FILE}"]:
            raise BackupError(f"{source} is not what the backup wrote: its checksum differs.")
    with closing(sqlite3.connect(target, isolation_level=None)) as database:
        _check_integrity(database)
        part = read(database)
    if part.tables != manifest.tables or part.migrations != manifest.migrations:
        raise BackupError(f"{source} and its manifest disagree about the rows.")


def staging_file() -> Path:
    """Where a restore puts the database until it has been checked: beside the site's own."""
    path = live_file()
    return path.with_name(f"{path.name}.restoring")


def hold_still() -> None:
    """Make the site's database one file without a journal, which SQLite does only when nobody else has it
    open.

    Raises BackupError when somebody has.
    """
    path = live_file()
    if not path.exists() or not path.stat().st_size:
        remove_with_journals(path)
        return
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as database:
            (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"{path} is in use ({error}). Stop the web server, the worker and the timer."
        ) from error
    if mode != "delete":
        raise BackupError(f"{path} is in use. Stop the web server, the worker and the timer.")


def swap_in() -> None:
    """Give the staged database the name of the site's own, which it replaces in one step."""
    staged_path, path = staging_file(), live_file()
    with closing(sqlite3.connect(staged_path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        _check_integrity(database)
    force_to_disk(staged_path)
    for journal in _journals(path):
        journal.unlink(missing_ok=True)
    staged_path.replace(path)
    force_to_disk(path.parent)


def remove_with_journals(path: Path) -> None:
    """Remove a database file and what belongs to it."""
    for file in (path, *_journals(path)):
        file.unlink(missing_ok=True)


def _journals(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


def files(folder: Path) -> dict[str, FileEntry]:
    """The files that `take` has written, for the manifest."""
    return {f"{DATABASE_FOLDER}/{FILE}": entry_of(folder / FILE)}
