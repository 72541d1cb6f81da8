"""What the task worker tells people of reviews. Each task looks everything up anew, and may find it gone."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import override
from django_tasks import task
from wagtail.models import Revision, TaskState, WorkflowState

from editing.completeness import blocking
from editing.mails import about, post, post_all, written
from editing.models.review import authors_of
from people.mails import language_of
from people.models import User


def _state(pk: int) -> TaskState | None:
    states = TaskState.objects.select_related("workflow_state", "task", "revision", "finished_by")
    state: TaskState | None = states.filter(pk=pk).first()
    return state if state and state.workflow_state.content_object else None


def _asked(state: TaskState) -> list[User]:
    step = state.task.specific
    return step.recipients(state) if hasattr(step, "recipients") else []


def _others(people: Any, actor: int | None) -> list[User]:
    return [person for person in people if person.pk != actor]


def _writers(review: WorkflowState) -> Any:
    """Who wants to know how it ends: who submitted it, who wrote what was read, and who owns it."""
    obj = review.content_object
    return User.objects.filter(Q(pk__in=authors_of(review)) | Q(pk=obj.owner_id)).order_by("pk")


@task()
def tell_asked(state_pk: int, actor: int | None) -> int:
    """Ask the people of a step for their answer; returns how many mails went out."""
    state = _state(state_pk)
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return 0
    review = state.workflow_state
    context = {**about(review.content_object), "submitter": review.requested_by}
    return post_all(_others(_asked(state), actor), "asked", context)


@task()
def tell_answered(state_pk: int, actor: int | None) -> int:
    """Tell the writers how somebody answered; returns how many mails went out."""
    state = _state(state_pk)
    if state is None:
        return 0
    review = state.workflow_state
    mails = {TaskState.STATUS_APPROVED: "step_approved", TaskState.STATUS_REJECTED: "returned"}
    is_last = review.status == WorkflowState.STATUS_APPROVED and review.current_task_state_id == state.pk
    mail = "approved" if is_last else mails.get(state.status)
    if mail is None:
        return 0
    context = {
        **about(review.content_object),
        "actor": state.finished_by,
        "comment": state.comment,
        "day": written(state.revision.approved_go_live_at),
    }
    return post_all(_others(_writers(review), actor), mail, context)


@task()
def tell_withdrawn(review_pk: int, actor: int | None) -> int:
    """Tell the people of a step, and who submitted, that a review is over; returns the number of mails."""
    review = WorkflowState.objects.filter(pk=review_pk).select_related("requested_by").first()
    if review is None or review.content_object is None:
        return 0
    people = {review.requested_by} - {None}
    current = review.current_task_state
    if current is not None and current.status == TaskState.STATUS_CANCELLED:
        people |= set(_asked(current))
    by = User.objects.filter(pk=actor).first() if actor else None
    context = {**about(review.content_object), "actor": by}
    return post_all(_others(sorted(people, key=lambda person: person.pk), actor), "withdrawn", context)


@task()
def tell_held(revision_pk: int) -> int:
    """Tell the people whose it is that the clock published nothing; returns how many mails went out."""
    revision = Revision.objects.filter(pk=revision_pk).first()
    if revision is None or revision.content_object is None:
        return 0
    obj = revision.as_object()
    people = User.objects.filter(Q(pk=obj.owner_id) | Q(pk=revision.user_id)).order_by("pk")
    sent = 0
    for person in people:
        with override(language_of(person)):
            sentences = [problem.sentence for problem in blocking(obj.problems())]
        sent += post(person, "held", {**about(revision.content_object), "problems": sentences})
    return sent
