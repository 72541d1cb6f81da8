"""The jobs of the clock that belong to no app: scheduled publishing, tidying, a beat of the worker."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from wagtail.models import DraftStateMixin, Page, Revision

from editing.exceptions import IncompleteError
from editing.holding import hold_back
from people.due import PartlyDone
from praxis.operations.tasks import beat

logger = logging.getLogger("praxis.due")
KEEP_RESULTS = timedelta(days=14)
LOST_AFTER = timedelta(hours=6)


class WorkerLost(Exception):
    """The worker that ran a task was killed, or the task never came to its end."""


def publish_scheduled(now: datetime) -> int:
    """Withdraw what has expired and publish what is due, pages and content alike, each in its own
    transaction.

    Raises PartlyDone when some could not be published; they are tried again by the next run.
    """
    done, failures = 0, []
    for what, act in _due(now):
        try:
            with transaction.atomic():
                done += act()
        except Exception as error:
            logger.exception("%s could not be published or withdrawn as scheduled", what)
            failures.append(error)
    if failures:
        raise PartlyDone(done, failures)
    return done


def _due(now: datetime) -> Iterator[tuple[str, Callable[[], bool]]]:
    for model in _drafted_models():
        expired = model._base_manager.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
        for pk in list(expired.values_list("pk", flat=True)):
            yield f"{model._meta.label} {pk}", partial(_withdraw, model, pk, now)
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    for pk, object_id, content_type in list(
        due.values_list("pk", "object_id", "content_type__model").iterator()
    ):
        yield f"{content_type} {object_id}, revision {pk}", partial(_publish, pk, now)


def _drafted_models() -> list[type[Any]]:
    drafted = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    return [Page, *(model for model in drafted if not issubclass(model, Page))]


def _withdraw(model: type[Any], pk: Any, now: datetime) -> bool:
    # Read again under a lock: somebody may have moved the date, or withdrawn it, a moment ago.
    obj = (
        model._base_manager.select_for_update(of=("self",))
        .filter(pk=pk, live=True, expire_at__lte=now)
        .first()
    )
    if obj is None:
        return False
    obj.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish(pk: int, now: datetime) -> bool:
    revision = (
        Revision.objects.select_for_update(of=("self",)).filter(pk=pk, approved_go_live_at__lte=now).first()
    )
    if revision is None:
        return False
    try:
        revision.publish(log_action="wagtail.publish.scheduled")
    except IncompleteError as error:
        # It is refused before anything is written.
        logger.warning("%s is not published by the clock: %s", revision.object_str, error)
        hold_back(revision=revision, problems=error.problems)
    return True


def clear_sessions(now: datetime) -> int:
    """Delete the sessions that have ended."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    deleted, _by_model = store.get_model_class().objects.filter(expire_date__lt=now).delete()
    return int(deleted)


def clear_task_results(now: datetime) -> int:
    """Delete what finished tasks have left behind after two weeks."""
    old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_RESULTS)
    deleted, _by_model = old.delete()
    return deleted


def fail_lost_tasks(now: datetime) -> int:
    """Call failed what has been running for six hours: a killed worker cannot do so for itself."""
    lost = list(DBTaskResult.objects.running().filter(started_at__lt=now - LOST_AFTER).select_for_update())
    for result in lost:
        logger.error("The task %s (%s) never came to its end", result.pk, result.task_path)
        result.set_failed(WorkerLost("The task never came to its end; its worker may have been killed."))
    return len(lost)


def ask_worker(now: datetime) -> int:
    """Leave a task that does nothing, so that the health page can tell when the worker last did one."""
    if DBTaskResult.objects.ready().filter(task_path=beat.module_path).exists():
        return 0
    transaction.on_commit(beat.enqueue)
    return 1
