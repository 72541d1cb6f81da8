"""Rows with the rows inside them, written in bulk: existing rows keep their primary and stable keys."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curriculum.exchange.contents import Shape
from exchange.schema import Values, fold
from people.exchange.codes import Codes
from people.exchange.handlers import save_rows
from people.exchange.values import assign

Path = tuple[Any, ...]
"""What leads to a row: the primary key of its root, then what tells it and its parents apart."""

Target = tuple[int | None, int | None]


@dataclass
class ClusterWriter:
    """Writes objects of one shape with everything inside them, and hangs the new rows onto the objects.

    `stable_keys` holds keys by path that drafts have given to rows without a row in the database.
    """

    codes: Codes
    stable_keys: Mapping[Path, str] = field(default_factory=dict)

    def write(
        self, shape: Shape, objects: Sequence[Any], values: Sequence[Values], paths: Sequence[Path]
    ) -> None:
        """Save the objects, whose own columns are set, and make the rows inside them those of the values.

        Objects without a primary key get theirs; `paths` are those of the objects, where they are known.
        """
        old = [obj.pk for obj in objects if obj.pk is not None]
        save_rows(shape.model, objects)
        if shape.has_themes:
            self._write_themes(shape, objects, values, old)
        for name, inner in shape.inside:
            self._write_inside(name, inner, objects, values, paths, old)

    def _write_themes(
        self, shape: Shape, objects: Sequence[Any], values: Sequence[Values], old: Sequence[int]
    ) -> None:
        model: Any = shape.item_model
        there: defaultdict[int, dict[int | None, Any]] = defaultdict(dict)
        for item in model.objects.filter(content_object__in=old) if old else ():
            there[item.content_object_id][item.tag_id] = item
        kept: list[list[Any]] = []
        for obj, wanted in zip(objects, values, strict=True):
            present = there[obj.pk]
            kept.append([])
            for tag in (self.codes.pk("theme", code) for code in wanted["themes"]):
                kept[-1].append(present.pop(tag, None) or model(content_object_id=obj.pk, tag_id=tag))
        _delete(model, (item for present in there.values() for item in present.values()))
        model.objects.bulk_create([item for items in kept for item in items if item.pk is None])
        for obj, items in zip(objects, kept, strict=True):
            obj.theme_items = sorted(items, key=_pk)

    def _write_inside(
        self,
        name: str,
        inner: Shape,
        parents: Sequence[Any],
        values: Sequence[Values],
        paths: Sequence[Path],
        old: Sequence[int],
    ) -> None:
        there = self._rows_inside(inner, old)
        rows: list[list[Any]] = []
        row_values: list[Values] = []
        row_paths: list[Path] = []
        for parent, wanted, path in zip(parents, values, paths, strict=True):
            present = there[parent.pk]
            tell = Teller(inner)
            own: list[Any] = []
            for order, child in enumerate(wanted[name]):
                identity = tell.identity(child, self.codes)
                row = present.pop(identity, None) or self._new_row(inner, (*path, identity))
                assign(row, inner.columns, child, self.codes)
                setattr(row, f"{inner.parent}_id", parent.pk)
                row.sort_order = order
                own.append(row)
                row_values.append(child)
                row_paths.append((*path, identity))
            rows.append(own)
        _delete(inner.model, (row for present in there.values() for row in present.values()))
        self.write(inner, [row for own in rows for row in own], row_values, row_paths)
        for parent, own in zip(parents, rows, strict=True):
            setattr(parent, name, own)

    def _rows_inside(self, inner: Shape, parents: Sequence[int]) -> defaultdict[int, dict[Any, Any]]:
        """The rows that stand in stored parents, by what tells them apart there."""
        there: defaultdict[int, dict[Any, Any]] = defaultdict(dict)
        tellers: defaultdict[int, Teller] = defaultdict(lambda: Teller(inner))
        if parents:
            manager = inner.model._base_manager
            for row in manager.filter(**{f"{inner.parent}__in": parents}).order_by("sort_order", "pk"):
                parent = getattr(row, f"{inner.parent}_id")
                there[parent][tellers[parent].identity_of_row(row)] = row
        return there

    def _new_row(self, inner: Shape, path: Path) -> Any:
        row = inner.model()
        if inner.stable_key and path in self.stable_keys:
            setattr(row, inner.stable_key, self.stable_keys[path])
        return row


class Teller:
    """Tells the rows of one parent apart: by code, or by what they place and the how-manieth time."""

    def __init__(self, shape: Shape) -> None:
        self._by_code = shape.stable_key is None
        self._seen: defaultdict[Target, int] = defaultdict(int)

    def identity(self, values: Values, codes: Codes) -> Any:
        """What tells the next record of the parent apart."""
        if self._by_code:
            return fold(values["code"])
        return self._nth((_pk_of(codes, "course", values), _pk_of(codes, "case", values)))

    def identity_of_row(self, row: Any) -> Any:
        """What tells the next row of the parent apart."""
        return fold(row.code) if self._by_code else self._nth((row.course_id, row.case_id))

    def identity_of_content(self, content: Mapping[str, Any]) -> Any:
        """What tells the next row of the parent apart in the content of a revision."""
        if self._by_code:
            return fold(content["code"])
        return self._nth((content.get("course"), content.get("case")))

    def _nth(self, target: Target) -> tuple[Target, int]:
        self._seen[target] += 1
        return target, self._seen[target]


def keys_in_draft(shape: Shape, content: Mapping[str, Any], path: Path) -> dict[Path, str]:
    """The stable keys in the content of a revision, by path."""
    keys: dict[Path, str] = {}
    for name, inner in shape.inside:
        tell = Teller(inner)
        for child in content.get(name, ()):
            inside = (*path, tell.identity_of_content(child))
            if inner.stable_key and child.get(inner.stable_key):
                keys[inside] = child[inner.stable_key]
            keys.update(keys_in_draft(inner, child, inside))
    return keys


def _pk_of(codes: Codes, type: str, values: Values) -> int | None:
    return codes.pk(type, values[type]) if values[type] else None


def _delete(model: Any, rows: Iterable[Any]) -> None:
    if pks := [row.pk for row in rows]:
        model._base_manager.filter(pk__in=pks).delete()


def _pk(row: Any) -> int:
    return int(row.pk)
