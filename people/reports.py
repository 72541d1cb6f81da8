"""The audit log: who signed in, and who gave whom which rights."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from people.filters import AuditFilterSet
from people.models import AuditEntry, User
from people.spreadsheets import SpreadsheetMixin
from people.wording import details_words

READERS = ["view"]


class AuditReportView(SpreadsheetMixin, ReportView):
    """All entries of the log, the newest first."""

    model = AuditEntry
    any_permission_required = READERS
    page_title = _("Audit log")
    header_icon = "history"
    index_url_name = "audit_log"
    index_results_url_name = "audit_log_results"
    filterset_class = AuditFilterSet
    default_ordering = "-at"
    export_filename = "audit-log"
    list_export = ["at", "action", "by", "by_email", "about", "about_email", "details", "address"]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("at", label=_("When"), accessor=moment, sort_key="at"),
            Column("action", label=_("What"), accessor="get_action_display"),
            Column("by", label=_("Who"), accessor=lambda entry: named(entry.by)),
            Column("about", label=_("About whom"), accessor=lambda entry: named(entry.about)),
            Column("details", label=_("Details"), accessor=words),
            Column("address", label=_("Network address"), accessor=lambda entry: entry.address or ""),
        ]

    @cached_property
    def export_headings(self) -> dict[str, str | Promise]:
        """What stands above the columns of the downloads."""
        return {
            "at": _("When"),
            "action": _("What"),
            "by": _("Who"),
            "by_email": _("E-mail address"),
            "about": _("About whom"),
            "about_email": _("E-mail address"),
            "details": _("Details"),
            "address": _("Network address"),
        }

    def get_base_queryset(self) -> QuerySet[AuditEntry]:
        entries: QuerySet[AuditEntry] = super().get_base_queryset()
        return entries.select_related("by", "about")

    def order_queryset(self, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """By time, and within a moment in the order of writing."""
        return queryset.order_by("at", "pk") if self.ordering == "at" else queryset.order_by("-at", "-pk")

    def to_row_dict(self, item: AuditEntry) -> dict[str, Any]:
        return {
            "at": item.at.isoformat(timespec="seconds"),
            "action": item.get_action_display(),
            "by": named(item.by),
            "by_email": item.by.email if item.by else "",
            "about": named(item.about),
            "about_email": item.about.email if item.about else "",
            "details": words(item),
            "address": item.address or "",
        }


def moment(entry: AuditEntry) -> str:
    """When, to the second: entries of one minute have an order."""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}"


def named(person: User | None) -> str:
    """A person's name, or nothing."""
    return str(person) if person else ""


def words(entry: AuditEntry) -> str:
    """The details as a sentence."""
    return details_words(entry.action, entry.details)


class AuditMenuItem(MenuItem):
    """The way to the log, for those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(AuditEntry)
        return bool(policy.user_has_any_permission(request.user, READERS))


def audit_menu_item() -> AuditMenuItem:
    """The entry in the menu of reports."""
    return AuditMenuItem(
        _("Audit log"), reverse("audit_log"), name="audit-log", icon_name="history", order=900
    )
