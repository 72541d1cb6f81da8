"""Everything published that can be linked: theory units and cases, ready to be compared.

The weights of themes and terms are those of the whole published library, whoever asks: figures are the same
for everybody. What somebody is shown of it is chosen in `workbench`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from cases.models import CaseStudy, CaseTheme
from curriculum.balance import layout
from curriculum.balance.layout import UnitKey
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.balance.methods import method
from curriculum.balance.policy import DEFAULT_POLICY
from curriculum.balance.relevance import Offer, Recommender, TextIndex
from curriculum.balance.vocabulary import NO_THEMES, Themes, Vocabulary
from curriculum.balance.vocabulary import Theme as Concept
from curriculum.models import Course, CourseTheme, Unit, UnitTheme
from themes.models import Theme

UNIT_FIELDS = (
    "pk",
    "course",
    "code",
    "title",
    "summary",
    "outcomes",
    "delivery_method",
    "practice_fraction",
    "neutral",
    "case",
)
CASE_FIELDS = (
    "pk",
    "code",
    "title",
    "language",
    "translation_of",
    "summary",
    "body",
    "facts_as_of",
    "is_classic",
)


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A published course, as far as a list names it."""

    pk: int
    code: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit of a published course; `number` is its place in it, `has_theory` whether it has a theory part.

    `themes` are those by which it links, its own or its course's; `own_case` the case that it works on, which
    serves it without anybody's word.
    """

    course: CourseEntry
    code: str
    title: str
    number: int
    themes: Themes
    has_theory: bool
    own_case: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A published case; a case and its translations have one `identity` (rule 47)."""

    pk: int
    code: str
    title: str
    language: str
    themes: Themes
    identity: str
    facts_as_of: date | None
    freshness: float
    text: str


@dataclass(frozen=True, slots=True)
class LinkLibrary:
    """The library, with the places of its units by course and code, and those of its cases by key.

    `identities` are those of all cases, published or not, by key.
    """

    vocabulary: Vocabulary
    themes: Mapping[str, Theme]
    courses: Mapping[int, CourseEntry]
    identities: Mapping[int, str]
    units: tuple[UnitEntry, ...]
    cases: tuple[CaseEntry, ...]
    index: TextIndex
    recommender: Recommender
    unit_places: Mapping[tuple[int, str], int]
    case_places: Mapping[int, int]


def link_library() -> LinkLibrary:
    """The published library, in eight queries."""
    themes = {theme.code: theme for theme in Theme.objects.select_related("broader")}
    vocabulary = Vocabulary.of(
        Concept(theme.code, theme.broader.code if theme.broader else None, theme.generic)
        for theme in themes.values()
    )
    codes = {theme.pk: theme.code for theme in themes.values()}
    identities = case_identities()
    courses = {
        pk: CourseEntry(pk, code, title, language)
        for pk, code, title, language in Course.objects.in_window()
        .order_by()
        .values_list("pk", "code", "title", "language")
    }
    units, cases = tuple(_units(courses, codes, identities)), tuple(_cases(codes, identities))
    index = _index(tuple(unit.text for unit in units), tuple(case.text for case in cases))
    offers = [Offer(case.themes, case.freshness, case.identity) for case in cases]
    return LinkLibrary(
        vocabulary,
        themes,
        courses,
        identities,
        units,
        cases,
        index,
        Recommender(vocabulary, [unit.themes for unit in units], offers, index),
        {(unit.course.pk, unit.code): place for place, unit in enumerate(units)},
        {case.pk: place for place, case in enumerate(cases)},
    )


def relevance_of(units: Collection[UnitKey]) -> dict[tuple[str, str, str], float]:
    """How relevant (0..1) published cases are for these units, by course, unit and case."""
    library = link_library()
    places = [place for place, unit in enumerate(library.units) if (unit.course.code, unit.code) in units]
    pairs = (
        (library.units[hit.unit], library.cases[hit.case], hit.relevance)
        for hit in library.recommender.hits(places)
    )
    return {(unit.course.code, unit.code, case.code): relevance for unit, case, relevance in pairs}


@lru_cache(maxsize=2)
def _index(units: tuple[str, ...], cases: tuple[str, ...]) -> TextIndex:
    # Reading the texts of a large library takes seconds; as long as none changes, it is done once.
    return TextIndex(units, cases)


def case_identities() -> dict[int, str]:
    """By key, the code of the text that a case goes back to; its own where translations run in a circle."""
    rows = {
        pk: (code, origin)
        for pk, code, origin in CaseStudy.objects.order_by().values_list("pk", "code", "translation_of")
    }
    return {pk: rows[_origin(pk, rows)][0] for pk in rows}


def _origin(pk: int, rows: Mapping[int, tuple[str, int | None]]) -> int:
    line = [pk]
    while (origin := rows[line[-1]][1]) is not None and origin in rows:
        if origin in line:
            return pk
        line.append(origin)
    return line[-1]


def _units(
    courses: Mapping[int, CourseEntry], codes: Mapping[int, str], identities: Mapping[int, str]
) -> Iterator[UnitEntry]:
    own, inherited = _themes(UnitTheme, codes), _themes(CourseTheme, codes)
    numbers: defaultdict[int, int] = defaultdict(int)
    for row in Unit._default_manager.order_by("course", "sort_order", "pk").values(*UNIT_FIELDS):
        course = courses.get(row["course"])
        if course is None:
            continue
        numbers[course.pk] += 1
        yield UnitEntry(
            course=course,
            code=row["code"],
            title=row["title"],
            number=numbers[course.pk],
            themes=own.get(row["pk"]) or inherited.get(course.pk, NO_THEMES),
            has_theory=_has_theory(row),
            own_case=identities.get(row["case"]),
            text="\n".join([course.title, row["title"], row["summary"], *map(str, row["outcomes"])]),
        )


def _has_theory(row: Mapping[str, Any]) -> bool:
    """Whether a unit has a theory part, as the balance report sees it (rules 2 and 9)."""
    taught = method(row["delivery_method"])
    fraction = row["practice_fraction"]
    is_neutral = row["neutral"] or taught.neutral
    return not is_neutral and (taught.practice_fraction if fraction is None else float(fraction)) < 1


def _cases(codes: Mapping[int, str], identities: Mapping[int, str]) -> Iterator[CaseEntry]:
    themes, today = _themes(CaseTheme, codes), timezone.localdate()
    for row in CaseStudy.objects.in_window().order_by("code").values(*CASE_FIELDS):
        dated = layout.Case(row["code"], facts_as_of=row["facts_as_of"], is_classic=row["is_classic"])
        yield CaseEntry(
            pk=row["pk"],
            code=row["code"],
            title=row["title"],
            language=row["language"],
            themes=themes.get(row["pk"], NO_THEMES),
            identity=identities[row["pk"]],
            facts_as_of=row["facts_as_of"],
            freshness=freshness(dated, today, DEFAULT_POLICY.half_life_years),
            text="\n".join([row["title"], row["summary"], row["body"]]),
        )


def _themes(items: Any, codes: Mapping[int, str]) -> dict[int, Themes]:
    """The themes of all objects of a kind, by their keys."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for pk, theme in items.objects.values_list("content_object", "tag"):
        found[pk].add(codes[theme])
    return {pk: frozenset(themes) for pk, themes in found.items()}
