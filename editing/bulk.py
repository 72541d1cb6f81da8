"""Setting a few fields of many objects at once: what would happen, doing it, and taking it back.

Everything goes through a new revision of each object. What is not live is only drafted anyway, so its row
follows at once and lists find it; what is live is published with the change where it has no other draft and
the person may publish, and otherwise keeps the change as a draft for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils import timezone

from editing.bulk_writing import State, Write, keys_in, state_of, still_there, write
from editing.completeness import blocking
from editing.handover import is_free, refusals
from editing.listing import title_of, with_status
from editing.models import BulkChange, Content
from editing.permissions import allowed_to, with_rights
from people.models import User

LIMIT = 500
"""So many objects are changed at once."""

SET = "praxis.bulk_set"
UNDONE = "praxis.bulk_undo"


class Unset(StrEnum):
    """Stands for a field that stays as it is; `None` empties it."""

    KEEP = "keep"


KEEP = Unset.KEEP


class Outcome(StrEnum):
    """What becomes of one object."""

    PUBLISHED = "published"
    DRAFTED = "drafted"
    LEFT = "left"


class Reason(StrEnum):
    """Why an object is left as it is, or why its change waits as a draft."""

    NONE = ""
    SAME = "same"
    FORBIDDEN = "forbidden"
    IN_BIN = "in_bin"
    LOCKED = "locked"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    NOT_YOURS_TO_GIVE = "not_yours_to_give"
    CHANGED_SINCE = "changed_since"
    OTHER_DRAFT = "other_draft"
    REVIEW_NEEDED = "review_needed"
    INCOMPLETE = "incomplete"
    GONE = "gone"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be set: `KEEP` leaves a field, `None` empties it; themes come on top or go."""

    institution: Any = KEEP
    owner: Any = KEEP
    review_by: date | Unset | None = KEEP
    add_themes: tuple[Any, ...] = ()
    remove_themes: tuple[Any, ...] = ()

    def applied_to(self, state: State) -> State:
        """A state as it would be afterwards; fields that the object does not have stay away."""
        after = dict(state)
        if "institution" in state and self.institution is not KEEP:
            after["institution"] = self.institution and self.institution.pk
        if self.owner is not KEEP:
            after["owner"] = self.owner and self.owner.pk
        if "review_by" in state and not isinstance(self.review_by, Unset):
            after["review_by"] = self.review_by and self.review_by.isoformat()
        if "themes" in state:
            going = {theme.pk for theme in self.remove_themes}
            kept = [pk for pk in state["themes"] if pk not in going]
            after["themes"] = kept + [theme.pk for theme in self.add_themes if theme.pk not in kept]
        return after

    def recorded(self) -> dict[str, Any]:
        """The same as plain data, by keys."""
        values: dict[str, Any] = {}
        if self.institution is not KEEP:
            values["institution"] = self.institution and self.institution.pk
        if self.owner is not KEEP:
            values["owner"] = self.owner and self.owner.pk
        if not isinstance(self.review_by, Unset):
            values["review_by"] = self.review_by and self.review_by.isoformat()
        for name in ("add_themes", "remove_themes"):
            if themes := getattr(self, name):
                values[name] = [theme.pk for theme in themes]
        return values


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What would become of one object, and why."""

    row: Any
    before: State
    after: State
    outcome: Outcome
    reason: Reason = Reason.NONE

    @property
    def title(self) -> str:
        """What the object is called for the person who asks."""
        return title_of(self.row)

    @property
    def version(self) -> str:
        """Stands for the draft that was looked at; another one later means that it has changed."""
        return version_of(self.row)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of all objects, those that change first."""

    rows: tuple[RowPlan, ...]

    def of(self, outcome: Outcome) -> tuple[RowPlan, ...]:
        """The rows with one outcome."""
        return tuple(row for row in self.rows if row.outcome is outcome)

    @property
    def changing(self) -> tuple[RowPlan, ...]:
        """The rows that change."""
        return tuple(row for row in self.rows if row.outcome is not Outcome.LEFT)


