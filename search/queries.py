"""What the library page shows: found, counted and listed in SQL, all through one visibility rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy

from people.enums import Language
from providers.models import Institution
from search.cards import (
    Card,
    Kind,
    Reader,
    institution_ref,
    theme_ref,
)
from search.items import CARDS, asked, tagged, visible
from search.listing import Chip, Facet, LibraryContext, Option, PageLink, SortLink, WayOut
from search.selection import FACETS, Selection, Sort
from search.vocabulary import ThemeTree, count_by_theme
from themes.models import Theme

PAGE_SIZE = 20
NO_DATE = date(1000, 1, 1)
FACET_LABELS = {
    "kind": gettext_lazy("Kind"),
    "theme": gettext_lazy("Theme"),
    "institution": gettext_lazy("Institution"),
    "language": gettext_lazy("Language"),
}
GROUPS = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Search:
    """One reader's selection, with its codes looked up."""

    user: Reader
    selection: Selection
    tree: ThemeTree
    themes: tuple[Theme, ...]
    institutions: tuple[Institution, ...]

    @classmethod
    def of(cls, user: Reader, selection: Selection) -> Search:
        """Look the chosen themes and institutions up; unknown ones leave nothing to find."""
        tree = ThemeTree.load(user)
        themes = [theme for code in selection.theme if (theme := tree.coded(code))]
        institutions: tuple[Institution, ...] = ()
        if selection.institution:
            coded = (Q(code__lower=Lower(Value(code))) for code in selection.institution)
            institutions = tuple(Institution.objects.visible_to(user).filter(reduce(or_, coded)))
        return cls(user, selection, tree, tuple(themes), institutions)

    def found(self, kind: Kind, without: str = "") -> QuerySet[Any]:
        """What of one kind matches every facet but `without`; the kind itself is not looked at."""
        items = visible(kind, self.user)
        if self.selection.language and without != "language":
            items = items.filter(language__in=self.selection.language)
        if self.selection.institution and without != "institution":
            items = items.filter(institution__in=[institution.pk for institution in self.institutions])
        if self.selection.theme and without != "theme":
            under = self.tree.subtree(self.themes)
            items = items.filter(
                reduce(or_, (Q(pk__in=rows.under(under)) for rows in tagged(kind, self.user)))
            )
        return items

    def kinds(self, without: str = "") -> tuple[Kind, ...]:
        """The chosen kinds, all of them if none is chosen."""
        if self.selection.kind and without != "kind":
            return tuple(Kind(value) for value in self.selection.kind)
        return tuple(Kind)


def find(user: Reader, selection: Selection) -> LibraryContext:
    """The library page of a selection: at most 20 items, the total, each facet counted without itself."""
    search = Search.of(user, selection)
    by_kind = _count_kinds(search)
    total = sum(by_kind[kind] for kind in search.kinds())
    paginator = Paginator(range(total), PAGE_SIZE)
    page = paginator.get_page(selection.page)
    counts = {
        "kind": {kind.value: count for kind, count in by_kind.items()},
        "language": _count_column(search, "language"),
        "institution": _count_column(search, "institution"),
        "theme": _count_themes(search),
    }
    facets = _facets(search, counts)
    return LibraryContext(
        total=total,
        cards=_cards(search, page.start_index(), page.end_index()) if total else (),
        facets=facets,
        chips=_chips(selection, facets),
        ways_out=() if total else _ways_out(search, by_kind, counts),
        sorts=tuple(
            SortLink(str(sort.label), selection.sorted_by(sort).address, sort is selection.sort)
            for sort in Sort
        ),
        pages=_pages(selection, paginator, page.number),
        sort=selection.sort.value,
        clear_url=Selection(sort=selection.sort).address,
    )


