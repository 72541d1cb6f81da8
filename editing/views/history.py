"""Who did what to an object, and when, in words: of one object, and of everything that one may look into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, Revision
from wagtail.snippets.views import snippets

from editing.models.content import content_models
from editing.reports import about_known_content
from editing.waiting import takes_part
from editing.wording import step_label, with_steps, workflow_label
from people.models import User

PER_PAGE = 50


class HistoryView(snippets.HistoryView):
    """The history of one object."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        with_steps(context["object_list"])
        return context


class ReviewHistoryView(snippets.WorkflowHistoryView):
    """The reviews of one object."""

    page_title = _("Reviews")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for review in context["workflow_states"]:
            review.workflow.name = workflow_label(review.workflow.name)
            steps = review.all_tasks_with_status()
            for step in steps:
                step.name = step_label(step.name)
            review.all_tasks_with_status = steps
        return context


class ReviewProgressView(snippets.WorkflowHistoryDetailView):
    """One review, step by step."""

    page_title = _("Course of a review")

    @cached_property
    def tasks(self) -> list[Any]:
        """The steps under their names for the reader."""
        steps = list(self.workflow_state.workflow.tasks.all())
        for step in steps:
            step.name = step_label(step.name)
        return steps

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        workflow = self.workflow_state.workflow
        workflow.name = workflow_label(workflow.name)
        for moment in self.timeline:
            if (state := moment.get("task_state")) is not None:
                state.task.name = step_label(state.task.name)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history: when, who, to what, and what in words, with the pages that tell more."""

    when: datetime
    who: str
    title: str
    kind: str
    page: str
    words: str | Promise
    revision_page: str
    compare_page: str


class HistoryForm(forms.Form):
    """What of the history one asks for."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)

    def __init__(self, data: Any, entries: Any) -> None:
        super().__init__(data)
        kinds = [(str(m._meta.model_name), capfirst(str(m._meta.verbose_name))) for m in content_models()]
        known = entries.order_by()
        done = set(known.values_list("action", flat=True).distinct())
        people = User.objects.filter(pk__in=known.values("user"))
        choices = sorted(
            ((action, str(label)) for action, label in registry.get_choices() if action in done),
            key=lambda choice: choice[1],
        )
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", _("All actions")), *choices]  # type: ignore[attr-defined]
        self.fields["person"].queryset = people.order_by("name", "email")  # type: ignore[attr-defined]
        self.fields["person"].empty_label = _("Everybody")  # type: ignore[attr-defined]

    def narrowed(self, entries: Any) -> Any:
        """The entries that are asked for; what is no choice asks for nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if name := asked.get("kind"):
            models = [model for model in content_models() if model._meta.model_name == name]
            entries = entries.filter(content_type__in=ContentType.objects.get_for_models(*models).values())
        if person := asked.get("person"):
            entries = entries.filter(user=person)
        if action := asked.get("action"):
            entries = entries.filter(action=action)
        return entries


class AllHistoryView(WagtailAdminTemplateMixin, TemplateView):
    """What was done lately to everything that the reader may change."""

    request: Any
    template_name = "editing/history.html"
    page_title = _("History")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse people who write nothing."""
        if not takes_part(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = ContentType.objects.get_for_models(*content_models())
        known = about_known_content(self.request.user, "content_type", "object_id")
        entries = ModelLogEntry.objects.filter(known, content_type__in=types.values())
        form = HistoryForm(self.request.GET, entries)
        page = WagtailPaginator(
            form.narrowed(entries).latest_by_uuid_and_action().order_by("-timestamp", "-pk"), PER_PAGE
        ).get_page(self.request.GET.get("p"))
        asked = {name: value for name, value in self.request.GET.items() if name != "p" and value}
        return {
            **context,
            "form": form,
            "is_filtering": bool(asked),
            "page_obj": page,
            "entries": entries_of(page.object_list),
            "query": f"{urlencode(asked)}&" if asked else "",
            "here": reverse("history_of_all"),
        }


def entries_of(log: Any) -> list[Entry]:
    """Lines of the log with their words and pages; as many queries for fifty as for one."""
    previous = Revision.objects.previous_revision_id_subquery()
    rows = with_steps(log.select_related("user", "content_type").annotate(previous_revision_id=previous))
    there = _there(rows)
    return [_entry(row, there) for row in rows]


def _there(rows: Iterable[Any]) -> set[tuple[int, str]]:
    """Of which objects of the log there are rows that have pages."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.content_type_id].add(row.object_id)
    found: set[tuple[int, str]] = set()
    for content_type, keys in wanted.items():
        model: Any = ContentType.objects.get_for_id(content_type).model_class()
        here = model._default_manager.filter(pk__in=keys, archived_at=None)
        found |= {(content_type, str(pk)) for pk in here.values_list("pk", flat=True)}
    return found


def _entry(row: Any, there: set[tuple[int, str]]) -> Entry:
    model: Any = row.content_type.model_class()

    def page(view: str, *args: Any) -> str:
        return reverse(model.snippet_viewset.get_url_name(view), args=[row.object_id, *args])

    has_pages = (row.content_type_id, row.object_id) in there
    has_text = has_pages and row.revision_id and row.content_changed
    return Entry(
        when=row.timestamp,
        who=row.user_display_name if row.user_id else "",
        title=row.label,
        kind=capfirst(str(model._meta.verbose_name)),
        page=page("history") if has_pages else "",
        words=row.message,
        revision_page=page("revisions_view", row.revision_id) if has_text else "",
        compare_page=(
            page("revisions_compare", row.previous_revision_id, row.revision_id)
            if has_text and row.previous_revision_id
            else ""
        ),
    )


class HistoryMenuItem(MenuItem):
    """The way to the history, for people who write."""

    def is_shown(self, request: HttpRequest) -> bool:
        return takes_part(request.user)


def history_menu_item() -> HistoryMenuItem:
    """The entry of the menu."""
    return HistoryMenuItem(
        _("History"), reverse("history_of_all"), name="history", icon_name="history", order=120
    )
