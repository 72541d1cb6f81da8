"""Ending sessions."""

from __future__ import annotations

from django.db import transaction

from people import audit
from people.enums import AuditAction
from people.models import Session, User
from people.sessions import handle_of


@transaction.atomic
def end_session(*, by: User, handle: str) -> bool:
    """End one session of one's own; returns whether there was such a session."""
    for session in Session.objects.filter(user=by):
        if handle_of(session.session_key) == handle:
            session.delete()
            audit.record(AuditAction.SESSIONS_ENDED, by=by, about=by, details={"count": 1})
            return True
    return False


@transaction.atomic
def end_sessions(*, by: User | None, account: User, but: str | None = None) -> int:
    """End all sessions of an account, but the one with the key `but`; returns how many those were."""
    ended = Session.objects.filter(user=account).exclude(session_key=but or "").delete()[0]
    if ended:
        audit.record(AuditAction.SESSIONS_ENDED, by=by, about=account, details={"count": ended})
    return ended
