"""Circles among references of one kind, and an order in which every record follows those it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def circles(parents: Mapping[str, str | None]) -> Iterator[list[str]]:
    """Every circle once, as the path that returns to its start: ``[a, b, a]``, or ``[a, a]`` alone."""
    finished: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        current: str | None = start
        while current is not None and current not in finished and current not in path:
            path[current] = None
            current = parents.get(current)
        if current is not None and current in path:
            line = list(path)
            yield [*line[line.index(current) :], current]
        finished.update(path)


def by_depth(keys: Iterable[str], parents: Mapping[str, str | None]) -> list[list[str]]:
    """The keys in layers: those in a layer refer only to keys of earlier layers, or to none of ``keys``.

    The references must be free of circles.
    """
    depths: dict[str, int] = dict.fromkeys(keys, -1)
    for key in depths:
        line: list[str] = []
        current: str | None = key
        while current is not None and depths.get(current) == -1:
            line.append(current)
            current = parents.get(current)
        depth = depths.get(current, -1) if current is not None else -1
        for passed in reversed(line):
            depth += 1
            depths[passed] = depth
    layers: list[list[str]] = [[] for _depth in range(max(depths.values(), default=-1) + 1)]
    for key, depth in depths.items():
        layers[depth].append(key)
    return layers
