"""The vocabulary as a whole: its tree, how often each theme is used, and themes by any of their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise

from themes.forms import folded, names_of
from themes.models import Theme, ThemeItem


@dataclass(frozen=True, slots=True)
class Use:
    """How many objects of a kind carry a theme."""

    kind: Promise
    count: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A theme with everything below it; `depth` is 0 at the top."""

    theme: Theme
    depth: int
    uses: tuple[Use, ...]
    narrower: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All themes in the order of their codes, by primary key, and those below each (`None`: at the top)."""

    themes: Mapping[int, Theme]
    narrower: Mapping[int | None, tuple[Theme, ...]]

    def path(self, theme: Theme) -> tuple[Theme, ...]:
        """The broader themes from the top down, without this one; ends where bad data made a circle."""
        path: list[Theme] = []
        pk = theme.broader_id
        while pk is not None and pk != theme.pk and self.themes[pk] not in path:
            path.insert(0, self.themes[pk])
            pk = self.themes[pk].broader_id
        return tuple(path)

    def named(self, words: str) -> list[Theme]:
        """Themes of which a name holds the words; those of which one begins with them come first."""
        sought = folded(words)
        if not sought:
            return []
        found = []
        for theme in self.themes.values():
            places = [folded(name).find(sought) for name in names_of(theme)]
            if matching := [place for place in places if place >= 0]:
                found.append((min(matching) > 0, theme))
        return [theme for _later, theme in sorted(found, key=lambda pair: pair[0])]

    def branches(self, uses: Mapping[int, tuple[Use, ...]]) -> tuple[Branch, ...]:
        """The tree from the top."""
        return tuple(self._grown(None, 0, uses))

    def _grown(self, pk: int | None, depth: int, uses: Mapping[int, tuple[Use, ...]]) -> Iterator[Branch]:
        for theme in self.narrower.get(pk, ()):
            below = tuple(self._grown(theme.pk, depth + 1, uses))
            yield Branch(theme, depth, uses.get(theme.pk, ()), below)


def vocabulary() -> Vocabulary:
    """All themes, in one query."""
    themes = {theme.pk: theme for theme in Theme.objects.order_by("code")}
    narrower: defaultdict[int | None, list[Theme]] = defaultdict(list)
    for theme in themes.values():
        narrower[theme.broader_id].append(theme)
        if theme.replaced_by_id:
            theme.replaced_by = themes[theme.replaced_by_id]
    return Vocabulary(themes, {pk: tuple(below) for pk, below in narrower.items()})


def uses_of_themes() -> dict[int, tuple[Use, ...]]:
    """How often each theme is given, by primary key: one query for each kind of object that has themes."""
    uses: defaultdict[int, list[Use]] = defaultdict(list)
    for relation in Theme._meta.related_objects:
        items = relation.related_model
        if not issubclass(items, ThemeItem):
            continue
        options = items._meta.get_field("content_object").related_model._meta
        for pk, count in items.objects.values_list("tag").annotate(count=Count("pk")).order_by("tag"):
            kind = options.verbose_name if count == 1 else options.verbose_name_plural
            uses[pk].append(Use(kind, count))
    return {pk: tuple(found) for pk, found in uses.items()}
