"""The pages on which an export is asked for, waited for, and downloaded."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from curriculum.exchange import folder
from curriculum.exchange.actions import RunMovedOn, export_later, start_export
from curriculum.exchange.forms import EXPORTED, KIND_LABELS, ExportForm
from curriculum.exchange.models import MODELS
from curriculum.exchange.runs import is_stopped
from curriculum.models import ExportRun, RunState
from curriculum.tasks import make_export
from curriculum.views.exchange import RUNS_A_PAGE, ExchangeView, RunView
from curriculum.views.importing import MOVED_ON

AT_ONCE = 500
"""Objects up to which a file is made while the person waits."""


class ExportView(ExchangeView):
    """The form for an export, and the exports so far."""

    template_name = "curriculum/exchange/export.html"
    page_title = _("Export")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        runs = ExportRun.objects.select_related("started_by").filter(started_by=self.user)
        page = self.page_of(runs, RUNS_A_PAGE)
        for run in page:
            run.is_stopped = is_stopped(run)
        return {"form": ExportForm(), **context, "page": page}

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Make a small file at once, and leave a large one to the worker."""
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        asked = form.cleaned_data
        run = start_export(
            kinds=asked["kinds"],
            drafts=asked["view"] == "draft",
            institution=asked["institution"].code if asked["institution"] else "",
            ending=asked["format"],
            by=self.user,
        )
        if sum(MODELS[kind]._base_manager.count() for kind in asked["kinds"]) > AT_ONCE:
            export_later(run=run, by=self.user)
        else:
            make_export(str(run.pk))
        return redirect("exchange_export_run", run.pk)


class ExportRunView(RunView):
    """One export: its progress, and the way to its file."""

    model = ExportRun
    template_name = "curriculum/exchange/export_run.html"
    list_url_name = "exchange_export"
    list_title = _("Export")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = self.run.counts
        return {
            **context,
            "is_done": self.run.state == RunState.DONE,
            "has_file": self.run.state == RunState.DONE and bool(self.run.stored_as),
            "may_try_again": bool(self.run.stored_as)
            and (context["is_stopped"] or self.run.state == RunState.FAILED),
            "rows": [(KIND_LABELS[name], counts[name]) for name in EXPORTED if counts.get(name)],
        }

    def post(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """Try again."""
        try:
            export_later(run=self.run, by=self.user)
        except RunMovedOn:
            messages.warning(request, MOVED_ON)
        return redirect("exchange_export_run", self.run.pk)


class ExportFileView(RunView):
    """The one address of an exported file, for whoever asked for it."""

    model = ExportRun

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file. Raises Http404 where there is none, or none any more."""
        if self.run.state != RunState.DONE or not self.run.stored_as:
            raise Http404
        try:
            file = folder.path_of(self.run.stored_as).open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            file, as_attachment=True, filename=self.run.file_name, content_type="application/octet-stream"
        )
        response.headers["Cache-Control"] = "private, no-store"
        return response
