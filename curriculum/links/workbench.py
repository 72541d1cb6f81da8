"""The rows of the links workbench: what is suggested to one reader, and what has been decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.models import CaseStudy
from curriculum.balance.relevance import Hint, Hit
from curriculum.balance.vocabulary import Themes
from curriculum.balance.words import spellings
from curriculum.enums import LinkState
from curriculum.links.library import CaseEntry, CourseEntry, LinkLibrary, UnitEntry, link_library
from curriculum.models import Course, Placement, TheoryCaseLink
from editing.permissions import with_rights
from people.models import User
from themes.models import Theme

ROLES = ("committee_member", "committee_chair", "lecturer", "provider_editor")
FOR_THEIR_COURSES = ("committee_member", "committee_chair", "provider_editor")
"""Roles that decide about every case for a course that is theirs; lecturers about their own cases only."""


class PairState(StrEnum):
    """Where a unit and a case stand."""

    SUGGESTED = "suggested"
    MISSING_TAG = "missing"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNIT_DELETED = "deleted"


OPEN = (PairState.SUGGESTED, PairState.MISSING_TAG)
DECIDED = {LinkState.CONFIRMED: PairState.CONFIRMED, LinkState.REJECTED: PairState.REJECTED}


def may_decide_links(user: Any) -> bool:
    """Whether the workbench is for this person."""
    return isinstance(user, User) and user.is_active and (user.is_superuser or user.has_role(*ROLES))


@dataclass(frozen=True, slots=True)
class Reach:
    """What one reader may decide about: keys of courses and cases that they see, and those that are theirs.

    A pair must be visible on both sides and theirs on one.
    """

    courses: frozenset[int]
    own_courses: frozenset[int]
    cases: frozenset[int]
    own_cases: frozenset[int]

    @classmethod
    def of(cls, user: User) -> Reach:
        """The reach of a person, in two queries."""
        if not may_decide_links(user):
            return cls(frozenset(), frozenset(), frozenset(), frozenset())
        courses, own_courses = _seen(user, Course.objects.visible_to(user))
        cases, own_cases = _seen(user, CaseStudy.objects.visible_to(user))
        if not (user.is_superuser or user.has_role(*FOR_THEIR_COURSES)):
            own_courses = frozenset()
        return cls(courses, own_courses, cases, own_cases)

    def holds(self, course: int, case: int) -> bool:
        """Whether this pair may be listed for, and decided by, the reader."""
        seen = course in self.courses and case in self.cases
        return seen and (course in self.own_courses or case in self.own_cases)


def _seen(user: User, queryset: Any) -> tuple[frozenset[int], frozenset[int]]:
    rows = list(with_rights(user, queryset).order_by().values_list("pk", "is_changeable"))
    return frozenset(pk for pk, _own in rows), frozenset(pk for pk, own in rows if own)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a pair, and why."""

    state: LinkState
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: a unit and a case. `unit` is `None` where the published course has no such unit.

    `hit` is what speaks for it, `None` where it has not been asked for; `decision` is `None` while open.
    """

    course: CourseEntry
    unit_code: str
    unit: UnitEntry | None
    case: CaseEntry
    state: PairState
    hit: Hit | None = None
    decision: Decision | None = None

    @property
    def key(self) -> str:
        """The pair in forms and addresses."""
        return f"{self.course.pk}/{self.unit_code}/{self.case.pk}"

    @property
    def themes(self) -> Themes:
        """All themes of both sides."""
        return self.case.themes | (self.unit.themes if self.unit else frozenset())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see; empty where it does not matter. `words` are looked for in courses."""

    curriculum: int | None = None
    words: str = ""
    theme: str = ""
    state: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a pair, in the words of its page.

    `shared` are themes of the unit that match, `lacking` those of the case that could link and match none of
    the unit; `terms` stand in both texts, as they are written there.
    """

    shared: tuple[Theme, ...]
    lacking: tuple[Theme, ...]
    terms: tuple[str, ...]
    hit: Hit


@dataclass(frozen=True)
class Workbench:
    """All rows for one reader, and the library that they come from."""

    library: LinkLibrary
    reach: Reach
    pairs: tuple[Pair, ...]

    def of(self, state: str) -> list[Pair]:
        """The rows in a state; with none named, those that wait for a decision."""
        wanted = {PairState(state)} if state in set(PairState) else set(OPEN)
        return [pair for pair in self.pairs if pair.state in wanted]

    @property
    def counts(self) -> Counter[PairState]:
        """How many rows are in each state."""
        return Counter(pair.state for pair in self.pairs)

    def why(self, pair: Pair) -> Why | None:
        """What speaks for a row; nothing where its unit is gone."""
        unit, library = pair.unit, self.library
        if unit is None:
            return None
        place, case = library.unit_places[unit.course.pk, unit.code], library.case_places[pair.case.pk]
        hit = pair.hit or library.recommender.hit(place, case)
        terms = library.index.evidence(place, case)
        written = spellings(f"{pair.case.text}\n{unit.text}", terms)
        return Why(
            shared=self._named(library.vocabulary.matched(unit.themes, pair.case.themes)),
            lacking=self._named(lacking(library, unit, pair.case)),
            terms=tuple(written.get(term, term) for term in terms),
            hit=hit,
        )

    def _named(self, codes: Iterable[str]) -> tuple[Theme, ...]:
        return tuple(self.library.themes[code] for code in sorted(codes))


def lacking(library: LinkLibrary, unit: UnitEntry, case: CaseEntry) -> Themes:
    """The themes of a case that would link the unit with it, if the unit had one of them."""
    linking = frozenset(case.themes & library.vocabulary.kin.keys())
    matched = library.vocabulary.matched(linking, unit.themes)
    return frozenset(code for code in linking - matched if not library.themes[code].retired)


def workbench(user: User, asked: Asked) -> Workbench:
    """Everything that a reader may decide about, or has been decided, in the order in which it is shown.

    What is open comes by relevance, themes before texts; what is decided with the latest first. The number of
    queries does not depend on the library.
    """
    library, reach = link_library(), Reach.of(user)
    placed = _courses_of(asked.curriculum)
    courses = {
        pk: course
        for pk, course in library.courses.items()
        if pk in reach.courses and _is_asked(course, asked, placed)
    }
    units = [unit for unit in library.units if unit.course.pk in courses]
    rows = (*_suggested(library, reach, units), *_decided(library, reach, courses))
    return Workbench(
        library, reach, tuple(pair for pair in rows if not asked.theme or asked.theme in pair.themes)
    )


def _courses_of(curriculum: int | None) -> Collection[int] | None:
    if curriculum is None:
        return None
    placements = Placement.objects.filter(module__curriculum=curriculum, course__isnull=False)
    return set(placements.values_list("course", flat=True))


def _is_asked(course: CourseEntry, asked: Asked, placed: Collection[int] | None) -> bool:
    if placed is not None and course.pk not in placed:
        return False
    if asked.language and course.language != asked.language:
        return False
    words = asked.words.casefold().strip()
    return not words or words in f"{course.title}\n{course.code}".casefold()


def _suggested(library: LinkLibrary, reach: Reach, units: Iterable[UnitEntry]) -> Iterator[Pair]:
    everything = [place for place, case in enumerate(library.cases) if case.pk in reach.cases]
    own = [place for place in everything if library.cases[place].pk in reach.own_cases]
    theirs: list[int] = []
    others: list[int] = []
    for unit in units:
        if unit.has_theory:
            places = theirs if unit.course.pk in reach.own_courses else others
            places.append(library.unit_places[unit.course.pk, unit.code])
    without = _settled(library)
    hits = [
        *library.recommender.hits(theirs, everything, without),
        *library.recommender.hits(others, own, without),
    ]
    for hit in sorted(hits, key=lambda hit: (hit.hint is Hint.TEXT, -round(hit.relevance, 9), hit.unit)):
        unit, case = library.units[hit.unit], library.cases[hit.case]
        state = PairState.SUGGESTED if hit.hint is Hint.THEMES else PairState.MISSING_TAG
        yield Pair(unit.course, unit.code, unit, case, state, hit)


def _settled(library: LinkLibrary) -> Mapping[int, Collection[str]]:
    """By place of the unit, the cases about which somebody has decided, or which the unit works on."""
    settled: defaultdict[int, set[str]] = defaultdict(set)
    for course, unit, case in TheoryCaseLink.objects.order_by().values_list("course", "unit", "case"):
        place = library.unit_places.get((course, unit))
        if place is not None:
            settled[place].add(library.identities[case])
    for place, entry in enumerate(library.units):
        if entry.own_case is not None:
            settled[place].add(entry.own_case)
    return settled


def _decided(library: LinkLibrary, reach: Reach, courses: Mapping[int, CourseEntry]) -> Iterator[Pair]:
    links = list(TheoryCaseLink.objects.select_related("by").order_by("-decided_at", "-pk"))
    drafted = _drafted_units(reach.own_courses.intersection(link.course_id for link in links))
    for link in links:
        course, case = courses.get(link.course_id), library.case_places.get(link.case_id)
        if course is None or case is None or not reach.holds(course.pk, link.case_id):
            continue
        unit, state = library.unit_places.get((course.pk, link.unit)), LinkState(link.state)
        is_gone = unit is None and (course.pk, link.unit) not in drafted
        yield Pair(
            course,
            link.unit,
            None if unit is None else library.units[unit],
            library.cases[case],
            PairState.UNIT_DELETED if is_gone else DECIDED[state],
            decision=Decision(state, link.reason, str(link.by or ""), link.decided_at),
        )


def _drafted_units(courses: Collection[int]) -> set[tuple[int, str]]:
    """The units in the drafts of these courses, by course and code: a link may come before its unit."""
    changed = Course.objects.filter(
        pk__in=courses, has_unpublished_changes=True, latest_revision__isnull=False
    )
    return {
        (pk, unit.get("code") or "")
        for pk, content in changed.order_by().values_list("pk", "latest_revision__content")
        for unit in content.get("units", ())
    }
