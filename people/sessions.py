"""Sessions in the database that know whose they are: the `SESSION_ENGINE` of this project."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.visits import current_visit

SEEN_EVERY = timedelta(minutes=30)
"""How exactly it is kept when a session was last used: each step costs one write."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with the person and the device of each."""

    @classmethod
    def get_model_class(cls) -> Any:
        from people.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        session.user_id = int(person) if person else None
        if visit := current_visit():
            session.browser, session.system = visit.device.browser, visit.device.system
            session.address = visit.address
        return session

    def load(self) -> dict[str, Any]:
        session: Any = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs lack it
        if session is None:
            return {}
        now = timezone.now()
        if now - session.seen_at >= SEEN_EVERY:
            self.get_model_class().objects.filter(pk=session.pk).update(seen_at=now)
        data: dict[str, Any] = self.decode(session.session_data)
        return data


def handle_of(session_key: str) -> str:
    """A name for a session in a page, from which nobody can find the key that opens it."""
    return salted_hmac("people.sessions", session_key, algorithm="sha256").hexdigest()[:24]
