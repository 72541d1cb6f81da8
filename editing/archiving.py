"""Into the bin, out of it, and away for good: content is put aside, and deleted only from the bin."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish import UnpublishAction
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from editing.models import Content
from editing.permissions import may_archive, right_to
from editing.queries import UseGroup, uses_of
from people.models import User

ARCHIVED = "praxis.archive"
RESTORED = "praxis.restore"


class StillUsed(Exception):
    """Something names the object still; `groups` says what."""

    def __init__(self, groups: tuple[UseGroup, ...]) -> None:
        super().__init__(f"{sum(len(group.uses) for group in groups)} objects name it.")
        self.groups = groups


class NotInBin(Exception):
    """The object is not in the bin, or no longer: somebody else was quicker."""


def restorable_by(user: User, queryset: Any) -> Any:
    """What of the bin this person may bring back: what they might change if it were not there."""
    return queryset.readable_by(user).archived().filter(right_to(user, "change", queryset.model))


@transaction.atomic
def archive(*, by: User, obj: Content) -> None:
    """Put an object into the bin: off the public site, out of its review and its schedule, in one step.

    Does nothing to what is in the bin already. Raises PermissionDenied.
    """
    row = _locked(obj)
    if row.archived_at is not None:
        return
    if not may_archive(by, row):
        raise PermissionDenied
    _cancel_review(row, by)
    row.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
    was_live = row.live
    if was_live:
        UnpublishAction(row, user=by).execute(skip_permission_checks=True)
    row.archived_at, row.archived_by = timezone.now(), by
    row.save(update_fields=["archived_at", "archived_by"])
    log(row, ARCHIVED, user=by, data={"was_live": was_live})


@transaction.atomic
def restore(*, by: User, obj: Content) -> None:
    """Take an object out of the bin; it comes back as a draft.

    Raises PermissionDenied, and NotInBin when it is not, or no longer, there.
    """
    row = _locked(obj)
    if row.archived_at is None:
        raise NotInBin
    if not restorable_by(by, _just(row)).exists():
        raise PermissionDenied
    row.archived_at = row.archived_by = None
    row.save(update_fields=["archived_at", "archived_by"])
    log(row, RESTORED, user=by)


@transaction.atomic
def delete_for_good(*, by: User, obj: Content) -> None:
    """Delete an object of the bin with all its revisions, which only superusers do.

    Raises PermissionDenied, NotInBin, and StillUsed while anything names it, published or in a draft.
    """
    row = _locked(obj)
    if row.archived_at is None:
        raise NotInBin
    if not (by.is_active and by.is_superuser):
        raise PermissionDenied
    if groups := uses_of(row):
        raise StillUsed(groups)
    log(row, "wagtail.delete", user=by, deleted=True)
    row.delete()


def _just(obj: Content) -> Any:
    return type(obj)._default_manager.filter(pk=obj.pk)


def _locked(obj: Content) -> Any:
    """The row as it is now, kept from others until the end; NotInBin where it is gone."""
    row = _just(obj).select_for_update().first()
    if row is None:
        raise NotInBin
    return row


def _cancel_review(row: Any, by: User) -> None:
    active = WorkflowState.objects.filter(
        base_content_type=row.get_base_content_type(),
        object_id=str(row.pk),
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    for state in active:
        state.cancel(user=by)
