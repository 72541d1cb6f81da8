"""Columns of computed hours; the index view puts `hours_split` on each row."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from curriculum import figures
from editing.listing import FigureColumn


def total_hours(row: Any) -> str:
    """Counted hours, or a dash where there are none to count."""
    return figures.hours_figure(row.hours_split.total if row.hours_split else None)


def practice_share(row: Any) -> str:
    """Practice of all hours."""
    return figures.percent(row.hours_split.practice_share if row.hours_split else None)


def hours_columns() -> list[FigureColumn]:
    """Hours and practice share."""
    return [
        FigureColumn("hours", total_hours, label=_("Hours")),
        FigureColumn("practice", practice_share, label=_("Practice share")),
    ]


EXPORT_FIELDS = ["hours_split.theory", "hours_split.practice", "hours_split.practice_share"]
EXPORT_HEADINGS = {
    "hours_split.theory": _("Theory hours"),
    "hours_split.practice": _("Practice hours"),
    "hours_split.practice_share": _("Practice share"),
    "status": _("Status"),
    "institution.code": _("Institution"),
    "owner.email": _("Owner"),
    "category.code": _("Programme category"),
}
