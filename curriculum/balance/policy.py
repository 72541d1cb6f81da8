"""The values that a committee sets: bands, limits and the constants inside the formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from curriculum.balance.limits import Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """One programme category's values from ``effective_from`` on (``None``: from the beginning).

    Fields and defaults are those of the exchange format's ``policy`` record. Shares are 0..1, hours teaching
    hours, ages years. A category without a policy on the day is judged by these defaults, without a band.
    """

    effective_from: date | None = None
    practice_low: float | None = None
    practice_high: float | None = None
    practice_margin: float = 0.05
    linkage_coverage_green: float = 0.80
    linkage_coverage_amber: float = 0.60
    orphan_practice_green: float = 0.10
    orphan_practice_amber: float = 0.25
    knockout_loss_green: float = 0.25
    knockout_loss_amber: float = 0.50
    sequence_fit_green: float = 0.80
    sequence_fit_amber: float = 0.60
    timeliness_index_green: float = 0.70
    timeliness_index_amber: float = 0.50
    thematic_divergence_green: float = 0.15
    thematic_divergence_amber: float = 0.35
    half_life_years: float = 5.0
    max_age_years: float = 6.0
    gap_hours: float = 6.0
    gap_share: float = 0.2
    untagged_limit: float = 0.10
    min_units: int = 3
    generic_share: float = 0.5
    generic_min_units: int = 5
    min_theory_and_party_spirit: float | None = None
    min_theory_education: float | None = None
    min_party_spirit_education: float | None = None
    min_job_competence: float | None = None
    min_knowledge: float | None = None

    @property
    def band(self) -> tuple[float, float] | None:
        """Lowest and highest practice share, ``None`` where the category has no band (rule 33)."""
        if self.practice_low is None or self.practice_high is None:
            return None
        return self.practice_low, self.practice_high

    @property
    def practice_limits(self) -> Limits | None:
        """The band with its amber margin, the same on both sides."""
        if self.band is None:
            return None
        return Limits.band(*self.band, self.practice_margin)


DEFAULT_POLICY = Policy()
