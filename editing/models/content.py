from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    ReferenceIndex,
    RevisionMixin,
    WorkflowMixin,
)

from editing.completeness import Problem, require_complete
from editing.models.rows import IN_MEMORY, find_rows, load_rows, write_rows
from editing.wording import labelled
from people.models.visibility import VisibleModel, VisibleQuerySet


class ContentQuerySet(VisibleQuerySet):
    """Finds content; what is in the bin is found by those who ask for it only."""

    def kept(self) -> Self:
        """What is not in the bin."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        """What is in the bin."""
        return self.filter(archived_at__isnull=False)


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

    def be_copy_of(self, source: Any) -> None:
        """Say of a new object, not saved yet, that it is a copy; for models that know their origin."""

    def problems(self) -> list[Problem]:
        """What is missing before this may go out, with the rows of a draft as they are in memory."""
        return []

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the object, and with it all rows that it has in memory, in bulk."""
        rows = getattr(self, IN_MEMORY, None)
        if not rows or kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            # Without them the stock code below writes no rows: it takes some ten queries for each.
            setattr(self, IN_MEMORY, {})
            try:
                super().save(*args, **kwargs)
            finally:
                setattr(self, IN_MEMORY, rows)
            write_rows([self])
            # The rows name other objects too, and they are there only now.
            self._update_reference_index()

    def _update_reference_index(self) -> None:
        # Wagtail's module asks for a model as it is imported.
        from wagtail.signal_handlers import update_reference_index_on_save

        if type(self) in ReferenceIndex.tracked_models:
            update_reference_index_on_save(self)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule a revision. Raises IncompleteError when something is missing from it."""
        require_complete(revision.as_object())
        return super().publish(revision, *args, **kwargs)

    @property
    def current_workflow_state(self) -> Any:
        """The review that is not over yet, if there is one, with its names in the reader's language."""
        return labelled(super().current_workflow_state)

    def get_latest_revision_as_object(self) -> Any:
        """The draft that one goes on with, with its rows in memory and their primary keys as they are now.

        Where nothing is unpublished that is the live object itself, which also has what was written into it
        without a draft.
        """
        draft = super().get_latest_revision_as_object()
        if draft is self:
            load_rows([draft])
        else:
            find_rows([draft])
        return draft

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


def content_models() -> list[type[Content]]:
    """The models of everything that people write, in the order of the apps."""
    return [model for model in apps.get_models() if issubclass(model, Content)]


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
