import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.due import due_jobs
from praxis.operations.locks import only_one
from praxis.operations.running import run_jobs

logger = logging.getLogger("praxis.due")


class Command(BaseCommand):
    """Do everything that the clock brings; called every five minutes by one systemd timer."""

    help = (
        "Run every job that is due: scheduled publishing, reminders, tidying. Safe to repeat. "
        "Ends with 1 when a job failed; the others have run all the same."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with only_one("run_due") as alone:
            if not alone:
                logger.warning("Another run_due is at work; this one leaves everything to it.")
                return
            outcomes = list(run_jobs(list(due_jobs().values()), timezone.now()))
        for outcome in outcomes if options["verbosity"] else ():
            state = "ok" if outcome.error is None else "FAILED"
            self.stdout.write(
                f"{outcome.name:<28} {state:<7} {outcome.done:>6} done {outcome.milliseconds:>8} ms"
            )
        failed = [outcome.name for outcome in outcomes if outcome.error is not None]
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(outcomes)} jobs failed: {', '.join(failed)}. The log says why."
            )
