from collections import defaultdict
from collections.abc import Iterable

from exchange.messages import Message
from exchange.schema import fold


class Codes:
    """The codes of stored objects by record type, without regard to case, and their primary keys."""

    def __init__(self) -> None:
        self._pks: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._names: defaultdict[str, dict[int, str]] = defaultdict(dict)
        self._withheld: defaultdict[str, dict[str, tuple[Message, Message]]] = defaultdict(dict)

    def load(self, type: str, rows: Iterable[tuple[int, str]]) -> None:
        """Learn the objects of a type from pairs of primary key and code."""
        for pk, code in rows:
            self.add(type, pk, code)

    def add(self, type: str, pk: int, code: str) -> None:
        """Learn one object."""
        self._pks[type].setdefault(fold(code), pk)
        self._names[type][pk] = code

    def withhold(self, type: str, code: str, named: Message, referred: Message) -> None:
        """Learn an object to leave alone: what to say where a record has its code, or refers to it."""
        self._withheld[type][fold(code)] = (named, referred)

    def refusal(self, type: str, code: str) -> Message | None:
        """Why no record may name the object with this code, or None."""
        found = self._withheld[type].get(fold(code))
        return found[0] if found else None

    def reference_refusal(self, type: str, code: str) -> Message | None:
        """Why no record may refer to the object with this code, or None."""
        found = self._withheld[type].get(fold(code))
        return found[1] if found else None

    def pk(self, type: str, code: str) -> int | None:
        """The primary key of the object with this code, or None."""
        return self._pks[type].get(fold(code))

    def name(self, type: str, pk: int | None) -> str:
        """The code of an object as it is stored; empty where there is none."""
        return "" if pk is None else self._names[type].get(pk, "")

    def pks(self, type: str) -> list[int]:
        """The primary keys of all objects of a type, in the order of their codes."""
        names = self._names[type]
        return sorted(names, key=lambda pk: (fold(names[pk]), names[pk]))
