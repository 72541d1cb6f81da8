"""What a balance report is computed from: one curriculum as it is laid out, and the library it draws on.

Hours and shares are floats. The database keeps them as decimals, but the formulas need logarithms and powers,
and sums are taken with ``math.fsum``, which is exact to the last bit and does not depend on the order; every
comparison with a limit has the tolerance of ``limits``. So no figure differs by how it was added up.

Everything that may be missing in a draft (hours, method, target of a placement) may be ``None`` here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.balance.vocabulary import NO_THEMES, Themes, Vocabulary


class View(StrEnum):
    """Which revisions a layout was read from (rules 24, 45)."""

    LIVE = "live"
    DRAFT = "draft"
    PROPOSED = "proposed"
    """As if approved: some objects in their drafts, everything else live."""


class LinkState(StrEnum):
    """What a person said about a unit and a case."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Case:
    """A case study of the library in the text that the view shows.

    ``visible`` is whether it can be read in the view at all: a draft is not visible in the live view.
    ``original`` is the code of the text that all translations go back to, its own if it is not one (rule 47).
    """

    code: str
    title: str = ""
    themes: Themes = NO_THEMES
    facts_as_of: date | None = None
    review_by: date | None = None
    is_classic: bool = False
    visible: bool = True
    original: str = ""
    suggested_hours: float | None = None

    @property
    def identity(self) -> str:
        """What makes two placements the same case: one code for a case and its translations."""
        return self.original or self.code


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest timed teaching element. ``practice_fraction`` is ``None`` where the method decides."""

    code: str
    title: str = ""
    hours: float | None = None
    delivery_method: str | None = None
    content_category: str | None = None
    practice_fraction: float | None = None
    themes: Themes = NO_THEMES
    self_study: bool = False
    neutral: bool = False
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A course with its units in order; one that is not ``visible`` in the view shows none (rule 24)."""

    code: str
    title: str = ""
    themes: Themes = NO_THEMES
    units: tuple[Unit, ...] = ()
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Placement:
    """The use of a course or a case at one place of a curriculum; of neither in a half-filled draft."""

    course: Course | None = None
    case: Case | None = None
    hours: float | None = None
    delivery_method: str | None = None
    content_category: str | None = None
    optional: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A named stretch of a curriculum with its placements in order."""

    code: str
    title: str = ""
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A person's word on whether a case serves a unit, in every curriculum that has the course."""

    course: str
    unit: str
    case: str
    state: LinkState


UnitKey = tuple[str, str]
"""Course code and unit code."""

UnitStates = Mapping[str, LinkState]
"""For one unit: the identity of a case to the state of the link with it."""

NO_STATES: UnitStates = {}


@dataclass(frozen=True, slots=True)
class Library:
    """What all curricula of one view share: themes, cases (placed or not) and links; built by ``of``.

    ``shelf`` has for each theme the cases that match it, ``texts`` for each identity of a case its texts.
    """

    vocabulary: Vocabulary
    cases: tuple[Case, ...]
    states: Mapping[UnitKey, UnitStates]
    shelf: Mapping[str, tuple[Case, ...]] = field(repr=False)
    texts: Mapping[str, tuple[Case, ...]] = field(repr=False)
    known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was worked out from this library before, by all that it depends on: curricula share courses."""

    @classmethod
    def of(cls, vocabulary: Vocabulary, cases: Iterable[Case] = (), links: Iterable[Link] = ()) -> Library:
        """The library with its indexes; of two words on one unit and case, the no stands (rule 13)."""
        cases = tuple(cases)
        texts: defaultdict[str, list[Case]] = defaultdict(list)
        shelf: defaultdict[str, list[Case]] = defaultdict(list)
        for case in cases:
            texts[case.identity].append(case)
            for theme in vocabulary.reach(case.themes):
                shelf[theme].append(case)
        identities = {case.code: case.identity for case in cases}
        states: defaultdict[UnitKey, dict[str, LinkState]] = defaultdict(dict)
        for link in links:
            of_unit = states[link.course, link.unit]
            identity = identities.get(link.case, link.case)
            if of_unit.get(identity) is not LinkState.REJECTED:
                of_unit[identity] = link.state
        return cls(
            vocabulary,
            cases,
            dict(states),
            {theme: tuple(found) for theme, found in shelf.items()},
            {identity: tuple(found) for identity, found in texts.items()},
        )

    def original(self, identity: str) -> Case:
        """The case that an identity stands for: the text that its translations go back to, if it is there."""
        texts = self.texts[identity]
        return next((case for case in texts if case.code == identity), texts[0])

    def states_of(self, unit: UnitKey | None) -> UnitStates:
        """What persons said about one unit; nothing for elements that are not units."""
        return NO_STATES if unit is None else self.states.get(unit, NO_STATES)


@dataclass(frozen=True, slots=True)
class Layout:
    """One curriculum to be judged: its structure, its category's policy on the day, its library."""

    code: str
    as_of: date
    library: Library
    title: str = ""
    category: str = ""
    view: View = View.LIVE
    policy: Policy = DEFAULT_POLICY
    modules: tuple[Module, ...] = ()
