"""Courses, cases and curricula as they are stored, in the words of records.

Published rows and the contents of draft revisions have the same keys, so one function reads both.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from modelcluster.fields import ParentalKey
from wagtail.models import Revision

from curriculum.exchange.schema import DRAFT, LIVE
from editing.models import Content
from exchange.schema import Field, RecordType
from people.exchange.codes import Codes
from people.exchange.values import row_values

Row = dict[str, Any]

WRITTEN_AT = "latest_revision__created_at"
STATE = ("live", "has_unpublished_changes", "latest_revision", WRITTEN_AT, "locked", "owner")
APART = frozenset({"themes", "status", "owner"})
"""Fields of records that are no columns of the same name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A record type of a cluster and the model that holds it: columns, themes, and the shapes inside it."""

    record: RecordType
    model: type[Model]
    columns: tuple[Field, ...]
    parent: str
    inside: tuple[tuple[str, "Shape"], ...]

    @classmethod
    def of(cls, record: RecordType, model: type[Model]) -> "Shape":
        """The shape of a type, worked out from its fields and the model's relations."""
        columns = tuple(field for field in record.fields if field.name not in APART)
        parents = [field.name for field in model._meta.concrete_fields if isinstance(field, ParentalKey)]
        inside = tuple(
            (children.field, cls.of(children.of, _child_model(model, children.field)))
            for children in record.children
        )
        return cls(record, model, columns, parents[0] if parents else "", inside)

    @property
    def has_themes(self) -> bool:
        """Whether its objects are tagged."""
        return "themes" in self.record.by_name

    @property
    def item_model(self) -> type[Model]:
        """The model of the rows that tag its objects."""
        return _child_model(self.model, "theme_items")

    @property
    def stable_key(self) -> str | None:
        """The field with the key of rows that have no code."""
        return None if "code" in self.record.by_name else "key"


def _child_model(model: type[Model], accessor: str) -> type[Model]:
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == accessor:
            return relation.related_model
    raise LookupError(f"{model.__name__} has no rows called {accessor}")


def published(shape: Shape, pks: Sequence[int]) -> dict[int, Row]:
    """Rows by primary key, with the rows inside them, in a constant number of queries."""
    names = [field.name for field in shape.columns]
    state = STATE if issubclass(shape.model, Content) else ()
    rows = {
        row["pk"]: row for row in shape.model._base_manager.filter(pk__in=pks).values("pk", *names, *state)
    }
    _add_inside(shape, rows)
    return rows


def _add_inside(shape: Shape, rows: Mapping[int, Row]) -> None:
    if shape.has_themes:
        for row in rows.values():
            row["theme_items"] = []
        items = shape.item_model._base_manager.filter(content_object__in=list(rows)).order_by("pk")
        for item in items.values("pk", "content_object", "tag"):
            rows[item["content_object"]]["theme_items"].append(item)
    for name, inner in shape.inside:
        for row in rows.values():
            row[name] = []
        columns = [field.name for field in inner.columns]
        keys = [inner.stable_key] if inner.stable_key else []
        found = inner.model._base_manager.filter(**{f"{inner.parent}__in": list(rows)})
        children: dict[int, Row] = {}
        for child in found.order_by("sort_order", "pk").values(
            "pk", inner.parent, "sort_order", *columns, *keys
        ):
            children[child["pk"]] = child
            rows[child[inner.parent]][name].append(child)
        _add_inside(inner, children)


def drafts(revisions: Mapping[int, int]) -> dict[int, Row]:
    """The contents of revisions, given and returned by the primary keys of their objects."""
    contents = dict(Revision.objects.filter(pk__in=revisions.values()).values_list("pk", "content"))
    return {pk: contents[revision] for pk, revision in revisions.items() if revision in contents}


def shown(shape: Shape, pks: Sequence[int], *, latest: Collection[int] = ()) -> dict[int, Row]:
    """The rows of objects, with the text that counts: the published one, else the draft.

    Of `latest` a draft counts before what is published. The state of the row (what is live, which revision
    is the latest) is that of now.
    """
    rows = published(shape, pks)
    wanted = {
        pk: row["latest_revision"]
        for pk, row in rows.items()
        if row["latest_revision"] and (not row["live"] or (pk in latest and row["has_unpublished_changes"]))
    }
    for pk, content in drafts(wanted).items():
        state = {name: rows[pk][name] for name in (*STATE, "pk", "code")}
        rows[pk] = {**content, **state, "owner": content.get("owner", state["owner"]), "is_draft": True}
    return rows


def record_values(shape: Shape, row: Row, codes: Codes) -> dict[str, Any]:
    """What a record of this row would say, with the records inside it."""
    values = row_values(shape.columns, row, codes)
    if shape.has_themes:
        names = (codes.name("theme", item["tag"]) for item in row.get("theme_items", ()))
        values["themes"] = sorted(filter(None, names))
    if "status" in shape.record.by_name:
        values["status"] = LIVE if row["live"] and not row.get("is_draft") else DRAFT
    if "owner" in shape.record.by_name:
        values["owner"] = codes.name("person", row["owner"])
    for name, inner in shape.inside:
        children = sorted(row.get(name, ()), key=_order)
        values[name] = [record_values(inner, child, codes) for child in children]
    return values


def uses_any(shape: Shape, row: Row, hidden: Mapping[str, Collection[int]]) -> bool:
    """Whether a row, or one inside it, refers to one of these objects, given by primary key and type."""
    return any(
        row.get(field.name) in hidden.get(field.refers_to, ()) for field in shape.columns if field.refers_to
    ) or any(uses_any(inner, child, hidden) for name, inner in shape.inside for child in row.get(name, ()))


def leave_out_unnamed(shape: Shape, row: Row, codes: Codes) -> int:
    """Drop rows inside a row that only use something without a known code; returns how many."""
    dropped = 0
    for name, inner in shape.inside:
        children = row.get(name, [])
        if inner.stable_key:
            uses = [field for field in inner.columns if field.refers_to]
            kept = [child for child in children if not _is_unnamed(uses, child, codes)]
            dropped += len(children) - len(kept)
            row[name] = kept
        else:
            dropped += sum(leave_out_unnamed(inner, child, codes) for child in children)
    return dropped


def _is_unnamed(uses: Sequence[Field], row: Row, codes: Codes) -> bool:
    used = [(field.refers_to or "", row[field.name]) for field in uses if row.get(field.name) is not None]
    return bool(used) and not any(codes.name(type, pk) for type, pk in used)


def _order(row: Row) -> int:
    return row.get("sort_order") or 0
