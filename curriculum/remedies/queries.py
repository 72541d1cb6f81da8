"""What suggestions are made from, and what was decided about them; reads only, in few queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from cases.models import CaseStudy
from curriculum.balance.layout import Layout
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.names import Names
from curriculum.balance.remedies.candidates import Candidate, Relevance
from curriculum.balance.timetable import numbered_placements
from curriculum.links.library import relevance_of
from curriculum.models import CallState, CaseCall, Curriculum, DecisionState, Placement, RemedyDecision
from curriculum.naming import names_for
from editing.permissions import Person, changeable_by, viewable_by
from people.models import User


@dataclass(frozen=True, slots=True)
class Material:
    """One curriculum as a layout, the cases that may be suggested for it, and their names for the reader.

    ``without_hours`` counts current cases that cannot be suggested because nobody said how long they are.
    """

    layout: Layout
    candidates: tuple[Candidate, ...]
    names: Names
    without_hours: int
    relevance: Relevance


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that stands."""

    pk: int
    what: str
    reason: str
    by: str
    at: Any


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stands for one curriculum: suggestions in its draft, those turned down, and open calls by key."""

    accepted: tuple[Decision, ...]
    rejected: tuple[Decision, ...]
    called: frozenset[str]

    @property
    def rejected_keys(self) -> frozenset[str]:
        """The keys that must not be suggested again."""
        return frozenset(decision.what for decision in self.rejected)


@dataclass(frozen=True, slots=True)
class Call:
    """A call for a case; ``curriculum`` is its title, empty for a reader who may not see it."""

    call: CaseCall
    themes: tuple[str, ...]
    curriculum: str
    answer: str
    may_withdraw: bool


def material(
    curriculum: Curriculum, *, drafts: Drafts | Iterable[Model], as_of: date, reader: User | None
) -> Material | None:
    """Everything that suggestions for a curriculum are made from; ``None`` where the view does not show it.

    The pool is what is published, with hours, and may be seen by the ``reader`` (``None``: everything).
    """
    here = Curriculum.objects.filter(pk=curriculum.pk)
    chosen = drafts if isinstance(drafts, Drafts) else list(drafts)
    layouts = load_layouts(here, drafts=chosen, as_of=as_of)
    if not layouts:
        return None
    published = CaseStudy.objects.kept()
    pool = published.in_window() if reader is None else published.visible_to(reader)
    seen = set(pool.values_list("code", flat=True))
    uses = _uses(curriculum)
    known = [case for case in layouts[0].library.cases if case.code in seen and case.visible]
    candidates = tuple(
        Candidate(case, case.suggested_hours, used_in=uses[case.code])
        for case in known
        if case.suggested_hours
    )
    names = names_for(reader, drafts=drafts is Drafts.ALL)
    units = {
        (placement.course.code, unit.code)
        for _number, placement in numbered_placements(layouts[0])
        if placement.course is not None
        for unit in placement.course.units
    }
    relevance = {pair: value for pair, value in relevance_of(units).items() if pair[2] in seen}
    return Material(layouts[0], candidates, names, len(known) - len(candidates), relevance)


def _uses(curriculum: Curriculum) -> Counter[str]:
    """In how many other published curricula each case is placed."""
    places = (
        Placement.objects.filter(module__curriculum__in=Curriculum.objects.kept().in_window())
        .exclude(module__curriculum=curriculum.pk)
        .exclude(case=None)
        .order_by()
    )
    pairs = places.values_list("case__code", "module__curriculum").distinct()
    return Counter(code for code, _curriculum in pairs)


def decisions_for(curriculum: Curriculum) -> Decisions:
    """What was decided about suggestions for a curriculum and still stands; two queries."""
    rows: defaultdict[str, list[Decision]] = defaultdict(list)
    standing = RemedyDecision.objects.filter(curriculum=curriculum.pk, taken_back_at=None)
    for row in standing.select_related("by"):
        rows[row.state].append(Decision(row.pk, row.what, row.reason, str(row.by or ""), row.at))
    called = CaseCall.objects.filter(curriculum=curriculum.pk, state=CallState.OPEN)
    return Decisions(
        tuple(rows[DecisionState.ACCEPTED]),
        tuple(rows[DecisionState.REJECTED]),
        frozenset(called.values_list("what", flat=True)),
    )


def calls(reader: Person, state: str = CallState.OPEN) -> list[Call]:
    """The calls of one state, those wanted first at the top; as many queries for fifty as for one."""
    found = list(
        CaseCall.objects.filter(state=state)
        .select_related("curriculum", "answered_by", "made_by")
        .prefetch_related("themes")
    )
    ids = {call.curriculum_id for call in found}
    curricula = Curriculum.objects.filter(pk__in=ids)
    own = set(changeable_by(reader, curricula).values_list("pk", flat=True))
    seen = own.union(curricula.visible_to(reader).values_list("pk", flat=True))
    answers = CaseStudy.objects.filter(pk__in={call.answered_by_id for call in found})
    known = set(viewable_by(reader, answers).values_list("pk", flat=True))
    return [
        Call(
            call,
            tuple(theme.label for theme in call.themes.all()),
            call.curriculum.title if call.curriculum_id in seen else "",
            str(call.answered_by) if call.answered_by_id in known else "",
            call.curriculum_id in own or call.made_by_id == getattr(reader, "pk", None),
        )
        for call in found
    ]


def open_calls() -> int:
    """How many calls wait for a case."""
    return CaseCall.objects.filter(state=CallState.OPEN).count()
