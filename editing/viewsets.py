"""The admin of objects with codes, and of content with readers and drafts: where all viewsets start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.snippets.views.snippets import SnippetViewSet

from editing.listing import CodedIndexView, ContentIndexView, with_status
from editing.permissions import viewable_by, with_rights
from editing.views.archive import ArchiveView, DeleteView
from editing.views.comparing import CompareView
from editing.views.copying import AddView, CopyContentView, CopyView
from editing.views.edit import EditView
from editing.views.history import HistoryView, ReviewHistoryView, ReviewProgressView
from editing.views.permitted import permitted
from editing.views.reading import InspectView, UsageView
from editing.views.restoring import restoring
from editing.views.review import ReviewView
from editing.views.reviewing import ActionView


class CodedViewSet(SnippetViewSet):
    """The admin of a model with codes."""

    index_view_class = CodedIndexView
    copy_view_class = CopyView
    edit_view_class = EditView
    delete_view_class = DeleteView
    delete_template_name = "editing/delete.html"
    search_backend_name = None
    list_per_page: int | None = 50
    inspect_view_enabled = True
    list_related: tuple[str, ...] = ()
    side_panel_classes: tuple[type[BaseSidePanel], ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        objects: QuerySet[Any] = self.model._default_manager.select_related(*self.list_related)
        return objects

    @property
    def revisions_revert_view_class(self) -> type[Any]:
        """The page that puts an earlier revision back."""
        return restoring(self.edit_view_class)

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panels = {"side_panel_classes": self.side_panel_classes}
        view_kwargs: dict[str, Any] = super().get_edit_view_kwargs(**panels, **kwargs)
        return view_kwargs


class ContentViewSet(CodedViewSet):
    """The admin of content: everybody finds what they may see, and does with it what they may do."""

    index_view_class = ContentIndexView
    add_view_class = AddView
    copy_view_class = CopyContentView
    delete_view_class = ArchiveView
    delete_template_name = "editing/archive.html"
    history_view_class = HistoryView
    workflow_action_view_class = ActionView
    workflow_history_view_class = ReviewHistoryView
    workflow_history_detail_view_class = ReviewProgressView
    review_view_class = ReviewView
    inspect_view_class = InspectView
    revisions_compare_view_class = CompareView
    usage_view_class = UsageView
    search_fields = ["title", "code", "summary"]
    index_template_name = "editing/listing.html"
    index_results_template_name = "editing/listing_results.html"
    list_related: tuple[str, ...] = ("institution", "owner")
    list_left_out: tuple[str, ...] = ("summary",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = viewable_by(request.user, self.model._default_manager.all())
        rows: QuerySet[Any] = with_rights(request.user, with_status(seen))
        return rows.select_related(*self.list_related).defer(*self.list_left_out)

    @property
    def review_view(self) -> Any:
        """The page on which a review is read and answered."""
        return self.construct_view(self.review_view_class)

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("review/<str:pk>/", self.review_view, name="review")]

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        return super().construct_view(permitted(view_class), **kwargs)


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
