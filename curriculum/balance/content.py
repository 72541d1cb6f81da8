"""The other axis: what the hours are about, against the least shares that a policy asks for (rule 46)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from curriculum.balance.composition import Slice
from curriculum.balance.limits import Color, Limits
from curriculum.balance.policy import Policy
from curriculum.balance.timetable import Item, Timetable

MARGIN = 0.05
"""How far below its minimum a share may lie before somebody must act."""


@dataclass(frozen=True, slots=True)
class ContentMeasure:
    """One share of content: the categories that count towards it, and the minimum that a policy sets."""

    key: str
    categories: frozenset[str]
    minimum: Callable[[Policy], float | None]


CONTENT_MEASURES = (
    ContentMeasure(
        "theory_and_party_spirit",
        frozenset({"theory_education", "party_spirit_education"}),
        lambda policy: policy.min_theory_and_party_spirit,
    ),
    ContentMeasure(
        "theory_education", frozenset({"theory_education"}), lambda policy: policy.min_theory_education
    ),
    ContentMeasure(
        "party_spirit_education",
        frozenset({"party_spirit_education"}),
        lambda policy: policy.min_party_spirit_education,
    ),
    ContentMeasure("job_competence", frozenset({"job_competence"}), lambda policy: policy.min_job_competence),
    ContentMeasure("knowledge", frozenset({"knowledge"}), lambda policy: policy.min_knowledge),
)
"""Everything of which a policy may ask a least share; the best-known rule joins two categories."""


@dataclass(frozen=True, slots=True)
class ContentShare:
    """One share of all counted hours, 0..1; ``minimum`` is ``None`` where the policy asks for nothing.

    ``add`` hours of such content, or ``swap`` hours turned into it, reach the minimum.
    """

    measure: ContentMeasure
    hours: float
    value: float | None
    minimum: float | None
    color: Color | None = None
    add: float | None = None
    swap: float | None = None

    @property
    def key(self) -> str:
        """The key of the category, or of the two that count together."""
        return self.measure.key


def content_shares(slices: Iterable[Slice], total: float, policy: Policy) -> tuple[ContentShare, ...]:
    """All shares of the ``total`` counted hours, those without a category included.

    They never change the headline.
    """
    hours = {part.key: part.total for part in slices}
    return tuple(_share(measure, hours, total, policy) for measure in CONTENT_MEASURES)


def without_category(timetable: Timetable) -> tuple[Item, ...]:
    """The counted items of which nobody has said what they are about."""
    return tuple(item for item in timetable.counted if not item.content_category)


def _share(
    measure: ContentMeasure, by_category: Mapping[str | None, float], total: float, policy: Policy
) -> ContentShare:
    minimum = measure.minimum(policy)
    hours = fsum(by_category.get(category, 0.0) for category in measure.categories)
    value = hours / total if total else None
    if value is None or minimum is None:
        return ContentShare(measure, hours, value, minimum)
    limits = Limits.at_least(minimum, minimum - MARGIN)
    color = limits.color(value)
    if color is Color.GREEN:
        return ContentShare(measure, hours, value, minimum, color)
    swap = minimum * total - hours
    add = swap / (1 - minimum) if minimum < 1 else None
    return ContentShare(measure, hours, value, minimum, color, add, swap)
