"""What differs between two revisions of an object, field by field and row by row, in words.

Reads the content of revisions as it is stored, so that a revision with a hundred rows costs one query for
each kind of thing that its rows name. Rows are known by their stable keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from taggit.models import ItemBase
from wagtail.admin.compare import diff_text
from wagtail.utils.timestamps import render_timestamp

from editing.models import Content
from editing.permissions import viewable_by

LONG_TEXT, LONGEST_TEXT = 120, 50_000
"""Characters of a text whose changes are shown within it; what is longer takes too long to compare."""

AROUND = 200
"""Characters that are shown before and after what was changed in a text."""

NO_PART = frozenset({"sort_order", "first_published_at", "tokens"})
LAST = ("audience", "restricted_to", "clearance", "owner", "go_live_at", "expire_at")
"""Fields on readers and dates, which all kinds have, come after what an object says."""

KEYS = ("key", "code")
"""By which a row is known, whichever it has."""


class Kind(Enum):
    """What became of a row, or of a field."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: at which row (`number` such as `2.1`, empty for the object), and from what to what.

    `pieces` are the parts of a long text: kept (`equal`), taken out (`deletion`) or put in (`addition`).
    """

    kind: Kind
    label: str
    before: str = ""
    after: str = ""
    number: str = ""
    row: str = ""
    pieces: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    model: type[models.Model]
    data: Mapping[str, Any]
    number: str
    parent: Any


@dataclass(slots=True)
class _Tree:
    """All rows of a revision by model and key, in their order."""

    rows: dict[Any, _Row] = field(default_factory=dict)

    def enter(
        self, model: Any, data: Mapping[str, Any], number: str = "", parent: Any = None, key: Any = None
    ) -> None:
        """Take in an object or a row with all rows inside it."""
        own_key = key or (model, "")
        self.rows[own_key] = _Row(model, data, number, parent)
        for relation, child_model in _relations(model):
            for position, child in enumerate(data.get(relation) or (), start=1):
                own = f"{number}.{position}" if number else str(position)
                name = next((child[name] for name in KEYS if child.get(name)), own)
                self.enter(child_model, child, own, own_key, (child_model, name))

    def inside(self) -> dict[Any, list[Any]]:
        """The keys of the rows inside each row, in their order."""
        found: dict[Any, list[Any]] = defaultdict(list)
        for key, row in self.rows.items():
            found[row.parent].append(key)
        return found


def _moved(old: _Tree, new: _Tree) -> set[Any]:
    """The rows that stand in another row than before, or elsewhere among those that stayed in it."""
    stays = {key for key, row in new.rows.items() if key in old.rows and old.rows[key].parent == row.parent}
    moved = {key for key in new.rows if key in old.rows} - stays
    before, after = old.inside(), new.inside()
    for parent, keys in after.items():
        kept = [key for key in keys if key in stays]
        was = [key for key in before[parent] if key in stays]
        blocks = SequenceMatcher(None, was, kept, autojunk=False).get_matching_blocks()
        in_place = {key for block in blocks for key in kept[block.b : block.b + block.size]}
        moved |= set(kept) - in_place
    return moved


def changes(
    model: type[models.Model], before: Mapping[str, Any] | None, after: Mapping[str, Any], *, user: Any
) -> list[Change]:
    """Everything that differs between two revisions' contents; without `before` everything is new.

    What `user` may not see is not named.
    """
    old, new = _Tree(), _Tree()
    if before is not None:
        old.enter(model, before)
    new.enter(model, after)
    words = _Words(user)
    words.learn(old, new)
    moved = _moved(old, new)
    found: list[Change] = []
    for key, row in new.rows.items():
        was = old.rows.get(key)
        if was is None and row.number:
            found.append(_whole(Kind.ADDED, row, words))
            continue
        if key in moved and was is not None:
            label = _("Moved from %(number)s") % {"number": was.number}
            name = words.name_of(row)
            found.append(Change(Kind.MOVED, label, was.number, row.number, row.number, name))
        found += _of_fields(was, row, words)
    gone = [row for key, row in old.rows.items() if key not in new.rows and row.parent in new.rows]
    return found + [_whole(Kind.REMOVED, row, words) for row in gone]


def _of_fields(old: _Row | None, row: _Row, words: _Words) -> Iterator[Change]:
    name = words.name_of(row) if row.number else ""
    for one in _fields(row.model):
        shown = words.value(one, old.data.get(one.name)) if old else ""
        now = words.value(one, row.data.get(one.name))
        if shown != now:
            yield _changed(capfirst(str(one.verbose_name)), shown, now, row.number, name)
    for relation, label in _tag_relations(row.model):
        shown = words.tags(old.data.get(relation)) if old else ""
        now = words.tags(row.data.get(relation))
        if shown != now:
            yield _changed(capfirst(str(label)), shown, now, row.number, name)


def _changed(label: str, before: str, after: str, number: str, row: str) -> Change:
    pieces: tuple[tuple[str, str], ...] = ()
    if before and LONG_TEXT < max(len(before), len(after)) < LONGEST_TEXT:
        pieces = tuple((kind, _folded(kind, text)) for kind, text in diff_text(before, after).changes)
    return Change(Kind.CHANGED, label, before, after, number, row, pieces)


def _folded(kind: str, text: str) -> str:
    """A kept part of a text without its middle: what is around a change says enough."""
    if kind != "equal" or len(text) <= 3 * AROUND:
        return text
    return f"{text[:AROUND]} […] {text[-AROUND:]}"


def _whole(kind: Kind, row: _Row, words: _Words) -> Change:
    name = words.name_of(row)
    label = capfirst(str(row.model._meta.verbose_name))
    before, after = ("", name) if kind is Kind.ADDED else (name, "")
    return Change(kind, label, before, after, row.number, name)


def _relations(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    for relation in get_all_child_relations(model):
        if not issubclass(relation.related_model, ItemBase):
            yield relation.get_accessor_name(), relation.related_model


def _tag_relations(model: type[models.Model]) -> Iterator[tuple[str, str | Promise]]:
    """The relations that hold tags, each under the name of the field in which they are given."""
    fields: list[Any] = [one for one in model._meta.get_fields() if hasattr(one, "through")]
    labels = {one.through: one.verbose_name for one in fields}
    for relation in get_all_child_relations(model):
        if issubclass(relation.related_model, ItemBase):
            child = relation.related_model
            yield relation.get_accessor_name(), labels.get(child, child._meta.verbose_name_plural)


def _tags_of(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """The same relations, each with the model of its tags."""
    for relation in get_all_child_relations(model):
        if issubclass(relation.related_model, ItemBase):
            tag: Any = relation.related_model._meta.get_field("tag")
            yield relation.get_accessor_name(), tag.remote_field.model


def _fields(model: type[models.Model]) -> list[Any]:
    """What people fill in: no keys, no order, nothing that the system keeps."""
    is_row = any(isinstance(one, ParentalKey) for one in model._meta.concrete_fields)
    fields = [
        one
        for one in model._meta.concrete_fields
        if one.editable
        and not one.primary_key
        and not isinstance(one, ParentalKey)
        and one.name not in NO_PART
        and not (is_row and one.name in KEYS)
    ]
    return sorted(fields, key=lambda one: LAST.index(one.name) if one.name in LAST else -1)


class _Words:
    """Values as people read them."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.named: dict[Any, dict[Any, str]] = {}
        self.tag_model: Any = None

    def learn(self, *trees: _Tree) -> None:
        """Look up the names of everything that the rows of some revisions name; one query a model."""
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for row in (row for tree in trees for row in tree.rows.values()):
            for one in _fields(row.model):
                if isinstance(one, models.ForeignKey):
                    wanted[one.remote_field.model].add(row.data.get(one.name))
            for relation, model in _tags_of(row.model):
                self.tag_model = model
                wanted[model] |= {item.get("tag") for item in row.data.get(relation) or ()}
        for model, keys in wanted.items():
            rows = model._default_manager.filter(pk__in=keys - {None})
            if issubclass(model, Content):
                rows = viewable_by(self.user, rows)
            self.named[model] = {obj.pk: str(obj) for obj in rows}

    def _name(self, model: Any, key: Any) -> str:
        return self.named.get(model, {}).get(key, _("something that you may not see, or that is gone"))

    def tags(self, items: Any) -> str:
        """The names of tags, in an order that does not matter to what they mean."""
        return ", ".join(sorted(self._name(self.tag_model, item.get("tag")) for item in items or ()))

    def name_of(self, row: _Row) -> str:
        """What a row is called: its title, or the name of what it places."""
        if title := row.data.get("title"):
            return str(title)
        for one in _fields(row.model):
            if isinstance(one, models.ForeignKey) and (key := row.data.get(one.name)):
                return self._name(one.remote_field.model, key)
        return _("nothing chosen yet")

    def value(self, one: Any, raw: Any) -> str:
        """A stored value as people read it; nothing is an empty text."""
        if raw is None or raw == "" or raw == []:
            return ""
        if isinstance(one, models.ForeignKey):
            return self._name(one.remote_field.model, raw)
        if isinstance(one, models.BooleanField):
            return str(_("Yes") if raw else _("No"))
        if one.choices:
            return str(dict(one.flatchoices).get(raw, raw))
        if isinstance(one, models.DecimalField):
            return f"{Decimal(str(raw)).normalize():f}"
        if isinstance(one, models.DateTimeField):
            moment = parse_datetime(str(raw))
            return str(render_timestamp(moment)) if moment else str(raw)
        return "\n".join(map(str, raw)) if isinstance(raw, list) else str(raw)
