import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from curriculum.exchange import folder
from curriculum.exchange.runs import remove_old_files
from curriculum.models import Course, ExportRun, RunState
from curriculum.models.runs import Failure
from curriculum.tasks import write_export
from providers.models import Institution
from tests.curriculum.exchange.library import CASES, COURSES, LIBRARY, load, load_records, said
from tests.curriculum.exchange.pages import EXPORT, buttons, look, page, text_of
from tests.editor import signed_in
from tests.factories import CaseFactory, InstitutionFactory

pytestmark = pytest.mark.django_db

ALL = ["theme", "institution", "category", "policy", "course", "case", "curriculum", "link"]
OPEN_CASE = {"type": "case", "code": "open", "title": "Open", "language": "en", "audience": "public"}


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY, OPEN_CASE)) == []


def ask(client: Any, **asked: Any) -> Any:
    data = {"kinds": ALL, "view": "live", "institution": "", "format": ".jsonl", **asked}
    return client.post(EXPORT, data)


def run_of(response: Any) -> ExportRun:
    assert response.status_code == 302
    return ExportRun.objects.get(pk=response.url.rstrip("/").rpartition("/")[2])


def download(client: Any, run: ExportRun) -> bytes:
    response = client.get(reverse("exchange_export_file", args=[run.pk]))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def exported(client: Any, **asked: Any) -> list[dict[str, Any]]:
    """The records that a person gets."""
    content = download(client, run_of(ask(client, **asked)))
    return [json.loads(line) for line in content.decode().splitlines()]


def codes(records: list[dict[str, Any]], *types: str) -> set[str]:
    return {record["code"] for record in records if record["type"] in (types or ALL) and "code" in record}


def chair(**fields: Any) -> Any:
    return signed_in("committee_chair", **{"clearance": 3, **fields})


def editor() -> Any:
    academy = Institution.objects.get(code="ACADEMY-A")
    return signed_in("provider_editor", clearance=2, edits_for=academy)


def test_a_chair_gets_the_whole_library(tmp_path: Path) -> None:
    client = chair()
    records = exported(client)
    call_command("export_content", str(tmp_path / "all.jsonl"), stdout=io.StringIO())
    assert records == [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]


def test_the_file_has_one_address_that_nobody_keeps() -> None:
    client = chair()
    run = run_of(ask(client, format=".xlsx"))
    assert run.state == RunState.DONE
    response = client.get(reverse("exchange_export_file", args=[run.pk]))
    assert b"".join(response.streaming_content).startswith(b"PK\x03\x04")
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["Content-Disposition"] == f'attachment; filename="{run.file_name}"'
    for other in (chair(), signed_in("operator")):
        for name in ("exchange_export_file", "exchange_export_run"):
            assert other.get(reverse(name, args=[run.pk]), follow=True).status_code == 404
    soup = look(client, run)
    assert "The file is ready" in text_of(soup)
    assert soup.select_one(".praxis-exchange a.button")["href"] == reverse(
        "exchange_export_file", args=[run.pk]
    )


def test_clearance_and_readers_hold() -> None:
    low = exported(chair(clearance=0))
    assert "alpha" not in codes(low)
    assert {"open", "alpha-zh", "beta"} <= codes(low, "case")
    (translation,) = [record for record in low if record.get("code") == "alpha-zh"]
    assert "translation_of" not in translation
    assert not [record for record in low if record["type"] == "link"]
    (curriculum,) = [record for record in low if record.get("code") == "SP-07"]
    assert "alpha" not in json.dumps(curriculum)
    assert "alpha" not in json.dumps(low).replace("alpha-zh", "")


def test_what_was_left_out_is_said() -> None:
    client = chair(clearance=0)
    run = run_of(ask(client))
    assert run.left_out == 4
    assert "4 placements and links were left out" in text_of(look(client, run))


def test_an_operator_reads_no_more_than_anybody_who_is_signed_in() -> None:
    for view in ("live", "draft"):
        records = exported(signed_in("operator", clearance=3), view=view)
        assert codes(records, "case") == {"open", "alpha-zh"}
        assert codes(records, "course") == {"CT"}
        assert "owner" not in json.dumps(records)


def test_an_editor_gets_drafts_of_their_own_only(tmp_path: Path) -> None:
    for model, code in ((CaseStudy, "open"), (Course, "CT")):
        obj = model.objects.get(code=code)
        obj.title = "Drafted"
        obj.save_revision()
    client = editor()
    titles = {
        record["code"]: record["title"] for record in exported(client, view="draft") if "title" in record
    }
    assert (titles["open"], titles["CT"]) == ("Open", "Drafted")
    titles = {record["code"]: record["title"] for record in exported(client) if "title" in record}
    assert (titles["open"], titles["CT"]) == ("Open", "Land law")
    assert "beta" not in titles


