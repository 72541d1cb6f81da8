"""Suggestions as a page shows them: every sentence ready, and what its buttons send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import remedy_wording
from curriculum.balance.headlines import Headline
from curriculum.balance.names import Names
from curriculum.balance.remedies.candidates import theme_to_write
from curriculum.balance.remedies.cards import Card, cases_of_key
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.suggestions import Suggestions, suggest
from curriculum.levels import Level
from curriculum.models import Curriculum
from curriculum.remedies.actions import Row, draft_state
from curriculum.remedies.queries import Decision, Decisions, Material, decisions_for, material
from curriculum.remedy_wording import EffectRow
from curriculum.wording import HEADLINE_LABELS, RESTRICTED_CASE
from people.models import User

SALT = "curriculum.suggestion"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the buttons of a card send: its key, the draft that it is for, its rows, what is to be written."""

    what: str
    shown: str
    rows: tuple[Row, ...]
    themes: tuple[str, ...]
    hours: Decimal

    def sealed(self) -> str:
        """As text that nobody can alter."""
        rows = [[row.case, str(row.hours), row.module, row.position] for row in self.rows]
        return signing.dumps(
            [self.what, self.shown, rows, list(self.themes), str(self.hours)], salt=SALT, compress=True
        )

    @classmethod
    def opened(cls, text: str) -> Plan:
        """What was sealed. Raises `signing.BadSignature` for anything else."""
        what, shown, rows, themes, hours = signing.loads(text, salt=SALT)
        return cls(
            what,
            shown,
            tuple(Row(case, Decimal(length), module, position) for case, length, module, position in rows),
            tuple(themes),
            Decimal(hours),
        )


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card in words; `number` names it on the page, `plan` is what its buttons send."""

    number: int
    kind: str
    what: tuple[str, ...]
    why: str
    effect: tuple[EffectRow, ...]
    hours: str
    level_before: Level | None
    headline_before: str
    level_after: Level | None
    headline_after: str
    reaches: bool
    remains: str
    evidence: tuple[str, ...]
    alternatives: tuple[str, ...]
    decides: str
    proof: str
    places: bool
    writes: bool
    is_called: bool
    call_title: str
    plan: str

    @property
    def changed(self) -> tuple[EffectRow, ...]:
        """The measures that differ."""
        return tuple(row for row in self.effect if row.is_changed)

    @property
    def unchanged(self) -> int:
        """How many measures stay as they are."""
        return len(self.effect) - len(self.changed)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """The cards of one kind."""

    key: str
    label: str
    cards: tuple[ShownCard, ...]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision that stands, and the cases, units and themes that it was about."""

    pk: int
    about: str
    reason: str
    by: str
    at: Any


@dataclass(frozen=True, slots=True)
class ShownSuggestions:
    """Everything that `curriculum/balance/suggestions.html` needs."""

    code: str
    summary: str
    groups: tuple[ShownGroup, ...]
    accepted: tuple[ShownDecision, ...]
    rejected: tuple[ShownDecision, ...]
    without_hours: int


def shown_suggestions(
    curriculum: Curriculum,
    reader: User,
    *,
    max_hours: float | None = None,
) -> ShownSuggestions | None:
    """Suggestions for the draft of a curriculum, all else as published (rule 45), for one reader.

    ``None`` where there is nothing to judge yet. The reader must be allowed to see the draft.
    """
    found = material(curriculum, drafts=[curriculum], as_of=timezone.localdate(), reader=reader)
    if found is None:
        return None
    decided = decisions_for(curriculum)
    suggestions = suggest(
        found.layout,
        found.candidates,
        goals=Goals.of(found.layout.policy, max_hours=max_hours),
        relevance=found.relevance,
        rejected=decided.rejected_keys,
    )
    return _shown(curriculum, found, decided, suggestions)


def _shown(
    curriculum: Curriculum, found: Material, decided: Decisions, suggestions: Suggestions
) -> ShownSuggestions:
    state = draft_state(curriculum)
    kinds = {"free": suggestions.free, "place": suggestions.place, "write": suggestions.write}
    if suggestions.before.verdict.headline is Headline.NO_DATA:
        # Without tags the figures are provisional: first the tags, then everything else.
        kinds = {"free": suggestions.free}
    groups, number = [], 0
    for key, cards in kinds.items():
        shown = []
        for card in cards:
            number += 1
            shown.append(_card(number, card, found.names, state, card.key in decided.called))
        if shown:
            groups.append(ShownGroup(key, str(remedy_wording.GROUP_LABELS[key]), tuple(shown)))
    return ShownSuggestions(
        code=curriculum.code,
        summary=_summary(suggestions, bool(groups)),
        groups=tuple(groups),
        accepted=_decisions(decided.accepted, found.names, found),
        rejected=_decisions(decided.rejected, found.names, found),
        without_hours=found.without_hours,
    )


