"""Running what is due: every job once, none of them able to stop another, and a record of each."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from people.due import DueJob, PartlyDone
from praxis.operations.logs import identified
from praxis.operations.models import DueRecord
from praxis.operations.redaction import without_personal_data

logger = logging.getLogger("praxis.due")
MAX_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What one run of a job came to: how many things it did, in how long, and the error that ended it."""

    name: str
    done: int
    milliseconds: int
    error: Exception | None


def run_jobs(jobs: Iterable[DueJob], now: datetime) -> Iterator[JobOutcome]:
    """Run each job and record it; the outcome comes as soon as the job has ended."""
    for job in jobs:
        with identified(f"due-{job.name}"):
            yield _recorded(job, now)


def _recorded(job: DueJob, now: datetime) -> JobOutcome:
    DueRecord.objects.update_or_create(name=job.name, defaults={"started_at": timezone.now()})
    begin = time.monotonic()
    done, error = _guarded(job, now)
    outcome = JobOutcome(job.name, done, round((time.monotonic() - begin) * 1000), error)
    _record(outcome)
    if error is None:
        level = logging.INFO if done else logging.DEBUG
        logger.log(level, "%s: %d done", job.name, done, extra={"ms": outcome.milliseconds})
    return outcome


def _guarded(job: DueJob, now: datetime) -> tuple[int, Exception | None]:
    try:
        with transaction.atomic() if job.atomic else nullcontext():
            return job(now), None
    except PartlyDone as error:
        logger.error("%s: %s", job.name, error)
        return error.done, error
    except Exception as error:
        logger.exception("%s failed; what it had begun is rolled back", job.name)
        # A connection that broke must not break the next job; one that works holds the lock of this run.
        if (
            not connection.in_atomic_block
            and connection.connection is not None
            and not connection.is_usable()
        ):
            connection.close()
        return 0, error


def _record(outcome: JobOutcome) -> None:
    ended = timezone.now()
    values = {
        "finished_at": ended,
        "milliseconds": outcome.milliseconds,
        "done": outcome.done,
        "runs": F("runs") + 1,
        "failed_runs": 0,
        "error": "",
    }
    if outcome.error is not None:
        values |= {
            "failed_runs": F("failed_runs") + 1,
            "error": without_personal_data(f"{type(outcome.error).__name__}: {outcome.error}")[
                :MAX_ERROR_LENGTH
            ],
            "failed_at": ended,
        }
    DueRecord.objects.filter(name=outcome.name).update(**values)
