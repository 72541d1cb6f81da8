"""The pages of an object for those who may look at it, though perhaps not change it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views import generic
from wagtail.models import ReferenceIndex
from wagtail.snippets.views import snippets

from editing.models import Content
from editing.permissions import with_rights


class InspectView(snippets.InspectView):
    """An object as it is published; only its writers read the title of its draft."""

    sees_drafts = False

    def get_page_subtitle(self) -> str:
        return str(get_latest_str(self.object) if self.sees_drafts else self.object)


class Users:
    """What refers to an object, with its references, page by page: one query for each kind on a page.

    The stock groups load every user of the object by itself, whatever page is asked for.
    """

    KEY = ("base_content_type", "object_id")

    def __init__(self, references: QuerySet[Any]) -> None:
        self.references = references.order_by(*self.KEY, "pk")
        self.keys = references.order_by(*self.KEY).values_list(*self.KEY).distinct()

    def count(self) -> int:
        """How many there are."""
        return self.keys.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[tuple[Model, list[Any]]]:
        of_kind: defaultdict[int, list[str]] = defaultdict(list)
        found: dict[tuple[int, str], list[Any]] = {key: [] for key in self.keys[part]}
        for kind, pk in found:
            of_kind[kind].append(pk)
        here = Q(pk__in=())
        holders: dict[tuple[int, str], Model] = {}
        for kind, pks in of_kind.items():
            here |= Q(base_content_type=kind, object_id__in=pks)
            model: Any = ContentType.objects.get_for_id(kind).model_class()
            holders |= {(kind, str(row.pk)): row for row in model._base_manager.filter(pk__in=pks)}
        for reference in self.references.filter(here):
            found[reference.base_content_type_id, reference.object_id].append(reference)
        return [(holders[key], references) for key, references in found.items() if key in holders]


class UsageView(snippets.UsageView):
    """What uses an object; users that the reader may not see are counted and not named."""

    permission_required = "view"
    sees_drafts = False

    def get_object(self) -> Any:
        # The stock view takes the latest draft.
        return super().get_object() if self.sees_drafts else super(generic.UsageView, self).get_object()

    def get_queryset(self) -> Any:
        return Users(ReferenceIndex.get_references_to(self.object))

    def get_page_subtitle(self) -> str:
        return str(get_latest_str(self.object) if self.sees_drafts else self.object)

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if self.sees_drafts else None

    @cached_property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.sees_drafts else []

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        users = list(object_list)
        known = _known(self.request.user, [holder for holder, _references in users])
        rows = [self._use(holder, references, known) for holder, references in users]
        return generic.BaseListingView.get_table(self, rows, **kwargs)

    def _use(self, holder: Any, references: Any, known: dict[Any, Any]) -> dict[str, Any]:
        row = {"object": holder, "references": references, "edit_url": None, "edit_link_title": None}
        kind = {"kind": holder._meta.verbose_name}
        if not isinstance(holder, Content):
            url = AdminURLFinder(self.request.user).get_edit_url(holder)
            title = str(holder) if url else _("restricted: %(kind)s") % kind
            return row | {"label": title, "edit_url": url, "edit_link_title": url and title}
        seen = known.get((type(holder), holder.pk))
        if seen is None or not seen.is_viewable:
            return row | {"label": _("restricted: %(kind)s") % kind}
        view = "edit" if seen.is_changeable else "inspect"
        url = reverse(holder.snippet_viewset.get_url_name(view), args=[quote(holder.pk)])
        return row | {"label": str(seen), "edit_url": url, "edit_link_title": str(seen)}


def _known(user: Any, holders: list[Model]) -> dict[Any, Any]:
    """The pieces of content among some objects with the reader's rights, in one query a kind."""
    keys: defaultdict[Any, list[Any]] = defaultdict(list)
    for holder in holders:
        if isinstance(holder, Content):
            keys[type(holder)].append(holder.pk)
    return {
        (model, row.pk): row
        for model, pks in keys.items()
        for row in with_rights(user, model._default_manager.filter(pk__in=pks))
    }
