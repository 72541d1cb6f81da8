"""Changing many rows of a listing at once: choose, look at what would happen, do it, take it back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from editing import bulk
from editing.bulk_forms import OUTCOMES, REASONS, BulkForm, in_words
from editing.listing import title_of, with_status
from editing.models import BulkChange
from editing.permissions import viewable_by, with_rights
from editing.views.saved_filters import listing_url, model_called

LATEST = 5


class BulkSetView(WagtailAdminTemplateMixin, TemplateView):
    """The form with the chosen rows, and the preview of what it would do."""

    request: Any
    template_name = "editing/bulk_set.html"
    page_title = gettext_lazy("Change several at once")
    header_icon = "edit"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse people who change nothing of this kind."""
        self.model: Any = model_called(kwargs["kind"])
        if not policy_registry.get_by_type(self.model).user_has_permission(request.user, "change"):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        plural = capfirst(self.model._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": listing_url(self.model), "label": plural},
            {"url": "", "label": self.page_title},
        ]

    @cached_property
    def chosen(self) -> Any:
        """The rows that are meant: those of the keys sent, or all of the selection that the address names."""
        if self.request.GET.get("all") and self.request.method == "GET":
            return self._selection()
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        keys = [key for key in data.getlist("id") if key.isdecimal()][: bulk.LIMIT + 1]
        return viewable_by(self.request.user, self.model._default_manager.filter(pk__in=keys))

    def _selection(self) -> Any:
        """What the listing would show for the same address."""
        index = self.model.snippet_viewset.index_view
        view = index.view_class(**index.view_initkwargs)
        view.setup(self.request)
        return view.get_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = kwargs.get("form") or BulkForm(self.model)
        total = self.chosen.count()
        rows = () if total > bulk.LIMIT else self._rows()
        return {
            **context,
            "form": form,
            "rows": rows,
            "total": total,
            "limit": bulk.LIMIT,
            "is_too_many": total > bulk.LIMIT,
            "list_url": listing_url(self.model),
            "latest": self._latest(),
            "media": form.media,
        }

    def _rows(self) -> list[Any]:
        here = self.model._default_manager.filter(pk__in=self.chosen.order_by().values("pk"))
        rows = list(with_rights(self.request.user, with_status(here)).order_by("title", "code"))
        for row in rows:
            row.shown_title = title_of(row)
        return rows

    def _latest(self) -> Any:
        mine = BulkChange.objects.filter(
            made_by=self.request.user, content_type=self.model.get_content_type(), undone_at=None
        )
        return mine.defer("rows")[:LATEST]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the preview, or, with the step after it, do it."""
        form = BulkForm(self.model, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if not self.chosen.exists():
            messages.error(request, _("Choose at least one row."))
            return redirect(listing_url(self.model))
        if request.POST.get("step") == "apply":
            return self._apply(form)
        return self._preview(form)

    def _preview(self, form: BulkForm) -> HttpResponseBase:
        plan = bulk.plan(by=self.request.user, objects=self.chosen, changes=form.changes)
        context = {
            **super().get_context_data(),
            "form": form,
            "rows": in_words(self.model, plan.rows),
            "changing": len(plan.changing),
            "published": len(plan.of(bulk.Outcome.PUBLISHED)),
            "drafted": len(plan.of(bulk.Outcome.DRAFTED)),
            "left": len(plan.of(bulk.Outcome.LEFT)),
            "list_url": listing_url(self.model),
        }
        return self.response_class(
            request=self.request,
            template=["editing/bulk_preview.html"],
            context=context,
            using=self.template_engine,
        )

    def _apply(self, form: BulkForm) -> HttpResponseBase:
        post = self.request.POST
        expected = {key: post.get(f"version-{key}", "") for key in post.getlist("id")}
        record = bulk.set_values(
            by=self.request.user, objects=self.chosen, changes=form.changes, expected=expected
        )
        done = sum(row["after"] is not None for row in record.rows)
        words = ngettext("%(count)d row is changed.", "%(count)d rows are changed.", done)
        messages.success(self.request, words % {"count": done})
        return redirect("bulk_change", record.pk)


class BulkChangeView(WagtailAdminTemplateMixin, TemplateView):
    """What one change did, with the way to take it back."""

    request: Any
    template_name = "editing/bulk_change.html"
    page_title = gettext_lazy("Change of several at once")
    header_icon = "edit"

    @cached_property
    def change(self) -> BulkChange:
        """The change, of the person who made it; superusers see those of all."""
        changes = BulkChange.objects.select_related("made_by", "content_type")
        if not self.request.user.is_superuser:
            changes = changes.filter(made_by=self.request.user)
        found = changes.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        model: Any = self.change.content_type.model_class()
        plural = capfirst(model._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": listing_url(model), "label": plural},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take it back."""
        report = bulk.undo(by=self.request.user, change=self.change)
        words = ngettext("%(count)d row is as it was.", "%(count)d rows are as they were.", report.undone)
        messages.success(request, words % {"count": report.undone})
        return redirect(reverse("bulk_change", args=[self.change.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        model: Any = self.change.content_type.model_class()
        rows = list(self._rows(model))
        return {
            **context,
            "change": self.change,
            "rows": rows,
            "done": sum(row["is_done"] for row in rows),
            "list_url": listing_url(model),
        }

    def _rows(self, model: Any) -> Any:
        keys = [row["pk"] for row in self.change.rows]
        here = viewable_by(self.request.user, model._default_manager.filter(pk__in=keys))
        seen = {row.pk: row for row in with_rights(self.request.user, with_status(here))}
        edit = model.snippet_viewset.get_url_name("edit")
        for record in self.change.rows:
            row = seen.get(record["pk"])
            if row is None:
                continue
            yield {
                "title": title_of(row),
                "code": row.code,
                "language": row.language,
                "url": reverse(edit, args=[row.pk]) if row.is_changeable else "",
                "is_done": record["after"] is not None,
                "outcome": OUTCOMES[bulk.Outcome(record["outcome"])],
                "reason": REASONS[bulk.Reason(record["reason"])],
                "is_undone": "undo" in record and not record["undo"],
                "not_undone": REASONS[bulk.Reason(record.get("undo") or "")],
            }
