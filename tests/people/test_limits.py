import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from people import limits
from people.due import due_jobs
from people.limits import SIGN_IN, Purpose, forget_attempts, take
from people.models import Attempt, AuditEntry
from tests.people.conftest import with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FEW = Purpose("few", account=3, client=5, window=timedelta(minutes=10))


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves on."""

    class Clock:
        now = timezone.now()

        def moves(self, **by):
            self.now += timedelta(**by)

    clock = Clock()
    monkeypatch.setattr(limits.timezone, "now", lambda: clock.now)
    return clock


def refused(account="li@example.org", client="192.0.2.1"):
    return take(FEW, account=account, client=client).refused


def test_so_many_tries_pass_and_the_next_one_does_not(clock):
    assert [refused() for _ in range(5)] == [False, False, False, True, True]


def test_the_window_slides(clock):
    for _ in range(3):
        refused()
        clock.moves(minutes=2)

    assert take(FEW, account="li@example.org", client=None).minutes == 4
    clock.moves(minutes=4, seconds=1)
    assert not refused()
    assert refused()


def test_a_refused_try_does_not_lengthen_the_wait(clock):
    for _ in range(3):
        refused()
    clock.moves(minutes=9)
    assert all(refused() for _ in range(20))
    clock.moves(minutes=1, seconds=1)
    assert not refused()


def test_a_client_has_a_limit_over_all_accounts(clock):
    assert [refused(account=str(number)) for number in range(6)] == [False] * 5 + [True]
    assert not refused(account="6", client="192.0.2.2")
    assert refused(account="7", client="192.0.2.1")


def test_addresses_of_one_ipv6_network_are_one_client(clock):
    answers = [refused(account=str(number), client=f"2001:db8::{number}") for number in range(6)]
    assert answers[-1]


def test_an_account_is_the_same_in_any_spelling(clock):
    for spelling in ("li@example.org", " LI@example.org", "Li@Example.org"):
        refused(spelling, None)
    assert refused(client=None)


def test_what_is_forgiven_is_not_counted_but_the_client_keeps_its_other_tries(clock):
    refused()
    refused()
    take(FEW, account="li@example.org", client="192.0.2.1").forgive()

    assert [refused() for _ in range(4)] == [False, False, False, True]
    assert Attempt.objects.count() == 2 + 2 * 3


def test_nobody_is_named_in_what_is_kept(clock):
    refused()
    kept = list(Attempt.objects.values_list("key", flat=True))
    assert [re.fullmatch("[0-9a-f]{64}", key) is not None for key in kept] == [True, True]


def test_tries_that_no_limit_looks_at_are_deleted(clock):
    refused()
    clock.moves(hours=2)
    refused()

    assert due_jobs()["attempts"].function is forget_attempts
    assert forget_attempts(clock.now) == 2
    assert forget_attempts(clock.now) == 0
    assert Attempt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_all_count_and_no_more_than_the_limit_pass():
    def one(number):
        try:
            return take(FEW, account="li@example.org", client=None).refused
        finally:
            connections.close_all()

    with at_once(8) as run:
        answers = run(one)

    assert answers.count(False) <= 3
    assert Attempt.objects.count() == answers.count(False)


@pytest.mark.django_db(transaction=True)
def test_eight_wrong_passwords_at_once_count_eight():
    with_password(email="li@example.org")

    def one(number):
        try:
            data = {"username": "li@example.org", "password": f"wrong-{number}"}
            return Client().post("/en/sign-in/", data).status_code
        finally:
            connections.close_all()

    with at_once(8) as run:
        assert run(one) == [200] * 8

    assert Attempt.objects.count() == 2 * 8
    assert AuditEntry.objects.filter(action="sign_in_failed").count() == 8
    left = [take(SIGN_IN, account="li@example.org", client=None).refused for _ in range(3)]
    assert left == [False, False, True]


class at_once:
    """Runs a function in so many threads; a database in memory belongs to one thread, so there in turn."""

    def __init__(self, threads):
        name = str(connection.settings_dict["NAME"])
        self.threads = 1 if "memory" in name else threads
        self.times = threads

    def __enter__(self):
        self.pool = ThreadPoolExecutor(self.threads)
        return lambda function: list(self.pool.map(function, range(self.times)))

    def __exit__(self, *args):
        self.pool.shutdown()
