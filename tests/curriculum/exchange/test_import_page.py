import csv
import io
import os
import stat
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cases.models import CaseStudy
from curriculum.exchange import folder, forms
from curriculum.exchange.actions import RunMovedOn, check_again, confirm_import, start_import
from curriculum.exchange.runs import fail, move_on, remove_old_files, taken
from curriculum.models import ImportRun, RunState
from curriculum.models.runs import Failure
from curriculum.tasks import check_import, write_import
from people.due import due_jobs
from people.models import User
from tests.curriculum.exchange.library import CASES, LIBRARY, THEMES, counts, load_records
from tests.curriculum.exchange.pages import (
    IMPORT,
    as_file,
    buttons,
    checked,
    imported,
    look,
    page,
    press,
    send,
    text_of,
    upload,
)
from tests.editor import signed_in
from tests.exchange.workbooks import books, make, sheet_xml
from tests.factories import UserFactory
from themes.models import Theme

pytestmark = pytest.mark.django_db

THEME = {"type": "theme", "code": "flood", "label_en": "Floods"}
CASE = {"type": "case", "code": "dam", "title": "The dam", "language": "en", "themes": ["flood"]}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def chair() -> Any:
    return signed_in("committee_chair", clearance=3)


def roles_allowed() -> list[str]:
    return ["operator", "committee_chair", "committee_member", "provider_editor"]


@pytest.mark.parametrize("role", roles_allowed())
def test_the_menu_leads_to_the_page(role: str) -> None:
    client = signed_in(role)
    assert IMPORT in client.get("/admin/").content.decode()
    assert client.get(IMPORT).status_code == 200


@pytest.mark.parametrize("role", ["lecturer", "training_manager", "trainee"])
def test_other_roles_have_no_import(role: str) -> None:
    client = signed_in(role)
    home = client.get("/admin/")
    assert home.status_code == 302 or IMPORT not in home.content.decode()
    for address in (IMPORT, "/admin/exchange/export/"):
        assert client.get(address).status_code == 302
    assert send(client, as_file(THEME)).status_code == 302
    assert not ImportRun.objects.exists()


def test_people_are_for_operators(chair: Any) -> None:
    response = send(chair, as_file(THEME), kind="people")
    assert response.status_code == 400
    assert not ImportRun.objects.exists()
    operator = signed_in("operator")
    person = {"type": "person", "email": "new@example.org", "name": "New"}
    run = imported(operator, checked(operator, person, kind="people"))
    assert (run.state, User.objects.get(email="new@example.org").is_active) == (RunState.DONE, True)


def test_superusers_are_beyond_an_operators_reach() -> None:
    root = UserFactory(is_superuser=True, email="root@example.org", name="Root")
    operator = signed_in("operator")
    run = checked(operator, {"type": "person", "email": root.email, "name": "Renamed"}, kind="people")
    assert run.state == RunState.REFUSED
    assert [(error["row"], error["column"]) for error in run.errors] == [(1, "email")]
    same = checked(operator, {"type": "person", "email": root.email, "name": "Root"}, kind="people")
    assert same.state == RunState.CHECKED


@pytest.mark.database
def test_a_file_is_checked_then_imported(chair: Any) -> None:
    run = upload(chair, THEME, CASE)
    waiting = chair.get(reverse("exchange_import_run", args=[run.pk]))
    assert waiting.headers["Refresh"]
    assert "The file waits for its turn." in text_of(page(waiting))
    assert buttons(page(waiting)) == []
    check_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.counts["created"]) == (RunState.CHECKED, {"theme": 1, "case": 1})
    seen = chair.get(reverse("exchange_import_run", args=[run.pk]))
    assert "Refresh" not in seen.headers
    assert "2 new, 0 changed, 0 unchanged. Nothing is written yet." in text_of(page(seen))
    assert buttons(page(seen)) == ["Import", "Check again", "Discard the file"]
    assert not Theme.objects.exists()
    imported(chair, run)
    assert run.state == RunState.DONE
    assert CaseStudy.objects.get(code="dam").live
    assert ModelLogEntry.objects.filter(user=chair.user).count() == 2
    done = look(chair, run)
    assert "Imported: 2 new, 0 changed, 0 unchanged." in text_of(done)
    assert buttons(done) == []
    links = {link["href"] for link in done.select(".praxis-table a")}
    assert links == {"/admin/snippets/themes/theme/", "/admin/snippets/cases/casestudy/"}


