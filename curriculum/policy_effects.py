"""What a policy would do before it is saved or deleted: the curricula whose verdict would be another."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Color
from curriculum.balance.loaders import Drafts, load_layouts, policy_of
from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.balance.report import BalanceReport, reports
from curriculum.levels import Level
from curriculum.models import BalancePolicy, Curriculum
from curriculum.wording import HEADLINE_LABELS
from editing.permissions import Person, viewable_by


@dataclass(frozen=True, slots=True)
class Judgement:
    """A headline with its level; a headline without a colour has none."""

    level: Level | None
    headline: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One curriculum whose verdict would change; `is_worse` by the colour of the headline."""

    code: str
    title: str
    before: Judgement
    after: Judgement
    is_worse: bool


@dataclass(frozen=True, slots=True)
class Effects:
    """What saving or deleting a policy would do to live curricula, judged by one `day` before and after.

    `checked` counts the curricula of its categories. `shown` are the changed ones that the reader may see,
    those that become worse first; `hidden` counts the others. `only_colors` keep their verdict and get other
    colours of single measures. `digest` tells whether two looks at it saw the same.
    """

    day: date
    checked: int
    shown: tuple[Effect, ...]
    hidden: int
    only_colors: int
    digest: str

    @property
    def changed(self) -> int:
        """How many verdicts would change."""
        return len(self.shown) + self.hidden

    @property
    def worse(self) -> int:
        """How many of those shown would be worse."""
        return sum(effect.is_worse for effect in self.shown)


def effects(candidate: BalancePolicy, reader: Person) -> Effects:
    """What saving this policy would do, saved before or not; the number of queries is always the same.

    Judged today, or on the first day of a policy that begins later.
    """
    saved = BalancePolicy.objects.filter(pk=candidate.pk).values_list("category_id", flat=True)
    categories = {candidate.category_id, *saved}
    return _effects([*_others(candidate, categories), candidate], categories, _day(candidate), reader)


def effects_of_deleting(policy: BalancePolicy, reader: Person) -> Effects:
    """What deleting this policy would do; the number of queries is always the same.

    Judged today, or on the first day of a policy that begins later.
    """
    categories = {policy.category_id}
    return _effects(_others(policy, categories), categories, _day(policy), reader)


def successor(policy: BalancePolicy) -> BalancePolicy | None:
    """The policy that would judge in place of this one if it were deleted, on the day of
    `effects_of_deleting`; ``None`` for the default values."""
    begun = [
        other
        for other in _others(policy, {policy.category_id})
        if (other.effective_from or date.min) <= _day(policy)
    ]
    return max(begun, key=lambda other: other.effective_from or date.min, default=None)


def _day(policy: BalancePolicy) -> date:
    return max(timezone.localdate(), policy.effective_from or date.min)


def _others(policy: BalancePolicy, categories: Collection[int]) -> QuerySet[BalancePolicy]:
    others = BalancePolicy.objects.filter(category__in=categories).exclude(pk=policy.pk)
    return others.select_related("category")


def _effects(
    after: Iterable[BalancePolicy], categories: Collection[int], day: date, reader: Person
) -> Effects:
    """What it would do if these were the policies of some categories."""
    policies = _in_force(after, day)
    curricula = Curriculum.objects.filter(category__in=categories)
    layouts = load_layouts(curricula, drafts=Drafts.NONE, as_of=day)
    changed = [replace(one, policy=policies.get(one.category, DEFAULT_POLICY)) for one in layouts]
    pairs = list(zip(reports(layouts), reports(changed), strict=True))
    visible = set(viewable_by(reader, curricula).values_list("code", flat=True))
    return _summary(day, pairs, visible)


def _in_force(policies: Iterable[BalancePolicy], day: date) -> dict[str, Policy]:
    """The policy of each category on a day, by the category's code: the last that has begun."""
    found: dict[str, Policy] = {}
    for policy in sorted(policies, key=lambda one: one.effective_from or date.min):
        if policy.effective_from is None or policy.effective_from <= day:
            found[policy.category.code] = policy_of(policy.__dict__)
    return found


def _summary(day: date, pairs: list[tuple[BalanceReport, BalanceReport]], visible: set[str]) -> Effects:
    changed = [_effect(before, after) for before, after in pairs if _verdict(before) != _verdict(after)]
    shown = sorted(
        (effect for effect in changed if effect.code in visible),
        key=lambda effect: (not effect.is_worse, effect.title, effect.code),
    )
    only_colors = sum(
        _verdict(before) == _verdict(after) and _colors(before) != _colors(after) for before, after in pairs
    )
    told = "\n".join(f"{effect.code}:{effect.before}:{effect.after}" for effect in changed)
    digest = hashlib.sha256(f"{day}\n{len(pairs)}\n{only_colors}\n{told}".encode()).hexdigest()
    return Effects(day, len(pairs), tuple(shown), len(changed) - len(shown), only_colors, digest)


def _effect(before: BalanceReport, after: BalanceReport) -> Effect:
    was, will = _verdict(before), _verdict(after)
    return Effect(
        code=after.layout.code,
        title=after.layout.title,
        before=_judgement(*was),
        after=_judgement(*will),
        is_worse=_severity(will[1]) > _severity(was[1]),
    )


def _verdict(found: BalanceReport) -> tuple[Headline, Color | None]:
    return found.verdict.headline, found.verdict.color


def _colors(found: BalanceReport) -> tuple[Color | None, ...]:
    return (
        *(result.color for result in found.results),
        *(share.color for share in found.content_shares),
    )


def _judgement(headline: Headline, color: Color | None) -> Judgement:
    return Judgement(None if color is None else Level.of(color), str(HEADLINE_LABELS[headline]))


def _severity(color: Color | None) -> int:
    return -1 if color is None else color.severity
