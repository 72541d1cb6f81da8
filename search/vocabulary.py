"""The vocabulary as a tree in memory, and counts that reach from a theme to everything narrower."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from curriculum.balance.vocabulary import Theme as BalanceTheme
from curriculum.balance.vocabulary import Vocabulary
from search.cards import Reader, Ref, theme_ref
from themes.models import Theme


@dataclass(frozen=True, slots=True)
class ThemeTree:
    """All themes, loaded with one query."""

    by_id: Mapping[int, Theme]
    by_code: Mapping[str, Theme]
    narrower: Mapping[int, tuple[Theme, ...]]

    @classmethod
    def load(cls, user: Reader) -> ThemeTree:
        """The themes that this reader may see: all of them."""
        themes = list(Theme.objects.visible_to(user).order_by("code"))
        narrower: defaultdict[int, list[Theme]] = defaultdict(list)
        for theme in themes:
            if theme.broader_id is not None:
                narrower[theme.broader_id].append(theme)
        return cls(
            {theme.pk: theme for theme in themes},
            {theme.code.casefold(): theme for theme in themes},
            {key: tuple(found) for key, found in narrower.items()},
        )

    def coded(self, code: str) -> Theme | None:
        """The theme with this code, without regard to case."""
        return self.by_code.get(code.casefold())

    def subtree(self, themes: Iterable[Theme]) -> frozenset[int]:
        """Ids of these themes and of everything narrower; ends even where bad data has made a circle."""
        found: set[int] = set()
        waiting = [theme.pk for theme in themes]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(theme.pk for theme in self.narrower.get(key, ()))
        return frozenset(found)

    def upward(self, theme: Theme) -> tuple[Theme, ...]:
        """The broader themes from the top down to this one, without it."""
        return tuple(self._chain(theme, "broader_id"))[::-1]

    def replacement(self, theme: Theme) -> Theme | None:
        """Where a retired theme has gone in the end; None when nothing replaces it."""
        chain = [entry for entry in self._chain(theme, "replaced_by_id") if entry.pk != theme.pk]
        return chain[-1] if chain and not chain[-1].retired else None

    def refs(self, keys: Iterable[int]) -> tuple[Ref, ...]:
        """Themes as links, ordered by their labels."""
        refs = (theme_ref(self.by_id[key]) for key in keys if key in self.by_id)
        return tuple(sorted(refs, key=lambda ref: ref.title.casefold()))

    def codes(self, keys: Iterable[int]) -> frozenset[str]:
        """Codes of themes by their ids."""
        return frozenset(self.by_id[key].code for key in keys if key in self.by_id)

    def vocabulary(self) -> Vocabulary:
        """The same themes as the balance engine wants them: it decides which of them link."""
        codes = {key: theme.code for key, theme in self.by_id.items()}
        return Vocabulary.of(
            BalanceTheme(theme.code, codes.get(theme.broader_id or 0), theme.generic)
            for theme in self.by_id.values()
        )

    def _chain(self, theme: Theme, field: str) -> Iterator[Theme]:
        seen = {theme.pk}
        following = self.by_id.get(getattr(theme, field) or 0)
        while following is not None and following.pk not in seen:
            seen.add(following.pk)
            yield following
            following = self.by_id.get(getattr(following, field) or 0)


def count_by_theme(pairs: Iterable[tuple[int, QuerySet[Any]]]) -> dict[int, Counter[int]]:
    """For each group, how many different items stand under each theme or a narrower one, in one query.

    `pairs` gives querysets of two columns, item id and theme id; querysets of the same group count together.
    """
    statements, values = [], []
    for group, queryset in pairs:
        try:
            sql, params = queryset.order_by().query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        statements.append(f"SELECT {int(group)} AS grouped, p.* FROM ({sql}) p")  # noqa: S608
        values.extend(params)
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    if not statements:
        return counts
    table = connection.ops.quote_name(Theme._meta.db_table)
    statement = (
        f"WITH RECURSIVE line(theme_id, above_id) AS (SELECT id, id FROM {table} "  # noqa: S608
        f"UNION SELECT line.theme_id, t.broader_id FROM line JOIN {table} t ON t.id = line.above_id "
        "WHERE t.broader_id IS NOT NULL), "
        f"pair(grouped, item_id, theme_id) AS ({' UNION '.join(statements)}) "
        "SELECT pair.grouped, line.above_id, COUNT(DISTINCT pair.item_id) FROM pair "
        "JOIN line ON line.theme_id = pair.theme_id GROUP BY pair.grouped, line.above_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for group, theme, count in cursor.fetchall():
            counts[group][theme] = count
    return counts
