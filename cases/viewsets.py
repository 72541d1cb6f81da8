"""The admin of cases."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column

from cases.filters import CaseFilterSet
from cases.forms import CaseForm
from cases.models import CaseStudy
from cases.wording import CURRENCY_LABELS
from editing.listing import ContentIndexView, DayColumn, StatusColumn, UpdatedColumn
from editing.viewsets import ContentViewSet, code_panel, readers_tab, title_panel


def currency_label(case: CaseStudy) -> Promise:
    """What to know of a case's age, in words."""
    return CURRENCY_LABELS[case.currency()]


class CaseIndexView(ContentIndexView):
    """The listing of cases."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().with_currency(timezone.localdate())

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        item.currency_label = str(currency_label(item))
        return super().to_row_dict(item)


class CaseViewSet(ContentViewSet):
    """The admin of cases."""

    model = CaseStudy
    icon = "openquote"
    index_view_class = CaseIndexView
    filterset_class = CaseFilterSet
    list_left_out = ("summary", "body", "body_html")
    list_display = [
        "title",
        StatusColumn(),
        DayColumn("facts_as_of", label=_("Facts as of"), sort_key="facts_as_of"),
        Column("currency", label=_("Currency"), accessor=currency_label),
        Column("audience", label=_("Audience"), accessor="get_audience_display", sort_key="audience"),
        Column("institution", label=_("Institution"), sort_key="institution__name"),
        Column("owner", label=_("Owner"), sort_key="owner__name"),
        UpdatedColumn(),
    ]
    list_export = [
        "code",
        "title",
        "language",
        "status",
        "facts_as_of",
        "reviewed_on",
        "review_by",
        "currency_label",
        "audience",
        "clearance",
        "institution.code",
        "owner.email",
        "licence",
        "suggested_hours",
    ]
    export_headings = {
        "status": _("Status"),
        "currency_label": _("Currency"),
        "institution.code": _("Institution"),
        "owner.email": _("Owner"),
    }
    export_filename = "cases"
    ordering = ["title", "code"]
    inspect_view_fields = [
        "code",
        "title",
        "language",
        "summary",
        "institution",
        "facts_as_of",
        "reviewed_on",
        "review_by",
        "is_classic",
        "classic_reason",
        "licence",
        "suggested_hours",
        "place",
        "audience",
        "owner",
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    code_panel(),
                    title_panel(),
                    FieldPanel(
                        "summary", help_text=_("Two or three sentences for lists and search results.")
                    ),
                    FieldPanel("body"),
                    FieldPanel("themes"),
                    MultiFieldPanel(
                        [
                            FieldPanel("facts_as_of"),
                            FieldRowPanel([FieldPanel("reviewed_on"), FieldPanel("review_by")]),
                            FieldPanel("is_classic"),
                            FieldPanel("classic_reason"),
                        ],
                        heading=_("Age and review"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("language"), FieldPanel("suggested_hours")]),
                            FieldPanel("translation_of"),
                            FieldPanel("institution"),
                            FieldPanel("place", help_text=_("Where it happened, as far as it may be said.")),
                            FieldPanel("licence"),
                        ],
                        heading=_("About the case"),
                    ),
                ],
                heading=_("Case"),
            ),
            readers_tab(),
        ],
        base_form_class=CaseForm,
    )
