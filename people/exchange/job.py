from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from exchange.problems import Problems
from exchange.schema import fold
from exchange.spool import Spool
from exchange.store import Store
from people.exchange.codes import Codes
from people.models import User


class Overtaken(Exception):
    """Something that the import was compared with has changed, or is gone, since."""


Version = tuple[int, datetime]
"""A revision and when it was last written: saving often writes the same one again."""


@dataclass(slots=True)
class Change:
    """An object to be made (without `pk`) or changed: all its values, with codes as they are stored.

    `version` is the revision that the values were compared with; `prepared` holds what was worked out before
    the write phase, to keep that short.
    """

    values: dict[str, Any]
    pk: int | None = None
    version: Version | None = None
    prepared: dict[str, Any] = field(default_factory=dict)


class Plan:
    """The changes of an import, on disk until they are written; their keys stay in memory."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._positions: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def add(self, type: str, key: str, change: Change) -> None:
        """Set a change aside."""
        self._positions[type][key] = self._spool.add(change)

    def keys(self, type: str) -> list[str]:
        """The keys of all changes of a type, in the order of the file."""
        return list(self._positions[type])

    def changes(self, type: str, keys: list[str]) -> Iterator[Change]:
        """The changes with these keys."""
        for key in keys:
            yield self._spool.get(self._positions[type][key])

    def total(self) -> int:
        """The number of all changes."""
        return sum(map(len, self._positions.values()))

    def close(self) -> None:
        """Let the temporary file go."""
        self._spool.close()


@dataclass
class Job:
    """What all steps of one import share.

    `references` holds, by type and field, the references of records to records of the same type; `now` is
    the moment of the write phase; `changed` collects what was written, primary keys by model. `hidden` holds
    the primary keys, by type, of what whoever imports may not know of.
    """

    store: Store
    problems: Problems
    by: User | None = None
    codes: Codes = field(default_factory=Codes)
    plan: Plan = field(default_factory=Plan)
    references: defaultdict[tuple[str, str], dict[str, str | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    hidden: dict[str, Collection[int]] = field(default_factory=dict)
    now: datetime = field(default_factory=timezone.now)
    changed: defaultdict[type[Any], list[int]] = field(default_factory=lambda: defaultdict(list))

    def spelling(self, type: str, code: str) -> str | None:
        """A code as the database writes it, else as the file does; None where neither knows it."""
        pk = self.codes.pk(type, code)
        return self.codes.name(type, pk) if pk is not None else self.store.name(type, (fold(code),))
