"""A person's own data: downloading them, and having them erased."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from people import audit, mails, ownership
from people.enums import AuditAction, Clearance
from people.exceptions import ErasureRefused
from people.models import User
from people.permissions import is_trainee_only
from people.personal_data import erase_everything_about, everything_about
from people.readers import rename_reader

logger = logging.getLogger(__name__)


@transaction.atomic
def export_data(*, by: User) -> dict[str, Any]:
    """All that is kept about the person who asks, for them to download."""
    audit.record(AuditAction.DATA_EXPORTED, by=by, about=by)
    return everything_about(by)


@transaction.atomic
def ask_erasure(*, by: User) -> bool:
    """Erase somebody's data at their own wish: at once for a trainee, else operators see to it.

    Returns whether it is done. Raises ErasureRefused when something has to come first.
    """
    refuse_owners(by)
    if is_trainee_only(by):
        audit.record(AuditAction.ERASURE_ASKED, by=by, about=by)
        erase(by=by, account=by)
        return True
    if by.is_superuser:
        raise ErasureRefused(_("Another administrator has to take these rights from you first."))
    if by.erasure_asked_at is None:
        User.objects.filter(pk=by.pk).update(erasure_asked_at=timezone.now())
        audit.record(AuditAction.ERASURE_ASKED, by=by, about=by)
    return False


@transaction.atomic
def erase(*, by: User, account: User) -> None:
    """Make an account nobody's: what must be kept, such as who got which rights when, is kept without a name.

    Raises ErasureRefused for a superuser, for somebody who owns content, and where it has been done.
    """
    account = User.objects.select_for_update().get(pk=account.pk)
    if account.erased_at:
        raise ErasureRefused(_("The data of this account are erased already."))
    if account.is_superuser:
        raise ErasureRefused(_("This is an administrator. Take these rights from the account first."))
    refuse_owners(account)
    addresses = [account.email, *account.former_addresses]
    language = mails.language_of(account, get_language() or "")
    erase_everything_about(account)
    new_email = f"erased-{secrets.token_hex(8)}@erased.invalid"
    for address in addresses:
        rename_reader(address, new_email)
    _empty(account, new_email)
    entry = audit.entry(AuditAction.ERASED, by=by, about=account)
    if by.pk == account.pk:
        entry.address = None
    audit.record_all([entry])
    transaction.on_commit(lambda: _tell(addresses[0], language))


def refuse_owners(account: User) -> None:
    """Raise ErasureRefused for somebody who owns content: it needs an owner before they go."""
    if count := sum(ownership.owned_by(account).values()):
        raise ErasureRefused(
            ngettext(
                "This account owns %(count)d object, which has to be handed over first.",
                "This account owns %(count)d objects, which have to be handed over first.",
                count,
            )
            % {"count": count}
        )


def _empty(account: User, email: str) -> None:
    """Write an account without anything personal, past the log of changed rights: they are not news."""
    account.groups.through._default_manager.filter(user=account).delete()
    account.user_permissions.through._default_manager.filter(user=account).delete()
    User.objects.filter(pk=account.pk).update(
        name=f"Erased person {account.pk}",
        email=email,
        former_emails="",
        password=_unusable_password(),
        is_active=False,
        unit=None,
        category="",
        institution="",
        language="",
        clearance=Clearance.OPEN,
        last_login=None,
        invited_at=None,
        erased_at=timezone.now(),
    )


def _unusable_password() -> str:
    nobody = User()
    nobody.set_unusable_password()
    return nobody.password


def _tell(email: str, language: str) -> None:
    # Not through the queue, which would keep the address.
    try:
        mails.send_erased(email, language=language)
    except mails.MAIL_FAILURES as error:
        logger.warning("The last mail to an erased account could not be sent: %r", error)
