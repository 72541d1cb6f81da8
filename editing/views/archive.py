"""The pages that ask before something goes away: into the bin, or, where there is none, for good."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_latest_str
from wagtail.snippets.views import snippets

from editing import archiving
from editing.usage import NamedGroup, usage_for


class UsageMixin:
    """A page on one object that begins with what uses it; Wagtail's own index of uses knows no drafts."""

    request: Any
    object: Any
    index_url_name: str
    breadcrumbs_items: list[dict[str, Any]]
    page_title: Any

    def get_usage_url(self) -> None:
        """No page of the stock index."""

    @cached_property
    def groups(self) -> tuple[NamedGroup, ...]:
        """What uses the object, in the words that this person may read."""
        return usage_for(self.request.user, self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        plural = capfirst(self.object._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": plural},
            {"url": "", "label": self.page_title, "sublabel": get_latest_str(self.object)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a view's
        return {**context, "groups": self.groups, "title": get_latest_str(self.object)}


class ArchiveView(UsageMixin, snippets.DeleteView):
    """The page that asks before an object goes into the bin."""

    page_title = gettext_lazy("Put into the bin")

    def form_valid(self, form: Any) -> HttpResponseBase:
        title, url = get_latest_str(self.object), self.get_success_url()
        archiving.archive(by=self.request.user, obj=self.object)
        undo = reverse("bin_restore", args=[self.object._meta.model_name, quote(self.object.pk)])
        messages.success(
            self.request,
            _("“%(title)s” is in the bin now.") % {"title": title},
            buttons=[messages.button(undo, _("Undo"))],
        )
        return HttpResponseRedirect(url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "cancel_url": self.get_success_url()}


class DeleteView(UsageMixin, snippets.DeleteView):
    """The page that asks before something without a bin is deleted, which nothing may use then."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        if self.groups:
            raise PermissionDenied
        response: HttpResponseBase = super().form_valid(form)
        return response
