"""Filters that the listings of all content share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from editing.facets import ChoiceFacet, ConditionFacet, Facet, ManyFacet, Option, RelatedFacet, asked_values

OWN = Q(is_changeable=True)
"""What is drafted, reviewed or scheduled is told only of what the reader may change."""

STATUS = (
    ("live", _("live"), Q(live=True)),
    ("changed", _("live + draft"), OWN & Q(live=True, has_unpublished_changes=True)),
    ("draft", _("draft"), OWN & Q(live=False)),
    ("review", _("in review"), OWN & Q(in_review=True)),
    ("scheduled", _("scheduled"), OWN & Q(is_scheduled=True)),
)
MINE = "me"


class OwnerFacet(RelatedFacet):
    """By owner; `me` is whoever asks, so that a saved filter can be handed on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("owner", key="pk", columns=("pk", "name", "email"), **kwargs)

    def condition(self, values: Collection[str], user: Any) -> Q:
        keys = [str(user.pk) if value == MINE and user else value for value in values]
        return super().condition([key for key in keys if key == "none" or key.isdecimal()], user)

    def counted(self, rows: QuerySet[Any], user: Any) -> list[Option]:
        own = str(user.pk) if user else ""
        found = super().counted(rows, user)
        mine = [Option(MINE, _("Mine"), option.count) for option in found if option.value == own]
        return [*mine, *(option for option in found if option.value != own)]

    def missing(self, value: str, model: Any) -> Any:
        if value == MINE:
            return _("Mine")
        return super().missing(value, model) if value.isdecimal() or value == "none" else value


def institution_facet() -> RelatedFacet:
    """By institution."""
    return RelatedFacet("institution", columns=("code", "name", "name_en", "name_zh"), label=_("Institution"))


def themes_facet() -> ManyFacet:
    """By theme."""
    return ManyFacet("theme_items__tag", columns=("code", "label_en", "label_zh"), label=_("Themes"))


class ContentFilterSet(WagtailFilterSet):
    """Filters by state, origin, owner, language and readers.

    Each filter's counts are those of the rows that all other filters, and the search, leave: choosing a
    value shows as many rows as its count said. One query a filter.
    """

    status = ConditionFacet(STATUS, label=_("Status"))
    institution = institution_facet()
    owner = OwnerFacet(label=_("Owner"))
    language = ChoiceFacet("language", label=_("Language"))
    audience = ChoiceFacet("audience", label=_("Audience"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_filled = False

    @property
    def facets(self) -> dict[str, Facet]:
        """The filters by name."""
        return {name: found for name, found in self.filters.items() if isinstance(found, Facet)}

    @property
    def form(self) -> Any:
        form = super().form
        if not self._is_filled:
            self._is_filled = True
            for name, facet in self.facets.items():
                options = facet.options(self._rows_for(name), self.chosen(name))
                field = form.fields[name]
                field.choices = [(option.value, option.label) for option in options]
                field.widget.offered = options
        return form

    def chosen(self, name: str) -> list[str]:
        """The values that the address asks for."""
        return asked_values(self.data.getlist(name)) if hasattr(self.data, "getlist") else []

    def _rows_for(self, left_out: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.queryset
        for name, facet in self.facets.items():
            if name != left_out and (values := self.chosen(name)):
                rows = facet.filter(rows, values)
        return rows

    def pairs(self) -> Iterator[tuple[str, str]]:
        """What is chosen, as parameters of an address."""
        for name in self.facets:
            for value in self.chosen(name):
                yield name, value

    @property
    def query(self) -> str:
        """The same as a query."""
        return urlencode(list(self.pairs()))
