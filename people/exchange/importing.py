import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from exchange.batches import batches
from exchange.formats import rows_of
from exchange.messages import message as _
from exchange.outcome import Outcome
from exchange.problems import FileRefused, Place, Problems
from exchange.records import Record
from exchange.schema import Schema
from exchange.store import Store
from people.exchange.handlers import Handler
from people.exchange.job import Change, Job, Overtaken
from people.exchange.watching import Watch
from people.models import User

OnStep = Callable[[str, int, int], None]
"""Told the step of an import, how much of it is done, and how much there is."""

READING, CHECKING, WRITING = gettext_noop("Reading"), gettext_noop("Checking"), gettext_noop("Writing")
"""The steps; the last one is the only one that keeps others from writing."""

logger = logging.getLogger(__name__)


class Import:
    """The import of one file: everything is read and compared first, then written in one short transaction.

    Nothing is written when anything is wrong. Objects that the file does not name are left alone; for those
    that it names the record is the whole truth: a field that it leaves out gets its default. `name` is what
    people call the file, and `watch` is told of every change.
    """

    schema: Schema

    def __init__(
        self,
        path: Path,
        *,
        by: User | None = None,
        dry_run: bool = False,
        on_step: OnStep | None = None,
        errors_shown: int = 200,
        name: str = "",
        watch: Watch | None = None,
    ) -> None:
        self._path = path
        self._name = name or path.name
        self._watch = watch or Watch()
        self._by = by
        self._dry_run = dry_run
        self._errors_shown = errors_shown
        self._on_step = on_step or (lambda label, done, total: None)
        self._handlers = self.handlers()

    def handlers(self) -> Sequence[Handler]:
        """A handler for every record type, in the order of writing."""
        raise NotImplementedError

    def derive(self, job: Job) -> None:
        """Add records that follow from others in the file."""

    def after_writing(self, job: Job) -> None:
        """Tell others what has changed, inside the transaction."""

    def run(self) -> Outcome:
        """Import the file, or try to; the outcome says what is wrong with it."""
        problems = Problems(self._name, self._errors_shown)
        outcome = Outcome(problems, self._dry_run)
        with Store(self.schema, problems) as store:
            job = Job(store, problems, self._by)
            with closing(job.plan):
                try:
                    self._examine(job, outcome)
                    if not outcome.failed and not self._dry_run:
                        self._write(job)
                except FileRefused as refused:
                    problems.error(Place(), None, None, refused.message)
                except (IntegrityError, Overtaken) as error:
                    logger.warning("The import of %s was overtaken: %r", self._path.name, error)
                    outcome.overtaken = True
                    problems.error(
                        Place(),
                        None,
                        None,
                        _("The database changed while the file was being checked. Import the file again."),
                    )
                except DatabaseError as error:
                    logger.exception("The import of %s failed", self._path.name)
                    message = _("The database refused: %(reason)s. Try again later.", reason=error)
                    problems.error(Place(), None, None, message)
        return outcome

    def _examine(self, job: Job, outcome: Outcome) -> None:
        job.store.read(rows_of(self._path, self.schema, job.problems, self._on_reading))
        self.derive(job)
        for handler in self._handlers:
            handler.load(job)
        total = sum(len(job.store.keys(type.name)) for type in self.schema.types)
        done = 0
        for handler in self._handlers:
            for batch in batches(job.store.records(handler.type.name)):
                _examine_batch(handler, batch, job, outcome, self._watch)
                done += len(batch)
                self._on_step(CHECKING, done, total)
            handler.finish(job)

    def _write(self, job: Job) -> None:
        self._watch.before_writing()
        total = job.plan.total()
        if not total:
            self._watch.written(job)
            return
        with transaction.atomic():
            job.now = timezone.now()
            done = 0
            self._on_step(WRITING, done, total)
            for handler in self._handlers:
                for keys in handler.order(job):
                    for written in handler.write(keys, job):
                        done += written
                        self._on_step(WRITING, done, total)
            self.after_writing(job)
            self._watch.written(job)

    def _on_reading(self, done: int, total: int) -> None:
        self._on_step(READING, done, total)


def _examine_batch(handler: Handler, batch: list[Record], job: Job, outcome: Outcome, watch: Watch) -> None:
    """Check records and compare them with what is stored; what differs goes into the plan."""
    type = handler.type
    for record in batch:
        if not record.good:
            handler.glance(record, job)
    batch = [record for record in batch if record.good]
    keys = [type.key_of(record.values) for record in batch]
    pks = [handler.pk(key, job) for key in keys]
    stored = handler.stored([pk for pk in pks if pk is not None], job)
    handler.look_ahead(batch, job)
    for record, key, pk in zip(batch, keys, pks, strict=True):
        handler.check(record, job)
        known = None if pk is None else stored.get(pk)
        values = handler.settle(record, known, job)
        if known is None:
            outcome.created[type.name] += 1
        elif {**known.values, **values} == known.values:
            outcome.unchanged[type.name] += 1
            continue
        else:
            outcome.updated[type.name] += 1
        change = Change(values, pk, known.version if known else None)
        watch.change(type, key, known, values)
        handler.vet(record, change, known, job)
        handler.prepare(change, record.place, job)
        job.plan.add(type.name, "\n".join(key), change)
