"""What the pages for import and export have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.exchange import folder
from curriculum.exchange.access import may_exchange
from curriculum.exchange.runs import is_stopped
from curriculum.models.runs import AT_WORK, IN_LINE, ExchangeRun, RunState
from people.exchange.importing import CHECKING, READING, WRITING
from people.models import User

RUNS_A_PAGE = 20
REFRESH = 3
"""Seconds until a page about something that is going on asks again."""

LONG_WAIT = 60
"""Seconds in line after which the worker may not be running at all."""

SENTENCES = {
    RunState.WAITING: _("The file waits for its turn."),
    RunState.CHECKING: _("The file is being checked."),
    RunState.CONFIRMED: _("The file waits to be imported."),
    RunState.WRITING: _("The file is being written."),
}
STEPS = {READING: _("Reading"), CHECKING: _("Checking"), WRITING: _("Writing"), "": _("Starting")}


class ExchangeView(WagtailAdminTemplateMixin, TemplateView):
    """A page for those who bring files in and take them out."""

    header_icon = "download"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_exchange(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        """The person, who is signed in."""
        user: User = self.request.user
        return user

    def page_of(self, rows: Any, size: int) -> Page[Any]:
        """The page of rows that the address asks for; a page that is not there is the nearest one."""
        return Paginator(rows, size).get_page(self.request.GET.get("p"))


class RunView(ExchangeView):
    """A page about one run, for whoever began it and for superusers."""

    model: type[ExchangeRun]
    list_url_name: str
    list_title: Any

    @cached_property
    def run(self) -> Any:
        """The run. Raises Http404 for absent ones and for those of others alike."""
        rows: Any = self.model._default_manager
        found = get_object_or_404(rows.select_related("started_by"), pk=self.kwargs["pk"])
        if found.started_by_id != self.user.pk and not self.user.is_superuser:
            raise Http404
        return found

    def get_page_title(self) -> str:
        return str(self.run.file_name)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.list_url_name), "label": self.list_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stopped = is_stopped(self.run)
        return {
            **super().get_context_data(**kwargs),
            "run": self.run,
            "is_stopped": stopped,
            "is_going_on": self.run.state in (*AT_WORK, *IN_LINE) and not stopped,
            "waits_long": self.run.state in IN_LINE and _seconds_since(self.run.changed_at) > LONG_WAIT,
            "progress": self._progress(),
            "state_sentence": SENTENCES.get(self.run.state, ""),
            "is_discarded": self.run.state == RunState.DISCARDED,
        }

    def _progress(self) -> dict[str, Any] | None:
        found = folder.progress_of(self.run.stored_as) if self.run.stored_as else None
        if found is None or self.run.state not in AT_WORK:
            return None
        share = found.done / found.total if found.total else 0.0
        return {"step": STEPS.get(found.step, found.step), "percent": min(100, int(share * 100))}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        response = super().render_to_response(context, **kwargs)
        if context["is_going_on"]:
            response.headers["Refresh"] = str(REFRESH)
        return response


class ExchangeMenuItem(MenuItem):
    """The way to the pages, for those who have them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_exchange(request.user)


def exchange_menu_item() -> ExchangeMenuItem:
    """The entry in the main menu."""
    return ExchangeMenuItem(
        _("Import and export"), reverse("exchange_import"), name="exchange", icon_name="download", order=800
    )


def _seconds_since(moment: datetime) -> float:
    return (timezone.now() - moment).total_seconds()
