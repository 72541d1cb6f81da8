"""The page of one curriculum's balance, and its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from curriculum import wording
from curriculum.dossier.files import XLSX_TYPE, csv_archive, csv_text, workbook
from curriculum.dossier.judging import Dossier, open_dossier
from curriculum.dossier.lists import list_groups
from curriculum.dossier.measures import content_rows, is_provisional, measure_rows, pills
from curriculum.dossier.order import order_of
from curriculum.dossier.placed_cases import case_rows
from curriculum.dossier.policy_values import has_policy, policy_rows
from curriculum.dossier.tables import table_keys, tables_of
from curriculum.dossier.theme_map import theme_map, theme_rows
from curriculum.dossier.versions import other_drafts, stamp_of, version_of
from curriculum.filters import JudgedForm
from curriculum.links.workbench import may_decide_links
from curriculum.models import Curriculum, ProgrammeCategory
from curriculum.naming import names_for
from editing.permissions import may_answer, with_verbs

BAD_REQUEST = 400


class CurriculumBalanceView(WagtailAdminTemplateMixin, TemplateView):
    """Everything about the balance of one curriculum; its address says what is shown, so it can be passed on.

    Who may neither see the curriculum as published nor its drafts is told that there is none.
    """

    template_name = "curriculum/dossier/page.html"
    header_icon = "sliders"
    page_title: str | Promise = gettext_lazy("Balance")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.curriculum, verbs = self._found(kwargs["code"])
        self.may_change = "change" in verbs
        self.sees_drafts = self.may_change or may_answer(request.user, self.curriculum)
        if not (self.sees_drafts or "view" in verbs):
            raise Http404

    def _found(self, code: str) -> tuple[Curriculum, frozenset[str]]:
        user: Any = self.request.user
        kept = Curriculum.objects.coded(code).select_related("category", "institution")
        rows = kept.select_related("latest_revision__user").defer("latest_revision__content")
        curriculum, verbs = with_verbs(user, rows)
        if curriculum is None:
            raise Http404
        return curriculum, verbs

    @cached_property
    def asked(self) -> JudgedForm:
        """What the address asks for; of what was never published, the draft is shown unless it says other."""
        default = "live" if self.curriculum.live or not self.sees_drafts else "draft"
        return JudgedForm(self.request.GET, has_drafts=self.sees_drafts, view=default)

    @cached_property
    def dossier(self) -> Dossier | None:
        """What is judged; `None` where it is to be judged as published and is not."""
        return open_dossier(
            self.curriculum,
            as_draft=self.asked.is_draft,
            as_of=self.asked.as_of_day,
            count_self_study=self.asked.counts_self_study,
            names=names_for(self.request.user, drafts=False),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or a file of what it shows; where none can be made, the page says why."""
        kind = request.GET.get("export", "")
        if not kind:
            return super().get(request, *args, **kwargs)
        if self.asked.is_valid() and self.dossier is not None and not self.file_problem:
            return self._file(self.dossier, kind, request.GET.get("table", ""))
        response = super().get(request, *args, **kwargs)
        response.status_code = BAD_REQUEST
        return response

    @cached_property
    def file_problem(self) -> str:
        """Why the file that is asked for does not exist; empty where it does, or none is asked for."""
        kind, table = self.request.GET.get("export", ""), self.request.GET.get("table", "")
        if kind not in ("", "xlsx", "csv"):
            return _("There is no file of this kind. Download XLSX or CSV.")
        if kind and table and table not in table_keys():
            known = ", ".join(table_keys())
            return _("There is no such table. These are the tables: %(tables)s.") % {"tables": known}
        return ""

    def _file(self, dossier: Dossier, kind: str, table: str) -> HttpResponse:
        tables = tables_of(dossier, table)
        name = "-".join(
            ["balance", self.curriculum.code, dossier.layout.as_of.isoformat(), *filter(None, [table])]
        )
        if kind == "xlsx":
            return _download(workbook(tables), XLSX_TYPE, f"{name}.xlsx")
        if table:
            return _download(csv_text(tables[0]).encode(), "text/csv; charset=utf-8", f"{name}.csv")
        return _download(csv_archive(tables), "application/zip", f"{name}.zip")

    def get_page_subtitle(self) -> str:
        return self.dossier.layout.title if self.dossier else str(self.curriculum)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        report = {"url": reverse("balance_report"), "label": _("Balance report")}
        return [*self.breadcrumbs_items, report, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {
            "curriculum": self.curriculum,
            "form": self.asked,
            "file_problem": self.file_problem,
            "may_see_drafts": self.sees_drafts,
            "is_print": self.request.GET.get("print") == "1",
            "links": self._links(),
            "here": self.request.build_absolute_uri(),
        }
        return context if self.dossier is None else context | self._sections(self.dossier)

    def _sections(self, dossier: Dossier) -> dict[str, Any]:
        provisional = is_provisional(dossier)
        groups = list_groups(dossier)
        sections: dict[str, Any] = {
            "dossier": dossier,
            "stamp": stamp_of(dossier),
            "category": ProgrammeCategory.objects.filter(code=dossier.layout.category).first(),
            "version": version_of(dossier),
            "other_drafts": other_drafts(dossier.layout, self.request.user) if self.asked.is_draft else None,
            "pills": pills(dossier),
            "sentence": wording.verdict_sentence(dossier.report, dossier.names),
            "is_provisional": provisional,
            "measures": measure_rows(dossier),
            # Until all is tagged nothing else is worth reading.
            "lists": [group for group in groups if group.key == "untagged"] if provisional else groups,
            "policy": policy_rows(dossier),
            "has_policy": has_policy(dossier),
        }
        if provisional:
            return sections
        return sections | {
            "contents": content_rows(dossier),
            "order": order_of(dossier),
            "map": theme_map(dossier),
            "cases": case_rows(dossier),
            "themes": theme_rows(dossier),
        }

    def _links(self) -> dict[str, str]:
        """The addresses of the pages beside this one."""
        viewset: Any = Curriculum.snippet_viewset
        view = "edit" if self.sees_drafts else "inspect"
        other = {"view": "live" if self.asked.is_draft else "draft"}
        code = [self.curriculum.code]
        return {
            "history": reverse("curriculum_balance_history", args=code),
            "suggestions": reverse("curriculum_suggestions", args=code) if self.may_change else "",
            "theory": f"{reverse('links')}?curriculum={self.curriculum.code}"
            if may_decide_links(self.request.user)
            else "",
            "report": f"{reverse('balance_report')}{_query(self.asked.query)}",
            "object": reverse(viewset.get_url_name(view), args=[self.curriculum.pk]),
            "other_view": self._url(**other),
            "print": self._url(print="1"),
            "plain": self._url(print=""),
            "xlsx": self._url(export="xlsx"),
            "csv": self._url(export="csv"),
        }

    def _url(self, **changes: str) -> str:
        once = dict.fromkeys(("export", "table", "print"), "")
        return balance_url(self.curriculum, {**self.request.GET.dict(), **once, **changes})


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
    return HttpResponse(content, content_type=content_type, headers=headers)


def balance_url(curriculum: Curriculum, query: dict[str, str] | None = None) -> str:
    """The address of the page of one curriculum's balance; empty parameters are left out."""
    url = reverse("curriculum_balance", args=[curriculum.code])
    return f"{url}{_query({name: value for name, value in (query or {}).items() if value})}"


def _query(parameters: dict[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


def balance_button(curriculum: Curriculum) -> HeaderButton:
    """The way from the editor to the balance of the draft that is edited."""
    return HeaderButton(_("Balance"), url=balance_url(curriculum, {"view": "draft"}), icon_name="sliders")


def balance_row_button(curriculum: Curriculum) -> Button:
    """The way from the list to the balance of a curriculum; the page knows which view it has."""
    return Button(_("Balance"), url=balance_url(curriculum), icon_name="sliders", priority=5)
