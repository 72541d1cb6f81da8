"""What decisions about links would change: the coverage of every curriculum that has one of the units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from curriculum.balance.layout import Layout, Library, LinkState, UnitKey
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.measures.base import Evidence, Result
from curriculum.balance.measures.linkage_coverage import LINKAGE_COVERAGE
from curriculum.models import Curriculum, Placement
from editing.permissions import changeable_by, viewable_by
from people.models import User

Words = Mapping[UnitKey, Mapping[str, LinkState]]
"""What would be said: by course and unit code, the identity of a case to the state of the link with it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of theory with a case before and after, 0..1 or `None` without theory, with the colors."""

    before: Result
    after: Result

    @property
    def changes(self) -> bool:
        """Whether the figure changes."""
        return self.before.value != self.after.value


@dataclass(frozen=True, slots=True)
class Effect:
    """One curriculum: its coverage as published and, where it says something else, as drafted."""

    curriculum: Curriculum
    title: str
    live: Coverage | None
    draft: Coverage | None

    @property
    def changes(self) -> bool:
        """Whether a figure changes."""
        return any(found is not None and found.changes for found in (self.live, self.draft))


@dataclass(frozen=True, slots=True)
class Effects:
    """The curricula that the reader may see, those with changes first; `hidden` counts the others."""

    rows: tuple[Effect, ...]
    hidden: int

    @property
    def changing(self) -> tuple[Effect, ...]:
        """Those whose figure changes."""
        return tuple(row for row in self.rows if row.changes)

    @property
    def unchanged(self) -> int:
        """How many stay as they are."""
        return len(self.rows) - len(self.changing)


def saying(library: Library, words: Words) -> Library:
    """The library as if somebody had said these words about its units and cases."""
    states = dict(library.states)
    for unit, said in words.items():
        states[unit] = {**library.states_of(unit), **said}
    return replace(library, states=states)


def coverage_with(layout: Layout, words: Words) -> Coverage:
    """The coverage of one layout without and with the words."""
    said = replace(layout, library=saying(layout.library, words))
    return Coverage(_coverage(layout), _coverage(said))


def _coverage(layout: Layout) -> Result:
    return LINKAGE_COVERAGE.judge(Evidence.of(layout))


def effects(user: User, courses: Collection[int], words: Words) -> Effects:
    """What the words would do to every curriculum that places one of the courses, published or drafted.

    Figures are the same for everybody; what is drafted is told only of what the reader may change. The number
    of queries does not depend on how many curricula there are.
    """
    published, drafted = _placing(courses)
    here = Curriculum.objects.filter(pk__in=published | drafted)
    seen = {curriculum.pk: curriculum for curriculum in viewable_by(user, here)}
    own = set(changeable_by(user, here).values_list("pk", flat=True))
    live = _coverages(seen.keys() & published, Drafts.NONE, words)
    draft = _coverages(own, Drafts.ALL, words)
    titles = {pk: layout.title for pk, (layout, _found) in draft.items()}
    rows = [
        Effect(curriculum, titles.get(pk) or curriculum.title, *_views(live.get(pk), draft.get(pk)))
        for pk, curriculum in seen.items()
        if pk in live or pk in draft
    ]
    rows.sort(key=lambda row: (not row.changes, row.title, row.curriculum.code))
    hidden = Curriculum.objects.in_window().filter(pk__in=published).exclude(pk__in=list(seen)).count()
    return Effects(tuple(rows), hidden)


Found = tuple[Layout, Coverage]


def _views(live: Found | None, draft: Found | None) -> tuple[Coverage | None, Coverage | None]:
    """Both views; the draft only where it says something else."""
    published = None if live is None else live[1]
    if draft is None or (published is not None and _values(published) == _values(draft[1])):
        return published, None
    return published, draft[1]


def _values(found: Coverage) -> tuple[float | None, float | None]:
    return found.before.value, found.after.value


def _placing(courses: Collection[int]) -> tuple[set[int], set[int]]:
    """The keys of curricula that place one of the courses as published, and as drafted."""
    wanted = set(courses)
    placements = Placement.objects.filter(course__in=wanted)
    published = set(placements.values_list("module__curriculum", flat=True))
    changed = Curriculum.objects.kept().filter(has_unpublished_changes=True, latest_revision__isnull=False)
    drafts = changed.values_list("pk", "latest_revision__content")
    return published, {pk for pk, content in drafts.iterator() if _places(content, wanted)} | published


def _places(content: Mapping[str, Any], wanted: Collection[int]) -> bool:
    return any(
        placement["course"] in wanted
        for module in content.get("modules", ())
        for placement in module.get("placements", ())
    )


def _coverages(curricula: Collection[int], drafts: Drafts, words: Words) -> dict[int, Found]:
    here = Curriculum.objects.filter(pk__in=list(curricula))
    keys = dict(here.values_list("code", "pk"))
    found = load_layouts(here, drafts=drafts, as_of=timezone.localdate())
    return {keys[layout.code]: (layout, coverage_with(layout, words)) for layout in found}


def words_for(units: Iterable[tuple[UnitKey, str]], state: str) -> Words:
    """The same word about several units and identities of cases."""
    words: defaultdict[UnitKey, dict[str, LinkState]] = defaultdict(dict)
    for unit, identity in units:
        words[unit][identity] = LinkState(state)
    return dict(words)
