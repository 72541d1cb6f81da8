"""What waits for whose answer, and where that stands which a person submitted: read for lists and pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import TaskState, WorkflowState
from wagtail.permissions import policy_registry

from editing.models import ReviewTask
from editing.models.content import Content, content_models
from editing.wording import step_label
from people.models import User


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One review that waits for an answer; `page` is where it is answered."""

    title: str
    code: str
    language: str
    kind: str
    submitter: str
    since: datetime
    step: str
    page: str


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """One review that a person asked for, and where it stands."""

    title: str
    code: str
    language: str
    kind: str
    since: datetime
    status: str | Promise
    page: str
    is_returned: bool


def takes_part(user: Any) -> bool:
    """Whether a person writes content of any kind, and so has to do with reviews."""
    return any(
        policy_registry.get_by_type(model).user_has_any_permission(user, {"add", "change"})
        for model in content_models()
    )


def waiting_for(user: Any) -> QuerySet[TaskState]:
    """The task states that wait for this person's answer, the longest waiting first."""
    asked = Q(pk__in=())
    for step in ReviewTask.objects.filter(active=True):
        asked |= Q(pk__in=step.get_task_states_user_can_moderate(user).values("pk"))
    states: QuerySet[TaskState] = TaskState.objects.filter(asked).order_by("started_at", "pk")
    return states


def waiting_rows(states: Iterable[TaskState]) -> list[WaitingRow]:
    """Task states as rows; as many queries for fifty as for one."""
    found = list(states)
    objects = _objects(state.workflow_state for state in found)
    rows = []
    for state in found:
        review = state.workflow_state
        obj = objects[review.base_content_type_id, review.object_id]
        rows.append(
            WaitingRow(
                title=state.revision.object_str,
                code=obj.code,
                language=obj.language,
                kind=capfirst(str(obj._meta.verbose_name)),
                submitter=str(review.requested_by or ""),
                since=state.started_at,
                step=step_label(state.task.name),
                page=_page(obj, "review"),
            )
        )
    return rows


def with_all_for_rows(states: QuerySet[TaskState]) -> QuerySet[TaskState]:
    """The task states with what their rows show."""
    return states.select_related("workflow_state__requested_by", "task", "revision").defer(
        "revision__content"
    )


def submitted_by(user: User, known: Q) -> QuerySet[WorkflowState]:
    """The reviews that a person asked for, the latest first; `known` says about what they may be shown."""
    states: QuerySet[WorkflowState] = (
        WorkflowState.objects.filter(known, requested_by=user)
        .select_related("current_task_state__task", "current_task_state__revision")
        .defer("current_task_state__revision__content")
        .order_by("-created_at", "-pk")
    )
    return states


def submitted_rows(reviews: Sequence[WorkflowState]) -> list[SubmittedRow]:
    """Reviews as rows; as many queries for fifty as for one."""
    objects = _objects(reviews)
    rows = []
    for review in reviews:
        obj = objects.get((review.base_content_type_id, review.object_id))
        state = review.current_task_state
        if obj is None or state is None:
            continue
        is_returned = review.status == WorkflowState.STATUS_NEEDS_CHANGES
        rows.append(
            SubmittedRow(
                title=state.revision.object_str,
                code=obj.code,
                language=obj.language,
                kind=capfirst(str(obj._meta.verbose_name)),
                since=review.created_at,
                status=standing(review),
                page=_page(obj, "edit" if is_returned else "review"),
                is_returned=is_returned,
            )
        )
    return rows


def standing(review: WorkflowState) -> str:
    """Where a review stands, in words."""
    match review.status:
        case WorkflowState.STATUS_IN_PROGRESS:
            return _("Waits: %(step)s") % {"step": step_label(review.current_task_state.task.name)}
        case WorkflowState.STATUS_NEEDS_CHANGES:
            return _("Returned to the writer")
        case WorkflowState.STATUS_APPROVED:
            return _("Approved")
    return _("Withdrawn")


def _objects(reviews: Iterable[WorkflowState]) -> dict[tuple[int, str], Any]:
    """The objects of reviews by content type and key, with one query a kind."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for review in reviews:
        wanted[review.base_content_type_id].add(review.object_id)
    found: dict[tuple[int, str], Any] = {}
    for content_type, keys in wanted.items():
        model: Any = ContentType.objects.get_for_id(content_type).model_class()
        if model is not None and issubclass(model, Content):
            for obj in model._default_manager.only("pk", "code", "language").filter(pk__in=keys):
                found[content_type, str(obj.pk)] = obj
    return found


def _page(obj: Any, view: str) -> str:
    return reverse(obj.snippet_viewset.get_url_name(view), args=[obj.pk])
