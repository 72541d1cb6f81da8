"""What no policy may say: one set of rules for forms, imports and the system check."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HIGHER_IS_BETTER = ("linkage_coverage", "sequence_fit", "timeliness_index")
LOWER_IS_BETTER = ("orphan_practice", "knockout_loss", "thematic_divergence")

SHARES = (
    "practice_low",
    "practice_high",
    "practice_margin",
    *(f"{measure}_{end}" for measure in HIGHER_IS_BETTER + LOWER_IS_BETTER for end in ("green", "amber")),
    "gap_share",
    "untagged_limit",
    "generic_share",
    "min_theory_and_party_spirit",
    "min_theory_education",
    "min_party_spirit_education",
    "min_job_competence",
    "min_knowledge",
)

BOTH_ENDS = _("Give both ends of the band, or neither.")
BAND = _("The highest practice share lies below the lowest.")
ORDER = _("The limit of watch lies on the wrong side of within limits.")
SHARE = _("A share lies between 0 and 1.")
HALF_LIFE = _("The half-life must be more than 0 years.")
NEGATIVE = _("This cannot be less than 0.")
MINIMUMS = _("The least shares of content sum to more than the whole: no curriculum can reach them all.")
TWICE = _("The category has a policy from this day on already.")


def nonsense(policy: Any) -> Iterator[tuple[str, Promise]]:
    """Field and reason for every value of a policy that makes no sense; missing values are not judged."""
    values = {name: getattr(policy, name) for name in SHARES}
    for name, value in values.items():
        if value is not None and not 0 <= value <= 1:
            yield name, SHARE
    low, high = policy.practice_low, policy.practice_high
    if (low is None) is not (high is None):
        yield "practice_low" if low is None else "practice_high", BOTH_ENDS
    elif low is not None and high < low:
        yield "practice_high", BAND
    for measure in HIGHER_IS_BETTER + LOWER_IS_BETTER:
        green, amber = values[f"{measure}_green"], values[f"{measure}_amber"]
        if green is None or amber is None:
            continue
        if (amber < green) if measure in LOWER_IS_BETTER else (amber > green):
            yield f"{measure}_amber", ORDER
    if policy.half_life_years is not None and policy.half_life_years <= 0:
        yield "half_life_years", HALF_LIFE
    for name in ("max_age_years", "gap_hours"):
        value = getattr(policy, name)
        if value is not None and value < 0:
            yield name, NEGATIVE
    yield from _unreachable(values)


def _unreachable(values: Mapping[str, Any]) -> Iterator[tuple[str, Promise]]:
    """Each hour has one category of content, so that the least shares must leave room for one another."""
    named = {name: value or 0 for name, value in values.items() if name.startswith("min_")}
    together = named.pop("min_theory_and_party_spirit")
    both = named["min_theory_education"] + named["min_party_spirit_education"]
    if max(together, both) + named["min_job_competence"] + named["min_knowledge"] > 1:
        last = [name for name, value in values.items() if name.startswith("min_") and value][-1]
        yield last, MINIMUMS


def begun_twice(policies: Iterable[Any]) -> Iterator[Any]:
    """The policies that begin on a day on which another of their category begins."""
    seen: set[Hashable] = set()
    for policy in policies:
        day = (policy.category_id, policy.effective_from)
        if day in seen:
            yield policy
        seen.add(day)
