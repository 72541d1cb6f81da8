import re

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from people.models import AuditEntry, User
from tests.factories import UserFactory

PASSWORD = "a-long-phrase-for-this"


@pytest.fixture
def posted(settings, monkeypatch):
    """What waits for the end of a transaction, or for the worker, happens at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.WAGTAILADMIN_BASE_URL = "https://praxis.example"
    monkeypatch.setattr(transaction, "on_commit", lambda do, using=None, robust=False: do())


@pytest.fixture
def person() -> User:
    """Somebody who can sign in with PASSWORD."""
    return with_password(email="li@example.org", name="Li Na")


def with_password(**fields) -> User:
    account = UserFactory(**fields)
    account.set_password(PASSWORD)
    account.save()
    account._password = None
    return account


def sign_in(account: User, password: str = PASSWORD, client: Client | None = None, **data) -> tuple:
    """A browser, and the answer to its form for signing in."""
    client = client or Client()
    answer = client.post("/en/sign-in/", {"username": account.email, "password": password, **data})
    return client, answer


def browser_of(account: User, **headers) -> Client:
    """A browser in which somebody has signed in."""
    client = Client(headers=headers)
    _client, answer = sign_in(account, client=client)
    assert answer.status_code == 302, answer.content.decode()
    return client


def actions(**about) -> list[str]:
    """What the audit log tells, the oldest first."""
    return list(AuditEntry.objects.filter(**about).order_by("pk").values_list("action", flat=True))


def link_in_mail(number: int = -1) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https://praxis\.example(/\S+)", mail.outbox[number].body)
    assert found, mail.outbox[number].body
    return found[1]


def without_token(answer) -> str:
    """A page without what differs at every request: tokens against forgery, and the address asked for."""
    page = answer.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
