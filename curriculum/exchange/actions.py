"""What a person does with files: imports are begun, checked again, confirmed and discarded; exports begun."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from curriculum.exchange import folder
from curriculum.exchange.rights import Rights
from curriculum.exchange.runs import is_stopped
from curriculum.models.runs import AT_WORK, ExchangeRun, ExportRun, ImportRun, RunState
from curriculum.tasks import check_import, write_export, write_import
from people.models import User

AnyRun = TypeVar("AnyRun", bound=ExchangeRun)


class RunMovedOn(Exception):
    """The run is not where the person saw it: somebody else, or another window, was quicker."""


def start_import(
    *, upload: UploadedFile[bytes], file_name: str, ending: str, kind: str, by: User
) -> ImportRun:
    """Keep an uploaded file and have it checked."""
    kept = folder.keep(upload, ending)
    try:
        return _start_import(kept, file_name, kind, by)
    except BaseException:
        folder.remove(kept.name)
        raise


@transaction.atomic
def _start_import(kept: folder.Kept, file_name: str, kind: str, by: User) -> ImportRun:
    run = ImportRun.objects.create(
        started_by=by,
        kind=kind,
        file_name=file_name,
        stored_as=kept.name,
        size=kept.size,
        sha256=kept.sha256,
        drafts_only=kind == ImportRun.Kind.CONTENT and not Rights(by).publishes,
    )
    transaction.on_commit(partial(check_import.enqueue, str(run.pk)))
    return run


@transaction.atomic
def confirm_import(*, run: ImportRun, by: User) -> None:
    """Have the file written. Raises RunMovedOn unless it is checked and without errors."""
    _move(run, [RunState.CHECKED], RunState.CONFIRMED, by)
    transaction.on_commit(partial(write_import.enqueue, str(run.pk)))


@transaction.atomic
def check_again(*, run: ImportRun, by: User) -> None:
    """Have the file checked anew. Raises RunMovedOn while a living worker has it, and once it is written."""
    states = [RunState.WAITING, RunState.REFUSED, RunState.CHECKED, RunState.FAILED]
    if is_stopped(run):
        states += AT_WORK
    _move(run, states, RunState.WAITING, by)
    transaction.on_commit(partial(check_import.enqueue, str(run.pk)))


@transaction.atomic
def discard_import(*, run: ImportRun, by: User) -> None:
    """Remove a file that is not to be imported. Raises RunMovedOn while a living worker has it."""
    states = [RunState.WAITING, RunState.REFUSED, RunState.CHECKED, RunState.FAILED]
    if is_stopped(run):
        states += AT_WORK
    name = run.stored_as
    _move(run, states, RunState.DISCARDED, by, stored_as="")
    transaction.on_commit(partial(folder.remove, name))


@transaction.atomic
def start_export(
    *, kinds: Collection[str], drafts: bool, institution: str, ending: str, by: User
) -> ExportRun:
    """Note what is to be exported; the file is made by `make_export` or by a worker."""
    return ExportRun.objects.create(
        started_by=by,
        file_name=f"praxis-{timezone.localdate().isoformat()}{ending}",
        stored_as=folder.new_name(ending),
        kinds=list(kinds),
        drafts=drafts,
        institution=institution,
    )


@transaction.atomic
def export_later(*, run: ExportRun, by: User) -> None:
    """Leave an export to the worker. Raises RunMovedOn unless it waits, or its worker has stopped."""
    states = [RunState.WAITING, RunState.FAILED, *(AT_WORK if is_stopped(run) else ())]
    _move(run, states, RunState.WAITING, by)
    transaction.on_commit(partial(write_export.enqueue, str(run.pk)))


def _move(run: AnyRun, states: Collection[str], to: str, by: User, **changes: Any) -> None:
    """Take a run from one of some states to another; only its owner or a superuser may."""
    if by.pk != run.started_by_id and not by.is_superuser:
        raise RunMovedOn
    moved = (
        type(run)
        ._default_manager.filter(pk=run.pk, state__in=states, attempt=run.attempt)
        .exclude(stored_as="")
        .update(state=to, failure="", changed_at=timezone.now(), **changes)
    )
    if not moved:
        raise RunMovedOn
    run.refresh_from_db()
