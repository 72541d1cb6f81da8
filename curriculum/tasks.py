"""What the task worker does with files: checks them, writes what was confirmed, makes exports.

Each task may be run twice: the second run finds the work taken and does nothing.
"""

from __future__ import annotations

from typing import Any

from django_tasks import task

from curriculum.exchange import folder
from curriculum.exchange.access import import_kinds, may_exchange
from curriculum.exchange.exporting import Export
from curriculum.exchange.importing import GuardedContentImport
from curriculum.exchange.preview import Confirmed, Recorder, plain_problems
from curriculum.exchange.runs import fail, move_on, taken
from curriculum.models.runs import ExportRun, Failure, ImportRun, RunState
from exchange.outcome import Outcome
from people.exchange.importing import Import, OnStep
from people.exchange.job import Job, Overtaken
from people.exchange.quiet import without_query_log
from people.exchange.roster import GuardedPeopleImport
from people.exchange.watching import Watch

IMPORTS: dict[str, type[Import]] = {
    ImportRun.Kind.CONTENT: GuardedContentImport,
    ImportRun.Kind.PEOPLE: GuardedPeopleImport,
}


@task()
def check_import(pk: str) -> None:
    """Check a file, and note what it would change."""
    with taken(ImportRun, pk, RunState.WAITING, RunState.CHECKING) as found:
        if found is None or not _may_go_on(found[0]):
            return
        run, notes = found
        recorder = Recorder(folder.changes_path(run.stored_as))
        try:
            with without_query_log():
                outcome = _importer(run, notes, recorder, dry_run=True).run()
        finally:
            recorder.close()
        state = RunState.REFUSED if outcome.failed else RunState.CHECKED
        move_on(run, state, digest=recorder.digest, **_findings(outcome))


@task()
def write_import(pk: str) -> None:
    """Write a file that was checked and confirmed, unless it would do anything but what was shown."""
    with taken(ImportRun, pk, RunState.CONFIRMED, RunState.WRITING) as found:
        if found is None or not _may_go_on(found[0]):
            return
        run, notes = found
        with without_query_log():
            outcome = _importer(run, notes, _Finish(run), dry_run=False).run()
        if outcome.overtaken:
            fail(run, Failure.OVERTAKEN)
        elif outcome.failed:
            move_on(run, RunState.REFUSED, **_findings(outcome))


@task()
def write_export(pk: str) -> None:
    """Make the file of an export."""
    make_export(pk)


def make_export(pk: str) -> None:
    """Make the file of an export that waits, here and now."""
    with taken(ExportRun, pk, RunState.WAITING, RunState.WRITING) as found:
        if found is None:
            return
        run, notes = found
        if not may_exchange(run.started_by):
            fail(run, Failure.NOT_ALLOWED)
            return
        export = Export(
            drafts=run.drafts,
            by=run.started_by,
            kinds=run.kinds,
            institution=run.institution,
            on_step=notes,
        )
        path = folder.path_of(run.stored_as)
        counts = export.write(path)
        move_on(
            run,
            RunState.DONE,
            counts=dict(counts),
            left_out=export.left_out + export.unnamed,
            size=path.stat().st_size,
        )


class _Finish(Confirmed):
    """Lets a run end in the transaction of its writing: both are kept, or neither."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(run.digest)
        self._run = run

    def written(self, job: Job) -> None:
        if not move_on(self._run, RunState.DONE):
            raise Overtaken


def _importer(run: ImportRun, on_step: OnStep, watch: Watch, *, dry_run: bool) -> Import:
    path = folder.path_of(run.stored_as)
    importer = IMPORTS[run.kind]
    return importer(
        path, by=run.started_by, dry_run=dry_run, on_step=on_step, name=run.file_name, watch=watch
    )


def _may_go_on(run: ImportRun) -> bool:
    """Whether the person may still import, and the file is still there; the run says so where not."""
    if run.started_by is None or run.kind not in import_kinds(run.started_by):
        fail(run, Failure.NOT_ALLOWED)
        return False
    if not folder.path_of(run.stored_as).exists():
        fail(run, Failure.TOO_OLD)
        return False
    return True


def _findings(outcome: Outcome) -> dict[str, Any]:
    errors, warnings = outcome.problems.errors, outcome.problems.warnings
    return {
        "counts": {
            "created": dict(outcome.created),
            "updated": dict(outcome.updated),
            "unchanged": dict(outcome.unchanged),
        },
        "errors": plain_problems(errors),
        "error_count": errors.total,
        "warnings": plain_problems(warnings),
        "warning_count": warnings.total,
    }
