"""The list of reviews: what waits for the reader, and what they submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from editing.reports import KnownReviewsPanel, KnownTasksPanel, about_known_content
from editing.waiting import (
    submitted_by,
    submitted_rows,
    takes_part,
    waiting_for,
    waiting_rows,
    with_all_for_rows,
)

PER_PAGE = 50
ON_DASHBOARD = 5


class ReviewsView(WagtailAdminTemplateMixin, TemplateView):
    """The page of both lists."""

    request: Any
    template_name = "editing/reviews.html"
    page_title = gettext_lazy("Reviews")
    header_icon = "clipboard-list"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse people who write nothing."""
        if not takes_part(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = self.request.GET.get("p")
        waiting = WagtailPaginator(waiting_for(self.request.user), PER_PAGE).get_page(page)
        known = about_known_content(self.request.user, "base_content_type", "object_id")
        mine = WagtailPaginator(submitted_by(self.request.user, known), PER_PAGE)
        submitted = mine.get_page(self.request.GET.get("mine"))
        count = waiting.paginator.count
        return {
            **context,
            "sentence": ngettext(
                "%(count)d review waits for your answer.", "%(count)d reviews wait for your answer.", count
            )
            % {"count": count},
            "count": count,
            "waiting": waiting_rows(with_all_for_rows(waiting.object_list)),
            "waiting_page": waiting,
            "submitted": submitted_rows(list(submitted.object_list)),
            "submitted_page": submitted,
            "here": reverse("reviews"),
        }


class ReviewsPanel(Component):
    """On the dashboard: the first of what waits for the reader, and of what was returned to them."""

    name = "reviews"
    template_name = "editing/reviews_panel.html"
    order = 90

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        user = (parent_context or {})["request"].user
        waiting = waiting_for(user)
        known = about_known_content(user, "base_content_type", "object_id")
        open_ones = submitted_by(user, known).filter(status__in=("in_progress", "needs_changes"))
        return {
            "takes_part": takes_part(user),
            "count": waiting.count(),
            "waiting": waiting_rows(with_all_for_rows(waiting)[:ON_DASHBOARD]),
            "submitted": submitted_rows(list(open_ones[:ON_DASHBOARD])),
            "reviews_url": reverse("reviews"),
        }


def put_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Put one panel of reviews in the place of the two that speak of moderation."""
    theirs = (KnownReviewsPanel, KnownTasksPanel)
    panels[:] = [ReviewsPanel(), *(panel for panel in panels if not isinstance(panel, theirs))]


class ReviewsMenuItem(MenuItem):
    """The way to the list, with the number of what waits."""

    def is_shown(self, request: HttpRequest) -> bool:
        return takes_part(request.user)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        count = waiting_for(request.user).count()
        label = _("Reviews (%(count)d)") % {"count": count} if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


def reviews_menu_item() -> ReviewsMenuItem:
    """The entry of the menu."""
    return ReviewsMenuItem(
        gettext_lazy("Reviews"), reverse("reviews"), name="reviews", icon_name="clipboard-list", order=110
    )