def _union(querysets: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = querysets
    return first.union(*others, all=True) if others else first


def _count_kinds(search: Search, without: str = "") -> dict[Kind, int]:
    rows = _union(
        search.found(kind, without)
        .annotate(number=Value(GROUPS[kind]))
        .values_list("number")
        .annotate(count=Count("pk"))
        for kind in Kind
    )
    counted = dict(rows)
    return {kind: counted.get(GROUPS[kind], 0) for kind in Kind}


def _count_column(search: Search, column: str) -> Counter[Any]:
    """Items for each value of a column (None among them), its own facet left out."""
    counts: Counter[Any] = Counter()
    for value, count in _union(
        search.found(kind, column).values_list(column).annotate(count=Count("pk")) for kind in search.kinds()
    ):
        counts[value] += count
    return counts


def _count_themes(search: Search) -> Counter[int]:
    """Items under each theme, narrower ones included."""
    pairs = (
        (GROUPS[kind], rows.of(search.found(kind, "theme")))
        for kind in search.kinds()
        for rows in tagged(kind, search.user)
    )
    return sum(count_by_theme(pairs).values(), Counter())


def _cards(search: Search, first: int, last: int) -> tuple[Card, ...]:
    by_date = search.selection.sort is Sort.FACTS
    rows = _union(
        search.found(kind)
        .annotate(number=Value(GROUPS[kind]), sort_title=Lower("title"), sort_date=_facts(kind))
        .values_list("number", "pk", "sort_title", "sort_date")
        for kind in search.kinds()
    ).order_by(*(["-sort_date"] if by_date else []), "sort_title", "number", "pk")
    wanted = [(number, key) for number, key, _title, _date in rows[first - 1 : last]]
    cards = _cards_by_key(search.user, wanted)
    return tuple(cards[key] for key in wanted if key in cards)


def _facts(kind: Kind) -> Any:
    missing = Value(NO_DATE, output_field=DateField())
    return Coalesce(F("facts_as_of"), missing) if kind is Kind.CASE else missing


def _cards_by_key(user: Reader, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Card]:
    cards: dict[tuple[int, int], Card] = {}
    keys = {kind: [key for number, key in wanted if number == GROUPS[kind]] for kind in Kind}
    for kind, makers in CARDS.items():
        items = visible(kind, user).filter(pk__in=asked(keys[kind]))
        for item, card in makers(items):
            cards[GROUPS[kind], item.pk] = card
    return cards


def _facets(search: Search, counts: Mapping[str, Mapping[Any, int]]) -> tuple[Facet, ...]:
    options = {
        "kind": _fixed_options(search, "kind", ((kind.value, str(kind.label), "") for kind in Kind), counts),
        "theme": _theme_options(search, counts["theme"]),
        "institution": _institution_options(search, counts["institution"]),
        "language": _fixed_options(
            search, "language", ((entry.value, str(entry.label), entry.value) for entry in Language), counts
        ),
    }
    return tuple(Facet(name, str(FACET_LABELS[name]), options[name]) for name in FACETS)


def _fixed_options(
    search: Search, name: str, values: Iterable[tuple[str, str, str]], counts: Mapping[str, Mapping[Any, int]]
) -> tuple[Option, ...]:
    chosen = search.selection.chosen(name)
    return tuple(
        Option(value, label, language, counts[name].get(value, 0), value in chosen)
        for value, label, language in values
        if counts[name].get(value, 0) or value in chosen
    )


def _theme_options(search: Search, counts: Mapping[Any, int]) -> tuple[Option, ...]:
    chosen = {theme.pk for theme in search.themes}
    return _ordered(
        Option(ref.code, ref.title, ref.language, counts.get(key, 0), key in chosen)
        for key in chosen | {key for key, count in counts.items() if count}
        if key in search.tree.by_id
        for ref in (theme_ref(search.tree.by_id[key]),)
    )


def _institution_options(search: Search, counts: Mapping[Any, int]) -> tuple[Option, ...]:
    chosen = {institution.pk for institution in search.institutions}
    keys = chosen | {key for key, count in counts.items() if key is not None and count}
    return _ordered(
        Option(ref.code, ref.title, ref.language, counts.get(institution.pk, 0), institution.pk in chosen)
        for institution in Institution.objects.visible_to(search.user).filter(pk__in=asked(keys))
        if (ref := institution_ref(institution))
    )


def _ordered(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(
        sorted(options, key=lambda option: (not option.chosen, -option.count, option.label.casefold()))
    )


def _chips(selection: Selection, facets: Iterable[Facet]) -> tuple[Chip, ...]:
    chips = []
    for facet in facets:
        known = {option.value.casefold(): option for option in facet.options if option.chosen}
        for value in selection.chosen(facet.name):
            option = known.get(value.casefold())
            label, language = (option.label, option.language) if option else (value, "")
            chips.append(Chip(facet.label, label, language, selection.without(facet.name, value).address))
    return tuple(chips)


def _ways_out(
    search: Search, by_kind: Mapping[Kind, int], counts: Mapping[str, Mapping[Any, int]]
) -> tuple[WayOut, ...]:
    """For an empty list: what each facet alone keeps away."""
    totals = {
        "kind": lambda: sum(by_kind.values()),
        "language": lambda: sum(counts["language"].values()),
        "institution": lambda: sum(counts["institution"].values()),
        "theme": lambda: sum(
            count for kind, count in _count_kinds(search, "theme").items() if kind in search.kinds()
        ),
    }
    selection = search.selection
    found = ((facet, totals[facet]()) for facet in selection.filters)
    return tuple(
        WayOut(str(FACET_LABELS[facet]), count, selection.without(facet).address)
        for facet, count in found
        if count
    )


def _sorts(selection: Selection) -> tuple[SortLink, ...]:
    return tuple(
        SortLink(str(sort.label), selection.sorted_by(sort).address, sort is selection.sort) for sort in Sort
    )


def _pages(selection: Selection, paginator: Paginator[Any], current: int) -> tuple[PageLink, ...]:
    if paginator.num_pages < 2:
        return ()
    return tuple(
        PageLink(number, selection.on_page(number).address, number == current)
        if isinstance(number, int)
        else PageLink(0, "", False)
        for number in paginator.get_elided_page_range(current, on_each_side=2, on_ends=1)
    )
