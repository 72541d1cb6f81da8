"""The log of what happens to accounts: `record` writes it, and every write of rights comes through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from people.enums import AuditAction
from people.limits import Purpose
from people.models import AuditEntry, User
from people.visits import current_visit

WATCHED = ("is_active", "is_superuser", "clearance", "unit__code", "institution", "email")
"""The fields of an account from which rights follow, as `values()` names them."""

VERBS = {"post_add": "added", "post_remove": "removed", "pre_clear": "removed"}
"""The moments of a many-to-many relation that matter, and the word for each in the details."""

Rights = Mapping[str, Any]
"""The watched fields of an account at some moment."""


def record(
    action: AuditAction, *, by: User | None, about: User | None, details: Mapping[str, Any] | None = None
) -> None:
    """Write one entry, with the network address of the current request."""
    record_all([entry(action, by=by, about=about, details=details)])


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Write entries in one statement."""
    AuditEntry.objects.bulk_create(entries)


def entry(
    action: AuditAction, *, by: User | None, about: User | None, details: Mapping[str, Any] | None = None
) -> AuditEntry:
    """An entry that is not written yet."""
    visit = current_visit()
    return AuditEntry(
        at=timezone.now(),
        action=action,
        by=by,
        about=about,
        details=dict(details or {}),
        address=visit.address if visit else None,
    )


def acting() -> User | None:
    """Who is signed in where this happens; None in a command or a task."""
    visit = current_visit()
    return visit.person if visit else None


def record_limited(purpose: Purpose, *, about: User | None) -> None:
    """Note that a visitor was held back: once a window, so that many tries make no flood of entries."""
    visit = current_visit()
    told = AuditEntry.objects.filter(
        action=AuditAction.LIMITED,
        about=about,
        address=visit.address if visit else None,
        details={"purpose": purpose.name},
        at__gt=timezone.now() - purpose.window,
    )
    if not told.exists():
        record(AuditAction.LIMITED, by=acting(), about=about, details={"purpose": purpose.name})


def rights_of(pks: Iterable[int]) -> dict[int, Rights]:
    """The watched fields of accounts as they are stored, by primary key."""
    rows = User.objects.filter(pk__in=list(pks)).values("pk", *WATCHED)
    return {row["pk"]: row for row in rows}


def changes(before: Rights, after: Rights, *, by: User | None, about: User) -> list[AuditEntry]:
    """An entry for every right that differs."""
    found = []
    for name, action in (
        ("clearance", AuditAction.CLEARANCE_CHANGED),
        ("is_superuser", AuditAction.SUPERUSER_CHANGED),
    ):
        if before[name] != after[name]:
            details = {"old": before[name], "new": after[name]}
            found.append(entry(action, by=by, about=about, details=details))
    if before["is_active"] != after["is_active"]:
        action = AuditAction.ACTIVATED if after["is_active"] else AuditAction.DEACTIVATED
        found.append(entry(action, by=by, about=about))
    if before["email"] != after["email"]:
        details = {"old": before["email"], "new": after["email"]}
        found.append(entry(AuditAction.EMAIL_CHANGED, by=by, about=about, details=details))
    for name in ("unit__code", "institution"):
        if before[name] != after[name]:
            details = {"field": name.removesuffix("__code"), "old": before[name], "new": after[name]}
            found.append(entry(AuditAction.AFFILIATION_CHANGED, by=by, about=about, details=details))
    return found


def note_saved(account: User, before: Rights | None) -> list[AuditEntry]:
    """Note what saving an account has changed, or that it was made; returns the entries."""
    if before is None:
        noted = [entry(AuditAction.ACCOUNT_MADE, by=acting(), about=account)]
    else:
        after = rights_of([account.pk])[account.pk]
        noted = changes(before, after, by=acting(), about=account)
    record_all(noted)
    return noted


def note_membership(instance: User | Group, change: str, pks: set[int] | None) -> None:
    """Note that accounts came into groups or went out of them, from whichever side that was written."""
    verb = VERBS.get(change)
    if verb is None:
        return
    if isinstance(instance, User):
        groups = instance.groups.all() if pks is None else Group.objects.filter(pk__in=pks)
        accounts, names = [instance], sorted(group.name for group in groups)
    else:
        members = User.objects.filter(groups=instance) if pks is None else User.objects.filter(pk__in=pks)
        accounts, names = list(members), [instance.name]
    note_roles(accounts, names, verb)


def note_roles(accounts: Iterable[User], names: Sequence[str], verb: str) -> None:
    """Note that groups were `added` to accounts, or `removed` from them."""
    if names:
        details = {verb: list(names)}
        record_all(
            entry(AuditAction.ROLES_CHANGED, by=acting(), about=account, details=details)
            for account in accounts
        )


def note_permissions(instance: User | Group, change: str, pks: set[int] | None, reverse: bool) -> None:
    """Note that permissions were given to a group or to one account, or taken away."""
    verb = VERBS.get(change)
    if verb is None or reverse:
        return
    held = instance.user_permissions if isinstance(instance, User) else instance.permissions
    found = held.all() if pks is None else Permission.objects.filter(pk__in=pks)
    names = sorted(f"{app}.{name}" for app, name in found.values_list("content_type__app_label", "codename"))
    if names and isinstance(instance, User):
        details: dict[str, Any] = {verb: names}
        record(AuditAction.ROLES_CHANGED, by=acting(), about=instance, details=details)
    elif names:
        note_group(instance.name, {verb: names})


def note_group(name: str, details: Mapping[str, Any]) -> None:
    """Note that the rights of everybody in a group changed."""
    record(AuditAction.GROUP_CHANGED, by=acting(), about=None, details={"group": name, **details})


def forget_old_entries(now: datetime) -> int:
    """Delete entries older than `PRAXIS_AUDIT_DAYS`."""
    return AuditEntry.objects.forget_before(now - timedelta(days=settings.PRAXIS_AUDIT_DAYS))
