"""Sentences for people, kept apart from their figures so that the edge of the program can translate them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in English with named places (``%(name)s``) and what stands there."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate``, which is given the bare template."""
        template = translate(self.template)
        return template % self.params if self.params else template

    def __str__(self) -> str:
        return self.text()


def message(template: str, **params: object) -> Message:
    """A message; imported as ``_`` so that the tools that collect texts for translation find the template."""
    return Message(template, params)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a person most probably meant, or None where none comes close."""
    by_fold = {other.casefold(): other for other in known}
    matches = get_close_matches(name[:200].casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[matches[0]] if matches else None
