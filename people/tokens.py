"""What the links in mails carry: proofs that work once, for a limited time, and for one account only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int

from people.exceptions import LinkSpent
from people.models import User

INVITATION_LASTS = timedelta(days=14)
EMAIL_CHANGE_LASTS = timedelta(days=1)
EMAIL_SALT = "people.tokens.email"


class InvitationTokens(PasswordResetTokenGenerator):
    """Django's tokens with another salt and a longer life: a new password or a sign-in spends them."""

    key_salt = "people.tokens.invitation"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Whether this is a token of this account that has not been used and is not too old."""
        try:
            made = base36_to_int((token or "").partition("-")[0])
        except ValueError:
            return False
        age = self._num_seconds(self._now()) - made
        if user is None or not 0 <= age <= INVITATION_LASTS.total_seconds():
            return False
        return any(
            constant_time_compare(self._make_token_with_timestamp(user, made, secret), token or "")
            for secret in (self.secret, *self.secret_fallbacks)
        )


invitation_tokens = InvitationTokens()


@dataclass(frozen=True, slots=True)
class EmailChange:
    """A change of address that its link confirms."""

    account: User
    email: str


def make_email_token(account: User, email: str) -> str:
    """A text for the address of the link that confirms a new e-mail address."""
    return signing.dumps([account.pk, email, _state(account)], salt=EMAIL_SALT, compress=True)


def read_email_token(token: str) -> EmailChange:
    """What a link confirms.

    Raises LinkSpent when it is not ours, too old, or used, or when the account has changed since.
    """
    try:
        pk, email, state = signing.loads(token, salt=EMAIL_SALT, max_age=EMAIL_CHANGE_LASTS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkSpent from error
    account = User.objects.filter(pk=pk, is_active=True).first()
    if account is None or not constant_time_compare(_state(account), state):
        raise LinkSpent
    return EmailChange(account, email)


def _state(account: User) -> str:
    """A digest of what a change of address or of the password changes, so that each link works once."""
    text = "\n".join((str(account.pk), account.email, account.former_emails, account.password))
    return salted_hmac(EMAIL_SALT, text, algorithm="sha256").hexdigest()[:32]
