"""The chooser of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from editing.choosers import CodedChooserViewSet
from editing.forms import tidy
from editing.listing import DayColumn


class CaseChooserViewSet(CodedChooserViewSet):
    """Finds cases by title and code; shows how old their facts are."""

    extra_columns = (
        DayColumn("facts_as_of", label=_("Facts as of")),
        Column("hours", label=_("Hours"), accessor=lambda case: tidy(case.suggested_hours)),
    )
