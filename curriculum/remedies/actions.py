"""Deciding about suggestions: into the draft and out of it again, turned down, or a call for a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from cases.models import CaseStudy
from curriculum.models import CallState, CaseCall, Curriculum, DecisionState, Placement, RemedyDecision
from curriculum.remedies.exceptions import (
    AlreadyPlaced,
    CallClosed,
    CaseGone,
    Locked,
    NothingToUndo,
    Overtaken,
    ReasonMissing,
)
from curriculum.remedies.wording import ACCEPTED, CALLED, REJECTED, TAKEN_BACK, UNDONE
from editing.models.review import shown_state
from editing.permissions import may_change, viewable_by
from editing.row_locks import alone
from people.models import User
from themes.models import Theme


@dataclass(frozen=True, slots=True)
class Row:
    """A case to be placed: its code, teaching hours, and the slot: before which placement of which module."""

    case: str
    hours: Decimal
    module: int
    position: int


def draft_state(curriculum: Curriculum) -> str:
    """Which draft stands: its revision and when that was written; an empty text before the first."""
    revision = curriculum.latest_revision
    return shown_state(revision) if revision else ""


def accept(*, by: User, curriculum: Curriculum, what: str, rows: Sequence[Row], shown: str) -> RemedyDecision:
    """Write the cases of a suggestion into the draft: one revision, never the published curriculum.

    `shown` is the state of the draft that it was made for. Raises PermissionDenied, Locked, Overtaken,
    AlreadyPlaced, CaseGone, or BusyError.
    """
    with _writing(by, curriculum) as row:
        if shown != draft_state(row):
            raise Overtaken
        cases = _cases(by, rows)
        draft = row.get_latest_revision_as_object()
        keys = _place(draft, rows, cases)
        revision = _save(draft, by)
        decision = RemedyDecision.objects.create(
            curriculum=row,
            what=what,
            state=DecisionState.ACCEPTED,
            placements=keys,
            revision=revision,
            by=by,
        )
        _log(row, ACCEPTED, by, what, revision)
    return decision


def undo(*, by: User, decision: RemedyDecision) -> None:
    """Take what an accepted suggestion placed out of the draft again, by another revision.

    Whatever else was changed in the draft since stays. Raises PermissionDenied, Locked, NothingToUndo, or
    BusyError.
    """
    with _writing(by, decision.curriculum) as row:
        standing = RemedyDecision.objects.filter(
            pk=decision.pk, state=DecisionState.ACCEPTED, taken_back_at=None
        ).first()
        if standing is None:
            raise NothingToUndo
        draft = row.get_latest_revision_as_object()
        if not _remove(draft, set(standing.placements)):
            raise NothingToUndo
        revision = _save(draft, by)
        _take_back(standing, by)
        _log(row, UNDONE, by, standing.what, revision)


@transaction.atomic
def reject(*, by: User, curriculum: Curriculum, what: str, reason: str) -> RemedyDecision:
    """Turn a suggestion down, so that it is not made again. Raises PermissionDenied or ReasonMissing."""
    if not may_change(by, curriculum):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing
    decision = RemedyDecision.objects.create(
        curriculum=curriculum, what=what, state=DecisionState.REJECTED, reason=reason.strip(), by=by
    )
    log(curriculum, REJECTED, user=by, data={"what": what, "reason": reason.strip()})
    return decision


@transaction.atomic
def take_back(*, by: User, decision: RemedyDecision) -> None:
    """Take a rejection back: the suggestion may be made again. Raises PermissionDenied or NothingToUndo."""
    if not may_change(by, decision.curriculum):
        raise PermissionDenied
    standing = (
        RemedyDecision.objects.select_for_update()
        .filter(pk=decision.pk, state=DecisionState.REJECTED, taken_back_at=None)
        .first()
    )
    if standing is None:
        raise NothingToUndo
    _take_back(standing, by)
    log(decision.curriculum, TAKEN_BACK, user=by, data={"what": decision.what})


@transaction.atomic
def commission(
    *,
    by: User,
    curriculum: Curriculum,
    what: str,
    title: str,
    themes: Iterable[str],
    hours: Decimal,
    wanted_by: date | None = None,
) -> CaseCall:
    """Make a call for a case about some themes (codes), which lecturers will see. Raises PermissionDenied."""
    if not may_change(by, curriculum):
        raise PermissionDenied
    call = CaseCall.objects.create(
        curriculum=curriculum, what=what, title=title, hours=hours, wanted_by=wanted_by, made_by=by
    )
    call.themes.set(Theme.objects.filter(code__in=list(themes)))
    log(curriculum, CALLED, user=by, data={"what": what, "title": title})
    return call


@transaction.atomic
def answer_call(*, by: User, call: CaseCall, case: CaseStudy) -> None:
    """Say which case answers a call. Raises PermissionDenied for a case that the person may not see, or
    CallClosed."""
    if not viewable_by(by, CaseStudy.objects.filter(pk=case.pk)).exists():
        raise PermissionDenied
    _close(call, CallState.ANSWERED, case)


@transaction.atomic
def withdraw_call(*, by: User, call: CaseCall) -> None:
    """Call no longer for a case: who made the call may, and who may change its curriculum.

    Raises PermissionDenied or CallClosed.
    """
    if call.made_by_id != by.pk and not may_change(by, call.curriculum):
        raise PermissionDenied
    _close(call, CallState.WITHDRAWN, None)


def _close(call: CaseCall, state: CallState, case: CaseStudy | None) -> None:
    closed = CaseCall.objects.filter(pk=call.pk, state=CallState.OPEN).update(
        state=state, answered_by=case, closed_at=timezone.now()
    )
    if not closed:
        raise CallClosed


@contextmanager
def _writing(by: User, curriculum: Curriculum) -> Iterator[Curriculum]:
    """The curriculum as it is now, kept from other writers, if this person may write its draft."""
    with alone(Curriculum, curriculum.pk):
        row = Curriculum.objects.select_related("latest_revision").filter(pk=curriculum.pk).first()
        if row is None or not may_change(by, row):
            raise PermissionDenied
        lock = row.get_lock()
        if lock is not None and lock.for_user(by):
            raise Locked
        yield row


def _cases(by: User, rows: Sequence[Row]) -> Mapping[str, CaseStudy]:
    wanted = {row.case for row in rows}
    cases = {case.code: case for case in CaseStudy.objects.visible_to(by).kept().filter(code__in=wanted)}
    if wanted - cases.keys():
        raise CaseGone
    return cases


def _modules(draft: Any) -> list[Any]:
    return sorted(draft.modules.get_object_list(), key=lambda module: module.sort_order or 0)


def _placements(module: Any) -> list[Any]:
    return sorted(module.placements.get_object_list(), key=lambda placement: placement.sort_order or 0)


def _place(draft: Any, rows: Sequence[Row], cases: Mapping[str, CaseStudy]) -> list[str]:
    """Put the cases into the draft, in memory; returns the keys of the new placements."""
    modules = _modules(draft)
    placed = {placement.case_id for module in modules for placement in _placements(module)}
    if placed & {case.pk for case in cases.values()}:
        raise AlreadyPlaced
    new: list[Placement] = []
    for number, module in enumerate(modules):
        standing = _placements(module)
        here = [row for row in rows if row.module == number]
        if not here:
            continue
        # The slots are counted in the draft as it stands: the last one is filled first.
        for at in sorted(range(len(here)), key=lambda at: (-here[at].position, -at)):
            row = here[at]
            case = cases[row.case]
            hours = None if case.suggested_hours == row.hours else row.hours
            placement = Placement(case=case, hours=hours)
            standing.insert(row.position, placement)
            new.append(placement)
        _write(module, standing)
    if len(new) != len(rows):
        raise Overtaken
    return [placement.key for placement in new]


def _remove(draft: Any, keys: set[str]) -> bool:
    found = False
    for module in _modules(draft):
        standing = _placements(module)
        left = [placement for placement in standing if placement.key not in keys]
        if len(left) < len(standing):
            found = True
            _write(module, left)
    return found


def _write(module: Any, placements: list[Any]) -> None:
    for order, placement in enumerate(placements):
        placement.sort_order = order
    module.placements.set(placements)


def _save(draft: Any, by: User) -> Any:
    if not draft.live:
        # As the editor does: what was never published has its draft in the rows as well.
        draft.save()
    return draft.save_revision(user=by, clean=False)


def _take_back(decision: RemedyDecision, by: User) -> None:
    decision.taken_back_at, decision.taken_back_by = timezone.now(), by
    decision.save(update_fields=["taken_back_at", "taken_back_by"])


def _log(row: Curriculum, action: str, by: User, what: str, revision: Any) -> None:
    log(row, action, user=by, revision=revision, content_changed=True, data={"what": what})
