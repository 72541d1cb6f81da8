"""What people own, as the apps above tell it: they register what they keep for owners when they start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from people.models import User


class HandOver(Protocol):
    """Gives all that `owner` owns to `to`, inside the caller's transaction; returns how much that was."""

    def __call__(self, *, by: User, owner: User, to: User) -> int: ...


@dataclass(frozen=True, slots=True)
class Owned:
    """A sort of things with owners: `count` says how many somebody owns, by the plural of their kind."""

    count: Callable[[User], Mapping[str, int]]
    hand_over: HandOver


_registered: dict[str, Owned] = {}


def register_owned(name: str, count: Callable[[User], Mapping[str, int]], hand_over: HandOver) -> None:
    """Have these things counted and handed over when somebody leaves.

    Raises ValueError when something else has that name.
    """
    if _registered.setdefault(name, Owned(count, hand_over)) != Owned(count, hand_over):
        raise ValueError(f"Two sorts of owned things are called {name!r}; give each its own name.")


def owned_by(account: User) -> dict[str, int]:
    """How many things of each kind an account owns, kinds of which it owns none left out."""
    return {
        str(kind): count
        for owned in _registered.values()
        for kind, count in owned.count(account).items()
        if count
    }


def hand_over(*, by: User, owner: User, to: User) -> int:
    """Give everything that somebody owns to somebody else; returns how much that was."""
    return sum(owned.hand_over(by=by, owner=owner, to=to) for owned in _registered.values())
