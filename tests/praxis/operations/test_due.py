"""The work of the clock: every job runs, none stops another, and nothing is done twice."""

import logging
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry, PageLogEntry

from curriculum.models import Course
from people import due
from people.due import PartlyDone, due_jobs, register_due
from praxis.models import HomePage, TextPage
from praxis.operations import jobs
from praxis.operations.locks import only_one
from praxis.operations.models import DueRecord
from praxis.operations.running import run_jobs
from tests.factories import CourseFactory, ThemeFactory, UnitFactory
from tests.praxis.operations.installation import installation
from themes.models import Theme


@pytest.fixture
def alone(monkeypatch, settings, tmp_path):
    """No jobs but those that the test registers, and locks of its own."""
    settings.PRAXIS_VAR_DIR = tmp_path
    monkeypatch.setattr(due, "_jobs", {})


def wait_for(obj):
    """Have an object go live in an hour."""
    obj.go_live_at = timezone.now() + timedelta(hours=1)
    obj.save_revision().publish()
    obj.refresh_from_db()


def let_the_hour_come(obj):
    """Move the moment that an object waits for, instead of the clock."""
    revision = obj.scheduled_revision
    past = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()


def run(now=None):
    """Run what is registered."""
    return list(run_jobs(list(due_jobs().values()), now or timezone.now()))


def test_two_jobs_cannot_have_one_name(alone):
    register_due("a", len)
    register_due("a", len)
    with pytest.raises(ValueError, match="give each its own name"):
        register_due("a", max)


def test_the_jobs_of_the_house_are_registered():
    assert {"scheduled-publishing", "ended-sessions", "old-task-results", "worker-beat"} <= due_jobs().keys()


@pytest.mark.django_db
@pytest.mark.database
def test_a_failing_job_is_rolled_back_and_does_not_stop_the_others(alone, caplog):
    def broken(now):
        ThemeFactory(code="half-done")
        raise DatabaseError("DETAIL: Key (email)=(ada@example.org) exists")

    register_due("first", lambda now: 3)
    register_due("broken", broken)
    register_due("last", lambda now: 5)
    with pytest.raises(CommandError, match="1 of 3 jobs failed: broken"):
        call_command("run_due", verbosity=0)
    assert not Theme.objects.filter(code="half-done").exists()
    assert {record.name: record.done for record in DueRecord.objects.all()} == {
        "first": 3,
        "broken": 0,
        "last": 5,
    }
    record = DueRecord.objects.get(name="broken")
    assert (record.failed_runs, record.runs) == (1, 1)
    assert record.error.startswith("DatabaseError")
    assert "ada" not in record.error
    assert any(line.exc_info for line in caplog.records), "the log must hold the traceback"


@pytest.mark.django_db
def test_a_job_that_recovers_clears_its_error(alone):
    outcomes = iter([ValueError("no"), None])

    def wavering(now):
        if error := next(outcomes):
            raise error
        return 1

    register_due("wavering", wavering)
    run()
    run()
    record = DueRecord.objects.get()
    assert (record.error, record.failed_runs, record.runs, record.done) == ("", 0, 2, 1)
    assert record.failed_at is not None
    assert not record.was_cut_short


@pytest.mark.django_db
def test_what_a_job_did_before_it_failed_in_part_is_counted(alone):
    def partly(now):
        raise PartlyDone(4, [ValueError("the fifth")])

    register_due("partly", partly, atomic=False)
    (outcome,) = run()
    assert outcome.done == 4
    assert "the fifth" in DueRecord.objects.get().error


