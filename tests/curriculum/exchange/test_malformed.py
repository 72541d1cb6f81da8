"""2,000 malformed rows: all or nothing, each error with its row and column, whoever brings the file in."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings

from curriculum.models import ImportRun, RunState
from curriculum.tasks import check_import, write_import
from exchange.outcome import Outcome
from exchange.problems import Problems
from tests.curriculum.exchange.library import LIBRARY, counts, dump, load_records, said
from tests.curriculum.exchange.malformed import (
    Place,
    Row,
    files,
    json_lines,
    workbook,
    wrong_cell,
    wrong_json,
)
from tests.curriculum.exchange.pages import press, send
from tests.editor import signed_in

pytestmark = pytest.mark.django_db

SIZE, FILES = 50, 10
"""Rows in a file, and files for each of two formats and two ways in: 2,000 rows."""

SEARCH = settings(
    max_examples=FILES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck],
)
Way = Callable[[Path, Any], set[Place]]


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY)) == []


def by_command(path: Path, client: Any) -> set[Place]:
    """The places of all errors that the command names; it must have failed."""
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_content", str(path), "--format", "json", stdout=out)
    data = json.loads(out.getvalue())
    assert data["created"] == {}
    return places(data["errors"], data["error_count"])


def by_page(path: Path, client: Any) -> set[Place]:
    """The places of all errors that the page names; it must offer no import, and do none."""
    assert send(client, path.read_bytes(), path.name).status_code == 302
    run = ImportRun.objects.get()
    check_import.call(str(run.pk))
    write_import.call(str(press(client, run, "write").pk))
    run.refresh_from_db()
    assert run.state == RunState.REFUSED
    found = places(run.errors, run.error_count)
    run.delete()
    return found


def places(errors: list[dict[str, Any]], total: int) -> set[Place]:
    """The places of errors, every one of which must say its row and column."""
    assert len(errors) == total
    for error in errors:
        assert error["row"] is not None, error
        assert error["column"], error
    return {(error["sheet"], error["row"], error["column"]) for error in errors}


def refuse(path: Path, wrong: set[Place], way: Way, client: Any) -> None:
    """Assert that an import of a file with mistakes names every one and changes nothing."""
    before = counts()
    found = way(path, client)
    assert wrong - found == set()
    # What refers to a row with a mistake may be named too, but no row that is good.
    assert {place[:2] for place in found} - {place[:2] for place in wrong} == set()
    assert counts() == before


FORMATS = {".jsonl": (json_lines, wrong_json), ".xlsx": (workbook, wrong_cell)}


@pytest.mark.parametrize("way", [by_command, by_page])
@pytest.mark.parametrize("ending", FORMATS)
def test_every_malformed_row_is_named_and_nothing_is_written(tmp_path: Path, way: Way, ending: str) -> None:
    write, wrong_value = FORMATS[ending]
    client = signed_in("committee_chair", clearance=3)
    before, total = dump(tmp_path), 0

    @SEARCH
    @given(files(wrong_value, SIZE))
    def check(wrong: list[Row]) -> None:
        nonlocal total
        path = tmp_path / f"wrong{ending}"
        refuse(path, write(path, wrong), way, client)
        total += len(wrong)

    check()
    assert total >= SIZE * FILES
    assert dump(tmp_path) == before


def forgets_some(error: Callable[..., None]) -> Callable[..., None]:
    """An error list that loses every tenth error."""
    calls = iter(range(1_000_000))

    def keep_most(*arguments: Any) -> None:
        if next(calls) % 10 != 3:
            error(*arguments)

    return keep_most


def names_no_column(error: Callable[..., None]) -> Callable[..., None]:
    """An error list that forgets the columns."""
    return lambda problems, place, column, value, message: error(problems, place, None, value, message)


@pytest.mark.parametrize("mutation", [forgets_some, names_no_column])
@pytest.mark.parametrize("way", [by_command, by_page])
def test_a_lost_error_would_be_noticed(
    tmp_path: Path, way: Way, mutation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wrong.jsonl"
    wrong = json_lines(
        path, [Row("theme", {"code": f"t{n}", "generic": "x", "label_en": "t"}, "generic") for n in range(20)]
    )
    client = signed_in("committee_chair", clearance=3)
    refuse(path, wrong, way, client)
    monkeypatch.setattr(Problems, "error", mutation(Problems.error))
    with pytest.raises(AssertionError):
        refuse(path, wrong, way, client)


def test_an_import_that_went_on_in_spite_of_errors_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wrong.jsonl"
    wrong = json_lines(path, [Row("theme", {"code": "t", "generic": "x", "label_en": "t"}, "generic")])
    monkeypatch.setattr(Outcome, "failed", False)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        refuse(path, wrong, by_command, None)
