"""Runs as workers and pages see them: taken, given up, stopped, and too old."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import F
from django.utils import timezone

from curriculum.exchange import folder
from curriculum.models.runs import (
    AT_WORK,
    ExchangeRun,
    ExportRun,
    Failure,
    ImportRun,
    RunState,
)

AnyRun = TypeVar("AnyRun", bound=ExchangeRun)
KEPT_FOR = timedelta(days=1)
"""How long a file is kept."""

logger = logging.getLogger(__name__)


def is_stopped(run: ExchangeRun) -> bool:
    """Whether a worker took the run and has given no sign of life since."""
    if run.state not in AT_WORK:
        return False
    progress = folder.progress_of(run.stored_as) if run.stored_as else None
    if progress is None:
        # Between taking a run and the first sign of life, and between the last one and the result.
        return (timezone.now() - run.changed_at).total_seconds() > folder.SILENCE
    return progress.age > folder.SILENCE


@contextmanager
def taken(
    model: type[AnyRun], pk: str, since: RunState, to: RunState
) -> Iterator[tuple[AnyRun, folder.Notes] | None]:
    """A block in which a worker has a run that waited, or None where another has it or it moved on.

    Whatever goes wrong inside is noted in the run and raised again.
    """
    rows: Any = model._default_manager
    if not rows.filter(pk=pk, state=since).update(
        state=to, attempt=F("attempt") + 1, failure="", changed_at=timezone.now()
    ):
        yield None
        return
    run: AnyRun = rows.select_related("started_by").get(pk=pk)
    try:
        with folder.at_work(run.stored_as) as notes:
            yield run, notes
    except Exception:
        logger.exception("The run %s of %s failed", run.pk, model.__name__)
        fail(run, Failure.BROKEN)
        raise


def move_on(run: ExchangeRun, to: RunState, **changes: Any) -> bool:
    """Note the end of what a worker does with a run; False where the run was given to another meanwhile."""
    rows: Any = type(run)._default_manager
    here = rows.filter(pk=run.pk, attempt=run.attempt, state__in=AT_WORK)
    return bool(here.update(state=to, changed_at=timezone.now(), **changes))


def fail(run: ExchangeRun, failure: Failure) -> None:
    """Note why a run came to nothing, unless it has moved on."""
    move_on(run, RunState.FAILED, failure=failure)


def remove_old_files(now: datetime) -> int:
    """Remove the files of runs that began more than a day ago, and files that belong to no run."""
    before = now - KEPT_FOR
    removed = 0
    for model in (ImportRun, ExportRun):
        rows: Any = model._default_manager
        for run in rows.filter(started_at__lt=before).exclude(stored_as=""):
            removed += _remove_file(run)
    known = {name for model in (ImportRun, ExportRun) for name in _names(model)}
    return removed + folder.remove_strays(before.timestamp(), frozenset(known))


def _names(model: Any) -> Any:
    return model._default_manager.exclude(stored_as="").values_list("stored_as", flat=True)


def _remove_file(run: ExchangeRun) -> bool:
    """Remove the file of a run that no living worker has; what is not done by then never will be."""
    if run.state in AT_WORK and not is_stopped(run):
        return False
    rows: Any = type(run)._default_manager
    here = rows.filter(pk=run.pk, attempt=run.attempt, state=run.state)
    over = run.state in (RunState.DONE, RunState.REFUSED, RunState.FAILED, RunState.DISCARDED)
    changes = {} if over else {"state": RunState.FAILED, "failure": Failure.TOO_OLD}
    if not here.update(stored_as="", **changes):
        return False
    folder.remove(run.stored_as)
    return True
