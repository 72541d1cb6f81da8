"""Downloads of lists as CSV and XLSX in which no cell can be taken for a formula."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import SpreadsheetExportMixin

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> Any:
    """A value for a CSV cell: a text that a spreadsheet would run gets an apostrophe, a number stays."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def value_at(item: Any, path: str) -> Any:
    """The value at the end of a dotted path, `None` where the path ends early."""
    for name in path.split("."):
        if item is None:
            return None
        item = getattr(item, name)
    return item


class SpreadsheetMixin(SpreadsheetExportMixin):
    """Wagtail's downloads with harmless cells; XLSX types every text as text already."""

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {field: value_at(item, field) for field in self.list_export}

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        value = super().preprocess_field_value(field, value, export_format)
        if export_format == self.FORMAT_CSV:
            return neutral(value)
        return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