def test_who_owns_and_who_is_let_in_is_not_for_every_reader() -> None:
    CaseStudy.objects.filter(code="alpha").update(institution=None)
    records = {record["code"]: record for record in exported(chair()) if "code" in record}
    assert records["alpha"]["owner"] == "owner@example.org"
    client = editor()
    CaseStudy.objects.filter(code="alpha").update(tokens=f"|user:{client.user.pk}|")
    records = {record["code"]: record for record in exported(client) if "code" in record}
    assert records["alpha"]["title"] == CASES[0]["title"]
    assert {"owner", "restricted_to"} & set(records["alpha"]) == set()


def test_links_are_for_those_who_edit_the_course() -> None:
    assert [record["type"] for record in exported(editor(), kinds=["link"])] == ["link", "link"]
    Course.objects.update(institution=None)
    assert exported(editor(), kinds=["link"]) == []


def test_kinds_and_institution_narrow_it_down() -> None:
    InstitutionFactory(code="OTHER")
    client = chair()
    assert {record["type"] for record in exported(client, kinds=["theme", "case"])} == {"theme", "case"}
    assert codes(exported(client, institution="ACADEMY-A"), "case", "course", "curriculum") == {
        "alpha",
        "CT",
        "SP-07",
    }
    assert codes(exported(client, institution="OTHER"), "case", "course", "curriculum") == set()
    assert len(exported(client, institution="ACADEMY-A", kinds=["link"])) == 2


def test_what_is_in_the_bin_is_left_out() -> None:
    CaseStudy.objects.filter(code="open").update(archived_at=timezone.now())
    assert "open" not in codes(exported(chair()))


@pytest.mark.parametrize(
    "wrong", [{"kinds": []}, {"kinds": ["person"]}, {"format": ".csv"}, {"view": "x"}, {"institution": "NO"}]
)
def test_what_cannot_be_asked_for_is_said(wrong: dict[str, Any]) -> None:
    response = ask(chair(), **wrong)
    assert response.status_code == 400
    assert page(response).find(class_="praxis-problem")
    assert not ExportRun.objects.exists()


def test_a_large_export_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curriculum.views.exporting.AT_ONCE", 3)
    client = chair()
    run = run_of(ask(client))
    assert run.state == RunState.WAITING
    response = client.get(reverse("exchange_export_run", args=[run.pk]))
    assert response.headers["Refresh"]
    assert client.get(reverse("exchange_export_file", args=[run.pk]), follow=True).status_code == 404
    write_export.call(str(run.pk))
    write_export.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 1)
    assert len(download(client, run).splitlines()) == sum(run.counts.values())


def test_a_worker_that_stopped_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curriculum.views.exporting.AT_ONCE", 3)
    client = chair()
    run = run_of(ask(client))
    old = timezone.now() - timedelta(minutes=2)
    ExportRun.objects.update(state=RunState.WRITING, attempt=1, changed_at=old)
    soup = look(client, run)
    assert "The task worker stopped in the middle." in text_of(soup)
    assert "stopped" in text_of(page(client.get(EXPORT)))
    assert buttons(soup) == ["Try again"]
    client.post(reverse("exchange_export_run", args=[run.pk]))
    write_export.call(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    client.post(reverse("exchange_export_run", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_who_lost_the_role_gets_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curriculum.views.exporting.AT_ONCE", 3)
    client = chair()
    run = run_of(ask(client))
    client.user.groups.clear()
    write_export.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, Failure.NOT_ALLOWED)
    assert not folder.path_of(run.stored_as).exists()


def test_the_file_goes_after_a_day() -> None:
    client = chair()
    run = run_of(ask(client))
    ExportRun.objects.update(started_at=timezone.now() - timedelta(hours=25))
    assert remove_old_files(timezone.now()) == 1
    assert client.get(reverse("exchange_export_file", args=[run.pk]), follow=True).status_code == 404
    assert "The file was removed after a day." in text_of(look(client, run))
    assert "file removed" in text_of(page(client.get(EXPORT)))


def test_a_file_that_vanished_is_absent() -> None:
    client = chair()
    run = run_of(ask(client))
    folder.remove(run.stored_as)
    assert client.get(reverse("exchange_export_file", args=[run.pk]), follow=True).status_code == 404


def test_as_many_queries_for_many_objects_as_for_few() -> None:
    client = chair()
    numbers = []
    for total in (1, 60):
        for number in range(total):
            CaseFactory(code=f"many-{total}-{number}")
        ask(client)
        with CaptureQueriesContext(connection) as captured:
            ask(client)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_as_many_queries_for_many_exports_as_for_few() -> None:
    client = chair()
    numbers = []
    for total in (2, 9):
        while ExportRun.objects.count() < total:
            ask(client, kinds=["theme"])
        client.get(EXPORT)
        with CaptureQueriesContext(connection) as captured:
            client.get(EXPORT)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 20


def test_an_export_comes_back_unchanged(tmp_path: Path) -> None:
    client = chair()
    (tmp_path / "again.jsonl").write_bytes(download(client, run_of(ask(client))))
    outcome = load(tmp_path / "again.jsonl")
    assert (outcome.created, outcome.updated, outcome.failed) == ({}, {}, False)
    assert outcome.unchanged["course"] == len(COURSES)
