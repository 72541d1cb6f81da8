"""Drafts of published objects, made in memory and kept as revisions: what is published stays untouched."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from wagtail.models import Revision

from curriculum.exchange.clusters import Teller
from curriculum.exchange.contents import Shape
from exchange.schema import Values
from people.exchange.codes import Codes
from people.exchange.values import assign

KEPT = (
    "pk",
    "latest_revision_id",
    "live_revision_id",
    "live",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "archived_at",
    "archived_by_id",
)
"""What belongs to an object and not to one of its texts."""


def latest_texts(shape: Shape, rows: Sequence[Any]) -> list[Any]:
    """The objects of these rows as last drafted, else as published, with everything inside them in memory."""
    drafted = [row.latest_revision_id for row in rows if row.has_unpublished_changes]
    contents = dict(Revision.objects.filter(pk__in=drafted).values_list("pk", "content"))
    published = [row for row in rows if row.latest_revision_id not in contents]
    _load_inside(shape, published)
    return [
        _from_content(shape, row, contents[row.latest_revision_id])
        if row.latest_revision_id in contents
        else row
        for row in rows
    ]


def _from_content(shape: Shape, row: Any, content: Any) -> Any:
    model: Any = shape.model
    # References that lead nowhere any more are about to be overwritten.
    text = model.from_serializable_data(content, check_fks=False)
    for name in KEPT:
        setattr(text, name, getattr(row, name))
    return text


def _load_inside(shape: Shape, objects: Sequence[Any]) -> None:
    """Take everything inside stored objects into memory, in one query a relation."""
    if shape.has_themes:
        _attach(shape.item_model, "content_object", "theme_items", objects, ("pk",))
    for name, inner in shape.inside:
        rows = _attach(inner.model, inner.parent, name, objects, ("sort_order", "pk"))
        _load_inside(inner, rows)


def _attach(model: Any, parent: str, name: str, objects: Sequence[Any], order: tuple[str, ...]) -> list[Any]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    rows = list(
        model._base_manager.filter(**{f"{parent}__in": [obj.pk for obj in objects]}).order_by(*order)
        if objects
        else ()
    )
    for row in rows:
        found[getattr(row, f"{parent}_id")].append(row)
    for obj in objects:
        setattr(obj, name, found[obj.pk])
    return rows


def fill(shape: Shape, obj: Any, values: Values, codes: Codes) -> None:
    """Make what is inside an object in memory that of the values; rows that stay keep their keys."""
    if shape.has_themes:
        present = {item.tag_id: item for item in obj.theme_items.all()}
        tags = [codes.pk("theme", code) for code in values["themes"]]
        obj.theme_items = [present.get(tag) or shape.item_model(tag_id=tag) for tag in tags]
    for name, inner in shape.inside:
        there = Teller(inner)
        rows = {there.identity_of_row(row): row for row in getattr(obj, name).all()}
        wanted = Teller(inner)
        own: list[Any] = []
        for order, child in enumerate(values[name]):
            row: Any = rows.get(wanted.identity(child, codes)) or inner.model()
            assign(row, inner.columns, child, codes)
            row.sort_order = order
            own.append(row)
        setattr(obj, name, own)
        for row, child in zip(own, values[name], strict=True):
            fill(inner, row, child, codes)
