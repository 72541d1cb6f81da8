"""The personal data that this app and Wagtail keep."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from people.models import AuditEntry, Session, User
from people.personal_data import register_personal_data
from people.wording import device_words


def register() -> None:
    """Make these data part of every download and every erasure."""
    register_personal_data("account", _account, _keep)
    register_personal_data("preferences", _preferences, _erase_preferences)
    register_personal_data("sessions", _sessions, _erase_sessions)
    register_personal_data("log", _log, _erase_log)
    register_personal_data("changes_of_the_account", _changes, _erase_changes)


def _account(account: User) -> dict[str, Any]:
    return {
        "name": account.name,
        "email": account.email,
        "former_emails": account.former_addresses,
        "unit": account.unit.code if account.unit else "",
        "category": account.category,
        "institution": account.institution,
        "clearance": account.clearance,
        "language": account.language,
        "roles": sorted(account.group_names),
        "superuser": account.is_superuser,
        "joined": account.date_joined.isoformat(),
        "last_signed_in": account.last_login.isoformat() if account.last_login else None,
        "invited": account.invited_at.isoformat() if account.invited_at else None,
    }


def _keep(account: User) -> None:
    """The account itself is emptied last, when nothing needs its address any more."""


def _preferences(account: User) -> dict[str, Any]:
    names = ("preferred_language", "current_time_zone", "theme", "contrast", "density", "avatar")
    return UserProfile.objects.filter(user=account).values(*names).first() or {}


def _erase_preferences(account: User) -> None:
    profile = UserProfile.objects.filter(user=account).first()
    if profile is None:
        return
    if picture := profile.avatar.name:
        transaction.on_commit(lambda: default_storage.delete(picture))
    profile.delete()


def _sessions(account: User) -> list[dict[str, Any]]:
    return [
        {
            "begun": session.created_at.isoformat(),
            "last_used": session.seen_at.isoformat(),
            "device": device_words(session.browser, session.system),
            "address": session.address,
        }
        for session in Session.objects.filter(user=account).order_by("created_at")
    ]


def _erase_sessions(account: User) -> None:
    Session.objects.filter(user=account).delete()


def _log(account: User) -> list[dict[str, Any]]:
    entries = AuditEntry.objects.of(account).order_by("at", "pk")
    return [
        {
            "at": entry.at.isoformat(),
            "action": entry.action,
            "by_you": entry.by_id == account.pk,
            "about_you": entry.about_id == account.pk,
            # What an operator did to somebody else is the other person's.
            "details": entry.details if entry.about_id == account.pk else {},
            "address": entry.address if entry.by_id in (account.pk, None) else None,
        }
        for entry in entries.iterator()
    ]


def _erase_log(account: User) -> None:
    AuditEntry.objects.forget_traces(account)


def _changes(account: User) -> list[dict[str, Any]]:
    entries = ModelLogEntry.objects.for_instance(account).order_by("timestamp")
    return [{"at": entry.timestamp.isoformat(), "action": entry.action} for entry in entries]


def _erase_changes(account: User) -> None:
    ModelLogEntry.objects.for_instance(account).update(label=f"Erased person {account.pk}", data={})