@dataclass(frozen=True, slots=True)
class Report:
    """What an undo did: how many objects are as they were, and which are not, by key, with the reason."""

    undone: int
    refused: Mapping[Any, Reason] = field(default_factory=dict)


def version_of(row: Any) -> str:
    """A word that changes whenever the draft of an object does: its revision and when that was saved."""
    revision = row.latest_revision
    return f"{revision.pk}.{revision.created_at.timestamp():.6f}" if revision else "0"


def can_set(model: type[Content], name: str) -> bool:
    """Whether objects of a model have a field."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def plan(*, by: User, objects: Any, changes: Changes, expected: Mapping[str, str] | None = None) -> Plan:
    """What setting these values would do to each of the objects that this person may see; writes nothing.

    `expected` are versions by key: what has another one by now is left.
    """
    rows = _rows(by, objects)
    publishable = _publishable(by, objects.model, rows)
    planned = [_planned(by, row, changes, row.pk in publishable, expected) for row in rows]
    order = list(Outcome)
    return Plan(tuple(sorted(planned, key=lambda row: order.index(row.outcome))))


def _rows(by: User, objects: Any) -> list[Any]:
    """The objects with their latest drafts, their themes, and what this person may do with each."""
    pks = list(objects.order_by().values_list("pk", flat=True)[:LIMIT])
    seen = with_rights(by, with_status(objects.model._default_manager.filter(pk__in=pks)))
    rows = seen.filter(is_viewable=True) | seen.filter(is_changeable=True)
    return list(rows.select_related("latest_revision", "owner", "institution").order_by("title", "code"))


def _publishable(by: User, model: type[Content], rows: Iterable[Any]) -> set[Any]:
    here = model._default_manager.filter(pk__in=[row.pk for row in rows])
    return set(allowed_to(by, "publish", here).values_list("pk", flat=True))


def _planned(
    by: User, row: Any, changes: Changes, may_publish: bool, expected: Mapping[str, str] | None
) -> RowPlan:
    before = state_of(row)
    after = changes.applied_to(before)
    if reason := _obstacle(by, row, changes, before, after, expected):
        return RowPlan(row, before, before, Outcome.LEFT, reason)
    if not row.live:
        return RowPlan(row, before, after, Outcome.DRAFTED)
    waits = _why_draft(row, after, may_publish)
    return RowPlan(row, before, after, Outcome.DRAFTED if waits else Outcome.PUBLISHED, waits)


def _obstacle(
    by: User, row: Any, changes: Changes, before: State, after: State, expected: Mapping[str, str] | None
) -> Reason:
    """Why an object is left as it is; the first reason that holds."""
    if reason := _bar(by, row):
        return reason
    if expected is not None and expected.get(str(row.pk)) != version_of(row):
        return Reason.CHANGED_SINCE
    if after == before:
        return Reason.SAME
    return Reason.NONE if _may_give(by, row, changes) else Reason.NOT_YOURS_TO_GIVE


def _bar(by: User, row: Any) -> Reason:
    """What keeps this person from writing into an object just now."""
    if row.archived_at is not None:
        return Reason.IN_BIN
    if not row.is_changeable:
        return Reason.FORBIDDEN
    if row.in_review:
        return Reason.IN_REVIEW
    if row.is_scheduled:
        return Reason.SCHEDULED
    return Reason.LOCKED if row.locked and row.locked_by_id != by.pk else Reason.NONE


def _may_give(by: User, row: Any, changes: Changes) -> bool:
    """Whether this person may pass the object on as the changes say."""
    if is_free(by) or (changes.institution is KEEP and changes.owner is KEEP):
        return True
    institution = getattr(row, "institution", None) if changes.institution is KEEP else changes.institution
    owner = row.owner if changes.owner is KEEP else changes.owner
    return not refusals(by, row, institution, owner, row.clearance)


def _why_draft(row: Any, after: State, may_publish: bool) -> Reason:
    """Why the change of something live waits as a draft."""
    if row.has_unpublished_changes:
        return Reason.OTHER_DRAFT
    if not may_publish:
        return Reason.REVIEW_NEEDED
    changed = row.with_content_json(Write(row, after, publish=True).content())
    return Reason.INCOMPLETE if blocking(changed.problems()) else Reason.NONE


@transaction.atomic
def set_values(
    *, by: User, objects: Any, changes: Changes, expected: Mapping[str, str] | None = None
) -> BulkChange:
    """Set values of objects of one kind; what may not be changed is left, and the record says why.

    At most LIMIT objects are taken. `expected` are the versions that a preview showed.
    """
    model = objects.model
    # Locked by key first: two changes of the same objects take turns instead of waiting for each other.
    chosen = model._default_manager.filter(pk__in=objects.order_by().values("pk"))
    list(chosen.order_by("pk").select_for_update().values_list("pk"))
    planned = plan(by=by, objects=objects, changes=changes, expected=expected)
    record = BulkChange(content_type=model.get_content_type(), values=changes.recorded(), made_by=by)
    record.save()
    writes = [Write(row.row, row.after, row.outcome is Outcome.PUBLISHED) for row in planned.changing]
    revisions = write(by=by, model=model, writes=writes, action=SET, data={"bulk_change": record.pk})
    record.rows = [_record(row, revisions.get(row.row.pk)) for row in planned.rows]
    record.save(update_fields=["rows"])
    return record


def _record(row: RowPlan, revision: int | None) -> dict[str, Any]:
    return {
        "pk": row.row.pk,
        "before": row.row.latest_revision_before if revision else row.row.latest_revision_id,
        "after": revision,
        "published": row.outcome is Outcome.PUBLISHED,
        "outcome": str(row.outcome),
        "reason": str(row.reason),
        "was": {name: value for name, value in row.before.items() if row.after[name] != value},
    }


@transaction.atomic
def undo(*, by: User, change: BulkChange) -> Report:
    """Set back what a change has set, except in objects that somebody has changed since.

    Raises PermissionDenied unless it was this person's change, or when it is undone already.
    """
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None or not (by.is_superuser or change.made_by_id == by.pk):
        raise PermissionDenied
    done = {row["pk"]: row for row in change.rows if row["after"]}
    model: Any = change.content_type.model_class()
    here = model._default_manager.filter(pk__in=list(done))
    list(here.order_by("pk").select_for_update().values_list("pk"))
    rows = {row.pk: row for row in _rows(by, here)}
    publishable = _publishable(by, model, rows.values())
    there = still_there(model, [record["was"] for record in done.values()])
    refused = {pk: _why_not_undone(by, rows.get(pk), record, there) for pk, record in done.items()}
    writes = [
        Write(row, {**state_of(row), **done[pk]["was"]}, done[pk]["published"] and pk in publishable)
        for pk, row in rows.items()
        if not refused[pk]
    ]
    back = write(by=by, model=model, writes=writes, action=UNDONE, data={"bulk_change": change.pk})
    for row in change.rows:
        if row["after"]:
            row["undo"] = str(refused[row["pk"]])
    change.undone_at = timezone.now()
    change.save(update_fields=["rows", "undone_at"])
    return Report(len(back), {pk: reason for pk, reason in refused.items() if reason})


def _why_not_undone(by: User, row: Any, record: Mapping[str, Any], there: Mapping[str, set[Any]]) -> Reason:
    if row is None:
        return Reason.GONE
    if row.latest_revision_id != record["after"]:
        return Reason.CHANGED_SINCE
    if not all(keys_in(name, record["was"]) <= there[name] for name in there):
        return Reason.LOST
    return _bar(by, row)
