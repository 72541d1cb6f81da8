"""Inviting people to choose their first password."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from people import audit
from people.enums import AuditAction
from people.exceptions import NotInvitable
from people.mails import MAIL_FAILURES, send_invitation
from people.models import User

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """How many invitations went out, and the accounts whose invitation did not."""

    sent: int = 0
    failed: list[User] = field(default_factory=list)


def may_be_invited(account: User) -> bool:
    """Whether a first password is what this account lacks."""
    return account.is_active and account.erased_at is None and not account.has_usable_password()


def invite(*, by: User | None, account: User) -> bool:
    """Send one invitation, or send it again; returns whether the mail server took it.

    Raises NotInvitable when the person has a password or the account is closed.
    """
    if not may_be_invited(account):
        raise NotInvitable
    return not send_invitations(by=by, accounts=[account]).failed


def send_invitations(
    *, by: User | None, accounts: Iterable[User], on_step: Callable[[int], None] = lambda done: None
) -> Sent:
    """Send invitations one by one; what is sent is noted at once, so that a second run sends only the rest.

    A mail cannot be taken back, so this must not run inside a transaction that may still fail.
    """
    outcome = Sent()
    connection = get_connection()
    try:
        for done, account in enumerate(accounts, start=1):
            try:
                send_invitation(account, by=by, connection=connection)
            except MAIL_FAILURES as error:
                logger.warning("The invitation of account %s could not be sent: %r", account.pk, error)
                audit.record(AuditAction.INVITATION_FAILED, by=by, about=account)
                outcome.failed.append(account)
                connection.close()
            else:
                _note_invited(by=by, account=account)
                outcome.sent += 1
            on_step(done)
    finally:
        connection.close()
    return outcome


@transaction.atomic
def _note_invited(*, by: User | None, account: User) -> None:
    account.invited_at = timezone.now()
    User.objects.filter(pk=account.pk).update(invited_at=account.invited_at)
    audit.record(AuditAction.INVITED, by=by, about=account)
