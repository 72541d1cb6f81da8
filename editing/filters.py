"""Filters that the listings of all content share."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet


class ContentFilterSet(WagtailFilterSet):
    """Filters by where an object stands between draft and public."""

    status = django_filters.ChoiceFilter(
        label=_("Status"),
        method="with_status",
        choices=[
            ("live", _("live")),
            ("changed", _("live + draft")),
            ("draft", _("draft")),
            ("review", _("in review")),
            ("scheduled", _("scheduled")),
        ],
    )

    def with_status(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The rows with this status; the listing has asked for what that takes."""
        conditions: dict[str, dict[str, bool]] = {
            "live": {"live": True},
            "changed": {"live": True, "has_unpublished_changes": True},
            "draft": {"live": False},
            "review": {"in_review": True},
            "scheduled": {"is_scheduled": True},
        }
        return queryset.filter(**conditions[value])
