"""Everything that could be done for one curriculum, in the order in which to try it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Layout
from curriculum.balance.measures.base import Evidence
from curriculum.balance.remedies.candidates import (
    Candidate,
    Relevance,
    to_be_written,
    usable,
    with_relevance,
)
from curriculum.balance.remedies.cards import (
    Alternative,
    Card,
    Kind,
    cases_of_key,
    key_of_cases,
    key_of_pair,
    key_of_tag,
    support,
    why,
)
from curriculum.balance.remedies.free import Pair, Tag, changes, confirmed, tagged
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.plans import Plan
from curriculum.balance.remedies.problem import Problem
from curriculum.balance.remedies.search import DEFAULT_EFFORT, Effort, Found, find_plans, judge
from curriculum.balance.remedies.slots import inserted
from curriculum.balance.report import BalanceReport, report

FREE_CARDS = 5
WRITE_CARDS = 3
NEAR_MISSES = 2
LEAST_RELEVANCE = 0.25
"""From where on a likeness of texts is worth a look."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What could be done: cards by kind, each kind the best first.

    ``plans`` are the plans behind the cards that place. ``proven`` is whether it is certain that they are the
    best, or, where none reaches the goals, that none does; ``left_out`` are the cases of the pool that are of
    no use here: not current, without hours, or in the curriculum already.
    """

    before: BalanceReport
    goals: Goals
    free: tuple[Card, ...]
    place: tuple[Card, ...]
    write: tuple[Card, ...]
    plans: tuple[Plan, ...]
    proven: bool
    left_out: tuple[Candidate, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards: what is free, then what is on the shelf, then what is to be written."""
        return (*self.free, *self.place, *self.write)

    @property
    def is_in_order(self) -> bool:
        """Whether the curriculum meets all goals as it is, and there is a verdict on it."""
        return self.goals.allows(self.before) and self.before.verdict.headline is not Headline.NO_DATA

    def get(self, key: str) -> Card | None:
        """The card with this key."""
        return next((card for card in self.cards if card.key == key), None)