def test_a_member_is_told_that_nothing_is_published() -> None:
    member = signed_in("committee_member")
    run = checked(member, THEME, CASE)
    assert "You may not publish." in text_of(look(member, run))
    imported(member, run)
    assert not CaseStudy.objects.get(code="dam").live


def test_changes_are_shown_before_they_are_made(chair: Any, tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    changed = {**CASES[2], "title": f"New {SCRIPT}", "body": "# One\n\ntext and more"}
    course = next(record for record in LIBRARY if record.get("code") == "CT")
    units = [{**course["units"][0], "hours": 5}, *course["units"][2:]]
    run = checked(chair, changed, {**course, "units": units}, THEMES[0])
    assert run.state == RunState.CHECKED, run.errors
    soup = look(chair, run)
    assert "0 new, 2 changed, 1 unchanged." in text_of(soup)
    rows = {
        row.find("th").get_text(" ", strip=True): {
            field.find("dt").get_text(): field.find("dd").get_text(" ", strip=True)
            for field in row.select("dl > div")
        }
        for row in soup.select("table")[-1].select("tbody tr")
    }
    assert rows == {
        f"New {SCRIPT} Cases · beta": {
            "title": f"=A draft → New {SCRIPT}",
            "body": "# One\\n\\ntext → # One\\n\\ntext and more",
        },
        "Land law Courses · CT": {"units T1 hours": "4 → 5", "units T2": "Reading → empty"},
    }
    assert SCRIPT not in str(soup)


def test_a_long_text_is_shown_where_it_changes(chair: Any) -> None:
    long = "The river rose. " * 50
    imported(chair, checked(chair, {**CASE, "themes": [], "body": long + "It fell."}))
    run = checked(chair, {**CASE, "themes": [], "body": long + "It stayed."})
    change = look(chair, run).select_one("dl dd").get_text(" ", strip=True)
    assert "It fell." in change
    assert "It stayed." in change


def test_changes_come_in_pages(chair: Any) -> None:
    themes = [{"type": "theme", "code": f"t{number:03}", "label_en": "a"} for number in range(120)]
    imported(chair, checked(chair, *themes))
    run = checked(chair, *({**theme, "label_en": "b"} for theme in themes))
    pages = [look(chair, run, f"?p={number}").select("table")[-1] for number in (1, 2, 3)]
    assert [len(table.select("tbody tr")) for table in pages] == [50, 50, 20]
    assert "t119" in pages[2].get_text()


def test_errors_come_first_and_nothing_can_be_imported(chair: Any) -> None:
    run = checked(chair, {**THEME, "generic": SCRIPT}, {**THEME, "code": "fine"}, name=f"{SCRIPT}.jsonl")
    assert (run.state, run.error_count) == (RunState.REFUSED, 1)
    soup = look(chair, run)
    text = text_of(soup)
    assert "1 new, 0 changed, 1 error: nothing will be written." in text
    assert text.index("Errors") < text.index("What the file holds")
    (row,) = soup.select("#errors tbody tr")
    assert [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] == [
        "line 1",
        "generic",
        SCRIPT,
        "Expected true or false.",
    ]
    assert SCRIPT not in str(soup)
    assert buttons(soup) == ["Check again", "Discard the file"]
    assert press(chair, run, "write").state == RunState.REFUSED
    write_import.call(str(run.pk))
    assert not Theme.objects.exists()
    listing = chair.get(IMPORT).content.decode()
    assert SCRIPT not in listing
    assert "nothing will be written" in listing


def test_errors_can_be_downloaded_as_harmless_cells(chair: Any, tmp_path: Path) -> None:
    file = books(
        tmp_path / "b.xlsx",
        ["code", "title", "language", "clearance"],
        ["x", "X", "en", "=1+1"],
        sheet="cases",
    )
    response = send(chair, file.read_bytes(), "@cases.xlsx")
    run = ImportRun.objects.get()
    check_import.call(str(run.pk))
    response = chair.get(reverse("exchange_import_errors", args=[run.pk]))
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["File", "Sheet", "Row or line", "Column", "Value", "What is expected"]
    assert rows[1][:5] == ["'@cases.xlsx", "cases", "2", "clearance", "'=1+1"]
    assert "cases, row 2" in text_of(look(chair, run))


def test_at_most_two_hundred_errors_are_listed_with_their_total(chair: Any) -> None:
    run = checked(chair, *({**THEME, "code": f"t{number}", "generic": "x"} for number in range(230)))
    soup = look(chair, run)
    assert len(soup.select("#errors tbody tr")) == 200
    assert "The first 200 of 230 errors." in text_of(soup)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"x", "must end in .jsonl or .xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "must end in .jsonl or .xlsx"),
        ("a", b"{}", "must end in .jsonl or .xlsx"),
        ("a.xlsx", b"code,title\n", "the file is not a workbook of that kind"),
        ("a.jsonl", b"PK\x03\x04 and so on", "Give it the ending .xlsx."),
        ("a.jsonl", b"\x00\x01\x02\x03" * 99, "This is not a text file."),
        ("a.jsonl", b"", "The file is empty."),
        ("a.jsonl", None, "Choose a file."),
    ],
)
def test_other_files_are_refused_at_the_form(
    chair: Any, name: str, content: bytes | None, expected: str, exchange_root: Path
) -> None:
    response = chair.post(IMPORT, {"kind": "content"}) if content is None else send(chair, content, name)
    assert response.status_code == 400
    problem = page(response).find(class_="praxis-problem").get_text(" ", strip=True)
    assert expected in problem
    assert not ImportRun.objects.exists()
    assert not exchange_root.exists()


