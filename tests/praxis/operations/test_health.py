"""Whether the site says in words that something is wrong, and what to do."""

import json
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from people import due
from people.due import register_due
from people.roles import ROLES
from praxis.operations import health
from praxis.operations.health import Level, findings
from praxis.operations.models import DueRecord
from tests.editor import signed_in
from tests.praxis.operations.test_due import result

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    """A folder of its own."""
    settings.PRAXIS_VAR_DIR = tmp_path
    return tmp_path


def finding(subject: str):
    """The finding with this subject."""
    (found,) = [found for found in findings() if str(found.subject) == subject]
    return found


class TestHealthz:
    """For monitors: two words, no details, no cookies, no account."""

    def test_it_says_ok(self, client, django_assert_num_queries):
        with django_assert_num_queries(2):
            response = client.get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok\n")
        assert "no-store" in response.headers["Cache-Control"]
        assert not response.cookies

    def test_a_database_that_does_not_answer(self, client, monkeypatch):
        def fail():
            raise OperationalError("password of 10.0.0.1 wrong")

        monkeypatch.setattr(health, "missing_migrations", fail)
        response = client.get("/healthz")
        assert (response.status_code, response.content) == (503, b"unavailable\n")

    def test_a_missing_migration(self, client):
        from django.db.migrations.recorder import MigrationRecorder

        MigrationRecorder.Migration.objects.filter(app="operations").delete()
        assert client.get("/healthz").status_code == 503
        assert finding("Migrations").level == Level.PROBLEM
        assert "operations.0001_initial" in finding("Migrations").seen

    def test_an_unfinished_restore(self, client, var):
        (var / "restore_unfinished.json").write_text("{}")
        assert client.get("/healthz").status_code == 503
        assert finding("Restore").level == Level.PROBLEM

    def test_it_changes_nothing(self, client):
        assert client.post("/healthz").status_code == 405


def test_the_page_is_for_operators_and_superusers():
    url = reverse("health")
    allowed = {role.code for role in ROLES if signed_in(role.code).get(url).status_code == 200}
    assert allowed == {"operator"}
    assert signed_in(is_superuser=True).get(url).status_code == 200
    assert "Health" in signed_in("operator").get(reverse("wagtailadmin_home")).content.decode()
    assert (
        reverse("health")
        not in signed_in("committee_chair").get(reverse("wagtailadmin_home")).content.decode()
    )


def test_the_page_is_a_table_with_the_most_urgent_first(settings):
    (settings.PRAXIS_VAR_DIR / "restore_unfinished.json").write_text("{}")
    page = BeautifulSoup(signed_in("operator").get(reverse("health")).content, "html.parser")
    table = page.find("table", class_="operations-findings")
    assert table.caption
    assert {th["scope"] for th in table.find_all("th")} == {"col", "row"}
    rows = table.tbody.find_all("tr")
    assert [rows[0].th.get_text(), rows[0].td.get_text()] == ["Restore", "Act now"]
    assert "Something needs you now" in page.get_text()
    assert page.find("h1").get_text(strip=True) == "Health"


def test_a_check_that_fails_does_not_take_the_page_with_it(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: (_ for _ in ()).throw(OSError("gone")))
    found = findings()
    assert [item.level for item in found if str(item.subject) == "Health page"] == [Level.PROBLEM]
    assert any(str(item.subject) == "Database" for item in found)


