"""PostgreSQL: every table is copied as text inside one transaction; a restore fills a schema of its own and
swaps.

Nothing but the driver is needed: `pg_dump` is missing on many machines, and its version must fit the
server's.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.files import HashingWriter, entry_of, force_to_disk
from praxis.operations.backup.manifest import DATABASE_FOLDER, DatabasePart, FileEntry, Manifest, TableEntry
from praxis.operations.backup.scope import file_columns, left_out_tables

ENGINE = "postgresql"
ENDING = ".copy"
STAGING = "praxis_restoring"
CHUNK = 1 << 20

Database = psycopg.Connection[tuple[Any, ...]]

# So that the same rows give the same text on every server.
PLAIN_TEXT = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET client_encoding = 'UTF8'"
)


def connect(schema: str = "") -> Database:
    """A connection of our own to the site's database, in the given schema or where the site's is."""
    own = connection.settings_dict
    values = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parameters: dict[str, Any] = {name: own[key] for name, key in values.items() if own[key]}
    if schema:
        parameters["options"] = _options(schema)
    database = psycopg.connect(**parameters)
    database.execute(PLAIN_TEXT)
    database.commit()
    return database


def _options(schema: str) -> str:
    return f"-c search_path={schema}"


def take(folder: Path) -> DatabasePart:
    """Write one moment of the database into the folder, a file a table."""
    with connect() as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        database.read_only = True
        part = read(database, folder)
    for path in folder.iterdir():
        force_to_disk(path)
    return part


def files(folder: Path) -> dict[str, FileEntry]:
    """The files that `take` has written, for the manifest."""
    return {f"{DATABASE_FOLDER}/{path.name}": entry_of(path) for path in sorted(folder.iterdir())}


def read(database: Database, folder: Path | None = None, *, names: set[str] | None = None) -> DatabasePart:
    """What the connection's schema holds; with a folder, write the rows there.

    Sessions count as absent: their rows are neither written nor counted.
    """
    tables = {name: _copy_out(database, name, folder) for name in sorted(names or table_names(database))}
    migrations: dict[str, list[str]] = {}
    for app, name in database.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
        migrations.setdefault(app, []).append(name)
    references: set[str] = set()
    for table, column in file_columns():
        if table in tables and column in tables[table].columns:
            query = sql.SQL("SELECT DISTINCT {} FROM {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            references.update(value for (value,) in database.execute(query) if value)
    server = database.info.server_version
    return DatabasePart(
        ENGINE,
        f"{server // 10000}.{server % 10000}",
        tables,
        _sequences(database, tables),
        migrations,
        frozenset(references),
    )


def table_names(database: Database) -> set[str]:
    """The tables of the connection's schema."""
    rows = database.execute(
        "SELECT relname FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    )
    return {name for (name,) in rows}


def _columns(database: Database, table: str) -> list[tuple[str, bool, bool]]:
    """Name, whether it is part of the primary key, and whether it is text, in the order of the table."""
    rows = database.execute(
        """
        SELECT a.attname, a.attnum = ANY (i.indkey::int2[]), a.attcollation <> 0
        FROM pg_attribute a
        LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attgenerated = ''
        ORDER BY a.attnum
        """,
        [table],
    )
    return [(name, bool(in_key), bool(is_text)) for name, in_key, is_text in rows]


def _copy_out(database: Database, table: str, folder: Path | None) -> TableEntry:
    columns = _columns(database, table)
    names = [name for name, _in_key, _is_text in columns]
    # Servers sort text by their own languages; the bytes are the same everywhere.
    order = [
        sql.SQL('{} COLLATE "C"' if is_text else "{}").format(sql.Identifier(name))
        for name, in_key, is_text in columns
        if in_key
    ] or [sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(table))]
    query = sql.SQL("COPY (SELECT {} FROM {} {} ORDER BY {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Identifier(table),
        sql.SQL("WHERE false" if table in left_out_tables() else ""),
        sql.SQL(", ").join(order),
    )
    with _sink(folder, table) as sink, database.cursor() as cursor:
        with cursor.copy(query) as rows:
            for data in rows:
                sink.write(data)
        return TableEntry(names, cursor.rowcount, sink.entry.sha256)


@contextmanager
def _sink(folder: Path | None, table: str) -> Iterator[HashingWriter]:
    if folder is None:
        with Path("/dev/null").open("wb") as file:
            yield HashingWriter(file)
    else:
        with (folder / f"{table}{ENDING}").open("wb") as file:
            yield HashingWriter(file)


def _sequence_columns(database: Database, tables: dict[str, TableEntry]) -> Iterator[tuple[str, str, str]]:
    """Table, column and sequence of every number that the database gives out."""
    for table, entry in tables.items():
        for column in entry.columns:
            row = database.execute(
                "SELECT pg_get_serial_sequence(quote_ident(%s), %s)", [table, column]
            ).fetchone()
            if row and row[0]:
                yield table, column, row[0]


