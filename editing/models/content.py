from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from people.models.visibility import VisibleModel


class Content(
    WorkflowMixin,
    PreviewableMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    VisibleModel,
    ClusterableModel,
):
    """Something that people write: with readers, drafts, revisions, reviews, locks and previews."""

    archived_at = models.DateTimeField(_("in the bin since"), null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("put into the bin by"),
    )

    class Meta(VisibleModel.Meta):
        abstract = True

    preview: ClassVar[Callable[[Any, HttpRequest], HttpResponse]]
    """How a draft looks on the public site; set by the app that draws the site."""

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page of this object as it would be if it were published as it stands."""
        return type(self).preview(self, request)

    def with_content_json(self, content: Any) -> Any:
        """An instance with a revision's content; where the object is kept is no part of what was written."""
        obj = super().with_content_json(content)
        obj.archived_at, obj.archived_by_id = self.archived_at, self.archived_by_id
        return obj

    @classmethod
    def from_serializable_data(cls, data: Any, check_fks: bool = True, strict_fks: bool = False) -> Any:
        """Build an instance with its children from a revision's content.

        A draft may name objects that are gone, which the database cannot protect. Stock code asks for each
        reference by itself and raises on a protected one; here all are looked up together, one query a model.
        """
        if check_fks:
            data = without_dangling(cls, data)
        return super().from_serializable_data(data, check_fks=False, strict_fks=strict_fks)


def without_dangling(model: type[models.Model], data: dict[str, Any]) -> dict[str, Any]:
    """A copy of a revision's content in which every reference leads somewhere.

    A missing optional target is emptied; a child row that cannot do without its target is left out.
    """
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for row_model, row in _rows(model, data):
        for field in _references(row_model):
            if row.get(field.name) is not None:
                wanted[field.remote_field.model].add(row[field.name])
    there = {
        target: set(target._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        for target, keys in wanted.items()
    }
    return _cleaned(model, data, there)


def _children(
    model: type[models.Model], row: dict[str, Any]
) -> Iterator[tuple[str, type[models.Model], list[Any]]]:
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in row:
            yield name, relation.related_model, row[name]


def _rows(
    model: type[models.Model], row: dict[str, Any]
) -> Iterator[tuple[type[models.Model], dict[str, Any]]]:
    yield model, row
    for _name, child_model, children in _children(model, row):
        for child in children:
            yield from _rows(child_model, child)


def _references(model: type[models.Model]) -> list[Any]:
    # The parent of a child row is the row that it stands in.
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not isinstance(field, ParentalKey)
    ]


def _cleaned(model: type[models.Model], row: dict[str, Any], there: dict[Any, set[Any]]) -> dict[str, Any]:
    copy = dict(row)
    for field in _references(model):
        if (
            copy.get(field.name) is not None
            and copy[field.name] not in there[field.remote_field.model]
            and field.null
        ):
            copy[field.name] = None
    for name, child_model, children in _children(model, row):
        copy[name] = [
            _cleaned(child_model, child, there)
            for child in children
            if not _is_lost(child_model, child, there)
        ]
    return copy


def _is_lost(model: type[models.Model], row: dict[str, Any], there: dict[Any, set[Any]]) -> bool:
    return any(
        not field.null
        and row.get(field.name) is not None
        and row[field.name] not in there[field.remote_field.model]
        for field in _references(model)
    )