class TestWorker:
    def test_nothing_done_yet(self):
        assert finding("Task worker").level == Level.WARNING

    def test_a_late_sign_of_life(self):
        beat = result(status="SUCCESSFUL", finished_at=timezone.now())
        assert finding("Task worker").level == Level.OK
        DBTaskResult.objects.filter(pk=beat.pk).update(finished_at=timezone.now() - timedelta(minutes=16))
        assert finding("Task worker").level == Level.WARNING

    def test_a_task_that_waits_too_long(self):
        waiting = result()
        result(status="SUCCESSFUL", finished_at=timezone.now())
        assert finding("Task worker").level == Level.OK
        DBTaskResult.objects.filter(pk=waiting.pk).update(enqueued_at=timezone.now() - timedelta(minutes=16))
        found = finding("Task worker")
        assert (found.level, "1 task is waiting" in found.seen) == (Level.PROBLEM, True)
        assert "praxis-worker" in found.advice

    def test_lost_and_failed_tasks(self):
        result(status="RUNNING", started_at=timezone.now() - timedelta(hours=2))
        result(status="FAILED", finished_at=timezone.now())
        assert finding("Long tasks").level == Level.WARNING
        assert "1 task has failed" in finding("Failed tasks").seen


class TestClock:
    """Each job by itself."""

    @pytest.fixture(autouse=True)
    def one_job(self, monkeypatch):
        monkeypatch.setattr(due, "_jobs", {})
        register_due("tidy", lambda now: 0)

    def record(self, **fields):
        now = timezone.now()
        DueRecord.objects.update_or_create(
            name="tidy", defaults={"started_at": now, "finished_at": now, "done": 2, **fields}
        )
        return finding("Timed job: tidy")

    def test_never(self):
        assert finding("Timed job: tidy").level == Level.WARNING

    def test_just_now(self):
        found = self.record()
        assert (found.level, "2 things" in found.seen) == (Level.OK, True)

    @pytest.mark.parametrize(("minutes", "level"), [(14, Level.OK), (16, Level.WARNING)])
    def test_late(self, minutes, level):
        then = timezone.now() - timedelta(minutes=minutes)
        assert self.record(started_at=then, finished_at=then).level == level

    def test_failed(self):
        found = self.record(error="ValueError: no", failed_runs=3)
        assert found.level == Level.PROBLEM
        assert "3 times" in found.seen
        assert "ValueError" in found.seen

    def test_cut_short(self):
        then = timezone.now() - timedelta(minutes=16)
        assert self.record(started_at=then, finished_at=None).level == Level.WARNING
        assert self.record(started_at=timezone.now(), finished_at=then).level == Level.OK


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "level"), [(10 * 2**30, Level.OK), (2**30, Level.WARNING), (2**28, Level.PROBLEM)]
)
def test_disk(monkeypatch, free, level):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(2**40, 2**40 - free, free))
    found = finding("Disk")
    assert (found.level, bool(found.advice)) == (level, level != Level.OK)


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(hours=25), Level.OK),
        (timedelta(hours=27), Level.WARNING),
        (timedelta(days=8), Level.PROBLEM),
    ],
)
def test_backup(var, age, level):
    assert finding("Backup").level == Level.WARNING, "none has been taken"
    made_at = (timezone.now() - age).isoformat()
    (var / "last_backup.json").write_text(
        json.dumps({"made_at": made_at, "folder": "/backups/monday", "bytes": 5 * 2**20, "missing_media": 1})
    )
    found = finding("Backup")
    assert found.level == level
    assert "5 MB in /backups/monday" in found.seen
    assert finding("Media").level == Level.WARNING


def test_a_record_that_cannot_be_read_counts_as_none(var):
    (var / "last_backup.json").write_text("{")
    assert finding("Backup").level == Level.WARNING


def test_mail(settings):
    assert finding("Mail").level == Level.WARNING
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD = "mail.example.org", "word"
    found = finding("Mail")
    assert found.level == Level.OK
    assert "mail.example.org" in found.seen
    assert "word" not in found.seen


def test_versions(monkeypatch):
    assert finding("Versions").level == Level.OK
    monkeypatch.setattr(health, "installed_versions", lambda *args: {"Django": "4.2.1", "wagtail": "8.0.1"})
    found = finding("Versions")
    assert found.level == Level.PROBLEM
    assert "Django 4.2.1 < 5.2.19" in found.seen
