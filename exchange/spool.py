"""Objects set aside on disk while a file is looked at, so that memory does not grow with it."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any


class Spool:
    """An unnamed temporary file of objects, each found again by the number that `add` returned."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="praxis-")  # noqa: SIM115 - closed by close()
        self._end = 0

    def add(self, value: Any) -> int:
        """Set an object aside; returns its number."""
        position = self._end
        self._file.seek(position)
        pickle.dump(value, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()
        return position

    def get(self, position: int) -> Any:
        """The object with this number."""
        self._file.seek(position)
        return pickle.load(self._file)  # noqa: S301 - the file has no name, and only this object writes it

    def __iter__(self) -> Iterator[Any]:
        position = 0
        while position < self._end:
            value = self.get(position)
            position = self._file.tell()
            yield value

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
