"""Rate limits, counted in the database so that every process and every host counts alike.

A try is written down before anything is decided, and then the tries of a sliding window are counted: of many
tries at once at most as many get through as the limit says. A try that is refused is taken back, so waiting
helps even while somebody else goes on trying.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.models import Attempt
from people.visits import network_of


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that is rationed: how many tries an account and a client have within a time.

    A whole class may sit behind one network address, so a client has more of them.
    """

    name: str
    account: int
    client: int
    window: timedelta


SIGN_IN = Purpose("sign_in", account=10, client=60, window=timedelta(minutes=15))
RESET = Purpose("reset", account=3, client=30, window=timedelta(hours=1))
LINK = Purpose("link", account=10, client=60, window=timedelta(hours=1))
EMAIL = Purpose("email", account=5, client=30, window=timedelta(hours=1))
PASSWORD = Purpose("password", account=10, client=60, window=timedelta(minutes=15))
PURPOSES = (SIGN_IN, RESET, LINK, EMAIL, PASSWORD)


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted, or refused: then `wait` says for how long."""

    wait: timedelta = timedelta()
    _account_key: str = ""
    _rows: list[int] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether there were too many tries before."""
        return bool(self.wait)

    @property
    def minutes(self) -> int:
        """For how many minutes to wait, at least one."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))

    def forgive(self) -> None:
        """Not to be counted, since it was right; the wrong ones before it on the same account go as well.

        Those of the client stay: with an account of one's own one could otherwise go on for ever.
        """
        Attempt.objects.filter(pk__in=self._rows).delete()
        Attempt.objects.filter(key=self._account_key).delete()


def take(purpose: Purpose, *, account: str, client: str | None) -> Try:
    """Count a try for an account, under any text that stands for it, and for a client's network address."""
    now = timezone.now()
    limits = {_key(purpose, "account", account.strip().casefold()): purpose.account}
    if client:
        limits[_key(purpose, "client", network_of(client))] = purpose.client
    rows = Attempt.objects.bulk_create([Attempt(key=key, at=now) for key in limits])
    wait = max(_wait(key, limit, now, purpose.window) for key, limit in limits.items())
    if wait:
        Attempt.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Try(wait, next(iter(limits)), [row.pk for row in rows])


def forget_attempts(now: datetime) -> int:
    """Delete the tries that no limit looks at any more."""
    longest = max(purpose.window for purpose in PURPOSES)
    return Attempt.objects.filter(at__lt=now - longest).delete()[0]


def _wait(key: str, limit: int, now: datetime, window: timedelta) -> timedelta:
    """How long until another try may pass; zero where this one is among the first `limit` of the window."""
    tries = list(
        Attempt.objects.filter(key=key, at__gt=now - window)
        .order_by("-at", "-pk")
        .values_list("at", flat=True)[: limit + 1]
    )
    return max(tries[limit] + window - now, timedelta(seconds=1)) if len(tries) > limit else timedelta()


def _key(purpose: Purpose, kind: str, subject: str) -> str:
    # A keyed hash: what people type into the field of an address may be anything, and is not kept.
    return salted_hmac(f"people.limits.{purpose.name}.{kind}", subject, algorithm="sha256").hexdigest()
