from typing import Any

from exchange.schema import RecordType
from exchange.store import Key
from people.exchange.handlers import Stored
from people.exchange.job import Job


class Watch:
    """Told what an import is about to do; this one does not care."""

    def change(self, type: RecordType, key: Key, stored: Stored | None, values: dict[str, Any]) -> None:
        """A record that is new (nothing `stored`) or differs from what is stored."""

    def before_writing(self) -> None:
        """Everything is examined and in order. Raises Overtaken when that must not be written any more."""

    def written(self, job: Job) -> None:
        """All is written, in the transaction that is still open. Raises Overtaken to undo everything."""
