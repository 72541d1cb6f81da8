"""The rows inside an object: read and written a level at a time instead of a row at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model
from modelcluster.models import ClusterableModel, get_all_child_relations

IN_MEMORY = "_cluster_related_objects"
"""Where modelcluster keeps the rows that an object has in memory: lists by the name of the relation."""


class KeyedRow:
    """A row inside an object that is known by a key which never changes, whatever its primary key is."""

    stable_key: ClassVar[str]
    """The field with the key."""

    def validate_constraints(self, exclude: Any = None) -> None:
        """Ask nothing: a query and two savepoints for each constraint of each row are too many.

        Fields and forms say the same as the constraints, and the database has the last word.
        """


def write_rows(parents: Sequence[Any]) -> None:
    """Make the rows of saved objects of one model, and the rows inside those, what they are in memory.

    Leaves behind what `commit` of every relation would: rows that are gone are deleted, and afterwards the
    objects read from the database again. A row that is the same already is not written at all. The signals
    of saving single rows are not sent.
    """
    for relation in get_all_child_relations(type(parents[0])):
        name = relation.get_accessor_name()
        holders = [parent for parent in parents if name in getattr(parent, IN_MEMORY, {})]
        if holders:
            rows = _write_relation(relation, holders)
            if rows and issubclass(relation.related_model, ClusterableModel):
                write_rows(rows)
            for holder in holders:
                del getattr(holder, IN_MEMORY)[name]


def _write_relation(relation: Any, parents: Sequence[Any]) -> list[Any]:
    """Write the rows of one relation, without what is inside them; returns them with their primary keys."""
    name, to_parent = relation.get_accessor_name(), relation.field.name
    manager: Any = relation.related_model._base_manager
    before = {row.pk: row for row in manager.filter(**{f"{to_parent}__in": parents})}
    left = dict(before)
    rows: list[Any] = []
    for parent in parents:
        for row in getattr(parent, IN_MEMORY)[name]:
            # The parent may have got its own primary key only now.
            setattr(row, to_parent, parent)
            if left.pop(row.pk, None) is None:
                row.pk = None
            rows.append(row)
    if left:
        manager.filter(pk__in=left).delete()
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None and _differs(row, before[row.pk])]
    if new:
        manager.bulk_create(new)
    if changed:
        manager.bulk_update(changed, [field.name for field in _columns(relation.related_model)])
    return rows


def load_rows(parents: Sequence[Any]) -> None:
    """Take all rows of objects of one model into memory, with those inside them, so that changes last.

    A row that is read from the database is another one each time it is asked for.
    """
    for relation in get_all_child_relations(type(parents[0])):
        name, to_parent = relation.get_accessor_name(), relation.field
        bare = [parent for parent in parents if name not in getattr(parent, IN_MEMORY, {})]
        stored: defaultdict[Any, list[Any]] = defaultdict(list)
        if pks := [parent.pk for parent in bare if parent.pk is not None]:
            for row in relation.related_model._base_manager.filter(**{f"{to_parent.name}__in": pks}):
                stored[getattr(row, to_parent.attname)].append(row)
        for parent in bare:
            getattr(parent, name).set(stored[parent.pk])
        rows = [row for parent in parents for row in getattr(parent, name).get_object_list()]
        if rows and issubclass(relation.related_model, ClusterableModel):
            load_rows(rows)


def find_rows(parents: Sequence[Any]) -> None:
    """Give rows in memory, made from a revision, the primary keys of the same rows in the database.

    The same is the row with that primary key, or else with that stable key, in any of the objects. A row that
    is not there any more has no primary key: it can be written again.
    """
    for relation in get_all_child_relations(type(parents[0])):
        name, to_parent = relation.get_accessor_name(), relation.field.name
        rows = [row for parent in parents for row in getattr(parent, IN_MEMORY, {}).get(name, ())]
        if not rows:
            continue
        pks = [parent.pk for parent in parents if parent.pk is not None]
        manager: Any = relation.related_model._base_manager
        key = getattr(relation.related_model, "stable_key", "pk")
        stored = dict(manager.filter(**{f"{to_parent}__in": pks}).values_list("pk", key)) if pks else {}
        for row in rows:
            if row.pk not in stored:
                same = (pk for pk, stands in stored.items() if key != "pk" and stands == getattr(row, key))
                row.pk = next(same, None)
                row._state.adding = row.pk is None
            stored.pop(row.pk, None)
        if issubclass(relation.related_model, ClusterableModel):
            find_rows(rows)


def _columns(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _differs(row: Model, stored: Model) -> bool:
    return any(getattr(row, field.attname) != getattr(stored, field.attname) for field in _columns(type(row)))
