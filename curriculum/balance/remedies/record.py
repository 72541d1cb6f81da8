"""Suggestions as plain data, in the style of the report's own: nothing rounded, unknown is ``None``."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from curriculum.balance.layout import Layout, Placement
from curriculum.balance.names import Names
from curriculum.balance.record import Record, record
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.remedies.cards import Alternative, Card, Support, Why
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.slots import Placing
from curriculum.balance.remedies.suggestions import Suggestions


def suggestions_record(found: Suggestions, names: Names | None = None) -> Record:
    """The suggestions under their keys, ranked, with the cases called as ``names`` says."""
    names = names or Names()
    layout = found.before.layout
    return {
        "code": layout.code,
        "title": layout.title,
        "view": layout.view.value,
        "as_of": layout.as_of.isoformat(),
        "goals": _goals(found.goals),
        "max_hours": found.goals.max_hours if isfinite(found.goals.max_hours) else None,
        "reaches_goals": found.is_in_order or any(not card.missed for card in found.cards),
        "proven": found.proven,
        "before": record(found.before, names),
        "plans": [_card(rank, card, names) for rank, card in enumerate(found.cards, start=1)],
    }


def _goals(goals: Goals) -> Record:
    return {
        goal.key: {
            "low": goal.limits.low if isfinite(goal.limits.low) else None,
            "high": goal.limits.high if isfinite(goal.limits.high) else None,
        }
        for goal in goals.goals
    }


def _card(rank: int, card: Card, names: Names) -> Record:
    return {
        "rank": rank,
        "kind": card.kind.value,
        "cases": [_code(placing.candidate, names) for placing in card.placings],
        "placements": [_placing(card.before.layout, placing, names) for placing in card.placings],
        "link": card.pair
        and {
            "unit": names.identifier(card.pair.item),
            "case": names.code(card.pair.case),
            "relevance": card.pair.relevance,
        },
        "tag": card.tag and {"on_case": card.tag.on_case, "themes": sorted(card.tag.themes)},
        "added_hours": card.added_hours,
        "changes": len(card.placings) or 1,
        "reaches_goals": not card.missed,
        "missed_goals": list(card.missed),
        "remaining_colours": {
            result.key: result.color.value for result in card.remains if result.color is not None
        },
        "proof": card.proof and card.proof.value,
        "why": _why(card.why, names, card),
        "evidence": [_support(support, names) for support in card.support],
        "alternatives": [_alternative(other, names) for other in card.alternatives],
        "decides": card.decider.value,
        "after": record(card.after, names),
    }


def _code(candidate: Candidate, names: Names) -> str:
    return candidate.code if candidate.is_new else names.code(candidate.case)


def _placing(layout: Layout, placing: Placing, names: Names) -> Record:
    slot, candidate = placing.slot, placing.candidate
    module = layout.modules[slot.module]
    preceding = module.placements[max(0, slot.position - 1) : slot.position]
    following = module.placements[slot.position : slot.position + 1]
    return {
        "case": _code(candidate, names),
        "hours": candidate.hours,
        "is_new": candidate.is_new,
        "themes": sorted(candidate.case.themes),
        "module": module.code,
        "position": slot.position + 1,
        "after": _target(preceding[0], names) if preceding else None,
        "before": _target(following[0], names) if following else None,
    }


def _target(placement: Placement, names: Names) -> str | None:
    if placement.course is not None:
        return names.course(placement.course)
    return names.code(placement.case) if placement.case else None


def _why(why: Why, names: Names, card: Card) -> Record:
    original = card.before.layout.library.original
    return {
        "covers": [names.identifier(element.item) for element in why.covered],
        "second_case_for": {
            names.identifier(relief.element.item): names.code(original(relief.case))
            for relief in why.relieved
        },
        "attached_practice": why.attached,
        "practice_short": why.practice_short,
    }


def _support(support: Support, names: Names) -> Record:
    candidate, facts = support.candidate, support.candidate.case.facts_as_of
    return {
        "case": _code(candidate, names),
        "shared_themes": sorted(support.themes),
        "facts_as_of": facts.isoformat() if facts and not candidate.is_new else None,
        "freshness": support.fresh,
        "used_in": candidate.used_in,
        "relevance": candidate.relevance,
    }


def _alternative(other: Alternative, names: Names) -> Record:
    return {
        "cases": _codes(other.candidates, names),
        "more_hours": other.more_hours,
        "missed_goals": list(other.missed),
    }


def _codes(candidates: Iterable[Candidate], names: Names) -> list[str]:
    return [_code(candidate, names) for candidate in candidates]
