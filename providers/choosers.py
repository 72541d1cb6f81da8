"""The chooser of institutions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from editing.choosers import CodedChooserViewSet


class InstitutionChooserViewSet(CodedChooserViewSet):
    """Finds institutions by any of their names."""

    search_fields = ("name", "name_en", "name_zh", "code")
    extra_columns = (Column("kind", label=_("Kind"), accessor="get_kind_display"),)
