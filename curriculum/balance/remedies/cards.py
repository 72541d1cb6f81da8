"""One suggestion with everything that a committee asks about it before it decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from curriculum.balance.limits import Color
from curriculum.balance.measures.base import Evidence, Result
from curriculum.balance.measures.knockout_loss import identities
from curriculum.balance.measures.orphan_practice import orphan_elements
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.remedies.free import Pair, Tag
from curriculum.balance.remedies.plans import Proof
from curriculum.balance.remedies.slots import Placing
from curriculum.balance.report import BalanceReport
from curriculum.balance.timetable import Element
from curriculum.balance.vocabulary import Themes


class Kind(StrEnum):
    """What a suggestion asks for; declared in the order in which to try them."""

    CONFIRM = "confirm"
    TAG = "tag"
    PLACE = "place"
    WRITE = "write"


class Decider(StrEnum):
    """Who says yes or no."""

    LINKER = "linker"
    """Who may say whether a case shows a unit's theory at work."""
    TAGGER = "tagger"
    """Who may change the course or the case."""
    CURRICULUM = "curriculum"
    """Who may change the draft of the curriculum; what is published is decided by its review."""
    COMMITTEE = "committee"
    """Who may ask for a case to be written."""


DECIDERS = {
    Kind.CONFIRM: Decider.LINKER,
    Kind.TAG: Decider.TAGGER,
    Kind.PLACE: Decider.CURRICULUM,
    Kind.WRITE: Decider.COMMITTEE,
}


@dataclass(frozen=True, slots=True)
class Relief:
    """A theory element that gets a second case; until now it hangs on ``case`` (an identity) alone."""

    element: Element
    case: str


@dataclass(frozen=True, slots=True)
class Why:
    """What is wrong now that the suggestion mends: theory without a case, theory that hangs on one, practice
    that serves nothing, and hours of practice missing to the band."""

    covered: tuple[Element, ...]
    relieved: tuple[Relief, ...]
    attached: float
    practice_short: float


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for one case: themes that it shares with theory here, its age, where else it is used.

    ``fresh`` and ``relevance`` are 0..1; a case to be written has no age.
    """

    candidate: Candidate
    themes: Themes
    fresh: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way, and how it compares: hours more (or, negative, fewer), and the goals that it misses."""

    candidates: tuple[Candidate, ...]
    more_hours: float
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion. ``key`` is the same each time that the same thing is suggested.

    ``before`` and ``after`` are whole reports; ``missed`` are the goals that stay missed. A card that places
    or writes has ``placings``, the others a ``pair`` or a ``tag``.
    """

    key: str
    kind: Kind
    before: BalanceReport
    after: BalanceReport
    missed: tuple[str, ...]
    why: Why
    placings: tuple[Placing, ...] = ()
    pair: Pair | None = None
    tag: Tag | None = None
    proof: Proof | None = None
    support: tuple[Support, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def decider(self) -> Decider:
        """Who decides."""
        return DECIDERS[self.kind]

    @property
    def added_hours(self) -> float:
        """Teaching hours that it adds."""
        return fsum(placing.candidate.hours for placing in self.placings)

    @property
    def to_place(self) -> tuple[Placing, ...]:
        """The placings of cases that are there already."""
        return tuple(placing for placing in self.placings if not placing.candidate.is_new)

    @property
    def to_write(self) -> tuple[Candidate, ...]:
        """The cases that somebody would have to write first."""
        return tuple(placing.candidate for placing in self.placings if placing.candidate.is_new)

    @property
    def remains(self) -> tuple[Result, ...]:
        """The measures that are still to be watched or acted on afterwards."""
        return tuple(result for result in self.after.results if result.color not in (None, Color.GREEN))

    @property
    def effects(self) -> tuple[tuple[Result, Result], ...]:
        """Every measure before and after."""
        return tuple(zip(self.before.results, self.after.results, strict=True))


def key_of_cases(candidates: Iterable[Candidate]) -> str:
    """The key of a suggestion to place some cases, or to write them (their codes say which)."""
    return "place:" + "+".join(sorted(candidate.code for candidate in candidates))


def cases_of_key(key: str) -> frozenset[str] | None:
    """The codes of the cases in such a key; ``None`` for the key of a link or a tag."""
    kind, _, codes = key.partition(":")
    return frozenset(codes.split("+")) if kind == "place" else None


def key_of_pair(pair: Pair) -> str:
    """The key of a link to confirm."""
    return f"confirm:{'/'.join(pair.unit)}:{pair.case.identity}"


def key_of_tag(tag: Tag) -> str:
    """The key of a tag to add."""
    return (
        f"tag:{tag.pair.case.code if tag.on_case else '/'.join(tag.pair.unit)}:{'+'.join(sorted(tag.themes))}"
    )


def why(before: Evidence, after: Evidence, short: float) -> Why:
    """What differs for the better between two curricula of which the second has more practice or links."""
    new: list[Element] = []
    relieved: list[Relief] = []
    later = {linkage.theory.item.unit_key: linkage for linkage in after.linkages}
    for linkage in before.linkages:
        key = linkage.theory.item.unit_key
        # The theory part of a placed case is no unit, and nothing that is placed here can serve it.
        if key is None or not linkage.theory.hours or key not in later:
            continue
        alone, by = identities(linkage), identities(later[key])
        if by and not alone:
            new.append(linkage.theory)
        elif len(alone) == 1 and len(by) > 1:
            relieved.append(Relief(linkage.theory, min(alone)))
    orphans = [_orphan_hours(evidence) for evidence in (before, after)]
    return Why(tuple(new), tuple(relieved), max(0.0, orphans[0] - orphans[1]), max(0.0, short))


def _orphan_hours(evidence: Evidence) -> float:
    return fsum(element.hours for element in orphan_elements(evidence))


def support(evidence: Evidence, candidates: Sequence[Candidate]) -> tuple[Support, ...]:
    """What speaks for each of these cases in this curriculum."""
    layout = evidence.layout
    found = []
    for candidate in candidates:
        themes: Themes = frozenset()
        for linkage in evidence.linkages:
            if linkage.theory.hours:
                matched = layout.library.vocabulary.matched(candidate.case.themes, linkage.theory.themes)
                themes |= matched
        fresh = freshness(candidate.case, layout.as_of, layout.policy.half_life_years)
        found.append(Support(candidate, themes, fresh))
    return tuple(found)
