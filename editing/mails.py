"""The e-mails of reviews and of the clock: plain text, in the reader's language, with a page to go to.

They are sent by tasks after the commit. A mail that cannot be sent is logged, and nothing else happens.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from people.mails import language_of
from people.models import User

logger = logging.getLogger(__name__)


def page_of(obj: Any, view: str = "review") -> str:
    """The whole address of a page of an object in the admin."""
    path = reverse(obj.snippet_viewset.get_url_name(view), args=[obj.pk])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def about(obj: Any) -> dict[str, Any]:
    """What every mail says of an object: the title of its latest draft, its kind, and its addresses."""
    title = obj.latest_revision.object_str if obj.latest_revision else str(obj)
    return {
        "title": title,
        "kind": obj._meta.verbose_name,
        "page": page_of(obj),
        "editor": page_of(obj, "edit"),
    }


def post(person: User, name: str, context: Mapping[str, Any]) -> bool:
    """Send one person the mail of this name; returns whether it went out."""
    if not (person.is_active and person.email):
        return False
    words = {**context, "person": person}
    with override(language_of(person)):
        subject = " ".join(render_to_string(f"editing/mails/{name}_subject.txt", words).split())
        text = render_to_string(f"editing/mails/{name}.txt", words).strip() + "\n"
    headers = {"Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, text, to=[person.email], headers=headers).send()
    except Exception:
        # Whatever a mail server does, the work that the mail tells of is done and stays done.
        logger.exception("The mail %r to account %s could not be sent.", name, person.pk)
        return False
    return True


def post_all(people: Iterable[User], name: str, context: Mapping[str, Any]) -> int:
    """Send the same mail to several people, each in their own language; returns how many went out."""
    return sum(post(person, name, context) for person in people)


def written(moment: date | datetime | None) -> str:
    """A day as mails write it: the same in both languages."""
    return moment.strftime("%Y-%m-%d") if moment else ""
