from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, WorkflowState

from editing.completeness import require_complete
from editing.exceptions import AlreadyAnswered, NewerDraft, NotYours, ReasonMissing
from editing.locks import ReviewLock
from editing.models.content import content_models
from editing.review_forms import RemarkForm, ReturnForm
from editing.wording import step_label
from people.models import User
from people.roles import EDITORS_PREFIX, ROLE_BY_CODE, ROLES, editors_group

STANDS_FOR = {"committee_member": ("committee_member", "committee_chair")}
"""Roles that answer in the name of another one: a chair is a member of the committee."""

APPROVE, RETURN = "approve", "reject"
"""The two answers, by the names that Wagtail gives them."""


class ReviewTask(Task):
    """One step of a review: answered by people of a role, never by those whose own work it is."""

    role = models.CharField(
        _("role"),
        max_length=50,
        choices=[(role.code, role.label) for role in ROLES],
        help_text=_("Who may answer."),
    )
    by_institution = models.BooleanField(
        _("by the institution"),
        default=False,
        help_text=_("Editors of the institution that the object belongs to may answer as well."),
    )

    admin_form_fields = [*Task.admin_form_fields, "role", "by_institution"]
    admin_form_readonly_on_edit_fields: list[str] = []
    lock_class = ReviewLock

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    @property
    def label(self) -> str:
        """What the step is called, in the reader's language; the name in the database is data."""
        return step_label(self.name)

    @classmethod
    def get_description(cls) -> Any:
        return _("People of a role answer, never about their own work; returning needs a reason.")

    @property
    def roles(self) -> tuple[str, ...]:
        """Codes of the roles that answer."""
        return STANDS_FOR.get(self.role, (self.role,))

    def asked_rows(self, user: User, rows: Any) -> Any:
        """The objects about which this step asks a person: by role or institution, and readable to them.

        Whose own work it is does not matter here.
        """
        if not user.is_active:
            return rows.none()
        rows = rows.readable_by(user).filter(archived_at=None)
        if user.is_superuser or user.has_role(*self.roles):
            return rows
        groups = [name for name in user.group_names if name.startswith(EDITORS_PREFIX)]
        if not (self.by_institution and groups):
            return rows.none()
        return rows.filter(institution__editors__name__in=groups)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> "QuerySet[TaskState]":
        """What waits at this step for this person's answer.

        Left out are reviews that they submitted, and those in whose course they wrote a revision.
        """
        if not isinstance(user, User):
            none: QuerySet[TaskState] = TaskState.objects.none()
            return none
        about = Q(pk__in=())
        for model in content_models():
            keys = self.asked_rows(user, model._default_manager.all()).annotate(key=Cast("pk", CharField()))
            about |= Q(
                workflow_state__base_content_type=ContentType.objects.get_for_model(model),
                workflow_state__object_id__in=keys.order_by().values("key"),
            )
        waiting = TaskState.objects.filter(
            task=self.pk,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__current_task_state=F("pk"),
        )
        own = Q(workflow_state__requested_by=user) | Q(
            workflow_state__in=TaskState.objects.filter(revision__user=user).values("workflow_state")
        )
        states: QuerySet[TaskState] = waiting.filter(about).exclude(own)
        return states

    def may_answer(self, user: Any, obj: Any) -> bool:
        """Whether this person may answer this step about an object now."""
        states = self.get_task_states_user_can_moderate(user).filter(
            workflow_state__base_content_type=obj.get_base_content_type(),
            workflow_state__object_id=str(obj.pk),
        )
        return bool(states.exists())

    def recipients(self, task_state: TaskState) -> list[User]:
        """The people whom a task state asks, waiting or not: members of its roles and of the institution."""
        obj = task_state.workflow_state.content_object
        groups = Q(groups__name__in=[ROLE_BY_CODE[code].group for code in self.roles])
        if self.by_institution and (code := obj.institution_code()):
            groups |= Q(groups__name=editors_group(code))
        authors = authors_of(task_state.workflow_state)
        people = User.objects.filter(groups, is_active=True).exclude(pk__in=authors).distinct()
        return [person for person in people.order_by("pk") if self._is_asked(person, obj)]

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self.may_answer(user, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """While a review lasts only those who may answer write; the writer withdraws it first."""
        return not self.may_answer(user, obj)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return self.may_answer(user, obj)

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return False

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not self.may_answer(user, obj):
            return []
        return [(RETURN, _("Return with a reason"), True), (APPROVE, _("Approve"), False)]

    def get_form_for_action(self, action: str) -> Any:
        return ReturnForm if action == RETURN else RemarkForm

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin this step. Raises IncompleteError when something is missing from the latest draft."""
        obj = workflow_state.content_object
        require_complete(obj.get_latest_revision().as_object())
        if obj.locked and not self._is_asked(obj.locked_by, obj):
            obj.locked, obj.locked_by, obj.locked_at = False, None, None
            obj.save(update_fields=["locked", "locked_by", "locked_at"])
        return super().start(workflow_state, user=user)

    def _is_asked(self, user: User | None, obj: Any) -> bool:
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        return user is not None and bool(self.asked_rows(user, rows).exists())

    @transaction.atomic
    def on_action(
        self,
        task_state: TaskState,
        user: Any,
        action_name: str,
        comment: str = "",
        shown: str = "",
        **extra: Any,
    ) -> None:
        """Approve or return what is under review, for whichever page asks.

        `shown` is the state of the revision that the person saw (see `shown_state`), where the page knows it.
        Raises AlreadyAnswered, NotYours, NewerDraft, ReasonMissing, or IncompleteError.
        """
        state = self._locked(task_state)
        if not self.get_task_states_user_can_moderate(user).filter(pk=state.pk).exists():
            raise NotYours(_now("Somebody else answers this review: nobody answers about their own work."))
        self._require_newest(state, shown)
        if action_name == RETURN:
            if not comment.strip():
                raise ReasonMissing(_now("Say why you return it: the reason is what helps the writer on."))
            state.reject(user=user, comment=comment.strip())
        elif action_name == APPROVE:
            require_complete(state.revision.as_object())
            state.approve(user=user, comment=comment.strip())

    def _locked(self, task_state: TaskState) -> TaskState:
        """The task state as it is now, kept from everybody else until the end of the transaction."""
        lock_row(task_state.workflow_state.content_object)
        review = WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
        state: TaskState = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if (
            state.status != TaskState.STATUS_IN_PROGRESS
            or review.status != WorkflowState.STATUS_IN_PROGRESS
            or review.current_task_state_id != state.pk
        ):
            raise AlreadyAnswered(_ending(state))
        state.workflow_state = review
        return state

    def _require_newest(self, state: TaskState, shown: str) -> None:
        latest = state.workflow_state.content_object.latest_revision
        is_newest = latest.pk == state.revision_id and latest.created_at <= state.started_at
        if not is_newest or shown not in ("", shown_state(latest)):
            raise NewerDraft(
                _now("There is a newer draft than the one you read. Read that one; nothing was decided.")
            )


def lock_row(obj: Any) -> Any:
    """The row of an object as it is now, kept from others; always locked before the review of it.

    Raises AlreadyAnswered where the object is gone.
    """
    row = obj and type(obj)._default_manager.select_for_update().filter(pk=obj.pk).first()
    if row is None:
        raise AlreadyAnswered(_now("This has been deleted: there is nothing to review."))
    return row


def authors_of(review: WorkflowState) -> set[int]:
    """Keys of the people whose own work a review is about: who submitted it, and who wrote what it read."""
    authors = set(review.task_states.exclude(revision__user=None).values_list("revision__user", flat=True))
    return authors | {review.requested_by_id} - {None}


def shown_state(revision: Any) -> str:
    """What a page says of the revision that it shows: a coalesced draft keeps its number, not its time."""
    return f"{revision.pk} {revision.created_at.isoformat()}"


def _ending(state: TaskState) -> str:
    """How a task state ended, for a person who came too late."""
    person = {"person": state.finished_by}
    if state.finished_by is None:
        return _now("This review has ended. Your answer was not needed any more.")
    if state.status == TaskState.STATUS_APPROVED:
        return _now("%(person)s approved this before you did. Your answer was not needed any more.") % person
    if state.status == TaskState.STATUS_REJECTED:
        return _now("%(person)s returned this before you answered. Nothing else was changed.") % person
    return _now("%(person)s ended this review before you answered. Nothing else was changed.") % person
