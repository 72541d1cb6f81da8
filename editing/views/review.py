"""The review of one object: what changes, what is missing, who said what, and a plain form for the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import TaskState, WorkflowState

from editing.changes import Change, changes
from editing.completeness import Problem, blocking
from editing.exceptions import AlreadyAnswered, IncompleteError, NewerDraft, ReasonMissing, ReviewRefused
from editing.models.review import APPROVE, RETURN, ReviewTask, shown_state
from editing.permissions import may_change
from editing.review import answer, is_behind, may_withdraw, submit, take_newest, withdraw
from editing.review_forms import RemarkForm, ReturnForm
from editing.waiting import standing
from editing.wording import step_label


class ReviewView(BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """The page of a review; works without scripts.

    A refused act shows the page as it is now, with status 409, and keeps what was typed.
    """

    request: Any
    object: Any
    model: Any
    template_name = "editing/review.html"
    page_title = gettext_lazy("Review")
    header_icon = "clipboard-list"
    index_url_name: str | None = None
    edit_url_name: str | None = None
    history_url_name: str | None = None
    workflow_preview_url_name: str | None = None
    refusal = ""

    @cached_property
    def review(self) -> WorkflowState | None:
        """The review that goes on, else the last one."""
        states: Any = WorkflowState.objects.for_instance(self.object)
        latest = states.select_related("requested_by", "current_task_state").order_by("-created_at", "-pk")
        found: WorkflowState | None = latest.active().first() or latest.first()
        return found

    @cached_property
    def state(self) -> TaskState | None:
        """The step that waits, if one does."""
        if self.review is None or self.review.status != WorkflowState.STATUS_IN_PROGRESS:
            return None
        current: TaskState | None = self.review.current_task_state
        return current

    @cached_property
    def step(self) -> ReviewTask | None:
        """The step as it knows who answers."""
        task = self.state.task.specific if self.state else None
        return task if isinstance(task, ReviewTask) else None

    @cached_property
    def revision(self) -> Any:
        """What the page shows: what is under review, else the latest draft."""
        return self.state.revision if self.state else self.object.latest_revision

    @cached_property
    def is_behind(self) -> bool:
        """Whether there is a newer draft than the one under review."""
        return self.state is not None and is_behind(self.state, self.object.latest_revision)

    @cached_property
    def answers(self) -> bool:
        """Whether this person answers the step."""
        return self.step is not None and self.step.may_answer(self.request.user, self.object)

    @cached_property
    def problems(self) -> list[Problem]:
        """What is missing, or might be better."""
        shown = self.revision.as_object() if self.revision else self.object
        found: list[Problem] = shown.problems()
        return found

    @cached_property
    def changes(self) -> list[Change]:
        """What differs from what is published; everything where nothing is."""
        if self.revision is None:
            return []
        live = self.object.live_revision if self.object.live else None
        before = live.content if live else None
        return changes(self.model, before, self.revision.content, user=self.request.user)

    def get_page_subtitle(self) -> str:
        """The title of the latest draft."""
        return str(get_latest_str(self.object))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("reviews"), "label": _("Reviews")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_header_buttons(self) -> list[HeaderButton]:
        """Ways to the editor and to the history."""
        links = ((_("Edit"), self.edit_url_name, "edit"), (_("History"), self.history_url_name, "history"))
        return [
            HeaderButton(label, url=reverse(name, args=[self.object.pk]), icon_name=icon)
            for label, name, icon in links
            if name
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        return {
            **context,
            "object": self.object,
            "title": self.get_page_subtitle(),
            "kind": capfirst(str(self.object._meta.verbose_name)),
            "review": self.review,
            "state": self.state,
            "step": self._step_words(),
            "standing": standing(self.review) if self.review else "",
            "refusal": self.refusal,
            "problems": blocking(self.problems),
            "hints": [problem for problem in self.problems if problem not in blocking(self.problems)],
            "changes": self.changes,
            "is_new": not (self.object.live and self.object.live_revision),
            "past": self._past(),
            "asked": self.step.recipients(self.state) if self.step and self.state else [],
            "answers": self.answers,
            "is_own": bool(self.review and self.review.requested_by_id == user.pk),
            "is_behind": self.is_behind,
            "newest": self.object.latest_revision,
            "shown": shown_state(self.revision) if self.revision else "",
            "can_submit": self._can_submit(),
            "can_withdraw": may_withdraw(user, self.review, self.object),
            "preview_url": self._preview_url(),
            "approve_form": kwargs.get("approve_form") or RemarkForm(prefix="approve"),
            "return_form": kwargs.get("return_form") or ReturnForm(prefix="return"),
        }

    def _step_words(self) -> dict[str, Any]:
        """The step that waits: its name, and which of how many it is."""
        if self.state is None or self.review is None:
            return {}
        steps = self.review.workflow.workflow_tasks.order_by("sort_order")
        order = list(steps.values_list("task", flat=True))
        number = order.index(self.state.task_id) + 1 if self.state.task_id in order else 1
        return {"label": step_label(self.state.task.name), "number": number, "count": len(order)}

    def _past(self) -> list[dict[str, Any]]:
        """The answers that were given in this review, the latest first."""
        if self.review is None:
            return []
        given = self.review.task_states.filter(
            status__in=(TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
        )
        return [
            {"state": state, "label": step_label(state.task.name), "is_return": state.status == "rejected"}
            for state in given.select_related("task", "finished_by").order_by("-finished_at", "-pk")
        ]

    def _can_submit(self) -> bool:
        """Whether there is something to submit, and this person may: a draft that is under no review."""
        return (
            self.state is None
            and (self.object.has_unpublished_changes or not self.object.live)
            and self.object.scheduled_revision is None
            and may_change(self.request.user, self.object)
        )

    def _preview_url(self) -> str:
        if self.state is None or not self.answers or not self.workflow_preview_url_name:
            return ""
        return reverse(self.workflow_preview_url_name, args=[self.object.pk, self.state.task_id])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Do what the button says, or say why not."""
        acts: dict[str, Callable[[], HttpResponseBase]] = {
            "approve": lambda: self._answer(APPROVE, RemarkForm),
            "return": lambda: self._answer(RETURN, ReturnForm),
            "submit": lambda: self._act(submit, _("“%(title)s” has been submitted for review.")),
            "withdraw": lambda: self._act(withdraw, _("“%(title)s” has been withdrawn from review.")),
            "newest": lambda: self._act(take_newest, _("The review goes on with the newest draft.")),
        }
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            return HttpResponse(status=400)
        try:
            return act()
        except ReviewRefused as error:
            return self._refused(str(error.words))
        except IncompleteError as error:
            return self._refused(error.words)

    def _act(self, act: Callable[..., Any], words: str) -> HttpResponseBase:
        act(by=self.request.user, obj=self.object)
        messages.success(self.request, words % {"title": self.get_page_subtitle()})
        return redirect(self.request.path)

    def _answer(self, action: str, form_class: type[Form]) -> HttpResponseBase:
        name = "return" if action == RETURN else "approve"
        form = form_class(self.request.POST, prefix=name)
        shown = self.request.POST.get("shown", "")
        if not form.is_valid():
            return self._shown_again(form, name, status=200)
        if self.state is None or shown.split(" ")[0] != str(self.state.revision_id):
            return self._shown_again(form, name, refusal=self._too_late())
        try:
            comment = form.cleaned_data["comment"]
            answer(by=self.request.user, state=self.state, action=action, comment=comment, shown=shown)
        except ReasonMissing as error:
            form.add_error("comment", str(error.words))
            return self._shown_again(form, name, status=200)
        except (AlreadyAnswered, NewerDraft) as error:
            return self._shown_again(form, name, refusal=str(error.words))
        said = _("You returned “%(title)s”.") if action == RETURN else _("You approved “%(title)s”.")
        messages.success(self.request, said % {"title": self.get_page_subtitle()})
        return redirect("reviews")

    def _too_late(self) -> str:
        """Why nothing waits for the answer that was sent: how the last review ended."""
        if self.state is not None:
            return _("There is a newer draft than the one you read. Read that one; nothing was decided.")
        last = self._past()[:1]
        if last and last[0]["state"].finished_by:
            person = {"person": last[0]["state"].finished_by}
            if last[0]["is_return"]:
                return _("%(person)s returned this before you answered. Nothing else was changed.") % person
            return _("%(person)s approved this before you did. Your answer was not needed any more.") % person
        return _("This review has ended. Your answer was not needed any more.")

    def _shown_again(self, form: Form, name: str, refusal: str = "", status: int = 409) -> HttpResponseBase:
        """The page as it is now, with what was typed."""
        self._forget()
        self.refusal = refusal
        return self.render_to_response(self.get_context_data(**{f"{name}_form": form}), status=status)

    def _refused(self, words: str) -> HttpResponseBase:
        self._forget()
        self.refusal = words
        return self.render_to_response(self.get_context_data(), status=409)

    def _forget(self) -> None:
        """Read everything anew: somebody else has been here."""
        self.object = self.get_object()
        for name in ("review", "state", "step", "revision", "is_behind", "answers", "problems", "changes"):
            self.__dict__.pop(name, None)
