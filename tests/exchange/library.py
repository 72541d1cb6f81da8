"""A small schema for the tests, with everything that a schema can have, and ways to read and write it."""

from pathlib import Path
from typing import Any

from exchange.formats import rows_of, writing
from exchange.kinds import CODE, EMAIL, URL, Choice, Day, Flag, Label, Line, ListOf, Number, Text, Whole
from exchange.messages import message as _
from exchange.problems import Problems
from exchange.records import Record
from exchange.schema import Children, Field, RecordType, Rule, Schema
from exchange.store import Store

PAGE = RecordType(
    "page",
    "pages",
    (Field("title", Line(50), required=True), Field("text", Text())),
    parents=("book", "chapter"),
    key=(),
)
CHAPTER = RecordType(
    "chapter",
    "chapters",
    (Field("code", CODE, required=True), Field("hours", Number(places=2))),
    parents=("book",),
    children=(Children("pages", PAGE),),
)
BOOK = RecordType(
    "book",
    "books",
    (
        Field("code", CODE, required=True),
        Field("title", Line(100), required=True),
        Field("body", Text(100_000)),
        Field("edition", Label(20)),
        Field("kind", Choice(20, ("novel", "manual")), default="manual"),
        Field("hours", Number()),
        Field("copies", Whole(most=1000), default=1),
        Field("bought", Day()),
        Field("lent", Flag()),
        Field("tags", ListOf(Line(5000), unique=True)),
        Field("mail", EMAIL),
        Field("url", URL),
        Field("sequel_of", CODE, refers_to="book"),
    ),
    rules=(
        Rule(
            ("hours", "copies"),
            lambda values: (
                _("Too much.") if values["hours"] and values["hours"] * values["copies"] > 5000 else None
            ),
        ),
    ),
    children=(Children("chapters", CHAPTER),),
)
SHELF = RecordType(
    "shelf", "shelves", (Field("room", CODE, required=True), Field("since", Day())), key=("room", "since")
)
SCHEMA = Schema((BOOK, SHELF))


def read(path: Path, limit: int = 200) -> tuple[list[Record], Problems]:
    """All good records of a file, and what is wrong with it."""
    problems = Problems(path.name, limit)
    with Store(SCHEMA, problems) as store:
        store.read(rows_of(path, SCHEMA, problems, lambda done, total: None))
        records = [record for type in SCHEMA.types for record in store.records(type.name)]
        return [record for record in records if record.good], problems


def plain(record: Record) -> dict[str, Any]:
    """The values of a record and of those inside it, without their places."""
    return {
        name: [plain(child) if isinstance(child, Record) else child for child in value]
        if isinstance(value, list | tuple)
        else value
        for name, value in record.values.items()
    }


def write(path: Path, *books: dict[str, Any], shelves: tuple[dict[str, Any], ...] = ()) -> None:
    """Write books and shelves."""
    with writing(path, SCHEMA) as writer:
        for book in books:
            writer.write(BOOK, book)
        for shelf in shelves:
            writer.write(SHELF, shelf)


def said(problems: Problems) -> list[tuple[str | None, int | None, str | None, str | None, str]]:
    """The errors as tuples of sheet, row, column, value and message."""
    return [
        (each.place.sheet, each.place.row, each.column, each.value, str(each.message))
        for each in problems.errors.shown
    ]
