import json
from pathlib import Path

import openpyxl
import pytest

from curriculum.exchange.exporting import Export
from curriculum.exchange.schema import CONTENT_SCHEMA, SHORT_FORM
from exchange.schema import RecordType
from tests.curriculum.exchange.library import (
    COURSES,
    CURRICULA,
    LIBRARY,
    counts,
    dump,
    load,
    load_records,
    rolled_back,
    said,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def fields_set(type: RecordType, records: list[dict]) -> set[str]:
    """The fields that some record sets, with those of the records inside them, as `type.field`."""
    found = {
        f"{type.name}.{name}" for record in records for name, value in record.items() if value is not None
    }
    for children in type.children:
        inside = [child for record in records for child in record.get(children.field, ())]
        found |= fields_set(children.of, inside)
    return found


def fields_known(type: RecordType) -> set[str]:
    found = {f"{type.name}.{field.name}" for field in type.fields}
    return found.union(*(fields_known(children.of) for children in type.children))


def test_the_library_sets_every_field_of_the_format() -> None:
    short = {f"category.{field.name}" for field in SHORT_FORM}
    known = set().union(*(fields_known(type) for type in CONTENT_SCHEMA.types)) - short
    used = set()
    for type in CONTENT_SCHEMA.types:
        used |= fields_set(type, [record for record in LIBRARY if record["type"] == type.name])
    assert known - used == set()


def test_an_export_says_what_was_imported(tmp_path: Path) -> None:
    outcome = load_records(tmp_path, *LIBRARY)
    assert said(outcome) == []
    assert outcome.created == {
        "theme": 4,
        "institution": 1,
        "category": 1,
        "policy": 2,
        "course": 2,
        "case": 3,
        "curriculum": 2,
        "link": 2,
    }
    exported = {(record["type"], record.get("code")): record for record in dump(tmp_path)}
    for record in LIBRARY:
        if "code" in record:
            written = exported[record["type"], record["code"]]
            assert {name: _unordered(name, written.get(name)) for name in record} == {
                name: _unordered(name, value) for name, value in record.items()
            }
    assert exported["course", "CT"]["units"] == [_sorted_themes(unit) for unit in COURSES[0]["units"]]
    assert exported["curriculum", "SP-07"]["modules"] == CURRICULA[0]["modules"]


def _unordered(name: str, value: object) -> object:
    return (
        sorted(value) if name == "themes" and isinstance(value, list) else value if name != "units" else None
    )


def _sorted_themes(unit: dict) -> dict:
    return {**unit, "themes": sorted(unit["themes"])} if "themes" in unit else unit


@pytest.mark.parametrize("ending", ["jsonl", "xlsx"])
@pytest.mark.parametrize("drafts", [False, True])
def test_what_is_exported_and_imported_elsewhere_is_exported_alike(
    tmp_path: Path, ending: str, drafts: bool
) -> None:
    file = tmp_path / f"library.{ending}"
    with rolled_back():
        load_records(tmp_path, *LIBRARY)
        Export(drafts=drafts).write(file)
        first = dump(tmp_path, drafts=drafts)
    with rolled_back():
        assert said(load(file)) == []
        assert dump(tmp_path, drafts=drafts) == first
        Export(drafts=drafts).write(tmp_path / f"again.{ending}")
    if ending == "xlsx":
        assert cells_of(tmp_path / "again.xlsx") == cells_of(file)
    else:
        assert (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def cells_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.mark.parametrize("ending", ["jsonl", "xlsx"])
def test_a_second_import_changes_nothing(tmp_path: Path, ending: str) -> None:
    load_records(tmp_path, *LIBRARY)
    Export().write(tmp_path / f"library.{ending}")
    before = counts()
    outcome = load(tmp_path / f"library.{ending}")
    assert (outcome.created, outcome.updated) == ({}, {})
    assert outcome.unchanged.total() == len(LIBRARY)
    assert counts() == before


def test_lines_in_any_order_give_the_same_library(tmp_path: Path) -> None:
    with rolled_back():
        load_records(tmp_path, *LIBRARY)
        first = dump(tmp_path)
    with rolled_back():
        load_records(tmp_path, *reversed(LIBRARY))
        assert dump(tmp_path) == first


def test_a_trial_counts_and_writes_nothing(tmp_path: Path) -> None:
    before = counts()
    outcome = load_records(tmp_path, *LIBRARY, dry_run=True)
    assert outcome.created.total() == len(LIBRARY)
    assert counts() == before


def test_a_file_changes_only_what_it_names_and_that_wholly(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    before = {(record["type"], record.get("code")): record for record in dump(tmp_path) if "code" in record}
    outcome = load_records(tmp_path, {"type": "theme", "code": "FLOOD", "label_zh": "防汛"})
    assert outcome.updated == {"theme": 1}
    after = {(record["type"], record.get("code")): record for record in dump(tmp_path) if "code" in record}
    assert after.pop(("theme", "flood")) == {"type": "theme", "code": "flood", "label_zh": "防汛"}
    del before["theme", "flood"]
    assert after == before


def test_references_and_codes_know_no_case(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    shouted = json.loads(json.dumps(LIBRARY))
    for record in shouted:
        for name in (
            "code",
            "institution",
            "course",
            "case",
            "category",
            "broader",
            "translation_of",
            "unit",
        ):
            if name in record:
                record[name] = record[name].swapcase()
        for unit in record.get("units", ()):
            unit["code"] = unit["code"].swapcase()
        for module in record.get("modules", ()):
            module["code"] = module["code"].swapcase()
            for placement in module.get("placements", ()):
                placement.update(
                    {name: placement[name].swapcase() for name in ("course", "case") if name in placement}
                )
    outcome = load_records(tmp_path, *shouted)
    assert said(outcome) == []
    assert (outcome.created, outcome.updated) == ({}, {})
