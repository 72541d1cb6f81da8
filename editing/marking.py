"""Two texts side by side: which words differ, and long passages that are the same left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\n|[^\S\n]+|[\u2e80-\u9fff\uf900-\ufaff]|[^\W\u2e80-\u9fff]+|[^\w\s]")
"""Words, spaces, line breaks and signs; a Chinese character is a word."""

MOST_WORDS = 3_000
"""Longer texts are compared by lines: comparing takes time with the square of the length."""

LONGEST_SAME = 240
KEPT = 80
"""A passage of more characters that is the same is cut down to some at each end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: `is_changed` where the other text differs, `is_gap` where something was left out."""

    text: str
    is_changed: bool = False
    is_gap: bool = False


LEAST_IN_COMMON = 0.4
"""Texts that share less are two different texts: marking every other word helps nobody."""


def marked(text: str, *others: str) -> list[Piece]:
    """The text in pieces: changed is what at least one of the other texts has not got at that place."""
    parts, *rest = _parts(text, *others)
    changed = [False] * len(parts)
    for other in rest:
        matcher = SequenceMatcher(None, parts, other, autojunk=False)
        if matcher.ratio() < LEAST_IN_COMMON:
            continue
        for tag, start, end, *_places in matcher.get_opcodes():
            if tag != "equal":
                changed[start:end] = [True] * (end - start)
    return _shortened(_joined(parts, changed))


def _parts(*texts: str) -> list[list[str]]:
    words = [WORDS.findall(text) for text in texts]
    if max(map(len, words)) <= MOST_WORDS:
        return words
    return [text.splitlines(keepends=True) for text in texts]


def _joined(parts: Sequence[str], changed: Sequence[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    for part, is_changed in zip(parts, changed, strict=True):
        if pieces and pieces[-1].is_changed is is_changed:
            pieces[-1] = Piece(pieces[-1].text + part, is_changed)
        else:
            pieces.append(Piece(part, is_changed))
    return pieces


def _shortened(pieces: Sequence[Piece]) -> list[Piece]:
    if not any(piece.is_changed for piece in pieces):
        return list(pieces)
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.is_changed or len(piece.text) <= LONGEST_SAME:
            found.append(piece)
            continue
        head = "" if number == 0 else piece.text[:KEPT]
        tail = "" if number == len(pieces) - 1 else piece.text[-KEPT:]
        found += [Piece(head)] if head else []
        found.append(Piece("", is_gap=True))
        found += [Piece(tail)] if tail else []
    return found
