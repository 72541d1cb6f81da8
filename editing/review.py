"""The acts of a review: submit, answer, withdraw, and go on with the newest draft.

Each locks the review before it looks at it, so that of two acts at once one wins and the other is told.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import TaskState, WorkflowState

from editing.exceptions import AlreadyAnswered, NewerDraft, NotYours, ReviewRefused
from editing.models import Content
from editing.models.review import lock_row
from editing.permissions import may_change, may_see_drafts
from editing.wording import NEWEST
from people.models import User


def may_withdraw(user: Any, review: WorkflowState | None, obj: Any) -> bool:
    """Whether this person may take an object out of its review: who submitted or owns it, or a superuser.

    Those who are asked answer instead: a return has a reason.
    """
    if review is None or not review.is_active:
        return False
    return bool(user.is_superuser or user.pk in (review.requested_by_id, obj.owner_id))


@transaction.atomic
def submit(*, by: User, obj: Content) -> WorkflowState:
    """Send the latest draft for review; what was returned begins again at the first step.

    Steps that approved this very draft already are not asked twice. Raises NotYours, AlreadyAnswered,
    ReviewRefused, or IncompleteError when something is missing.
    """
    row = lock_row(obj)
    review = _active(row)
    if not may_change(by, row):
        raise NotYours(_("You cannot send this for review: it is somebody else's."))
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        raise AlreadyAnswered(_("This is under review already."))
    if row.scheduled_revision is not None:
        raise ReviewRefused(_("This waits for its day of publication. Cancel that first."))
    if row.live and not row.has_unpublished_changes:
        raise ReviewRefused(_("Nothing has changed since this was published: there is nothing to review."))
    if review is not None:
        _submit_again(review, row, by)
        return review
    workflow = row.get_workflow()
    if workflow is None:
        raise ReviewRefused(_("No review is set up for this. Ask an operator."))
    if row.latest_revision is None:
        row.save_revision(user=by, log_action=True)
    started: WorkflowState = workflow.start(row, by)
    return started


def _submit_again(review: WorkflowState, row: Any, by: User) -> None:
    # The stock way goes on at the step that returned it, so that earlier steps would follow later ones.
    review.status, review.current_task_state = WorkflowState.STATUS_IN_PROGRESS, None
    review.requested_by = by
    review.save()
    data = {"workflow": {"id": review.workflow_id, "title": review.workflow.name}}
    log(row, "wagtail.workflow.resume", user=by, data=data, revision=row.latest_revision)
    review.update(user=by)


@transaction.atomic
def answer(*, by: User, state: TaskState, action: str, comment: str = "", shown: str = "") -> None:
    """Approve or return what waits at a step; see `ReviewTask.on_action` for what it raises."""
    state.task.specific.on_action(state, by, action, comment=comment, shown=shown)


@transaction.atomic
def withdraw(*, by: User, obj: Content) -> None:
    """Take an object out of its review. Raises AlreadyAnswered when there is none any more, and NotYours."""
    row = lock_row(obj)
    review = _active(row)
    if review is None:
        raise AlreadyAnswered(_("This is not under review any more."))
    if not may_withdraw(by, review, row):
        raise NotYours(_("Only who sent this for review, or owns it, can withdraw it. You can return it."))
    review.cancel(user=by)


@transaction.atomic
def take_newest(*, by: User, obj: Content) -> None:
    """Let the review go on with the newest draft, from the first step that has not approved that one.

    Raises NotYours, AlreadyAnswered, NewerDraft when the newest is under review already, or IncompleteError.
    """
    if not may_see_drafts(by, obj):
        raise NotYours
    row = lock_row(obj)
    review = _active(row)
    if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS:
        raise AlreadyAnswered(_("This is not under review any more."))
    current, latest = review.current_task_state, row.latest_revision
    if not is_behind(current, latest):
        raise NewerDraft(_("The newest draft is under review already."))
    current.workflow_state = review
    current.cancel(user=by)
    log(row, NEWEST, user=by, revision=latest)


def is_behind(state: TaskState, latest: Any) -> bool:
    """Whether the draft has gone on since a step of a review began."""
    return bool(latest.pk != state.revision_id or latest.created_at > state.started_at)


def _active(obj: Any) -> WorkflowState | None:
    """The review of an object that is not over, locked until the end of the transaction."""
    states: Any = WorkflowState.objects.active().for_instance(obj)
    found: WorkflowState | None = states.select_for_update().first()
    return found
