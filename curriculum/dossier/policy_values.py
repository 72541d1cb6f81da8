"""The values that a report was judged by, each with the day since when it is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from curriculum import figures
from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.dossier.judging import Dossier
from curriculum.models import BalancePolicy

COUNTS = frozenset({"min_units", "generic_min_units"})
YEARS = frozenset({"half_life_years", "max_age_years"})
INDICES = frozenset(
    f"{measure}_{color}"
    for measure in ("timeliness_index", "thematic_divergence")
    for color in ("green", "amber")
)
NAMES = tuple(field.name for field in fields(Policy) if field.name != "effective_from")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One value with its words; `since` is empty where it holds from the beginning or is a general one."""

    name: str
    label: str
    value: float | None
    text: str
    since: date | None


def policy_rows(dossier: Dossier) -> tuple[PolicyRow, ...]:
    """Every value of the policy in force, in the order of the policy's own form."""
    policy = dossier.layout.policy
    past = _past(dossier) if has_policy(dossier) else ()
    rows = []
    for name in NAMES:
        value = getattr(policy, name)
        label = capfirst(str(_field(name).verbose_name))
        rows.append(PolicyRow(name, label, value, _printed(name, value), _since(name, past)))
    return tuple(rows)


def has_policy(dossier: Dossier) -> bool:
    """Whether the category has a policy on the day; without one general values hold, and no band."""
    return dossier.layout.policy is not DEFAULT_POLICY


def _field(name: str) -> Any:
    return BalancePolicy._meta.get_field(name)


def _past(dossier: Dossier) -> Sequence[Mapping[str, Any]]:
    """The policies of the category that have begun by the day, the latest first."""
    begun = BalancePolicy.objects.in_force(dossier.layout.as_of)
    return list(begun.filter(category__code=dossier.layout.category).values("effective_from", *NAMES))


def _since(name: str, past: Sequence[Mapping[str, Any]]) -> date | None:
    """The first day of the latest run of policies with the same value."""
    since: date | None = None
    for number, policy in enumerate(past):
        if number and policy[name] != past[0][name]:
            break
        since = policy["effective_from"]
    return since


def _printed(name: str, value: float | None) -> str:
    if value is None:
        return figures.MISSING
    if name in COUNTS:
        return str(int(value))
    if name in YEARS:
        return _("%(years)s years") % {"years": figures.trimmed(value, 2)}
    if name == "gap_hours":
        return figures.hours(value)
    return figures.trimmed(value, 4) if name in INDICES else f"{figures.trimmed(value * 100, 4)}%"
