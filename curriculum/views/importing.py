"""The pages on which a file is uploaded, looked at, and imported."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.permissions import policy_registry

from curriculum.exchange import folder
from curriculum.exchange.actions import (
    RunMovedOn,
    check_again,
    confirm_import,
    discard_import,
    start_import,
)
from curriculum.exchange.forms import KIND_LABELS, UploadForm, printable
from curriculum.exchange.models import MODELS
from curriculum.exchange.preview import noted_changes, sentences
from curriculum.exchange.runs import is_stopped
from curriculum.models import ImportRun, RunState
from curriculum.views.exchange import RUNS_A_PAGE, ExchangeView, RunView
from people.spreadsheets import neutral

CHANGES_A_PAGE = 50
MOVED_ON = _("The import has moved on meanwhile. This is how it stands now.")
ACTIONS = {"write": confirm_import, "again": check_again, "discard": discard_import}
WHAT = ("created", "updated", "unchanged")


class ImportView(ExchangeView):
    """The form for a file, and the imports so far."""

    template_name = "curriculum/exchange/import.html"
    page_title = _("Import")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        runs = ImportRun.objects.select_related("started_by")
        if not self.user.is_superuser:
            runs = runs.filter(started_by=self.user)
        page = self.page_of(runs, RUNS_A_PAGE)
        for run in page:
            run.is_stopped = is_stopped(run)
            run.result = short_result(run)
        return {"form": UploadForm(user=self.user), **context, "page": page}

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Take a file."""
        form = UploadForm(request.POST, request.FILES, user=self.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        upload = form.cleaned_data["file"]
        run = start_import(
            upload=upload,
            file_name=printable(upload.name),
            ending=form.ending,
            kind=form.cleaned_data["kind"],
            by=self.user,
        )
        return redirect("exchange_import_run", run.pk)


class ImportRunView(RunView):
    """One import: its progress, what it would change, what it did."""

    model = ImportRun
    template_name = "curriculum/exchange/import_run.html"
    list_url_name = "exchange_import"
    list_title = _("Import")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.run
        context = super().get_context_data(**kwargs)
        is_checked = run.state in (RunState.CHECKED, RunState.REFUSED)
        changes = self._changes() if run.stored_as and (is_checked or run.state == RunState.DONE) else None
        going_on = context["is_going_on"]
        return {
            **context,
            "summary": summary(run) if is_checked or run.state == RunState.DONE else "",
            "rows": list(self._rows()),
            "errors": list(sentences(run.errors, gettext)) if run.state == RunState.REFUSED else [],
            "warnings": list(sentences(run.warnings, gettext)) if is_checked else [],
            "page": changes,
            "changes": self._on_page(changes),
            "earlier": self._earlier(),
            "may_write": run.state == RunState.CHECKED and bool(run.total("created") + run.total("updated")),
            "may_check_again": bool(run.stored_as) and not going_on and run.state != RunState.DONE,
            "may_discard": bool(run.stored_as) and not going_on and run.state != RunState.DONE,
        }

    def _rows(self) -> Any:
        """Numbers by record type, each with the way to the list of such things where the reader has one."""
        counts = self.run.counts
        for name, label in KIND_LABELS.items():
            numbers = [counts.get(what, {}).get(name, 0) for what in WHAT]
            if any(numbers):
                url = list_url(name, self.user) if self.run.state == RunState.DONE else ""
                yield {"label": label, "numbers": numbers, "url": url}

    def _changes(self) -> Page[Any]:
        return self.page_of(range(self.run.total("updated")), CHANGES_A_PAGE)

    def _on_page(self, page: Page[Any] | None) -> list[dict[str, Any]]:
        if page is None:
            return []
        start = (page.number - 1) * CHANGES_A_PAGE
        found = noted_changes(folder.changes_path(self.run.stored_as), start, CHANGES_A_PAGE)
        return [{"label": KIND_LABELS.get(change.type, change.type), "change": change} for change in found]

    def _earlier(self) -> ImportRun | None:
        """When the very same file was imported here before."""
        done = ImportRun.objects.filter(sha256=self.run.sha256, kind=self.run.kind, state=RunState.DONE)
        return done.filter(started_at__lt=self.run.started_at).order_by("-changed_at").first()


class ImportActionView(RunView):
    """What the buttons of an import do."""

    model = ImportRun
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any, action: str) -> HttpResponseBase:
        """Do it, and go back to the import."""
        try:
            ACTIONS[action](run=self.run, by=self.user)
        except RunMovedOn:
            messages.warning(request, MOVED_ON)
        if action == "discard":
            return redirect("exchange_import")
        return redirect("exchange_import_run", self.run.pk)


class ImportErrorsView(RunView):
    """The errors of an import as a spreadsheet."""

    model = ImportRun

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A CSV file whose cells no spreadsheet takes for formulas."""
        text = io.StringIO()
        writer = csv.writer(text)
        heads = (_("File"), _("Sheet"), _("Row or line"), _("Column"), _("Value"), _("What is expected"))
        writer.writerow(map(str, heads))
        for error in sentences(self.run.errors, gettext):
            cells = (error[key] for key in ("sheet", "row", "column", "value", "message"))
            writer.writerow(map(neutral, (self.run.file_name, *cells)))
        # Spreadsheets take a file without this mark for one in the old encoding of the country.
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="import-errors.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        return response


def summary(run: ImportRun) -> str:
    """The first sentence about an import: what it would do, or has done."""
    new, changed = run.total("created"), run.total("updated")
    numbers = {
        "new": _grouped(new),
        "changed": _grouped(changed),
        "unchanged": _grouped(run.total("unchanged")),
        "errors": _grouped(run.error_count),
    }
    if run.error_count:
        text = ngettext(
            "%(new)s new, %(changed)s changed, %(errors)s error: nothing will be written.",
            "%(new)s new, %(changed)s changed, %(errors)s errors: nothing will be written.",
            run.error_count,
        )
    elif not new and not changed:
        text = gettext("Everything in the file is here already. There is nothing to import.")
    elif run.state == RunState.DONE:
        text = gettext("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
    else:
        text = gettext("%(new)s new, %(changed)s changed, %(unchanged)s unchanged. Nothing is written yet.")
    return text % numbers


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def short_result(run: ImportRun) -> str | Promise:
    """A cell about an import in the list of all."""
    if run.state in (RunState.CHECKED, RunState.REFUSED, RunState.DONE):
        return summary(run)
    return run.get_failure_display() if run.state == RunState.FAILED else ""


def list_url(type: str, user: Any) -> str:
    """Where somebody sees things of a record type, or `""`."""
    model: Any = MODELS.get(type)
    viewset = getattr(model, "snippet_viewset", None)
    if viewset is None:
        return ""
    if not policy_registry.get_by_type(model).user_has_any_permission(user, {"view", "change"}):
        return ""
    return reverse(viewset.get_url_name("list"))
