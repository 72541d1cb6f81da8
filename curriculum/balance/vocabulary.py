"""The controlled vocabulary, as far as it decides which themes can link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Theme:
    """A concept: ``broader`` is the code of the next wider one, ``generic`` means too general to link by."""

    code: str
    broader: str | None = None
    generic: bool = False


Themes = frozenset[str]
"""Theme codes."""

NO_THEMES: Themes = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All themes and, worked out once, which of them match which.

    ``kin`` holds for every theme that can link at all the themes that it matches: itself, its ancestors and
    its descendants at any distance, never its siblings (rule 11).
    """

    generic: Themes
    kin: Mapping[str, Themes]
    _reached: dict[Themes, Themes] = field(default_factory=dict, compare=False, repr=False)
    _telling: dict[Themes, Themes] = field(default_factory=dict, compare=False, repr=False)
    _matched: dict[tuple[Themes, Themes], Themes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, themes: Iterable[Theme]) -> Vocabulary:
        """The vocabulary made of ``themes``, in any order."""
        by_code = {theme.code: theme for theme in themes}
        parents = {theme.broader for theme in by_code.values()}
        generic = frozenset(code for code, theme in by_code.items() if theme.generic)
        top = {code for code, theme in by_code.items() if theme.broader is None and code in parents}
        linking = by_code.keys() - generic - top
        kin: defaultdict[str, set[str]] = defaultdict(set)
        for code in linking:
            for ancestor in _lineage(code, by_code):
                if ancestor in linking:
                    kin[code].add(ancestor)
                    kin[ancestor].add(code)
        return cls(generic, {code: frozenset(matches) for code, matches in kin.items()})

    def reach(self, themes: Themes) -> Themes:
        """Every theme that matches one of ``themes``; none for themes that are generic or top-level."""
        reached = self._reached.get(themes)
        if reached is None:
            # The same sets come again and again: a course's themes in every curriculum that has the course.
            reached = NO_THEMES.union(*(self.kin.get(theme, NO_THEMES) for theme in themes))
            self._reached[themes] = reached
        return reached

    def telling(self, themes: Themes) -> Themes:
        """Those of ``themes`` that say something: without the generic ones (rule 15)."""
        telling = self._telling.get(themes)
        if telling is None:
            telling = self._telling[themes] = themes - self.generic
        return telling

    def matched(self, themes: Themes, others: Themes) -> Themes:
        """Those of ``themes`` that match one of ``others``."""
        matched = self._matched.get((themes, others))
        if matched is None:
            matched = frozenset(
                theme for theme in themes if not self.kin.get(theme, NO_THEMES).isdisjoint(others)
            )
            self._matched[themes, others] = matched
        return matched


def _lineage(code: str, by_code: Mapping[str, Theme]) -> Iterator[str]:
    """``code`` and its ancestors; ends even where bad data has made a circle."""
    seen: set[str] = set()
    current: str | None = code
    while current is not None and current in by_code and current not in seen:
        seen.add(current)
        yield current
        current = by_code[current].broader
