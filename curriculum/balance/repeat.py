"""Computing an old report again from what was frozen with it, and saying where it comes out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from curriculum.balance.frozen import thaw
from curriculum.balance.record import Record, record
from curriculum.balance.report import report

TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure or list that came out otherwise, under its dotted name."""

    name: str
    before: Any
    now: Any


def repeated(inputs: Mapping[str, Any]) -> Record:
    """The record of the frozen inputs, computed now. Raises ``UnknownFormat`` for what cannot be read."""
    return record(report(thaw(inputs)))


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where two records differ; what only one of them has is new or gone, and no difference."""
    return tuple(_differences(before, now, ""))


def _differences(before: Any, now: Any, name: str) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        known = sorted(before.keys() & now.keys()) if not name else sorted(before.keys() | now.keys())
        for key in known:
            yield from _differences(before.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif not _agree(before, now):
        yield Difference(name, before, now)


def _agree(before: Any, now: Any) -> bool:
    if isinstance(before, float | int) and isinstance(now, float | int):
        return abs(before - now) <= TOLERANCE * max(1.0, abs(before), abs(now))
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and not any(
            True for pair in zip(before, now, strict=True) for _ in _differences(*pair, "item")
        )
    return bool(before == now)
