"""The context of the library page, complete before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from search.cards import Card

SHOWN_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet; `count` is how many items the list holds when it alone is chosen there."""

    value: str
    label: str
    language: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of values in the order to show them, chosen ones first."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        """Those that are always on screen: the first eight, and every chosen one."""
        return self.options[: max(SHOWN_OPTIONS, self.chosen)]

    @property
    def folded(self) -> tuple[Option, ...]:
        """The others."""
        return self.options[max(SHOWN_OPTIONS, self.chosen) :]

    @property
    def chosen(self) -> int:
        """How many values are chosen."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value, and the address without it."""

    facet: str
    label: str
    language: str
    url: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would be found without the choice in one facet."""

    facet: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class SortLink:
    """An order of the list and its address."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class PageLink:
    """A numbered page; a gap between pages has the number 0."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class LibraryContext:
    """The library page: what was found, how to narrow it and how to widen it again."""

    total: int
    cards: tuple[Card, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    ways_out: tuple[WayOut, ...]
    sorts: tuple[SortLink, ...]
    pages: tuple[PageLink, ...]
    sort: str
    clear_url: str

    @property
    def filter_count(self) -> int:
        """How many values are chosen."""
        return len(self.chips)
