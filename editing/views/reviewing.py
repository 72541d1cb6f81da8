"""What the editor knows of reviews: the reason of a return above it, and its buttons in our words."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import TaskState, WorkflowState
from wagtail.snippets import action_menu
from wagtail.snippets.views import snippets

from editing.exceptions import IncompleteError, ReasonMissing, ReviewRefused
from editing.models import Content
from editing.models.review import RETURN
from editing.review import may_withdraw
from editing.wording import step_label


class ReviewedMixin:
    """An editor of something that is reviewed."""

    request: Any
    object: Any
    action: str
    workflow_state: WorkflowState | None
    expects_json_response: bool

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        if self.action == "workflow-action" and request.POST.get("workflow-action-name") == RETURN:
            # What is returned may well be incomplete: that can be the reason.
            self.saving_as_draft = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The editor; what was returned has the reason above it."""
        if not self.expects_json_response:
            self._show_reason()
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        return response

    def _show_reason(self) -> None:
        review = self.workflow_state
        if review is None or review.status != WorkflowState.STATUS_NEEDS_CHANGES:
            return
        state = review.current_task_state
        if state is None or state.status != TaskState.STATUS_REJECTED:
            return
        words = {"person": state.finished_by or "–", "day": f"{state.finished_at:%Y-%m-%d}"}
        page = reverse(self.object.snippet_viewset.get_url_name("review"), args=[self.object.pk])
        said = _("Returned by %(person)s on %(day)s, with this reason:") % words
        reason = format_html("<strong>{}</strong> <q>{}</q>", said, state.comment)
        link = messages.button(page, _("See the review"))
        messages.warning(self.request, reason, buttons=[link])

    def get_available_actions(self) -> list[str]:
        """What can be asked for: those who are asked to answer a review do not withdraw it."""
        actions: list[str] = super().get_available_actions()  # type: ignore[misc]  # a view's
        left_out = {"restart-workflow"}
        if not may_withdraw(self.request.user, self.workflow_state, self.object):
            left_out.add("cancel-workflow")
        return [action for action in actions if action not in left_out]

    @cached_property
    def workflow_tasks(self) -> list[Any]:
        """The steps of the review under their names for the reader."""
        if not self.workflow_state:
            return []
        steps = list(self.workflow_state.all_tasks_with_status())
        for step in steps:
            step.name = step_label(step.name)
        return steps


class ActionView(snippets.WorkflowActionView):
    """An answer that was sent straight to its address: a refusal is told in words."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not: in the window with the form, else on the page of the review."""
        form = self.form_class(request.POST)
        try:
            with transaction.atomic():
                if not form.is_valid():
                    raise ReasonMissing(" ".join(map(str, form.errors.get("comment", []))))
                response: HttpResponse = super().post(request, *args, **kwargs)
        except (ReviewRefused, IncompleteError) as error:
            return self._refused(form, str(error.words))
        return response

    def _refused(self, form: Any, words: str) -> HttpResponse:
        if self.action_modal and self.request.headers.get("x-requested-with") == "XMLHttpRequest":
            form.add_error(None, words)
            response: HttpResponse = self.render_modal_form(self.request, form)
            return response
        messages.error(self.request, words)
        return redirect(self.object.snippet_viewset.get_url_name("review"), self.object.pk)


class SubmitItem(action_menu.SubmitForModerationMenuItem):
    """The button that sends a draft for review."""

    label = gettext_lazy("Submit for review")

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        instance = parent_context.get("instance")
        review = instance.current_workflow_state if instance else None
        is_returned = review is not None and review.status == WorkflowState.STATUS_NEEDS_CHANGES
        return {**context, "label": _("Submit again") if is_returned else self.label}


class WithdrawItem(action_menu.CancelWorkflowMenuItem):
    """The button that takes a draft out of review."""

    label = gettext_lazy("Withdraw from review")

    def is_shown(self, context: Any) -> bool:
        instance = context.get("instance")
        if context["view"] != "edit" or instance is None:
            return False
        return may_withdraw(context["request"].user, instance.current_workflow_state, instance)


def name_buttons(menu_items: list[Any], request: HttpRequest, context: Any) -> None:
    """Put our buttons in the place of the stock ones; submitting again begins anew, so nothing restarts."""
    if not issubclass(context["model"], Content):
        return
    ours = {
        action_menu.SubmitForModerationMenuItem: SubmitItem,
        action_menu.CancelWorkflowMenuItem: WithdrawItem,
    }
    kept = [item for item in menu_items if type(item) is not action_menu.RestartWorkflowMenuItem]
    items = [ours[type(item)](order=item.order) if type(item) in ours else item for item in kept]
    menu_items[:] = [item for item in items if type(item) is not WithdrawItem or item.is_shown(context)]
