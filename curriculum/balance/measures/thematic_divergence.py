"""Whether practice time is spread over the same themes as theory time (2.2 g; rules 15 and 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum, log2

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading
from curriculum.balance.timetable import Element
from curriculum.balance.vocabulary import Themes


def thematic_divergence(evidence: Evidence) -> Reading:
    """Jensen-Shannon divergence between theory and practice by theme: 0 for the same spread, 1 for disjoint.

    Undefined where theory or practice has no hours with a theme that says something. The tables hold, by
    theme, the shares of both sides and what each theme adds to the divergence.
    """
    generic = evidence.layout.library.vocabulary.generic
    theory = theme_shares(evidence.timetable.theory, generic)
    practice = theme_shares(evidence.timetable.practice, generic)
    parts = (
        {
            theme: divergence(theory.get(theme, 0.0), practice.get(theme, 0.0))
            for theme in sorted(theory.keys() | practice.keys())
        }
        if theory and practice
        else {}
    )
    return Reading(
        min(1.0, max(0.0, fsum(parts.values()))) if parts else None,
        tables={"theory_by_theme": theory, "practice_by_theme": practice, "divergence_by_theme": parts},
    )


def divergence(theory: float, practice: float) -> float:
    """What a theme with these two shares adds to the divergence, with logarithms to base 2."""
    mean = (theory + practice) / 2
    return (_term(theory, mean) + _term(practice, mean)) / 2


def theme_shares(elements: Iterable[Element], generic: Themes) -> Mapping[str, float]:
    """Each theme's share of the tagged hours, as tagged and without rolling up; nothing without such hours.

    The hours of an element are divided among its themes, those flagged as generic left out.
    """
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for element in elements:
        themes = element.themes - generic
        if element.hours:
            for theme in themes:
                hours[theme].append(element.hours / len(themes))
    total = fsum(part for parts in hours.values() for part in parts)
    return {theme: fsum(parts) / total for theme, parts in hours.items()}


def _term(share: float, mean: float) -> float:
    return share * log2(share / mean) if share else 0.0


THEMATIC_DIVERGENCE = Measure(
    key="thematic_divergence",
    quantity=Quantity.INDEX,
    read=thematic_divergence,
    limits=lambda policy: Limits.at_most(policy.thematic_divergence_green, policy.thematic_divergence_amber),
    above=Headline.SKEWED,
)