def _sequences(database: Database, tables: dict[str, TableEntry]) -> dict[str, list[int]]:
    found = {}
    for table, column, name in _sequence_columns(database, tables):
        schema, _dot, sequence = name.partition(".")
        query = sql.SQL("SELECT last_value, is_called FROM {}.{}").format(
            sql.Identifier(schema.strip('"')), sql.Identifier(sequence.strip('"'))
        )
        row = database.execute(query).fetchone()
        if row:
            found[f"{table}.{column}"] = [row[0], int(row[1])]
    return found


def is_empty(content_tables: list[str]) -> bool:
    """Whether the site's database has no row in any of these tables."""
    with connect() as database:
        present = table_names(database) & set(content_tables)
        query = "SELECT EXISTS (SELECT 1 FROM {})"
        return not any(
            database.execute(sql.SQL(query).format(sql.Identifier(table))).fetchone() == (True,)
            for table in present
        )


def hold_still() -> None:
    """Raises BackupError while another connection of the site's own account is open."""
    with connect() as database:
        row = database.execute(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
              AND backend_type = 'client backend'
            """
        ).fetchone()
    if row and row[0]:
        raise BackupError(
            f"The database is in use by {row[0]} other connections. "
            "Stop the web server, the worker and the timer."
        )


@contextmanager
def staged(folder: Path, manifest: Manifest) -> Iterator[None]:
    """Put the backup's rows into a schema of their own, checked; inside the block Django works there.

    `swap_in` then puts its tables in the place of the site's own. On an error those are as they were.
    """
    from praxis.operations.backup.migrations import migrate_to

    _drop_staging()
    connection.close()
    with connect() as database:
        database.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(STAGING)))
    own = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {**own, "options": _options(STAGING)}
    try:
        migrate_to(manifest.migrations)
        connection.close()
        _fill(folder, manifest)
        yield
    except BaseException:
        connection.close()
        _drop_staging()
        raise
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = own


def _fill(folder: Path, manifest: Manifest) -> None:
    with connect(STAGING) as database:
        present = table_names(database)
        if present != manifest.tables.keys():
            names = ", ".join(sorted(present ^ manifest.tables.keys()))
            raise BackupError(f"The backup and its migrations disagree about these tables: {names}.")
        database.execute("SET CONSTRAINTS ALL DEFERRED")
        everything = sql.SQL(", ").join(map(sql.Identifier, sorted(present)))
        database.execute(sql.SQL("TRUNCATE {}").format(everything))
        for table, entry in manifest.tables.items():
            _copy_in(database, folder, table, entry, manifest.files)
        _set_sequences(database, manifest)
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")
        part = read(database)
        if part.tables != manifest.tables or part.sequences != manifest.sequences:
            raise BackupError("The database does not hold what the backup lists after it was filled.")


def _copy_in(
    database: Database, folder: Path, table: str, entry: TableEntry, listed: dict[str, FileEntry]
) -> None:
    name = f"{DATABASE_FOLDER}/{table}{ENDING}"
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, entry.columns))
    )
    digest, size = hashlib.sha256(), 0
    with (
        (folder / name).open("rb") as file,
        database.cursor() as cursor,
        cursor.copy(query) as rows,
    ):
        while data := file.read(CHUNK):
            rows.write(data)
            digest.update(data)
            size += len(data)
    if FileEntry(size, digest.hexdigest()) != listed[name]:
        raise BackupError(f"{folder / name} is not what the backup wrote: its checksum differs.")


def _set_sequences(database: Database, manifest: Manifest) -> None:
    for table, column, name in _sequence_columns(database, manifest.tables):
        number, used = manifest.sequences[f"{table}.{column}"]
        database.execute("SELECT setval(%s, %s, %s)", [name, number, bool(used)])


def swap_in() -> None:
    """Put the staged tables in the place of the site's own, in one transaction."""
    connection.close()
    with connect(STAGING) as database:
        fresh = table_names(database)
    with connect() as database:
        (schema,) = database.execute("SELECT current_schema()").fetchone() or ("public",)
        old = table_names(database) & (fresh | set(connection.introspection.django_table_names()))
        if old:
            names = sql.SQL(", ").join(sql.Identifier(schema, table) for table in sorted(old))
            database.execute(sql.SQL("DROP TABLE {} CASCADE").format(names))
        for table in sorted(fresh):
            database.execute(
                sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(
                    sql.Identifier(STAGING, table), sql.Identifier(schema)
                )
            )
        # Without CASCADE: anything that was not moved stops the restore instead of vanishing.
        database.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(STAGING)))


def _drop_staging() -> None:
    with connect() as database:
        database.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(STAGING)))
