import io
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from cases.models import CaseStudy
from curriculum.exchange.snapshot import snapshot
from tests.curriculum.exchange.library import CASES, LIBRARY, counts, dump, lines, load_records
from tests.exchange.workbooks import books as one_sheet
from tests.exchange.workbooks import cell, make, sheet_xml
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ERROR_KEYS = ["file", "sheet", "row", "column", "value", "message"]


def run(*arguments: object) -> tuple[int, str]:
    """The exit code and the output of the import command."""
    out = io.StringIO()
    try:
        call_command("import_content", *map(str, arguments), stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_json_says_what_was_done(tmp_path: Path) -> None:
    file = lines(tmp_path / "library.jsonl", *LIBRARY)
    code, out = run(file, "--format", "json")
    data = json.loads(out)
    assert code == 0
    assert list(data) == ["created", "updated", "unchanged", "errors", "error_count", "warnings"]
    assert data["created"]["case"] == 3
    again = json.loads(run(file, "--format=json")[1])
    assert list(again) == ["created", "updated", "unchanged", "errors", "error_count"]
    assert (again["created"], again["updated"], again["errors"], again["error_count"]) == ({}, {}, [], 0)
    assert again["unchanged"] == data["created"]


def test_json_of_errors_has_the_agreed_keys(tmp_path: Path) -> None:
    file = lines(tmp_path / "bad.jsonl", {**CASES[2], "clearance": "high"})
    code, out = run(file, "--format", "json")
    data = json.loads(out)
    assert code == 1
    assert data["error_count"] == 1
    assert [list(error) for error in data["errors"]] == [ERROR_KEYS]
    assert data["errors"][0] == {
        "file": "bad.jsonl",
        "sheet": None,
        "row": 1,
        "column": "clearance",
        "value": "high",
        "message": "Expected a whole number from 0 to 3.",
    }


def test_the_table_reads_well(tmp_path: Path) -> None:
    file = lines(tmp_path / "library.jsonl", *LIBRARY)
    code, out = run(file, "--dry-run")
    assert code == 0
    assert re.search(r"theme +4 +0 +0", out)
    assert "This was a trial: nothing was changed." in out
    assert "Warnings: 1" in out
    assert "library.jsonl, line 7, owner “owner@example.org”" in out
    assert run(file)[1].endswith("The import is complete.\n")
    assert run(file)[1].endswith("Everything was there already. Nothing was changed.\n")
    bad = lines(tmp_path / "bad.jsonl", *({"type": "theme", "code": f"t{n}"} for n in range(201)))
    code, out = run(bad)
    assert code == 1
    assert "Errors: 201" in out
    assert "and 1 more" in out
    assert "created" not in out


def test_progress_is_shown_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(lines(tmp_path / "library.jsonl", *LIBRARY))
    assert capsys.readouterr().err == ""
    run(lines(tmp_path / "library.jsonl", {**CASES[0], "title": "Other"}), "--progress")
    shown = capsys.readouterr().err
    assert [word in shown for word in ("Reading", "Checking", "Writing", "100%")] == [True] * 4


def test_statements_are_not_kept_while_importing(tmp_path: Path, settings) -> None:
    settings.DEBUG = True
    from django.db import connection, reset_queries

    reset_queries()
    run(lines(tmp_path / "library.jsonl", *LIBRARY))
    assert len(connection.queries) == 0
    assert settings.DEBUG


def broken_files(folder: Path) -> dict[str, Path]:
    """One file of every broken kind."""
    noise = random.Random(5)

    def file(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    long = "".join(noise.choices("abcdefghijklmnop ", k=10_000_000))
    good = json.dumps(CASES[2]).encode()
    return {
        "missing": folder / "none.jsonl",
        "folder": folder,
        "unknown ending": file("a.csv", b"x"),
        "old workbook": file("a.xls", b"x"),
        "empty": file("empty.jsonl", b""),
        "empty workbook": file("empty.xlsx", b""),
        "binary": file("binary.jsonl", noise.randbytes(5000)),
        "not a zip": file("nozip.xlsx", b"code,title\n1,2\n"),
        "workbook as text": file("w.jsonl", b"PK\x03\x04 and so on"),
        "nul byte": file("nul.jsonl", good + b"\n" + good.replace(b"beta", b"be\x00ta")),
        "not utf-8": file("latin.jsonl", good.replace(b"text", b"t\xe9xt")),
        "nan": file("nan.jsonl", good.replace(b'"draft"}', b'"draft", "suggested_hours": NaN}')),
        "infinity": file("inf.jsonl", good.replace(b'"draft"}', b'"draft", "suggested_hours": -Infinity}')),
        "surrogate": file("surrogate.jsonl", good.replace(b"text", b"\\ud83d")),
        "huge number": file(
            "huge.jsonl", good.replace(b'"draft"}', b'"draft", "clearance": ' + b"9" * 9000 + b"}")
        ),
        "deep": file(
            "deep.jsonl",
            good.replace(b'"draft"}', b'"draft", "themes": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
        ),
        "ten megabytes": file("long.jsonl", json.dumps({**CASES[2], "body": long}).encode()),
        "ten megabyte cell": one_case(folder / "cell.xlsx", body=long),
        "wrong sheet": make(folder / "sheet.xlsx", {"case": sheet_xml([[cell("code")], [cell("x")]])}),
        "wrong column": one_case(folder / "column.xlsx", boddy="x"),
        "formula": one_case(folder / "formula.xlsx", body="<c><f>1+1</f><v>2</v></c>"),
        "text in a number": one_case(folder / "text.xlsx", suggested_hours="three"),
        "nan in a cell": one_case(folder / "nan.xlsx", suggested_hours="<c><v>NaN</v></c>"),
        "zip bomb": make(folder / "bomb.xlsx", {"cases": sheet_xml([])}, extra={"a": bytes(60_000_000)}),
        "entities": make(
            folder / "entities.xlsx",
            {"cases": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'},
        ),
        "no records": make(
            folder / "none.xlsx", {"cases": sheet_xml([[cell("code"), cell("title"), cell("language")]])}
        ),
    }


def one_case(path: Path, **cells: str) -> Path:
    row = {"code": "x", "title": "X", "language": "en", **cells}
    one_sheet(path, list(row), list(row.values()), sheet="cases")
    return path


def test_a_broken_file_of_any_kind_gives_errors_and_changes_nothing(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    before, content = counts(), dump(tmp_path)
    for kind, file in broken_files(tmp_path).items():
        code, out = run(file, "--format", "json")
        data = json.loads(out)
        assert (code, data["error_count"]) == (1, max(1, len(data["errors"]))), kind
        assert data["created"] == data["updated"] == {}, kind
        for error in data["errors"]:
            assert list(error) == ERROR_KEYS
            assert error["file"] == file.name
            assert error["message"].rstrip("?").endswith(".") or error["message"].endswith("?"), kind
            assert error["value"] is None or len(error["value"]) < 120, kind
        assert counts() == before, kind
    assert dump(tmp_path) == content


def test_the_command_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_records(tmp_path, *LIBRARY)
    out = io.StringIO()
    call_command("export_content", str(tmp_path / "out.xlsx"), "--view", "draft", "--progress", stdout=out)
    assert re.search(r"case +3", out.getvalue())
    assert "Writing" in capsys.readouterr().err
    with pytest.raises(CommandError, match=r"must end in \.jsonl or \.xlsx"):
        call_command("export_content", str(tmp_path / "out.txt"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_content", str(tmp_path / "none" / "out.jsonl"))


def test_left_out_links_are_told(tmp_path: Path) -> None:
    from curriculum.models import Unit

    load_records(tmp_path, *LIBRARY)
    Unit.objects.filter(code="T2").delete()
    err = io.StringIO()
    call_command("export_content", str(tmp_path / "out.jsonl"), stdout=io.StringIO(), stderr=err)
    assert "Left out: 1" in err.getvalue()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_an_export_sees_one_state_and_locks_nobody_out(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    with snapshot():
        before = CaseStudy.objects.count()
        if connection.vendor == "sqlite":
            # A transaction of its own kind: Django's would take the write lock.
            assert connection.connection.in_transaction
            assert not connection.in_atomic_block
        else:
            with ThreadPoolExecutor(1) as another:
                another.submit(CaseStudy.objects.create, code="meanwhile", title="x").result()
                another.submit(connections.close_all).result()
            assert CaseStudy.objects.count() == before
    assert not connection.in_atomic_block
    assert len(dump(tmp_path)) == len(LIBRARY) + CaseStudy.objects.filter(code="meanwhile").count()


def test_the_history_gets_the_name_of_a_user(tmp_path: Path) -> None:
    person = UserFactory(email="importer@example.org")
    assert run(lines(tmp_path / "library.jsonl", *LIBRARY), "--user", "Importer@example.org")[0] == 0
    assert set(ModelLogEntry.objects.values_list("user", flat=True)) == {person.pk}
    assert set(Revision.objects.values_list("user", flat=True)) == {person.pk}
    # Whoever has the machine has all rights, whatever the person has.
    assert CaseStudy.objects.get(code="alpha").live


def test_nobody_imports_under_a_name_that_is_not_there(tmp_path: Path) -> None:
    UserFactory(email="gone@example.org", is_active=False)
    file = lines(tmp_path / "library.jsonl", *LIBRARY)
    for email in ("gone@example.org", "nobody@example.org"):
        with pytest.raises(CommandError, match="No active account has the address"):
            call_command("import_content", str(file), "--user", email)
    assert not CaseStudy.objects.exists()


def test_an_export_says_how_often_it_passes_over_the_bin(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    CaseStudy.objects.filter(code="alpha").update(archived_at=timezone.now())
    said = io.StringIO()
    call_command("export_content", str(tmp_path / "out.jsonl"), stdout=io.StringIO(), stderr=said)
    assert "Left out: 4 placements and links of what is in the bin." in said.getvalue()
