"""Registrations of people in the admin."""

from django.urls import path
from wagtail import hooks

from people.bulk_actions import AssignRole, Invite, NoDeletion, SetActiveState
from people.reports import AuditReportView, audit_menu_item
from people.views.admin_account import own_account_item
from people.viewsets.accounts import SendingUnitViewSet

hooks.register("register_admin_viewset", lambda: SendingUnitViewSet())

# Wagtail's own actions of the same type are registered at order 0; the later ones take their place.
hooks.register("register_bulk_action", AssignRole, order=1)
hooks.register("register_bulk_action", SetActiveState, order=1)
hooks.register("register_bulk_action", NoDeletion, order=1)
hooks.register("register_bulk_action", Invite)

hooks.register("register_reports_menu_item", audit_menu_item)
hooks.register("register_account_menu_item", own_account_item)


@hooks.register("register_admin_urls")
def report_urls() -> list[object]:
    """The audit log, whole and as a fragment."""
    return [
        path("reports/audit/", AuditReportView.as_view(), name="audit_log"),
        path("reports/audit/results/", AuditReportView.as_view(results_only=True), name="audit_log_results"),
    ]
