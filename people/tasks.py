"""Mails that go out behind a page, so that the page answers alike and as fast whoever is meant."""

from __future__ import annotations

from django_tasks import task

from people import audit, mails
from people.actions import invitations
from people.enums import AuditAction
from people.models import User


@task()
def send_reset(pk: int, language: str) -> None:
    """Send a link for a new password, or a new invitation to somebody who never chose one; 0 is nobody."""
    account = User.objects.filter(pk=pk, is_active=True).first()
    if account is None:
        return
    audit.record(AuditAction.RESET_ASKED, by=None, about=account)
    if account.has_usable_password():
        mails.send_reset(account, language=language)
    elif account.invited_at:
        mails.send_invitation(account, by=None)


@task()
def send_email_question(pk: int, email: str, language: str) -> None:
    """Ask a new address whether it is this account's, and tell the one before, or tell whose it is."""
    account = User.objects.get(pk=pk)
    if User.objects.filter(email=email).exclude(pk=pk).exists():
        mails.send_email_taken(email, language=language)
    else:
        mails.send_email_question(account, email=email, language=language)


@task()
def send_email_changed(pk: int, old: str) -> None:
    """Tell the address before that it is no longer the account's."""
    mails.send_email_changed(User.objects.get(pk=pk), old=old)


@task()
def send_invitations(pks: list[int], by: int | None) -> None:
    """Invite these accounts, those that need it."""
    accounts = User.objects.without_password().filter(pk__in=pks, is_active=True)
    invitations.send_invitations(by=User.objects.filter(pk=by or 0).first(), accounts=accounts)
