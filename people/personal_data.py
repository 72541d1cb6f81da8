"""Personal data, as every app tells them: what a person may download, and what erasing them takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from people.models import User

Export = Callable[[User], Any]
"""Returns what is kept about a person, in values that JSON knows."""

Erase = Callable[[User], None]
"""Deletes or empties it, inside the caller's transaction."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One sort of personal data."""

    export: Export
    erase: Erase


_registered: dict[str, PersonalData] = {}


def register_personal_data(name: str, export: Export, erase: Erase) -> None:
    """Have these data in the download of each person under `name`, and erased with their account.

    Raises ValueError when other data have that name.
    """
    if _registered.setdefault(name, PersonalData(export, erase)) != PersonalData(export, erase):
        raise ValueError(f"Two sorts of personal data are called {name!r}; give each its own name.")


def everything_about(account: User) -> dict[str, Any]:
    """All that is kept about a person, by sort."""
    return {name: data.export(account) for name, data in _registered.items()}


def erase_everything_about(account: User) -> None:
    """Have every sort of personal data erased, in the order of registration."""
    for data in _registered.values():
        data.erase(account)
