"""Filters of the listing of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.models import CaseStudy
from cases.wording import CURRENCY_LABELS
from editing.facets import ChoiceFacet
from editing.filters import ContentFilterSet, themes_facet


class CaseFilterSet(ContentFilterSet):
    """Filters cases by their themes and their age too."""

    themes = themes_facet()
    currency = ChoiceFacet(
        "currency_state",
        labels=[(str(state), label) for state, label in CURRENCY_LABELS.items()],
        label=_("Currency"),
    )

    class Meta:
        model = CaseStudy
        fields: list[str] = []
