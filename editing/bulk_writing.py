"""Writing a few fields of many objects: revisions, rows, themes and log, each kind in a few statements.

The stock way, a save and a publication for each object, takes hundreds of queries for an object with many
rows. Here only the fields that change are touched; everything else of an object, and its other drafts, is as
it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Field
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision
from wagtail.signals import published

from editing.models import Content
from editing.reference_index import update_references
from editing.signals import published_together
from people.models import User

State = dict[str, Any]
"""What stands in the fields that can be set together, as plain data: keys, a day as text, a list of keys."""

FIELDS = ("institution", "owner", "review_by")
BATCH = 100


def content_of(row: Any) -> dict[str, Any]:
    """The content of an object's latest draft, or of the object itself where it has none."""
    content: dict[str, Any] = row.latest_revision.content if row.latest_revision else row.serializable_data()
    return content


def state_of(row: Any) -> State:
    """What stands in the fields of an object's latest draft."""
    content = content_of(row)
    state = {name: _plain(content.get(name)) for name in FIELDS if name in _columns(type(row))}
    if _theme_model(type(row)):
        state["themes"] = [item["tag"] for item in content.get("theme_items", ())]
    return state


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _columns(model: type[Content]) -> Mapping[str, Field[Any, Any]]:
    return {column.name: column for column in model._meta.concrete_fields}


def _theme_model(model: type[Content]) -> Any:
    """The model of the rows that tag objects of a model, or nothing where they carry no themes."""
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == "theme_items":
            return relation.related_model
    return None


@dataclass(frozen=True, slots=True)
class Write:
    """One object, what is to stand in its fields, and whether that is published at once."""

    row: Any
    after: State
    publish: bool

    @property
    def reaches_row(self) -> bool:
        """Whether the row changes with the draft: when it is published, or was never live."""
        return self.publish or not self.row.live

    @property
    def changes_themes(self) -> bool:
        """Whether other themes are to stand there than now."""
        return "themes" in self.after and self.after["themes"] != state_of(self.row)["themes"]

    def content(self, item_keys: Mapping[int, Any] | None = None) -> dict[str, Any]:
        """The content of the new revision; `item_keys` are the keys of the rows that tag, by theme."""
        content = content_of(self.row) | {name: self.after[name] for name in FIELDS if name in self.after}
        if self.changes_themes:
            standing = {item["tag"]: item.get("pk") for item in content.get("theme_items", ())}
            keys = standing if item_keys is None else item_keys
            content["theme_items"] = [
                {"pk": keys.get(tag), "tag": tag, "content_object": self.row.pk}
                for tag in self.after["themes"]
            ]
        return content


def write(
    *, by: User, model: type[Content], writes: Sequence[Write], action: str, data: Mapping[str, Any]
) -> dict[Any, int]:
    """Write everything; returns the keys of the new revisions by those of the objects.

    The caller has asked for the rights, has locked the rows, and stands in a transaction.
    """
    made: dict[Any, int] = {}
    related = _related(model, writes)
    for start in range(0, len(writes), BATCH):
        batch = writes[start : start + BATCH]
        items = _write_themes(model, [one for one in batch if one.reaches_row and one.changes_themes])
        revisions = _make_revisions(by, model, batch, items)
        _write_rows(model, batch, revisions, related)
        _log(by, model, batch, revisions, action, data)
        made |= {pk: revision.pk for pk, revision in revisions.items()}
    if reached := [one.row.pk for one in writes if one.reaches_row]:
        update_references.enqueue(model._meta.label_lower, reached)
    out = [one.row for one in writes if one.publish]
    for row in out:
        published.send(sender=model, instance=row, revision=row.latest_revision, is_one_of_many=True)
    if out:
        published_together.send(sender=model, pks=[row.pk for row in out])
    return made


def _related(model: type[Content], writes: Sequence[Write]) -> dict[str, dict[Any, Any]]:
    """The objects that the new values name, by field and key: reader's tokens are made from them."""
    found = {}
    for name, column in _columns(model).items():
        if name in FIELDS and column.remote_field:
            keys = {one.after[name] for one in writes if one.after.get(name) is not None}
            found[name] = column.remote_field.model._default_manager.in_bulk(keys)
    return found


