"""The balance report: which curricula the committee should look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from curriculum import wording
from curriculum.balance.loaders import Drafts
from curriculum.balance.measures import MEASURES
from curriculum.filters import GROUPS, BalanceReportForm
from curriculum.models import Curriculum
from curriculum.standings import Standing, counts, ordered, standings
from editing.permissions import changeable_by, mark_rights, viewable_by
from people.spreadsheets import SpreadsheetMixin

READERS = ["view", "change"]
MEASURE_KEYS = [measure.key for measure in MEASURES]
ORDERINGS = {"title": False, "hours": True, **dict.fromkeys(MEASURE_KEYS, True)}
"""What can be sorted by, and whether the first click puts the largest figures first."""


class BalanceReportView(SpreadsheetMixin, ReportView):
    """The curricula that the reader may see, with their verdicts and measures.

    As published, these are all that is published for the reader; as drafted, what the reader may change.
    """

    model = Curriculum
    any_permission_required = READERS
    page_title = _("Balance report")
    header_icon = "sliders"
    template_name = "curriculum/reports/balance.html"
    results_template_name = "curriculum/reports/balance_results.html"
    index_url_name = "balance_report"
    index_results_url_name = "balance_report_results"
    export_filename = "balance-report"

    @cached_property
    def asked(self) -> BalanceReportForm:
        """What the address asks for."""
        return BalanceReportForm(self.request.GET, has_drafts=self.user_has_any_permission(["change"]))

    @cached_property
    def all_rows(self) -> list[Standing]:
        """The rows of all verdicts, for the counts of the summary."""
        user, drafts = self.request.user, self.asked.drafts
        known = changeable_by if drafts is Drafts.ALL else viewable_by
        curricula = self.asked.narrowed(known(user, Curriculum.objects.all()))
        rows = standings(
            curricula,
            drafts=drafts,
            as_of=self.asked.as_of_day,
            reader=user,
            count_self_study=self.asked.counts_self_study,
        )
        mark_rights(user, [row.curriculum for row in rows])
        return [row for row in rows if self._is_asked_for(row)]

    def _is_asked_for(self, row: Standing) -> bool:
        """Whether a row has the measure outside its limits, and the draft, that the address asks for.

        Of drafts only those are told that the reader may see.
        """
        differs = bool(row.curriculum.is_changeable and row.curriculum.has_unpublished_changes)
        return (not self.asked.outside or row.is_outside(self.asked.outside)) and (
            self.asked.draft_differs is None or differs is self.asked.draft_differs
        )

    def get_ordering(self) -> str:
        asked = self.request.GET.get("ordering", "")
        return asked if asked.removeprefix("-") in ORDERINGS else ""

    def get_queryset(self) -> list[Standing]:
        group = self.asked.group
        rows = [row for row in self.all_rows if not group or row.group == group]
        return ordered(rows, self.ordering) if self.ordering else rows

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {
            **context,
            "form": self.asked,
            "groups": list(self._groups()),
            "rows_count": len(self.all_rows),
            "all_url": self._url(level=""),
            "headers": [self._header(key) for key in ("title", "hours", *MEASURE_KEYS)],
            "policies": self._policies(context["object_list"]),
            "edit_url_name": Curriculum.snippet_viewset.get_url_name("edit"),
            "inspect_url_name": Curriculum.snippet_viewset.get_url_name("inspect"),
            "is_draft": self.asked.is_draft,
            "page_query": f"?{urlencode(self.asked.query)}" if self.asked.query else "",
        }

    def _groups(self) -> Iterator[dict[str, Any]]:
        found = counts(self.all_rows)
        for key, label in GROUPS:
            if found[key]:
                url = self._url(level=key)
                yield {"count": found[key], "label": label, "url": url, "is_chosen": self.asked.group == key}

    def _url(self, **changes: str) -> str:
        """The address of this page with other parameters; empty ones are left out."""
        parameters = {**self.request.GET.dict(), "p": "", "export": "", **changes}
        query = urlencode({name: value for name, value in parameters.items() if value})
        return f"{self.index_url}?{query}"

    def _header(self, key: str) -> dict[str, Any]:
        """A head of a column, which sorts by it; the first click shows what is furthest out."""
        first = f"-{key}" if ORDERINGS[key] else key
        second = key if ORDERINGS[key] else f"-{key}"
        state = {f"-{key}": "descending", key: "ascending"}.get(self.ordering, "")
        return {
            "key": key,
            "url": self._url(ordering=second if self.ordering == first else first),
            "state": state,
        }

    def _policies(self, rows: Iterable[Standing]) -> str:
        """The days since when policies are in force, each with its categories on the page."""
        since: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            begin = row.policy.effective_from
            when = begin.isoformat() if begin else _("from the beginning")
            since[str(when if row.has_policy else _("no policy on this day"))].add(
                str(row.curriculum.category)
            )
        separator = pgettext("list", ", ")
        entries = [
            _("%(when)s (%(categories)s)") % {"when": when, "categories": separator.join(sorted(categories))}
            for when, categories in sorted(since.items())
        ]
        return pgettext("list of lists", "; ").join(entries)

    @cached_property
    def list_export(self) -> list[str]:
        """The columns of the downloads: those of the page and the limits behind them."""
        return list(self.export_headings)

    @cached_property
    def export_headings(self) -> dict[str, str | Promise]:
        """What stands above the columns of the downloads."""
        headings: dict[str, str | Promise] = {
            "code": _("Code"),
            "title": _("Title"),
            "institution": _("Institution"),
            "category": _("Programme category"),
            "view": _("View"),
            "as_of": _("As of"),
            "counted": _("Self-study"),
            "policy": _("Policy in force since"),
            "level": _("Level"),
            "headline": _("Headline"),
            "verdict": _("Verdict"),
        }
        for key in MEASURE_KEYS:
            name = {"measure": wording.MEASURE_LABELS[key]}
            headings |= {
                key: str(wording.MEASURE_LABELS[key]),
                f"{key}_level": _("%(measure)s: level") % name,
                f"{key}_low": _("%(measure)s: lower limit") % name,
                f"{key}_high": _("%(measure)s: upper limit") % name,
                f"{key}_reason": _("%(measure)s: reason") % name,
            }
        return headings | {
            "theory": _("Theory hours"),
            "practice": _("Practice hours"),
            "total": _("Total hours"),
            "self_study": _("Self-study hours"),
        }

    def to_row_dict(self, item: Standing) -> dict[str, Any]:
        curriculum, begin = item.curriculum, item.policy.effective_from
        row: dict[str, Any] = {
            "code": curriculum.code,
            "title": item.title,
            "institution": curriculum.institution.code if curriculum.institution else "",
            "category": curriculum.category.code,
            "view": "draft" if self.asked.is_draft else "live",
            "as_of": self.asked.as_of_day.isoformat(),
            "counted": str(_("Counted") if self.asked.counts_self_study else _("Not counted")),
            "policy": begin.isoformat() if begin else "",
            "level": str(item.headline.level.label) if item.headline.level else "",
            "headline": item.headline.label,
            "verdict": item.sentence,
        }
        for figure in item.figures:
            limits = figure.limits
            row[figure.key] = figure.value
            row[f"{figure.key}_level"] = str(figure.level.label)
            row[f"{figure.key}_low"] = limits.low if limits and isfinite(limits.low) else None
            row[f"{figure.key}_high"] = limits.high if limits and isfinite(limits.high) else None
            row[f"{figure.key}_reason"] = figure.reason
        hours = item.hours
        return row | {
            "theory": hours.theory,
            "practice": hours.practice,
            "total": hours.total,
            "self_study": hours.self_study,
        }


class BalanceReportMenuItem(MenuItem):
    """The way to the report, for those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(policy_registry.get_by_type(Curriculum).user_has_any_permission(request.user, READERS))


def balance_report_menu_item() -> BalanceReportMenuItem:
    """The entry in the menu of reports."""
    return BalanceReportMenuItem(
        _("Balance report"), reverse("balance_report"), name="balance-report", icon_name="sliders", order=100
    )
