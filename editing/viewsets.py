"""The admin of objects with codes, and of content with readers and drafts: where all viewsets start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.snippets.views.snippets import SnippetViewSet

from editing.listing import CodedIndexView, ContentIndexView, with_status
from editing.views.archive import ArchiveView
from editing.views.copying import CopyView
from editing.views.edit import EditView
from editing.views.history import HistoryView
from editing.views.permitted import ReadableMixin


class CodedViewSet(SnippetViewSet):
    """The admin of a model with codes."""

    index_view_class = CodedIndexView
    copy_view_class = CopyView
    edit_view_class = EditView
    search_backend_name = None
    list_per_page: int | None = 50
    inspect_view_enabled = True
    list_related: tuple[str, ...] = ()
    side_panel_classes: tuple[type[BaseSidePanel], ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        objects: QuerySet[Any] = self.model._default_manager.select_related(*self.list_related)
        return objects

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panels = {"side_panel_classes": self.side_panel_classes}
        view_kwargs: dict[str, Any] = super().get_edit_view_kwargs(**panels, **kwargs)
        return view_kwargs


class ContentViewSet(CodedViewSet):
    """The admin of content: everybody finds, and opens, only what they may read."""

    index_view_class = ContentIndexView
    delete_view_class = ArchiveView
    history_view_class = HistoryView
    search_fields = ["title", "code", "summary"]
    list_related: tuple[str, ...] = ("institution", "owner")
    list_left_out: tuple[str, ...] = ("summary",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        readable = self.model._default_manager.readable_by(request.user)
        rows: QuerySet[Any] = with_status(readable)
        return rows.select_related(*self.list_related).defer(*self.list_left_out)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        readable = type(view_class.__name__, (ReadableMixin, view_class), {})
        return super().construct_view(readable, **kwargs)


def code_panel() -> FieldPanel:
    """The code, which even a draft needs: everything finds the object by it."""
    return FieldPanel("code", required_on_save=True)


def title_panel() -> FieldPanel:
    """The title, without which a draft cannot be found in a list."""
    return FieldPanel("title", required_on_save=True)


def summary_panel() -> FieldPanel:
    """The summary."""
    return FieldPanel("summary", help_text=_("Two or three sentences for lists and search results."))


def readers_tab() -> ObjectList:
    """The tab on who reads the object, and when."""
    return ObjectList(
        [
            FieldPanel("audience", widget=forms.RadioSelect),
            FieldPanel("restricted_to"),
            FieldPanel("clearance"),
            FieldPanel(
                "owner", help_text=_("E-mail address of the person who always reads this and answers for it.")
            ),
            PublishingPanel(),
        ],
        heading=_("Readers"),
    )
