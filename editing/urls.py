"""Addresses of the admin that answer in Wagtail's place; they stand before its own."""

from typing import Any

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from editing.reports import ReviewStepsView, ReviewsView, SiteHistoryView


def _report(address: str, view: Any, name: str) -> list[Any]:
    """A report, whole and as a fragment."""
    return [
        path(f"reports/{address}/", _admin(view.as_view()), name=name),
        path(f"reports/{address}/results/", _admin(view.as_view(results_only=True)), name=f"{name}_results"),
    ]


def _admin(view: Any) -> Any:
    return never_cache(require_admin_access(view))


urlpatterns = [
    *_report("site-history", SiteHistoryView, "editing_site_history"),
    *_report("workflow", ReviewsView, "editing_reviews"),
    *_report("workflow_tasks", ReviewStepsView, "editing_review_steps"),
]
