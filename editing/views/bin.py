"""The bin: what was put aside, by whom and when, and the ways out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from editing import archiving
from editing.models import Content
from editing.models.content import content_models
from editing.queries import in_bin
from editing.usage import NamedGroup, usage_for
from people.models import User

PER_PAGE = 50


class BinPaginator(WagtailPaginator):
    """Pages of objects of several kinds."""

    @property
    def items_count_label(self) -> str:
        """How many there are."""
        return ngettext("%(count)d object", "%(count)d objects", self.count) % {"count": self.count}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content as a filter of the bin."""

    name: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One object of the bin."""

    kind: str
    kind_label: str
    obj: Any

    @property
    def title(self) -> str:
        """The title of the latest draft."""
        return self.obj.draft_title or str(self.obj)


def has_bin(user: User | AnonymousUser) -> bool:
    """Whether this person changes content of any kind, and so has a bin."""
    return any(
        policy_registry.get_by_type(model).user_has_permission(user, "change") for model in content_models()
    )


def restorable(user: User) -> dict[type[Content], Any]:
    """What of the bin each kind holds for this person."""
    return {
        model: archiving.restorable_by(user, model._default_manager.all())
        for model in content_models()
        if policy_registry.get_by_type(model).user_has_permission(user, "change")
    }


class BinMixin(WagtailAdminTemplateMixin):
    """A page of the bin, for people who change content."""

    request: Any
    page_title = gettext_lazy("Bin")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse people without a bin."""
        if not has_bin(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class BinView(BinMixin, TemplateView):
    """What is in the bin and this person might change, the latest first."""

    template_name = "editing/bin.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to the bin."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def querysets(self) -> dict[type[Content], Any]:
        """The objects of each kind."""
        return restorable(self.request.user)

    @cached_property
    def chosen(self) -> str:
        """The kind that is asked for, or an empty text for all."""
        names = {model._meta.model_name for model in self.querysets}
        asked = self.request.GET.get("kind", "")
        return asked if asked in names else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = {
            model: found
            for model, found in self.querysets.items()
            if self.chosen in {"", model._meta.model_name}
        }
        kinds = [self._kind(model, found) for model, found in self.querysets.items()]
        page = BinPaginator(in_bin(shown), PER_PAGE).get_page(self.request.GET.get("p"))
        rows = self._rows(page.object_list, shown)
        return {
            **context,
            "kinds": kinds,
            "all_count": sum(kind.count for kind in kinds),
            "is_filtering": bool(self.chosen),
            "page_obj": page,
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
            "rows": rows,
            "bin_url": reverse("bin"),
            "may_delete": self.request.user.is_superuser,
        }

    def _kind(self, model: type[Content], found: Any) -> Kind:
        name = str(model._meta.model_name)
        label = capfirst(str(model._meta.verbose_name_plural))
        return Kind(name, label, found.count(), self.chosen == name)

    def _rows(self, keys: Iterable[tuple[str, str, Any]], querysets: dict[type[Content], Any]) -> list[Row]:
        """The objects of one page, read with one query a kind."""
        wanted = list(keys)
        found: dict[tuple[str, str], Row] = {}
        for model, queryset in querysets.items():
            label = model._meta.label_lower
            pks = [key for kind, key, _at in wanted if kind == label]
            if not pks:
                continue
            name, words = str(model._meta.model_name), capfirst(str(model._meta.verbose_name))
            for obj in _with_titles(queryset.filter(pk__in=pks)):
                found[label, str(obj.pk)] = Row(name, words, obj)
        return [found[kind, key] for kind, key, _at in wanted if (kind, key) in found]


def _with_titles(queryset: Any) -> Any:
    return queryset.select_related("archived_by").annotate(draft_title=F("latest_revision__object_str"))


class OutOfBinView(BinMixin, TemplateView):
    """A page that asks before something is done with one object of the bin."""

    def get_object(self) -> Any:
        """The object, or 404 where there is none in this person's bin."""
        for model, found in restorable(self.request.user).items():
            if model._meta.model_name == self.kwargs["kind"]:
                try:
                    return found.get(pk=self.kwargs["pk"])
                except model.DoesNotExist as error:
                    raise Http404 from error
        raise Http404

    @cached_property
    def object(self) -> Any:
        """The object in question."""
        return self.get_object()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("bin"), "label": _("Bin")},
            {"url": "", "label": self.page_title, "sublabel": get_latest_str(self.object)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "object": self.object,
            "title": get_latest_str(self.object),
            "bin_url": reverse("bin"),
        }


class RestoreView(OutOfBinView):
    """Takes an object out of the bin."""

    template_name = "editing/restore.html"
    page_title = gettext_lazy("Take out of the bin")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Restore it, and show where it is now."""
        title = get_latest_str(self.object)
        try:
            archiving.restore(by=self.request.user, obj=self.object)
        except archiving.NotInBin as error:
            raise Http404 from error
        edit = reverse(type(self.object).snippet_viewset.get_url_name("edit"), args=[self.object.pk])
        messages.success(
            request,
            _("“%(title)s” is back as a draft.") % {"title": title},
            buttons=[messages.button(edit, _("Edit"))],
        )
        return redirect("bin")


class DeleteForGoodView(OutOfBinView):
    """Deletes an object of the bin, for superusers and only when nothing uses it."""

    template_name = "editing/delete_for_good.html"
    page_title = gettext_lazy("Delete for good")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def groups(self) -> tuple[NamedGroup, ...]:
        """What uses the object."""
        return usage_for(self.request.user, self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Delete it, unless something has come to use it since the page was opened."""
        title = get_latest_str(self.object)
        try:
            archiving.delete_for_good(by=self.request.user, obj=self.object)
        except archiving.StillUsed:
            return self.get(request, *args, **kwargs)
        except archiving.NotInBin as error:
            raise Http404 from error
        messages.success(request, _("“%(title)s” is deleted for good.") % {"title": title})
        return redirect("bin")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "groups": self.groups}
