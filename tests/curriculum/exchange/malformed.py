"""Rows that are wrong in one known place, made from the description of the format."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from curriculum.exchange.schema import CONTENT_SCHEMA, NEEDED_WHEN_LIVE
from exchange.kinds import (
    FALSE,
    NUMBER,
    TRUE,
    Choice,
    Day,
    Flag,
    Kind,
    Label,
    Line,
    ListOf,
    Matching,
    Number,
    Text,
    Whole,
)
from tests.exchange.workbooks import cell, make, sheet_xml

UNKNOWN = st.integers(0, 999).map(lambda number: f"no-such-{number}")
PRINTABLE = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
NO_TEXT = st.one_of(st.integers(), st.booleans(), st.just(["a"]), st.just({"a": 1}))
LINKS = [(unit, case) for unit in ("T1", "T2", "M1", "Z") for case in ("alpha", "alpha-zh", "beta")]


@dataclass(frozen=True)
class Row:
    """A record with one mistake: its type, what stands in its fields, and the field with the mistake.

    `child` names the list inside the record in which the row stands, if it does.
    """

    type: str
    values: dict[str, Any]
    column: str
    child: str = ""


def base(type: str, number: int) -> dict[str, Any]:
    """A good record of a type, different for each number."""
    code = f"row-{number}"
    content = {"code": code, "title": "t", "language": "en"}
    unit, case = LINKS[number % len(LINKS)]
    return {
        "theme": {"code": code, "label_en": "t"},
        "institution": {"code": code, "name": "n", "kind": "university"},
        "category": {"code": code, "label_en": "c"},
        "policy": {"category": "special", "effective_from": str(date(2001, 1, 1) + timedelta(days=number))},
        "case": content,
        "course": content,
        "curriculum": {**content, "category": "special"},
        "link": {"course": "CT", "unit": unit, "case": case, "state": "confirmed"},
        "unit": {"code": "u", "title": "t", "hours": 1, "delivery_method": "lecture"},
        "module": {"code": "m", "title": "t"},
        "placement": {"case": "alpha", "hours": 2},
    }[type]


TYPES = {type.name: type for type in CONTENT_SCHEMA.with_children}


def wrong_text(kind: Text) -> st.SearchStrategy[Any]:
    """Texts, and what is none, that a kind of text does not take."""
    wrong: list[st.SearchStrategy[Any]] = [st.just(["a"]), st.just({"a": 1}), st.just("a\x00b")]
    if not isinstance(kind, Label):
        wrong.append(NO_TEXT)
    if isinstance(kind, Line):
        wrong.append(st.sampled_from(["a\nb", "a\tb", "a\u2028b"]))
    if kind.most:
        wrong.append(st.just("x" * (kind.most + 1)))
    return st.one_of([*wrong, *wrong_words(kind)])


def wrong_words(kind: Text) -> list[st.SearchStrategy[str]]:
    """Words of one line that a kind with few words or a form does not take."""
    if isinstance(kind, Choice):
        return [PRINTABLE.filter(lambda text: text not in kind.values)]
    if isinstance(kind, Matching):
        return [PRINTABLE.filter(lambda text: not re.fullmatch(kind.pattern, text))]
    return []


def wrong_number(kind: Number | Whole) -> st.SearchStrategy[Any]:
    """Numbers out of range, and what is no number."""
    wrong: list[st.SearchStrategy[Any]] = [
        PRINTABLE.filter(lambda text: not NUMBER.fullmatch(text)),
        st.integers(max_value=-1),
        st.integers(min_value=int(kind.most) + 1, max_value=10**40),
        st.booleans(),
        st.just([1]),
    ]
    wrong.append(st.just(0.5) if isinstance(kind, Whole) else st.just(0.12345678))
    return st.one_of(wrong)


def wrong_list(kind: ListOf) -> st.SearchStrategy[Any]:
    """Lists with a wrong entry, and what is no list."""
    wrong: list[st.SearchStrategy[Any]] = [
        PRINTABLE,
        st.integers(),
        st.just([""]),
        st.just([1]),
        st.just({"a": 1}),
    ]
    if isinstance(kind.item, Matching | Choice):
        wrong.append(wrong_text(kind.item).map(lambda entry: [entry]))
    return st.one_of(wrong)


def wrong_json(kind: Kind) -> st.SearchStrategy[Any]:
    """What a kind of value does not take from JSON."""
    if isinstance(kind, ListOf):
        return wrong_list(kind)
    if isinstance(kind, Text):
        return wrong_text(kind)
    if isinstance(kind, Number | Whole):
        return wrong_number(kind)
    if isinstance(kind, Day):
        dates = st.sampled_from(
            ["2025-02-30", "31.12.2025", "2025-1-1", "yesterday", 20250101, True, ["2025-01-01"]]
        )
        return st.one_of(dates, PRINTABLE)
    assert isinstance(kind, Flag)
    return st.one_of(PRINTABLE, st.integers(), st.just([True]))


FORMULA, FAULT = "<c><f>1+1</f><v>2</v></c>", '<c t="e"><v>#N/A</v></c>'


def wrong_cell(kind: Kind) -> st.SearchStrategy[str]:
    """What a kind of value does not take from a cell, as XML."""
    wrong: list[st.SearchStrategy[str]] = [st.sampled_from([FORMULA, FAULT])]
    if isinstance(kind, ListOf | Text):
        wrong.append(st.just('<c t="b"><v>1</v></c>'))
    if isinstance(kind, Text):
        wrong += [words.map(cell) for words in wrong_words(kind)]
    if isinstance(kind, Number | Whole):
        texts = PRINTABLE.filter(lambda text: not NUMBER.fullmatch(text))
        wrong += [
            texts.map(cell),
            st.sampled_from(["<c><v>-1</v></c>", "<c><v>1e30</v></c>", '<c t="b"><v>1</v></c>']),
        ]
    if isinstance(kind, Day):
        wrong += [st.sampled_from(["2025-02-30", "31.12.2025"]).map(cell), st.just("<c><v>45000</v></c>")]
    if isinstance(kind, Flag):
        wrong.append(PRINTABLE.filter(lambda text: text.strip().casefold() not in TRUE | FALSE).map(cell))
    return st.one_of(wrong)


INSIDE = {
    "unit": ("course", "units"),
    "module": ("curriculum", "modules"),
    "placement": ("curriculum", "placements"),
}
"""The type of the record that a row stands in, and the list that it stands in."""


@st.composite
def rows(draw: st.DrawFn, number: int, wrong: Callable[[Kind], st.SearchStrategy[Any]]) -> Row:
    """One row with one mistake; `None` in place of a value says that it is left out."""
    # There are no more links than pairs of unit and case.
    name = draw(st.sampled_from(sorted(TYPES if number < len(LINKS) else set(TYPES) - {"link"})))
    field = draw(st.sampled_from(TYPES[name].fields))
    mistakes = [wrong(field.kind)]
    if field.required or field.name in NEEDED_WHEN_LIVE.get(name, ()):
        mistakes.append(st.none())
    if field.refers_to:
        mistakes.append(UNKNOWN.map(lambda code: [code] if isinstance(field.kind, ListOf) else code))
    mistake = draw(st.one_of(mistakes))
    values = {"course": "CT"} if (name, field.name) == ("placement", "course") else base(name, number)
    parent, inside = INSIDE.get(name, (name, ""))
    return Row(parent, {**values, field.name: mistake}, field.name, inside)


def files(wrong: Callable[[Kind], st.SearchStrategy[Any]], size: int) -> st.SearchStrategy[list[Row]]:
    """Files of rows with one mistake each."""
    return st.tuples(*(rows(number, wrong) for number in range(size))).map(list)


Place = tuple[str | None, int, str]
"""Sheet, row or line, and column."""


def json_lines(path: Path, wrong: list[Row]) -> set[Place]:
    """Write the rows as JSON Lines, each after a good one; returns where the mistakes are."""
    lines, places = [], set()
    for number, row in enumerate(wrong):
        lines.append(json.dumps({"type": "theme", **base("theme", number), "code": f"good-{number}"}))
        record, column = _as_record(row, number)
        lines.append(json.dumps(record))
        places.add((None, len(lines), column))
    path.write_text("\n".join(lines))
    return places


def _as_record(row: Row, number: int) -> tuple[dict[str, Any], str]:
    record = {"type": row.type, **(row.values if not row.child else base(row.type, number))}
    if row.child == "placements":
        record["modules"] = [{**base("module", number), "placements": [row.values]}]
        return record, f"modules[0].placements[0].{row.column}"
    if row.child:
        record[row.child] = [row.values]
        return record, f"{row.child}[0].{row.column}"
    return record, row.column


def workbook(path: Path, wrong: list[Row]) -> set[Place]:
    """Write the rows as a workbook beside good ones; returns where the mistakes are."""
    sheets: dict[str, list[dict[str, Any]]] = {type.sheet: [] for type in TYPES.values()}
    places = set()

    def add(name: str, values: dict[str, Any]) -> int:
        sheets[TYPES[name].sheet].append(values)
        return len(sheets[TYPES[name].sheet]) + 1

    for number, row in enumerate(wrong):
        add("theme", {**base("theme", number), "code": f"good-{number}"})
        above = {row.type: f"row-{number}", "order": 1}
        if not row.child:
            places.add((TYPES[row.type].sheet, add(row.type, row.values), row.column))
            continue
        add(row.type, base(row.type, number))
        if row.child == "placements":
            add("module", {**above, **base("module", number)})
            above["module"] = "m"
        child = next(name for name, (_parent, inside) in INSIDE.items() if inside == row.child)
        places.add((row.child, add(child, {**above, **row.values}), row.column))
    make(path, {name: _sheet(name, found) for name, found in sheets.items() if found})
    return places


def _sheet(name: str, found: list[dict[str, Any]]) -> str:
    columns = [field.name for field in CONTENT_SCHEMA.by_sheet[name].in_workbook.fields]
    body = [[_cell(row.get(column)) for column in columns] for row in found]
    return sheet_xml([[cell(column) for column in columns], *body])


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    text = "".join(value)
    return text if text.startswith("<c") else cell(text)
