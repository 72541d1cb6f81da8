"""Mails to people: plain text, in the language of whoever receives them.

A template below `people/mail/` has the subject in its first line and the text after an empty one.
"""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from people.models import User
from people.tokens import INVITATION_LASTS, invitation_tokens, make_email_token

MAIL_FAILURES = (SMTPException, OSError)
"""What is raised when a mail server refuses a mail or does not answer."""


def send_invitation(account: User, *, by: User | None, connection: BaseEmailBackend | None = None) -> None:
    """Send a link with which somebody chooses their first password. Raises one of MAIL_FAILURES."""
    token = invitation_tokens.make_token(account)
    context = {"by": by, "days": INVITATION_LASTS.days}
    _send("invitation", account, {**context, "link": ("invitation", _uid(account), token)}, connection)


def send_reset(account: User, *, language: str) -> None:
    """Send a link for a new password. Raises one of MAIL_FAILURES."""
    token = default_token_generator.make_token(account)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"link": ("new_password", _uid(account), token), "hours": hours}
    _send("new_password", account, context, language=language)


def send_email_question(account: User, *, email: str, language: str) -> None:
    """Send a link to a new address, and word of it to the one before. Raises one of MAIL_FAILURES."""
    context = {"new": email, "old": account.email}
    link = ("confirm_email", make_email_token(account, email))
    _send("confirm_email", account, {**context, "link": link}, language=language, to=email)
    _send("email_asked", account, context, language=language)


def send_email_taken(email: str, *, language: str) -> None:
    """Tell an account that somebody wanted its address for another one. Raises one of MAIL_FAILURES."""
    account = User.objects.get(email=email)
    _send("email_taken", account, {}, language=language)


def send_email_changed(account: User, *, old: str) -> None:
    """Tell the address before that it is no longer the account's. Raises one of MAIL_FAILURES."""
    _send("email_changed", account, {"new": account.email, "old": old}, to=old)


def send_erased(email: str, *, language: str) -> None:
    """Tell somebody that their data are gone. Raises one of MAIL_FAILURES."""
    _send("erased", User(email=email, language=language), {})


def language_of(account: User, otherwise: str = "") -> str:
    """The language in which an account is written to."""
    return account.language or otherwise or settings.LANGUAGE_CODE


def _send(
    name: str,
    account: User,
    context: dict[str, Any],
    connection: BaseEmailBackend | None = None,
    *,
    language: str = "",
    to: str = "",
) -> None:
    with translation.override(language_of(account, language)):
        if link := context.pop("link", None):
            # Never the host of the request: whoever sends one may have written any name into it.
            context["address"] = settings.WAGTAILADMIN_BASE_URL + reverse(link[0], args=link[1:])
        context |= {"account": account, "site": settings.WAGTAIL_SITE_NAME}
        text = render_to_string(f"people/mail/{name}.txt", context)
        subject, _, body = text.partition("\n")
        EmailMessage(
            subject.strip(), body.strip() + "\n", to=[to or account.email], connection=connection
        ).send()


def _uid(account: User) -> str:
    return urlsafe_base64_encode(force_bytes(account.pk))
