"""How an installation is doing: each finding has a level in words, what was seen, and what to do."""

import json
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min, TextChoices
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks_db.models import DBTaskResult

from people.due import due_jobs
from praxis.operations.backup.restoring import UNFINISHED
from praxis.operations.backup.taking import RECORD
from praxis.operations.models import DueRecord
from praxis.operations.tasks import beat
from praxis.operations.versions import installed_versions, shortfalls

logger = logging.getLogger("praxis.health")

LATE = timedelta(minutes=15)
LOST = timedelta(hours=1)
BACKUP_LATE = timedelta(hours=26)
BACKUP_OLD = timedelta(days=7)
FREE_WARNING, FREE_PROBLEM = 2 * 2**30, 2**29
"""Free bytes on the disk below which there is a warning, and a problem."""


class Level(TextChoices):
    """How urgent a finding is."""

    OK = "ok", gettext_lazy("All right")
    WARNING = "warning", gettext_lazy("Look at this soon")
    PROBLEM = "problem", gettext_lazy("Act now")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the health page: its subject, its level, what was seen, and what to do (may be empty)."""

    subject: str | Promise
    level: Level
    seen: str
    advice: str = ""


def is_serving() -> bool:
    """Whether the database answers, has every table that this Praxis needs, and fits the media."""
    try:
        return not missing_migrations() and not (settings.PRAXIS_VAR_DIR / UNFINISHED).exists()
    except DatabaseError:
        logger.exception("The database does not answer")
        return False


def missing_migrations() -> list[str]:
    """The migrations that are still to be applied."""
    known = MigrationLoader(None).graph.nodes.keys()
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in known - applied.keys())


def findings(now: datetime | None = None) -> list[Finding]:
    """Everything that the health page shows, the most urgent first."""
    now = now or timezone.now()
    found = [finding for inspect in INSPECTIONS for finding in _guarded(inspect, now)]
    order = [Level.PROBLEM, Level.WARNING, Level.OK]
    return sorted(found, key=lambda finding: order.index(finding.level))


def _guarded(inspect: Callable[[datetime], Iterator[Finding]], now: datetime) -> list[Finding]:
    try:
        return list(inspect(now))
    except (DatabaseError, OSError) as error:
        logger.exception("A part of the health page could not be made")
        return [
            Finding(
                _("Health page"),
                Level.PROBLEM,
                _("A check could not be made: %(error)s") % {"error": type(error).__name__},
                _("The log has the whole error."),
            )
        ]


def _database(now: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        name = f"SQLite {sqlite3.sqlite_version}"
    else:
        name = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    yield Finding(_("Database"), Level.OK, _("%(database)s answers.") % {"database": name})
    missing = missing_migrations()
    if missing:
        text = ngettext(
            "%(count)d migration is missing: %(names)s.",
            "%(count)d migrations are missing: %(names)s.",
            len(missing),
        ) % {"count": len(missing), "names": ", ".join(missing[:5])}
        yield Finding(_("Migrations"), Level.PROBLEM, text, _("Run: manage.py migrate"))
    else:
        yield Finding(_("Migrations"), Level.OK, _("All are applied."))
    if (settings.PRAXIS_VAR_DIR / UNFINISHED).exists():
        yield Finding(
            _("Restore"),
            Level.PROBLEM,
            _("A restore was cut short: database and media may not fit each other."),
            _("Run the same restore again, with --overwrite."),
        )


def _worker(now: datetime) -> Iterator[Finding]:
    waiting = DBTaskResult.objects.ready().aggregate(count=Count("pk"), oldest=Min("enqueued_at"))
    beats = DBTaskResult.objects.successful().filter(task_path=beat.module_path)
    last = beats.order_by("-finished_at").values_list("finished_at", flat=True).first()
    subject = _("Task worker")
    advice = _("Is the worker running? See: systemctl status praxis-worker")
    if waiting["oldest"] and now - waiting["oldest"] > LATE:
        text = ngettext(
            "%(count)d task is waiting; it has waited since %(since)s.",
            "%(count)d tasks are waiting; the oldest has waited since %(since)s.",
            waiting["count"],
        ) % {"count": waiting["count"], "since": _moment(waiting["oldest"])}
        yield Finding(subject, Level.PROBLEM, text, advice)
    elif last is None:
        yield Finding(subject, Level.WARNING, _("It has done nothing yet."), advice)
    else:
        seen = _("It last gave a sign of life at %(time)s.") % {"time": _moment(last)}
        late = now - last > LATE
        yield Finding(subject, Level.WARNING if late else Level.OK, seen, advice if late else "")


def _tasks(now: datetime) -> Iterator[Finding]:
    if lost := DBTaskResult.objects.running().filter(started_at__lt=now - LOST).count():
        text = ngettext(
            "%(count)d task has been running for more than an hour; its worker may have been killed.",
            "%(count)d tasks have been running for more than an hour; their worker may have been killed.",
            lost,
        )
        advice = _("They are called failed after six hours. Whoever began them may begin them again.")
        yield Finding(_("Long tasks"), Level.WARNING, text % {"count": lost}, advice)
    if failed := DBTaskResult.objects.failed().filter(finished_at__gt=now - timedelta(days=1)).count():
        text = ngettext(
            "%(count)d task has failed since yesterday.",
            "%(count)d tasks have failed since yesterday.",
            failed,
        )
        advice = _("The log of the worker says why.")
        yield Finding(_("Failed tasks"), Level.WARNING, text % {"count": failed}, advice)


def _clock(now: datetime) -> Iterator[Finding]:
    records = {record.name: record for record in DueRecord.objects.all()}
    for name in due_jobs():
        yield _job(_("Timed job: %(name)s") % {"name": name}, records.get(name), now)


def _job(subject: str, record: DueRecord | None, now: datetime) -> Finding:
    timer = _("Is the timer running? See: systemctl list-timers praxis-due.timer")
    if record is None:
        return Finding(subject, Level.WARNING, _("It has never run."), timer)
    ended = record.finished_at
    if record.was_cut_short or ended is None:
        if now - record.started_at <= LATE:
            return Finding(subject, Level.OK, _("It is running now."))
        seen = _("It began at %(time)s and never came to its end.") % {"time": _moment(record.started_at)}
        return Finding(subject, Level.WARNING, seen, timer)
    figures = {"time": _moment(ended), "count": record.done, "ms": record.milliseconds}
    if record.error:
        seen = ngettext(
            "It failed at %(time)s: %(error)s",
            "It has failed %(runs)d times in a row, last at %(time)s: %(error)s",
            record.failed_runs,
        ) % {**figures, "runs": record.failed_runs, "error": record.error}
        return Finding(subject, Level.PROBLEM, seen, _("The log has the whole error."))
    seen = ngettext(
        "It last ran at %(time)s and dealt with %(count)d thing in %(ms)d ms.",
        "It last ran at %(time)s and dealt with %(count)d things in %(ms)d ms.",
        record.done,
    )
    late = now - ended > LATE
    return Finding(subject, Level.WARNING if late else Level.OK, seen % figures, timer if late else "")


def _disk(now: datetime) -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.PRAXIS_VAR_DIR)
    seen = _("%(free)d MB of %(total)d MB are free.") % {
        "free": usage.free // 2**20,
        "total": usage.total // 2**20,
    }
    if usage.free < FREE_PROBLEM:
        level = Level.PROBLEM
    else:
        level = Level.WARNING if usage.free < FREE_WARNING else Level.OK
    advice = _("Remove old backups and logs, or give the site a larger disk.") if level != Level.OK else ""
    yield Finding(_("Disk"), level, seen, advice)


def _backup(now: datetime) -> Iterator[Finding]:
    subject = _("Backup")
    advice = _("Run: manage.py backup FOLDER; better, let a timer do so every night.")
    made_at, record = _last_backup()
    if made_at is None:
        yield Finding(subject, Level.WARNING, _("None has been taken here."), advice)
        return
    seen = _("Taken at %(time)s: %(size)d MB in %(folder)s.") % {
        "time": _moment(made_at),
        "size": record.get("bytes", 0) // 2**20,
        "folder": record.get("folder", ""),
    }
    age = now - made_at
    level = Level.OK if age <= BACKUP_LATE else Level.WARNING if age <= BACKUP_OLD else Level.PROBLEM
    yield Finding(subject, level, seen, advice if level != Level.OK else "")
    if missing := record.get("missing_media", 0):
        text = ngettext(
            "%(count)d media file is missing although a row points to it.",
            "%(count)d media files are missing although rows point to them.",
            missing,
        )
        yield Finding(
            _("Media"), Level.WARNING, text % {"count": missing}, _("The log of the backup names them.")
        )


def _last_backup() -> tuple[datetime | None, dict[str, Any]]:
    try:
        record = json.loads((settings.PRAXIS_VAR_DIR / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, {}
    except ValueError:
        logger.warning("The record of the last backup cannot be read")
        return None, {}
    return parse_datetime(record.get("made_at", "")), record


def _mail(now: datetime) -> Iterator[Finding]:
    subject = _("Mail")
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        yield Finding(
            subject,
            Level.OK,
            _("Mail goes out through %(server)s.") % {"server": server},
            _("To try it: manage.py sendtestemail ADDRESS"),
        )
    else:
        yield Finding(
            subject,
            Level.WARNING,
            _("Mail is not sent: it is only printed where the site runs."),
            _("Set PRAXIS_EMAIL_URL."),
        )


def _versions(now: datetime) -> Iterator[Finding]:
    names = installed_versions(("praxis", "django", "wagtail"))
    seen = ", ".join(f"{name.capitalize()} {version}" for name, version in names.items() if version)
    low = shortfalls(installed_versions())
    if low:
        old = ", ".join(f"{item.package} {item.installed} < {item.floor}" for item in low)
        yield Finding(
            _("Versions"),
            Level.PROBLEM,
            _("These packages are too old to be safe: %(packages)s.") % {"packages": old},
            _("Install again with the constraints of this version of Praxis."),
        )
    else:
        yield Finding(_("Versions"), Level.OK, seen)


INSPECTIONS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    _database,
    _worker,
    _tasks,
    _clock,
    _disk,
    _backup,
    _mail,
    _versions,
)


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M %Z")
