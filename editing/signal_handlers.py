"""When a review moves on, people are told: after the commit, by the task worker."""

from __future__ import annotations

from typing import Any

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    task_approved,
    task_rejected,
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from editing import notices
from editing.afterwards import after_commit

STOCK_NOTICES = (
    (workflow_submitted, "workflow_state_submitted_email_notification"),
    (workflow_rejected, "workflow_state_rejected_email_notification"),
    (workflow_approved, "workflow_state_approved_email_notification"),
)


def connect() -> None:
    """Connect our handlers, some of them under the names of Wagtail's notices.

    Those go out before the commit, to the wrong people, and can break the save. A signal keeps the first
    receiver of a name, and this app is ready before Wagtail's admin: its notices find their places taken.
    """
    task_submitted.connect(
        step_began, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
    )
    for signal, uid in STOCK_NOTICES:
        signal.connect(nobody_is_told, sender=WorkflowState, dispatch_uid=uid)
    task_approved.connect(step_answered, sender=TaskState, dispatch_uid="editing_step_approved")
    task_rejected.connect(step_answered, sender=TaskState, dispatch_uid="editing_step_rejected")
    workflow_cancelled.connect(review_cancelled, sender=WorkflowState, dispatch_uid="editing_cancelled")


def nobody_is_told(**kwargs: Any) -> None:
    """Whatever Wagtail would say here, we say elsewhere."""


def step_began(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """Somebody is asked."""
    _afterwards(notices.tell_asked, instance, user)


def step_answered(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """Somebody answered."""
    _afterwards(notices.tell_answered, instance, user)


def review_cancelled(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """A review ended without an answer."""
    _afterwards(notices.tell_withdrawn, instance, user)


def _afterwards(task: Any, instance: Any, user: Any) -> None:
    # A queue that fails is logged: what it would have told of is done.
    after_commit(task.enqueue, instance.pk, user.pk if user else None)