def _summary(suggestions: Suggestions, has_cards: bool) -> str:
    if suggestions.is_in_order:
        return _("Nothing needs mending: all goals are met.")
    if suggestions.before.untagged_share is None:
        return _("No timed units yet.")
    if suggestions.before.verdict.headline is Headline.NO_DATA:
        return _("Too many hours carry no theme to suggest what to place. Tag the units first.")
    if any(not card.missed for card in suggestions.cards):
        return _("The goals, which are the green limits of the policy, can be reached.")
    if not has_cards:
        return _("Nothing in the library would help, and nothing needs to be written.")
    if suggestions.proven:
        return _("With the cases there are, not all goals can be reached. This comes nearest.")
    return _("In the time given, nothing was found that reaches all goals. This comes nearest.")


def _card(number: int, card: Card, names: Names, state: str, is_called: bool) -> ShownCard:
    before, after = card.before.verdict, card.after.verdict
    return ShownCard(
        number=number,
        kind=card.kind.value,
        what=remedy_wording.what(card, names),
        why=remedy_wording.joined(remedy_wording.why(card, names)),
        effect=remedy_wording.effect(card),
        hours=remedy_wording.hours_sentence(card),
        level_before=Level.of(before.color) if before.color else None,
        headline_before=str(HEADLINE_LABELS[before.headline]),
        level_after=Level.of(after.color) if after.color else None,
        headline_after=str(HEADLINE_LABELS[after.headline]),
        reaches=not card.missed,
        remains=remedy_wording.remains(card),
        evidence=remedy_wording.evidence(card, names),
        alternatives=remedy_wording.alternatives(card, names),
        decides=remedy_wording.decides(card),
        proof=remedy_wording.proof(card),
        places=bool(card.to_place),
        writes=bool(card.to_write),
        is_called=is_called,
        call_title=remedy_wording.call_title(card, names) if card.to_write else "",
        plan=_plan(card, state).sealed(),
    )


def _plan(card: Card, state: str) -> Plan:
    return Plan(
        card.key,
        state,
        tuple(
            Row(
                placing.candidate.code,
                Decimal(str(placing.candidate.hours)),
                placing.slot.module,
                placing.slot.position,
            )
            for placing in card.to_place
        ),
        tuple(sorted({theme for candidate in card.to_write for theme in candidate.case.themes})),
        Decimal(str(sum(candidate.hours for candidate in card.to_write))),
    )


def _decisions(decisions: tuple[Decision, ...], names: Names, found: Material) -> tuple[ShownDecision, ...]:
    titles = {case.code: names.title(case) or names.code(case) for case in found.layout.library.cases}
    return tuple(
        ShownDecision(row.pk, _about(row.what, titles, names), row.reason, row.by, row.at)
        for row in decisions
    )


def _to_write(code: str, names: Names) -> str:
    """A case to be written, by its code; an empty text for a case that there is."""
    if (written := theme_to_write(code)) is None:
        return ""
    theme, is_second = written
    gaps = {"theme": names.theme(theme)}
    if is_second:
        return _("a second new case about %(theme)s") % gaps
    return _("a new case about %(theme)s") % gaps


def _about(what: str, titles: Mapping[str, str], names: Names) -> str:
    """What a key stands for; of a case that is gone or may not be seen, no code."""
    hidden = str(RESTRICTED_CASE).format("").strip()
    if (codes := cases_of_key(what)) is not None:
        return ", ".join(_to_write(code, names) or titles.get(code, hidden) for code in sorted(codes))
    kind, _sep, rest = what.partition(":")
    first, _sep, last = rest.rpartition(":")
    if kind == "confirm":
        return f"{first} – {titles.get(last, hidden)}"
    themes = ", ".join(names.theme(code) for code in last.split("+"))
    return f"{first if '/' in first else titles.get(first, hidden)} – {themes}"