@pytest.mark.django_db
def test_a_second_run_leaves_everything_to_the_first(alone, tmp_path, caplog):
    register_due("job", lambda now: pytest.fail("it must not run"))
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    if connection.vendor != "sqlite":
        pytest.skip("the server's own lock is tested below")
    command = [sys.executable, "-c", holder, str(tmp_path / "run_due.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        call_command("run_due", verbosity=0)
        assert "Another run_due" in caplog.text
        process.kill()
    register_due("other", lambda now: 1)
    with only_one("run_due") as held:
        assert held, "a killed holder must leave nothing behind"


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_runs_at_once_do_each_thing_once(tmp_path):
    for number in range(12):
        course = UnitFactory(course=CourseFactory(code=f"due-{number}", live=False)).course
        wait_for(course)
        let_the_hour_come(course)
    with installation(tmp_path / "two") as site:
        processes = [site.start("django", "run_due") for _ in range(2)]
        outputs = [process.communicate() for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
        assert site.rows("SELECT count(*) FROM curriculum_course WHERE live") == [(12,)]
        published = (
            "SELECT count(*) FROM wagtailcore_modellogentry WHERE action = 'wagtail.publish.scheduled'"
        )
        assert site.rows(published) == [(12,)]


@pytest.mark.django_db
@pytest.mark.database
class TestScheduledPublishing:
    """Content and pages go out and come back at their time, and one that cannot does not hold up the rest."""

    def test_content_and_pages_go_live(self):
        course = UnitFactory(course=CourseFactory(live=False)).course
        page = TextPage(title="Terms", slug="terms", live=False, body="One")
        HomePage.objects.first().add_child(instance=page)
        wait_for(course)
        wait_for(page)
        assert jobs.publish_scheduled(timezone.now()) == 0
        assert not Course.objects.get(pk=course.pk).live
        let_the_hour_come(course)
        let_the_hour_come(page)
        assert jobs.publish_scheduled(timezone.now()) == 2
        assert Course.objects.get(pk=course.pk).live
        assert TextPage.objects.get(pk=page.pk).live
        assert ModelLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 1
        assert PageLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 1
        assert jobs.publish_scheduled(timezone.now()) == 0, "nothing is left to do"

    def test_content_and_pages_expire(self):
        past = timezone.now() - timedelta(minutes=1)
        course = CourseFactory(expire_at=past)
        page = TextPage(title="Terms", slug="terms", live=True, body="One", expire_at=past)
        HomePage.objects.first().add_child(instance=page)
        assert jobs.publish_scheduled(timezone.now()) == 2
        course.refresh_from_db()
        page.refresh_from_db()
        assert (course.live, course.expired, page.live, page.expired) == (False, True, False, True)
        assert jobs.publish_scheduled(timezone.now()) == 0

    def test_one_that_cannot_be_withdrawn_does_not_hold_up_the_rest(self, monkeypatch, caplog):
        past = timezone.now() - timedelta(minutes=1)
        bad, good = CourseFactory(expire_at=past), CourseFactory(expire_at=past)
        withdraw = Course.unpublish

        def fail(course, **kwargs):
            if course.pk == bad.pk:
                Course.objects.filter(pk=good.pk).update(title="must be rolled back")
                raise DatabaseError("stuck")
            return withdraw(course, **kwargs)

        monkeypatch.setattr(Course, "unpublish", fail)
        with pytest.raises(PartlyDone) as failure:
            jobs.publish_scheduled(timezone.now())
        assert failure.value.done == 1
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.live, bad.live) == (False, True)
        assert good.title != "must be rolled back"
        assert f"curriculum.Course {bad.pk}" in caplog.text


@pytest.mark.django_db
def test_ended_sessions_are_deleted(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    for days in (-1, 1):
        session = SessionStore()
        session["kept"] = days
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.create()
    assert jobs.clear_sessions(timezone.now()) == 1
    assert SessionStore.get_model_class().objects.count() == 1


def result(**fields):
    """A task in the queue."""
    values = {
        "args_kwargs": {"args": [], "kwargs": {}},
        "task_path": "praxis.operations.tasks.beat",
        "backend_name": "default",
        "run_after": timezone.now(),
        "exception_class_path": "",
        "traceback": "",
        **fields,
    }
    return DBTaskResult.objects.create(**values)


@pytest.mark.django_db
def test_old_results_are_deleted_and_waiting_tasks_are_not():
    now = timezone.now()
    long_ago = now - timedelta(days=15)
    result(status="SUCCESSFUL", finished_at=long_ago)
    result(status="FAILED", finished_at=long_ago)
    kept = [result(status="SUCCESSFUL", finished_at=now), result(run_after=long_ago)]
    assert jobs.clear_task_results(now) == 2
    assert set(DBTaskResult.objects.all()) == set(kept)


@pytest.mark.django_db
@pytest.mark.database
def test_a_task_whose_worker_was_killed_is_called_failed():
    now = timezone.now()
    lost = result(status="RUNNING", started_at=now - timedelta(hours=7))
    running = result(status="RUNNING", started_at=now - timedelta(hours=1))
    assert jobs.fail_lost_tasks(now) == 1
    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status) == ("FAILED", "RUNNING")
    assert "WorkerLost" in lost.exception_class_path


@pytest.mark.django_db
def test_the_worker_is_asked_for_one_beat_at_a_time(settings, django_capture_on_commit_callbacks, caplog):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    caplog.set_level(logging.WARNING)
    for expected in (1, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert jobs.ask_worker(timezone.now()) == expected
    assert DBTaskResult.objects.count() == 1
