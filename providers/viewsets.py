"""The admin of institutions."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList

from editing.viewsets import CodedViewSet
from providers.models import Institution


class InstitutionViewSet(CodedViewSet):
    """The admin of institutions that teach or contribute."""

    model = Institution
    icon = "site"
    list_display = ["name", "kind", "country"]
    list_filter = ["kind"]
    list_export = ["code", "name", "name_en", "name_zh", "kind", "country", "url"]
    export_filename = "institutions"
    ordering = ["name", "code"]
    search_fields = ["name", "name_en", "name_zh", "code"]
    inspect_view_fields = ["code", "name", "name_en", "name_zh", "kind", "country", "url", "summary"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("name_en"), FieldPanel("name_zh")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("country")]),
            FieldPanel("url"),
            FieldPanel("summary"),
        ]
    )
