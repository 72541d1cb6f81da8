"""Wagtail's reports and dashboard panels that name objects: each reader meets only what they may know of."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.views.reports.workflows import WorkflowReportFilterSet, WorkflowTasksView, WorkflowView
from wagtail.models import ModelLogEntry

from editing.models import Content
from editing.models.content import content_models
from editing.permissions import changeable_by, mark_rights, may_answer


def about_known_content(user: Any, content_type: str, object_id: str) -> Q:
    """The condition that what a row is about is no content, or content that this person may change.

    `content_type` and `object_id` are the names of the fields that say what it is about. Rows show titles as
    they were in drafts, so that seeing the published object is not enough.
    """
    if user.is_superuser:
        return ~Q(pk__in=())
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in content_models()}
    condition = ~Q(**{f"{content_type}__in": list(kinds)})
    for key, model in kinds.items():
        mine = changeable_by(user, model._default_manager.order_by()).annotate(key=Cast("pk", CharField()))
        condition |= Q(**{content_type: key, f"{object_id}__in": mine.values("key")})
    return condition


class SiteHistoryView(LogEntriesView):
    """Who did what lately, with the objects that the reader may change."""

    def filter_queryset(self, queryset: Any) -> Any:
        if issubclass(queryset.model, ModelLogEntry):
            queryset = queryset.filter(about_known_content(self.request.user, "content_type", "object_id"))
        return super().filter_queryset(queryset)

    def decorate_paginated_queryset(self, queryset: Any) -> list[Any]:
        """The entries in their order, each with the address of its object; the stock view asks for each."""
        found: dict[tuple[int, Any], Any] = {}
        finder = AdminURLFinder(self.request.user)
        for index, log_model in enumerate(self.log_models):
            keys = [row["pk"] for row in queryset if row["log_model_index"] == index]
            entries = log_model.objects.prefetch_related("user__wagtail_userprofile", "content_type")
            pairs = list(entries.filter(pk__in=keys).with_instances())
            mark_rights(self.request.user, [thing for _entry, thing in pairs if isinstance(thing, Content)])
            for entry, thing in pairs:
                entry.edit_url = _edit_url(thing, finder)
                found[index, entry.pk] = entry
        return [found[row["log_model_index"], row["pk"]] for row in queryset]


def _edit_url(thing: Any, finder: AdminURLFinder) -> str | None:
    if not isinstance(thing, Content):
        url: str | None = finder.get_edit_url(thing)
        return url
    viewset: Any = type(thing).snippet_viewset
    return reverse(viewset.get_url_name("edit"), args=[thing.pk]) if thing.is_changeable else None


class ReviewFilterSet(WorkflowReportFilterSet):
    """The filters of the report on reviews; people are those who asked for one of the reviews in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = _known_reviews(self.request.user, self.queryset)
        people = get_user_model()._default_manager.filter(pk__in=known.values("requested_by"))
        self.filters["requested_by"].field.queryset = people


class ReviewsView(WorkflowView):
    """Every review of what the reader may change."""

    filterset_class = ReviewFilterSet

    def get_queryset(self) -> QuerySet[Any]:
        return _known_reviews(self.request.user, super().get_queryset())


class ReviewStepsView(WorkflowTasksView):
    """Every step of such reviews."""

    def get_queryset(self) -> QuerySet[Any]:
        about = about_known_content(
            self.request.user, "workflow_state__base_content_type", "workflow_state__object_id"
        )
        steps: QuerySet[Any] = super().get_queryset().filter(about)
        return steps


def _known_reviews(user: Any, reviews: QuerySet[Any]) -> QuerySet[Any]:
    return reviews.filter(about_known_content(user, "base_content_type", "object_id"))


class KnownReviewsPanel(UserObjectsInWorkflowModerationPanel):
    """What the reader has submitted, as long as they may change it."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        user, states = parent_context["request"].user, list(context["workflow_states"])
        known = _known(user, [state.content_object for state in states])
        return {**context, "workflow_states": [state for state in states if state.content_object in known]}


class KnownTasksPanel(WorkflowObjectsToModeratePanel):
    """What waits for the reader's answer."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        known = _known(parent_context["request"].user, [state["obj"] for state in context["states"]])
        return {**context, "states": [state for state in context["states"] if state["obj"] in known]}


KNOWN_PANELS = {
    UserObjectsInWorkflowModerationPanel: KnownReviewsPanel,
    WorkflowObjectsToModeratePanel: KnownTasksPanel,
}


def replace_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Put our panels in the place of those that show everybody's titles."""
    panels[:] = [KNOWN_PANELS[type(panel)]() if type(panel) in KNOWN_PANELS else panel for panel in panels]


def _known(user: Any, objects: list[Any]) -> list[Any]:
    """The objects whose drafts this person may see, and everything that is no content."""
    mark_rights(user, [obj for obj in objects if isinstance(obj, Content)])
    return [
        obj for obj in objects if not isinstance(obj, Content) or obj.is_changeable or may_answer(user, obj)
    ]