def test_a_file_that_is_too_large_is_refused(chair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forms.MAX_BYTES == 50_000_000
    monkeypatch.setattr(forms, "MAX_BYTES", 20)
    response = send(chair, as_file(THEME))
    assert "The file is larger than 50 MB." in page(response).get_text()


def test_nobody_fills_the_folder(chair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_FILES", 2)
    first, _second = upload(chair, THEME), upload(chair, THEME)
    assert "You have 2 files here." in page(send(chair, as_file(THEME))).get_text()
    press(chair, first, "discard")
    upload(chair, THEME)


def test_a_bomb_is_refused_politely(chair: Any, tmp_path: Path) -> None:
    bomb = make(tmp_path / "bomb.xlsx", {"cases": sheet_xml([])}, extra={"a": bytes(60_000_000)})
    assert send(chair, bomb.read_bytes(), "bomb.xlsx").status_code == 302
    run = ImportRun.objects.get()
    check_import.call(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.REFUSED
    text = text_of(look(chair, run))
    assert "the file – – The workbook unpacks to over 200 times its size." in text


def test_a_file_is_kept_where_nobody_else_looks(chair: Any, exchange_root: Path, settings: Any) -> None:
    run = upload(chair, THEME, name="../../etc/pass\u202ewd.jsonl")
    assert run.file_name == "passwd.jsonl"
    (file,) = exchange_root.iterdir()
    assert file.name == run.stored_as
    assert folder.NAME.fullmatch(file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(exchange_root.stat().st_mode) == 0o700
    assert not exchange_root.is_relative_to(settings.MEDIA_ROOT)
    assert (run.size, len(run.sha256)) == (file.stat().st_size, 64)
    for name in ("", "../x.jsonl", "x.jsonl", f"{'0' * 32}.txt"):
        with pytest.raises(ValueError, match="not the name"):
            folder.path_of(name)


def test_a_run_is_for_its_owner_and_superusers(chair: Any) -> None:
    run = checked(chair, {**THEME, "generic": "x"})
    other, root = signed_in("committee_chair"), signed_in(is_superuser=True)
    for name in ("exchange_import_run", "exchange_import_errors"):
        assert other.get(reverse(name, args=[run.pk]), follow=True).status_code == 404
        assert root.get(reverse(name, args=[run.pk])).status_code == 200
    for action in ("write", "again", "discard"):
        other.post(reverse(f"exchange_import_{action}", args=[run.pk]))
        assert ImportRun.objects.get() == run
        assert ImportRun.objects.get().state == RunState.REFUSED
        assert chair.get(reverse(f"exchange_import_{action}", args=[run.pk])).status_code == 405
    assert "records.jsonl" not in other.get(IMPORT).content.decode()
    assert "records.jsonl" in root.get(IMPORT).content.decode()


def test_the_same_file_twice_is_noticed(chair: Any) -> None:
    first = checked(chair, THEME)
    assert "This very file was imported here before" not in text_of(look(chair, first))
    imported(chair, first)
    second = checked(chair, THEME)
    text = text_of(look(chair, second))
    assert "This very file was imported here before" in text
    assert "Everything in the file is here already. There is nothing to import." in text
    assert buttons(look(chair, second)) == ["Check again", "Discard the file"]


@pytest.mark.database
def test_what_changed_since_the_check_is_not_overwritten(chair: Any) -> None:
    imported(chair, checked(chair, THEME))
    run = checked(chair, {**THEME, "label_en": "From the file"})
    Theme.objects.update(label_en="By somebody else")
    before = counts()
    imported(chair, run)
    assert (run.state, run.failure) == (RunState.FAILED, Failure.OVERTAKEN)
    assert counts() == before
    assert Theme.objects.get().label_en == "By somebody else"
    soup = look(chair, run)
    assert "Something changed here after the file was checked." in text_of(soup)
    assert buttons(soup) == ["Check again", "Discard the file"]
    press(chair, run, "again")
    check_import.call(str(run.pk))
    imported(chair, run)
    assert (run.state, Theme.objects.get().label_en) == (RunState.DONE, "From the file")


@pytest.mark.database
def test_a_draft_written_over_under_its_number_is_noticed(chair: Any) -> None:
    imported(chair, checked(chair, {**CASE, "themes": []}))
    run = checked(chair, {**CASE, "themes": [], "title": "From the file"})
    case = CaseStudy.objects.get()
    case.title = "In the editor"
    case.save_revision(overwrite_revision=case.latest_revision, user=chair.user)
    imported(chair, run)
    assert run.failure == Failure.OVERTAKEN


@pytest.mark.database
def test_of_two_imports_at_once_the_second_is_told(chair: Any) -> None:
    one, other = checked(chair, THEME), checked(chair, {**THEME, "label_en": "Other"})
    for run in (one, other):
        press(chair, run, "write")
    for run in (one, other):
        write_import.call(str(run.pk))
        run.refresh_from_db()
    assert (one.state, other.state, other.failure) == (RunState.DONE, RunState.FAILED, Failure.OVERTAKEN)
    assert Theme.objects.get().label_en == "Floods"


def test_a_button_that_comes_too_late_does_nothing(chair: Any) -> None:
    run = checked(chair, THEME)
    press(chair, run, "write")
    assert press(chair, run, "write").state == RunState.CONFIRMED
    assert press(chair, run, "discard").state == RunState.CONFIRMED
    write_import.call(str(run.pk))
    write_import.call(str(run.pk))
    assert ModelLogEntry.objects.count() == 1
    for action in ("write", "again", "discard"):
        assert press(chair, run, action).state == RunState.DONE
    assert folder.path_of(run.stored_as).exists()


def test_a_task_that_runs_twice_does_its_work_once(chair: Any) -> None:
    run = checked(chair, THEME)
    check_import.call(str(run.pk))
    run.refresh_from_db()
    assert run.attempt == 1
    check_import.call("00000000-0000-0000-0000-000000000000")


def test_a_worker_that_stopped_is_told_and_can_be_replaced(
    chair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The dead give no signs of life.
    monkeypatch.setattr(folder, "BEAT", 600)
    run = upload(chair, THEME)
    dead = taken(ImportRun, str(run.pk), RunState.WAITING, RunState.CHECKING)
    found = dead.__enter__()
    assert found
    found[1]("Checking", 30, 100)
    soup = look(chair, run)
    assert "Checking: 30 %" in text_of(soup)
    assert soup.find("progress")["value"] == "30"
    assert buttons(soup) == []
    assert press(chair, run, "again").state == RunState.CHECKING
    grow_old(run)
    stopped = chair.get(reverse("exchange_import_run", args=[run.pk]))
    assert "Refresh" not in stopped.headers
    assert "The task worker stopped in the middle. Nothing was written" in text_of(page(stopped))
    assert "stopped" in text_of(page(chair.get(IMPORT)))
    assert buttons(page(stopped)) == ["Check again", "Discard the file"]
    press(chair, run, "again")
    check_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.CHECKED, 2)
    dead.__exit__(None, None, None)


def grow_old(run: ImportRun) -> None:
    """Let the last sign of life of a worker be a minute ago."""
    path = folder.path_of(run.stored_as).with_suffix(".progress")
    path.touch()
    os.utime(path, (time.time() - 60, time.time() - 60))


@pytest.mark.database
def test_a_worker_that_comes_back_late_changes_nothing(chair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = press(chair, checked(chair, THEME), "write")
    with taken(ImportRun, str(run.pk), RunState.CONFIRMED, RunState.WRITING) as found:
        assert found
        late = found[0]
        ImportRun.objects.filter(pk=run.pk).update(state=RunState.CHECKED, attempt=7)
        assert not move_on(late, RunState.DONE)
        fail(late, Failure.BROKEN)
    run.refresh_from_db()
    assert (run.state, run.failure, run.attempt) == (RunState.CHECKED, "", 7)


@pytest.mark.database
def test_what_is_written_and_that_it_is_written_are_kept_together(
    chair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = press(chair, checked(chair, THEME), "write")
    monkeypatch.setattr("curriculum.tasks.move_on", lambda *_arguments, **_changes: False)
    write_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, Failure.OVERTAKEN)
    assert not Theme.objects.exists()


def test_a_run_killed_before_its_first_sign_of_life_is_told_too(chair: Any) -> None:
    run = upload(chair, THEME)
    ImportRun.objects.update(state=RunState.WRITING, attempt=1)
    assert "stopped in the middle" not in text_of(look(chair, run))
    ImportRun.objects.update(changed_at=timezone.now() - timedelta(minutes=2))
    assert "stopped in the middle" in text_of(look(chair, run))


def test_a_long_wait_is_explained(chair: Any) -> None:
    run = upload(chair, THEME)
    assert "the task worker may not be running" not in text_of(look(chair, run))
    ImportRun.objects.update(changed_at=timezone.now() - timedelta(minutes=2))
    assert "the task worker may not be running" in text_of(look(chair, run))


def test_signs_of_life_go_on_while_a_worker_is_silent(chair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "BEAT", 0.02)
    name = folder.new_name(".jsonl")
    with folder.at_work(name) as notes:
        notes("Reading", 1, 2)
        first = folder.path_of(name).with_suffix(".progress").stat().st_mtime_ns
        time.sleep(0.2)
        found = folder.progress_of(name)
        assert found
        assert (found.step, found.done, found.total) == ("Reading", 1, 2)
        assert folder.path_of(name).with_suffix(".progress").stat().st_mtime_ns > first
    assert folder.progress_of(name) is None
    assert not [thread for thread in threading.enumerate() if name in thread.name]


def test_what_goes_wrong_is_told_and_logged(
    chair: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = press(chair, checked(chair, THEME), "write")

    def break_down(**_options: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("curriculum.exchange.importing.content_imported.send", break_down)
    with pytest.raises(RuntimeError):
        write_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, Failure.BROKEN)
    assert not Theme.objects.exists()
    assert str(run.pk) in caplog.text
    assert "Something went wrong that is not the file's fault." in text_of(look(chair, run))


@pytest.mark.parametrize("change", ["inactive", "no role", "gone"])
def test_who_may_no_longer_import_does_not(chair: Any, change: str) -> None:
    run = press(chair, checked(chair, THEME), "write")
    if change == "inactive":
        User.objects.filter(pk=chair.user.pk).update(is_active=False)
    elif change == "no role":
        chair.user.groups.clear()
    else:
        ImportRun.objects.update(started_by=None)
    write_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, Failure.NOT_ALLOWED)
    assert not Theme.objects.exists()


def test_files_are_removed_after_a_day(chair: Any, exchange_root: Path) -> None:
    job = due_jobs()["exchange-files"]
    # A file that is gone does not come back when a transaction fails.
    assert (job.function, job.atomic) == (remove_old_files, False)
    waiting, done, at_work, fresh = (checked(chair, {**THEME, "code": code}) for code in "abcd")
    imported(chair, done)
    ImportRun.objects.filter(pk=at_work.pk).update(state=RunState.WRITING)
    stray = exchange_root / f"{'0' * 32}.jsonl"
    stray.touch()
    os.utime(stray, (0, 0))
    old = timezone.now() - timedelta(hours=25)
    ImportRun.objects.exclude(pk=fresh.pk).update(started_at=old)
    assert remove_old_files(timezone.now()) == 3
    assert remove_old_files(timezone.now()) == 0
    for run in (waiting, done, at_work, fresh):
        run.refresh_from_db()
    assert [bool(run.stored_as) for run in (waiting, done, at_work, fresh)] == [False, False, True, True]
    assert (waiting.state, waiting.failure) == (RunState.FAILED, Failure.TOO_OLD)
    assert done.state == RunState.DONE
    stems = {path.stem for path in exchange_root.iterdir()}
    assert stems == {Path(run.stored_as).stem for run in (at_work, fresh)}
    assert buttons(look(chair, waiting)) == []
    assert "The file was removed after a day." in text_of(look(chair, waiting))
    assert "Imported: 1 new" in text_of(look(chair, done))


def test_a_discarded_file_is_gone(
    chair: Any, exchange_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run = checked(chair, THEME)
    with django_capture_on_commit_callbacks(execute=True):
        press(chair, run, "discard")
    assert (run.state, list(exchange_root.iterdir())) == (RunState.DISCARDED, [])
    assert "This file was discarded." in text_of(look(chair, run))


def test_an_upload_that_fails_leaves_nothing(
    chair: Any, exchange_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def break_down(**_options: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(ImportRun.objects, "create", break_down)
    with pytest.raises(RuntimeError):
        start_import(
            upload=SimpleUploadedFile("a.jsonl", b"x"),
            file_name="a.jsonl",
            ending=".jsonl",
            kind="content",
            by=chair.user,
        )
    assert list(exchange_root.iterdir()) == []


def test_actions_that_fail_change_nothing(chair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    checked(chair, THEME)

    def break_down(*_arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("curriculum.exchange.actions.transaction.on_commit", break_down)
    for action in (confirm_import, check_again):
        with pytest.raises(RuntimeError):
            action(run=ImportRun.objects.get(), by=chair.user)
        assert ImportRun.objects.get().state == RunState.CHECKED
    with pytest.raises(RunMovedOn):
        confirm_import(run=ImportRun.objects.get(), by=UserFactory(roles=["committee_chair"]))


def test_as_many_queries_for_many_imports_as_for_few(chair: Any) -> None:
    numbers = []
    for total in (2, 12):
        while ImportRun.objects.count() < total:
            checked(chair, {**THEME, "generic": "x"}, {**THEME, "code": "b", "generic": "x"})
        chair.get(IMPORT)
        with CaptureQueriesContext(connection) as captured:
            assert chair.get(IMPORT).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 20


def test_as_many_queries_for_many_changes_as_for_few(chair: Any) -> None:
    themes = [{"type": "theme", "code": f"t{number}", "label_en": "a"} for number in range(80)]
    imported(chair, checked(chair, *themes))
    numbers = []
    for total in (1, 80):
        run = checked(
            chair, *({**theme, "label_en": "b"} for theme in themes[:total]), {**THEME, "broader": "gone"}
        )
        look(chair, run)
        with CaptureQueriesContext(connection) as captured:
            look(chair, run)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 20


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_real_worker_checks_and_imports(settings: Any, exchange_root: Path) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client = signed_in("committee_chair")
    run = upload(client, THEME, CASE)
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload", verbosity=0)
    run.refresh_from_db()
    assert run.state == RunState.CHECKED
    press(client, run, "write")
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload", verbosity=0)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert CaseStudy.objects.get(code="dam").live
    assert {path.suffix for path in exchange_root.iterdir()} == {".jsonl", ".changes"}
