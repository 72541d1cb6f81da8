"""Changing the e-mail address of an account, which its new owner confirms from the new mailbox."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people import audit, tasks
from people.addresses import check_address, release_address
from people.enums import AuditAction
from people.exceptions import AddressRefused
from people.models import User
from people.tokens import read_email_token


@transaction.atomic
def ask_email_change(*, by: User, account: User, email: str) -> None:
    """Have a link sent to the new address, and word of it to the present one.

    Nothing tells whether the new address belongs to another account; its mailbox is told.
    """
    details = {"old": account.email, "new": email}
    audit.record(AuditAction.EMAIL_CHANGE_ASKED, by=by, about=account, details=details)
    language = get_language() or ""
    transaction.on_commit(lambda: tasks.send_email_question.enqueue(account.pk, email, language))


@transaction.atomic
def confirm_email_change(*, token: str) -> User:
    """Give an account the address that its link confirms, and tell the address before.

    Raises LinkSpent for a link that no longer works, and AddressRefused when the account cannot have it.
    """
    # Two clicks at once wait for each other here; the second finds its link used.
    list(User.objects.select_for_update().filter(pk=read_email_token(token).account.pk))
    change = read_email_token(token)
    account, old = change.account, change.account.email
    check_address(change.email, account=account)
    account.take_address(change.email)
    try:
        with transaction.atomic():
            User.objects.filter(pk=account.pk).update(
                email=account.email, former_emails=account.former_emails
            )
    except IntegrityError as error:
        raise AddressRefused(_("Another account has this address.")) from error
    release_address(account.email, to=account)
    details = {"old": old, "new": account.email}
    audit.record(AuditAction.EMAIL_CHANGED, by=account, about=account, details=details)
    transaction.on_commit(lambda: tasks.send_email_changed.enqueue(account.pk, old))
    return account
