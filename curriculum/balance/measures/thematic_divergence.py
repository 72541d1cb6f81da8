"""Whether practice time is spread over the same themes as theory time (2.2 g; rules 15 and 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from math import fsum, log2

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading
from curriculum.balance.timetable import Element
from curriculum.balance.vocabulary import Vocabulary


def thematic_divergence(evidence: Evidence) -> Reading:
    """Jensen-Shannon divergence between theory and practice by theme: 0 for the same spread, 1 for disjoint.

    Undefined where theory or practice has no hours with a theme that says something. The tables hold, by
    theme, the shares of both sides and what each theme adds to the divergence.
    """
    vocabulary = evidence.layout.library.vocabulary
    theory = theme_shares(evidence.timetable.theory, vocabulary)
    practice = theme_shares(evidence.timetable.practice, vocabulary)
    parts = {}
    if theory and practice:
        for theme in sorted(theory.keys() | practice.keys()):
            parts[theme] = divergence(theory.get(theme, 0.0), practice.get(theme, 0.0))
    return Reading(
        min(1.0, max(0.0, fsum(parts.values()))) if parts else None,
        tables={"theory_by_theme": theory, "practice_by_theme": practice, "divergence_by_theme": parts},
    )


def divergence(theory: float, practice: float) -> float:
    """What a theme with these two shares adds to the divergence, with logarithms to base 2."""
    if not (theory and practice):
        # Against half of itself a share adds log2(2) = 1 times itself, and nothing adds nothing.
        return (theory + practice) / 2
    mean = (theory + practice) / 2
    return (theory * log2(theory / mean) + practice * log2(practice / mean)) / 2


def theme_shares(elements: Iterable[Element], vocabulary: Vocabulary) -> Mapping[str, float]:
    """Each theme's share of the tagged hours, as tagged and without rolling up; nothing without such hours.

    The hours of an element are divided among its themes, those flagged as generic left out.
    """
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for _item, taken, tagged, _is_tagged in elements:
        if tagged and taken:
            themes = vocabulary.telling(tagged)
            for theme in themes:
                hours[theme].append(taken / len(themes))
    total = fsum(chain.from_iterable(hours.values()))
    return {theme: fsum(parts) / total for theme, parts in hours.items()}


THEMATIC_DIVERGENCE = Measure(
    key="thematic_divergence",
    quantity=Quantity.INDEX,
    read=thematic_divergence,
    limits=lambda policy: Limits.at_most(policy.thematic_divergence_green, policy.thematic_divergence_amber),
    above=Headline.SKEWED,
)