def keys_in(name: str, state: State) -> set[Any]:
    """The keys of the objects that a state names in a field."""
    value = state.get(name)
    return set(value) if isinstance(value, list) else {value} - {None}


def still_there(model: Any, states: Iterable[State]) -> dict[str, set[Any]]:
    """Which of the objects that states name are there, by field."""
    known = list(states)
    found = {}
    for name in ("institution", "owner", "themes"):
        if keys := {key for state in known for key in keys_in(name, state)}:
            target = model._meta.get_field(name).related_model._default_manager
            found[name] = set(target.filter(pk__in=keys).values_list("pk", flat=True))
    return found


def _write_themes(model: type[Content], batch: Iterable[Write]) -> dict[Any, dict[int, Any]]:
    """Give the rows their themes; returns the keys of the tagging rows by object and theme."""
    wanted = {one.row.pk: one.after["themes"] for one in batch}
    if not wanted:
        return {}
    through = _theme_model(model)
    standing: dict[tuple[Any, int], Any] = {
        (pk, tag): key
        for key, pk, tag in through.objects.filter(content_object__in=list(wanted)).values_list(
            "pk", "content_object", "tag"
        )
    }
    needed = {(pk, tag) for pk, tags in wanted.items() for tag in tags}
    through.objects.filter(pk__in=[key for place, key in standing.items() if place not in needed]).delete()
    missing = sorted(needed - standing.keys())
    made = through.objects.bulk_create([through(content_object_id=pk, tag_id=tag) for pk, tag in missing])
    standing |= {place: item.pk for place, item in zip(missing, made, strict=True)}
    return {pk: {tag: standing[pk, tag] for tag in tags} for pk, tags in wanted.items()}


def _make_revisions(
    by: User, model: type[Content], batch: Sequence[Write], items: Mapping[Any, Mapping[int, Any]]
) -> dict[Any, Revision]:
    now = timezone.now()
    revisions = [
        Revision(
            content_type=model.get_content_type(),
            base_content_type=model.get_base_content_type(),
            object_id=str(one.row.pk),
            user=by,
            created_at=now,
            object_str=one.row.latest_revision.object_str if one.row.latest_revision else str(one.row),
            content=one.content(items.get(one.row.pk)),
        )
        for one in batch
    ]
    made = Revision.objects.bulk_create(revisions)
    return {one.row.pk: revision for one, revision in zip(batch, made, strict=True)}


def _write_rows(
    model: type[Content],
    batch: Sequence[Write],
    revisions: Mapping[Any, Revision],
    related: Mapping[str, Mapping[Any, Any]],
) -> None:
    columns = [name for name in FIELDS if name in _columns(model)]
    for one in batch:
        row, revision = one.row, revisions[one.row.pk]
        row.latest_revision_before = row.latest_revision_id
        row.latest_revision = revision
        row.has_unpublished_changes = not one.publish
        if one.publish:
            row.live_revision, row.last_published_at = revision, revision.created_at
        if one.reaches_row:
            for name in columns:
                value = one.after[name]
                setattr(row, name, related[name].get(value) if name in related else _day(value))
            row.set_tokens()
    states = ["latest_revision", "has_unpublished_changes", "live_revision", "last_published_at", "tokens"]
    model._default_manager.bulk_update([one.row for one in batch], [*states, *columns])


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _log(
    by: User,
    model: type[Content],
    batch: Sequence[Write],
    revisions: Mapping[Any, Revision],
    action: str,
    data: Mapping[str, Any],
) -> None:
    together = uuid4()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=model.get_content_type(),
            object_id=str(one.row.pk),
            label=revisions[one.row.pk].object_str,
            action=action,
            timestamp=timezone.now(),
            uuid=together,
            user=by,
            revision=revisions[one.row.pk],
            content_changed=True,
            data={**data, "published": one.publish},
        )
        for one in batch
    )
