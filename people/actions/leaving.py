"""People who leave, and people who come back."""

from __future__ import annotations

from django.db import transaction

from people import audit, ownership
from people.actions.sessions import end_sessions
from people.enums import AuditAction
from people.exceptions import NewOwnerNeeded, NewOwnerRefused
from people.models import User
from people.permissions import may_take_over


@transaction.atomic
def deactivate(*, by: User, account: User, new_owner: User | None = None) -> int:
    """Close an account and give what it owns to somebody else; returns how much that was.

    The roles stay for the day when the account is opened again. Raises NewOwnerNeeded when there is something
    to hand over and nobody to take it, and NewOwnerRefused for somebody who may not own it.
    """
    if new_owner is not None and not may_take_over(new_owner, owner=account, by=by):
        raise NewOwnerRefused
    owned = ownership.owned_by(account)
    moved = 0
    if owned:
        if new_owner is None:
            raise NewOwnerNeeded
        moved = ownership.hand_over(by=by, owner=account, to=new_owner)
        details = {"counts": owned, "to": new_owner.pk}
        audit.record(AuditAction.HANDED_OVER, by=by, about=account, details=details)
    set_active(by=by, accounts=[account], active=False)
    return moved


@transaction.atomic
def set_active(*, by: User | None, accounts: list[User], active: bool) -> int:
    """Open or close accounts; returns how many were not so already. Closing one ends its sessions."""
    pks = [account.pk for account in accounts]
    changed = list(
        User.objects.select_for_update()
        .filter(pk__in=pks, is_active=not active, erased_at=None)
        .order_by("pk")
    )
    User.objects.filter(pk__in=[account.pk for account in changed]).update(is_active=active)
    action = AuditAction.ACTIVATED if active else AuditAction.DEACTIVATED
    audit.record_all([audit.entry(action, by=by, about=account) for account in changed])
    if not active:
        for account in changed:
            end_sessions(by=by, account=account)
    return len(changed)
