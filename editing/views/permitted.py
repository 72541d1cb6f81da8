"""What stands before every view of one object: whether this person may use it.

Wagtail asks most of these views about the model only. Here an object that the person may not see is absent,
and what they may not do with one that they see is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from wagtail.permissions import policy_registry
from wagtail.snippets.views import snippets

from editing.permissions import Person, may_answer, with_verbs
from editing.views.review import ReviewView

DRAFT = "draft"
"""Seeing what is not published: for those who may change the object or are asked to answer its review."""

NO_OBJECT = ""

NEEDS = {
    snippets.IndexView: NO_OBJECT,
    snippets.CreateView: NO_OBJECT,
    snippets.PreviewOnCreateView: NO_OBJECT,
    snippets.InspectView: "view",
    snippets.UsageView: "view",
    snippets.EditView: DRAFT,
    snippets.CopyView: DRAFT,
    snippets.HistoryView: DRAFT,
    snippets.PreviewOnEditView: DRAFT,
    snippets.PreviewRevisionView: DRAFT,
    snippets.RevisionsCompareView: DRAFT,
    snippets.WorkflowHistoryView: DRAFT,
    snippets.WorkflowHistoryDetailView: DRAFT,
    snippets.WorkflowActionView: DRAFT,
    snippets.CollectWorkflowActionDataView: DRAFT,
    snippets.ConfirmWorkflowCancellationView: DRAFT,
    snippets.WorkflowPreviewView: DRAFT,
    ReviewView: DRAFT,
    # Who locked an object may unlock it, and a step of a review may have a say: the stock views know.
    snippets.LockView: DRAFT,
    snippets.UnlockView: DRAFT,
    snippets.UnpublishView: "publish",
    snippets.RevisionsUnscheduleView: "publish",
    snippets.DeleteView: "delete",
}
"""What each view asks for, by the stock view that it is made from; the view's own check comes after."""


def need_of(view_class: type[Any]) -> str:
    """What a view of content asks for. Raises ImproperlyConfigured for a view without an entry."""
    for cls in view_class.__mro__:
        if cls in NEEDS:
            return NEEDS[cls]
    raise ImproperlyConfigured(
        f"Say in editing.views.permitted.NEEDS what {view_class.__name__} asks of the person who opens it."
    )


class PolicyOfObject:
    """A permission policy that answers for one object whatever it is asked about the model."""

    def __init__(self, policy: Any, verbs: Collection[str], obj: Any) -> None:
        self.policy = policy
        self.verbs = verbs
        self.obj = obj

    def __getattr__(self, name: str) -> Any:
        return getattr(self.policy, name)

    def user_has_permission(self, user: Person, action: str) -> bool:
        """Whether this person may do this with the object; adding is a question of the model."""
        if action == "add":
            return bool(self.policy.user_has_permission(user, action))
        # Who is asked to answer a review reads what its writers read; the editor has a check of its own.
        return action in self.verbs or (action == "change" and DRAFT in self.verbs)

    def user_has_any_permission(self, user: Person, actions: Collection[str]) -> bool:
        """Whether this person may do one of these things with the object."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Person, action: str, instance: Any) -> bool:
        """The same for an instance: most often the object, as its draft has it."""
        if instance.pk == self.obj.pk:
            return self.user_has_permission(user, action)
        return bool(self.policy.user_has_permission_for_instance(user, action, instance))

    def user_has_any_permission_for_instance(
        self, user: Person, actions: Collection[str], instance: Any
    ) -> bool:
        """Whether this person may do one of these things with an instance."""
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)


class PermittedMixin:
    """A view of content; where its address names an object, that is asked before anything else happens."""

    model: Any
    need: str
    """What the view asks for; set when the view is made."""

    sees_drafts = False
    """Whether this person may see what is not published of the object."""

    row: Any = None
    verbs: frozenset[str] = frozenset()

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if "pk" in kwargs:
            self._ask(request, unquote(str(kwargs["pk"])))
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        self._refuse_state_of_another()

    def _ask(self, request: HttpRequest, pk: str) -> None:
        user: Any = request.user
        if pk.isdecimal():
            self.row, self.verbs = with_verbs(user, self.model._default_manager.filter(pk=pk))
        if self.row is None:
            raise Http404
        self.sees_drafts = "change" in self.verbs or may_answer(user, self.row)
        if not (self.sees_drafts or "view" in self.verbs):
            raise Http404
        if self.sees_drafts:
            self.verbs |= {"view", DRAFT}
        if self.need not in self.verbs:
            raise PermissionDenied

    def _refuse_state_of_another(self) -> None:
        """An address names its step of a review by itself: it could be the step of another object."""
        state = getattr(self, "task_state", None)
        if self.row is not None and state is not None:
            review = state.workflow_state
            if (review.base_content_type, review.object_id) != (
                self.row.get_base_content_type(),
                str(self.row.pk),
            ):
                raise Http404

    @cached_property
    def permission_policy(self) -> Any:
        """The policy of the model, or, of an object, one that answers for it."""
        policy = policy_registry.get_by_type(self.model)
        return policy if self.row is None else PolicyOfObject(policy, self.verbs, self.row)


def permitted(view_class: type[Any]) -> type[Any]:
    """The view with the question before it."""
    members = {"need": need_of(view_class), "__module__": view_class.__module__}
    return type(view_class.__name__, (PermittedMixin, view_class), members)
