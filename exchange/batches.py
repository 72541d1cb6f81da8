"""Long series in pieces that a database takes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

BATCH = 500
"""Records handled together: few enough for memory, many enough to make statements rare."""


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The values in lists of ``size``; the last one may be shorter."""
    remaining = iter(values)
    while batch := list(islice(remaining, size)):
        yield batch
