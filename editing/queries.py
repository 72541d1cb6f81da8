"""What names an object: in rows, in published content and in drafts, which no index of Wagtail's knows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, ForeignKey, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from modelcluster.fields import ParentalKey
from wagtail.models import Revision

from editing.models import Content


@dataclass(frozen=True, slots=True)
class Use:
    """One object that names another one.

    `times` is how often it does, in its published rows or in its draft, whichever is more. `is_live`: readers
    of the public site meet it; `is_draft`: a draft names it, published or not; `is_archived`: it is itself in
    the bin.
    """

    holder: Any
    times: int
    is_live: bool
    is_draft: bool
    is_archived: bool


@dataclass(frozen=True, slots=True)
class UseGroup:
    """Everything of one kind that names an object in one way, in the order of the kind."""

    model: type[Model]
    label: str | Promise
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A field by which objects name others: the object that holds it, and the way down to it.

    `steps` are the names of the relations from the holder to the rows with the field, `field` its name there.
    `is_drafted` says whether the field is part of the holder's drafts.
    """

    holder: type[Model]
    steps: tuple[str, ...]
    field: str
    label: str | Promise
    is_drafted: bool

    @property
    def lookup(self) -> str:
        """The way as the ORM writes it."""
        return "__".join((*self.steps, self.field))


def references_to(model: type[Model]) -> list[Reference]:
    """Every field by which something names objects of a model; rows inside its own cluster are part of it."""
    return [
        _reference(relation.field)
        for relation in model._meta.related_objects
        if isinstance(relation.field, ForeignKey) and not isinstance(relation.field, ParentalKey)
    ]


def _reference(field: ForeignKey[Any, Any]) -> Reference:
    """The way to a field from the object that people know.

    Two class attributes of the row's model have a say: `use_labels`, what a list of users is called by field,
    and `use_holders`, the other field of a link between two objects, which stands for the link.
    """
    row: Any = field.model
    label = getattr(row, "use_labels", {}).get(field.name)
    if other := getattr(row, "use_holders", {}).get(field.name):
        link = row._meta.get_field(other)
        holder = link.remote_field.model
        steps = (link.remote_field.get_accessor_name(),)
        return Reference(holder, steps, field.name, label or holder._meta.verbose_name_plural, False)
    path: list[str] = []
    while parent := next((f for f in row._meta.concrete_fields if isinstance(f, ParentalKey)), None):
        path.insert(0, parent.remote_field.get_accessor_name())
        row = parent.remote_field.model
    label = label or row._meta.verbose_name_plural
    return Reference(row, tuple(path), field.name, label, issubclass(row, Content))


def uses_of(obj: Model) -> tuple[UseGroup, ...]:
    """Everything that names an object, published or in a draft, grouped by kind and way.

    Queries: at most three for each way of naming it, however many objects do.
    """
    found: dict[tuple[type[Model], str], dict[Any, list[Any]]] = defaultdict(dict)
    labels: dict[tuple[type[Model], str], str | Promise] = {}
    for reference in references_to(type(obj)):
        key = (reference.holder, str(reference.label))
        labels[key] = reference.label
        rows = _in_rows(reference, obj)
        drafts = _in_drafts(reference, obj) if reference.is_drafted else Counter()
        for pk in rows.keys() | drafts.keys():
            if (reference.holder, pk) != (type(obj), obj.pk):
                counts = found[key].setdefault(pk, [0, 0])
                counts[0] += rows[pk]
                counts[1] += drafts[pk]
    groups = (UseGroup(key[0], labels[key], _uses(key[0], counts)) for key, counts in found.items())
    return tuple(group for group in groups if group.uses)


def _in_rows(reference: Reference, obj: Model) -> Counter[Any]:
    holders = reference.holder._default_manager.order_by().filter(**{reference.lookup: obj.pk})
    return Counter(holders.values_list("pk", flat=True))


def _in_drafts(reference: Reference, obj: Model) -> Counter[Any]:
    """How often each holder's waiting drafts name the object."""
    counts: Counter[Any] = Counter()
    # A number ends at a comma or a brace, in the JSON of both databases.
    name = f'"{reference.field}": {obj.pk}'
    drafts = waiting_drafts(reference.holder).annotate(text=Cast("content", TextField()))
    named = drafts.filter(Q(text__contains=f"{name},") | Q(text__contains=f"{name}}}"))
    for pk, content in named.values_list("object_id", "content").iterator():
        times = sum(row.get(reference.field) == obj.pk for row in _rows(content, reference.steps))
        holder = reference.holder._meta.pk.to_python(pk)
        counts[holder] = max(counts[holder], times)
    return counts


def waiting_drafts(model: type[Model]) -> QuerySet[Revision]:
    """The revisions that may yet be published: latest drafts that are not live, and scheduled ones."""
    holders = model._default_manager.order_by()
    pending = holders.filter(Q(live=False) | Q(has_unpublished_changes=True), latest_revision__isnull=False)
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(model), approved_go_live_at__isnull=False
    )
    here: QuerySet[Revision] = Revision.objects.filter(
        Q(pk__in=pending.values("latest_revision")) | Q(pk__in=scheduled.values("pk"))
    )
    return here


def _rows(content: dict[str, Any], steps: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if not steps:
        yield content
        return
    for child in content.get(steps[0]) or ():
        yield from _rows(child, steps[1:])


def _uses(model: type[Model], counts: dict[Any, list[int]]) -> tuple[Use, ...]:
    holders: QuerySet[Any] = model._default_manager.filter(pk__in=list(counts))
    if issubclass(model, Content):
        holders = holders.select_related("latest_revision").defer("latest_revision__content")
    uses = []
    for holder in holders:
        in_rows, in_drafts = counts[holder.pk]
        is_live = bool(in_rows and getattr(holder, "live", True))
        is_draft = bool(in_drafts or not is_live)
        is_archived = getattr(holder, "archived_at", None) is not None
        uses.append(Use(holder, max(in_rows, in_drafts), is_live, is_draft, is_archived))
    return tuple(uses)


def in_bin(querysets: dict[type[Content], Any]) -> QuerySet[Any]:
    """The archived objects of several models as one list of `label`, `key` and `at`, the latest first."""
    parts = [
        queryset.order_by()
        .annotate(label=Value(model._meta.label_lower, output_field=CharField()), key=Cast("pk", CharField()))
        .values_list("label", "key", "archived_at")
        for model, queryset in querysets.items()
    ]
    first, *others = parts
    rows: QuerySet[Any] = first.union(*others, all=True).order_by("-archived_at", "label", "key")
    return rows