def suggest(
    layout: Layout,
    candidates: Iterable[Candidate],
    *,
    goals: Goals | None = None,
    relevance: Relevance | None = None,
    rejected: Collection[str] = (),
    effort: Effort = DEFAULT_EFFORT,
) -> Suggestions:
    """Suggestions for a curriculum from a pool of cases; keys in ``rejected`` are not suggested again.

    ``goals`` are by default the green limits of the policy (rule 42). ``relevance`` says how well cases suit
    units; it decides between equal plans, and speaks for links and tags.
    """
    relevance = relevance or {}
    desk = _Desk(Evidence.of(layout), report(layout), goals or Goals.of(layout.policy), frozenset(rejected))
    pool = with_relevance(layout, candidates, relevance)
    shelf = usable(layout, pool)
    left_out = tuple(candidate for candidate in pool if candidate not in shelf)
    free = desk.free(relevance)
    if desk.goals.allows(desk.before):
        return Suggestions(desk.before, desk.goals, free, (), (), (), True, left_out)
    new = to_be_written(desk.evidence, shelf)
    found = desk.find(shelf, effort.part(0.6) if new else effort)
    place = desk.place_cards(found, shelf)
    write: tuple[Card, ...] = ()
    if new:
        write = desk.write_cards(found, shelf, new, effort.part(0.35))
    return Suggestions(desk.before, desk.goals, free, place, write, found.plans, found.proven, left_out)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One curriculum on the desk, with what is wanted of it and what has been turned down."""

    evidence: Evidence
    before: BalanceReport
    goals: Goals
    rejected: frozenset[str]

    def find(self, candidates: Collection[Candidate], effort: Effort) -> Found:
        turned_down = [codes for key in self.rejected if (codes := cases_of_key(key))]
        return find_plans(self._problem(candidates), rejected=turned_down, effort=effort)

    def _problem(self, candidates: Collection[Candidate]) -> Problem:
        return Problem.of(self.evidence, tuple(candidates), self.goals)

    def free(self, relevance: Relevance) -> tuple[Card, ...]:
        """Links to confirm and tags to add; each tag once, whatever pair speaks for it."""
        cards: dict[str, Card] = {}
        for change in changes(self.evidence, relevance, LEAST_RELEVANCE):
            key = key_of_tag(change) if isinstance(change, Tag) else key_of_pair(change)
            if key not in self.rejected and key not in cards:
                cards[key] = self._free_card(key, change)
            if len(cards) == FREE_CARDS:
                break
        return tuple(cards.values())

    def _free_card(self, key: str, change: Pair | Tag) -> Card:
        layout = self.evidence.layout
        is_tag = isinstance(change, Tag)
        changed = tagged(layout, change) if isinstance(change, Tag) else confirmed(layout, change)
        after = report(changed)
        return Card(
            key,
            Kind.TAG if is_tag else Kind.CONFIRM,
            self.before,
            after,
            tuple(goal.key for goal in self.goals.missed(after)),
            why(self.evidence, Evidence.of(changed), 0.0),
            pair=change.pair if isinstance(change, Tag) else change,
            tag=change if isinstance(change, Tag) else None,
        )

    def place_cards(self, found: Found, shelf: Collection[Candidate]) -> tuple[Card, ...]:
        """One card a plan, each with the other plans and with what is shorter but falls short."""
        if not found.plans:
            return ()
        near = self._near_misses(found.plans[0], shelf)
        return tuple(self._plan_card(Kind.PLACE, plan, found.plans, near) for plan in found.plans)

    def write_cards(
        self, found: Found, shelf: Collection[Candidate], new: tuple[Candidate, ...], effort: Effort
    ) -> tuple[Card, ...]:
        """Cards with cases to be written: plans that only these make possible, then each gap by itself."""
        plans: list[Plan] = []
        if not found.reaches:
            with_new = self.find((*shelf, *new), effort)
            plans = [
                plan for plan in with_new.plans if any(placing.candidate.is_new for placing in plan.placings)
            ][:1]
        known = {plan.codes for plan in plans}
        gaps = [candidate for candidate in new if not candidate.second_to]
        for candidate in gaps[:WRITE_CARDS]:
            plan = judge(self._problem([candidate]), frozenset({0}))
            if plan is not None and plan.codes not in known:
                plans.append(plan)
        cards = (self._plan_card(Kind.WRITE, plan, plans, ()) for plan in plans)
        return tuple(card for card in cards if card.key not in self.rejected)

    def _plan_card(
        self, kind: Kind, plan: Plan, plans: Sequence[Plan], near: tuple[Alternative, ...]
    ) -> Card:
        chosen = [placing.candidate for placing in plan.placings]
        share = self.before["practice_share"].reading.tables["hours_needed"]
        return Card(
            key_of_cases(chosen),
            kind,
            self.before,
            plan.report,
            plan.missed,
            why(
                self.evidence,
                Evidence.of(inserted(self.evidence.layout, plan.placings)),
                share["add_practice"] or 0.0,
            ),
            placings=plan.placings,
            proof=plan.proof,
            support=support(self.evidence, chosen),
            alternatives=(
                *(
                    Alternative(
                        tuple(placing.candidate for placing in other.placings),
                        other.added_hours - plan.added_hours,
                        other.missed,
                    )
                    for other in plans
                    if other is not plan
                ),
                *(
                    replace(other, more_hours=other.more_hours - plan.added_hours)
                    for other in near
                    if not {candidate.code for candidate in other.candidates} >= plan.codes
                ),
            ),
        )

    def _near_misses(self, best: Plan, shelf: Collection[Candidate]) -> tuple[Alternative, ...]:
        """Single cases that are shorter than the best plan and cover something, but miss a goal."""
        shorter = tuple(candidate for candidate in shelf if candidate.hours < best.added_hours)
        problem = self._problem(shorter)
        cover = {
            number: sum(
                target.hours
                for target in problem.targets
                if not target.covering and number in target.servants
            )
            for number in range(len(shorter))
        }
        ranked = sorted(
            (number for number, hours in cover.items() if hours),
            key=lambda number: (-cover[number], shorter[number].hours, number),
        )
        plans = (judge(problem, frozenset({number})) for number in ranked[:NEAR_MISSES])
        return tuple(
            Alternative((plan.placings[0].candidate,), plan.added_hours, plan.missed)
            for plan in plans
            if plan is not None and plan.missed
        )
