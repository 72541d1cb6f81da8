"""Filters of the listing of cases."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import CaseStudy
from editing.filters import ContentFilterSet


class CaseFilterSet(ContentFilterSet):
    """Filters cases by their age, their readers and where they come from."""

    current = django_filters.ChoiceFilter(
        label=_("Currency"),
        method="with_currency",
        choices=[("yes", _("current")), ("no", _("not current: too old, overdue or without a date"))],
    )

    class Meta:
        model = CaseStudy
        fields = ["institution", "language", "audience"]

    def with_currency(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Cases that may, or may not, stand for today's practice."""
        current = CaseStudy.objects.current(timezone.localdate())
        return queryset.filter(pk__in=current) if value == "yes" else queryset.exclude(pk__in=current)
