"""What the pages about an account show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from people.models import Session, User
from people.sessions import handle_of
from people.wording import device_words


@dataclass(frozen=True, slots=True)
class Device:
    """A session, as its owner knows it; `handle` is its name in forms."""

    handle: str
    name: str
    address: str
    since: datetime
    seen: datetime
    is_this: bool


def devices_of(person: User, session_key: str | None) -> tuple[Device, ...]:
    """Where a person is signed in, this browser first, then by last use."""
    sessions = Session.objects.filter(user=person, expire_date__gt=timezone.now()).order_by("-seen_at")
    devices = [
        Device(
            handle=handle_of(session.session_key),
            name=device_words(session.browser, session.system),
            address=session.address or "",
            since=session.created_at,
            seen=session.seen_at,
            is_this=session.session_key == session_key,
        )
        for session in sessions
    ]
    return tuple(sorted(devices, key=lambda device: not device.is_this))
