"""The report on the library of cases: three lists under one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from cases.models import CaseStudy
from curriculum.case_library import LibraryRow, lapsing_soon, most_depended_on, shelf_orphans
from curriculum.links.wording import listed
from editing.permissions import changeable_by
from people.models import User
from people.spreadsheets import SpreadsheetMixin

READERS = ["view", "change"]


@dataclass(frozen=True, slots=True)
class CaseList:
    """One list: its key in addresses, its name, where its rows come from, and its columns in files."""

    key: str
    label: Promise
    read: Callable[[User, date], list[LibraryRow]]
    columns: tuple[str, ...]
    none: Promise


LISTS = (
    CaseList(
        "orphans",
        gettext_lazy("Used nowhere"),
        shelf_orphans,
        ("code", "title", "institution", "owner", "facts_as_of", "until", "limit"),
        gettext_lazy("Every current case is used in a published curriculum."),
    ),
    CaseList(
        "lapsing",
        gettext_lazy("Lapsing in 90 days"),
        lapsing_soon,
        ("code", "title", "institution", "owner", "facts_as_of", "until", "limit", "count", "curricula"),
        gettext_lazy("No case lapses in the next 90 days."),
    ),
    CaseList(
        "depended",
        gettext_lazy("Most depended on"),
        most_depended_on,
        ("code", "title", "institution", "owner", "until", "count", "alone", "load", "curricula"),
        gettext_lazy("No theory of a published curriculum hangs on a single case."),
    ),
)


def sentence(key: str, count: int) -> str:
    """What a list comes down to."""
    match key:
        case "orphans":
            words = ngettext(
                "%(count)d current case is used in no published curriculum.",
                "%(count)d current cases are used in no published curriculum.",
                count,
            )
        case "lapsing":
            words = ngettext(
                "%(count)d case lapses in the next 90 days.",
                "%(count)d cases lapse in the next 90 days.",
                count,
            )
        case _:
            words = ngettext(
                "%(count)d case is the only one that covers some theory of a published curriculum.",
                "%(count)d cases are each the only one that covers some theory of a published curriculum.",
                count,
            )
    return words % {"count": count}


class CaseLibraryReportView(SpreadsheetMixin, ReportView):
    """The list that the address names, the first one otherwise."""

    model = CaseStudy
    any_permission_required = READERS
    page_title = gettext_lazy("Library of cases")
    header_icon = "openquote"
    template_name = "curriculum/reports/case_library.html"
    results_template_name = "curriculum/reports/case_library_results.html"
    index_url_name = "case_library_report"
    index_results_url_name = "case_library_report_results"

    @cached_property
    def chosen(self) -> CaseList:
        """The list that is asked for."""
        asked = self.request.GET.get("list", "")
        return next((one for one in LISTS if one.key == asked), LISTS[0])

    @cached_property
    def all_rows(self) -> list[LibraryRow]:
        """All rows of the list."""
        return self.chosen.read(self.request.user, timezone.localdate())

    def get_queryset(self) -> list[LibraryRow]:
        return self.all_rows

    def get_filename(self) -> str:
        """What a download is called."""
        return f"cases-{self.chosen.key}"

    @cached_property
    def list_export(self) -> list[str]:
        """The columns of the downloads."""
        return list(self.chosen.columns)

    @property
    def export_headings(self) -> dict[str, str]:
        """What stands above the columns of the downloads."""
        return {
            "code": _("Code"),
            "title": _("Title"),
            "institution": _("Institution"),
            "owner": _("Owner"),
            "facts_as_of": _("Facts as of"),
            "until": _("Current until"),
            "limit": _("Set by"),
            "count": _("Curricula"),
            "alone": _("Theory hours with no other case"),
            "load": _("Load in hours"),
            "curricula": _("Which curricula"),
        }

    def to_row_dict(self, item: LibraryRow) -> dict[str, Any]:
        row = {name: getattr(item, name) for name in self.chosen.columns}
        for name in ("facts_as_of", "until"):
            if name in row:
                row[name] = row[name].isoformat() if row[name] else ""
        if "limit" in row:
            row["limit"] = str(row["limit"])
        if "curricula" in row:
            row["curricula"] = listed((one.code for one in item.curricula), most=len(item.curricula))
        return row

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        keys = [row.pk for row in context["object_list"] if row.pk is not None]
        here = changeable_by(self.request.user, CaseStudy.objects.filter(pk__in=keys))
        viewset: Any = CaseStudy.snippet_viewset
        return {
            **context,
            "lists": [
                {
                    "label": one.label,
                    "url": f"{self.index_url}?list={one.key}",
                    "is_chosen": one is self.chosen,
                }
                for one in LISTS
            ],
            "chosen": self.chosen,
            "columns": self.chosen.columns,
            "sentence": sentence(self.chosen.key, len(self.all_rows)) if self.all_rows else self.chosen.none,
            "today": timezone.localdate(),
            "changeable": set(here.values_list("pk", flat=True)),
            "edit_url_name": viewset.get_url_name("edit"),
            "inspect_url_name": viewset.get_url_name("inspect"),
        }


class CaseLibraryMenuItem(MenuItem):
    """The way to the report, for those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(policy_registry.get_by_type(CaseStudy).user_has_any_permission(request.user, READERS))


def case_library_menu_item() -> CaseLibraryMenuItem:
    """The entry in the menu of reports."""
    return CaseLibraryMenuItem(
        gettext_lazy("Library of cases"),
        reverse("case_library_report"),
        name="case-library",
        icon_name="openquote",
        order=120,
    )
