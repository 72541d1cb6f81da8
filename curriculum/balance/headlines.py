"""What a verdict can say, in order of precedence (2.3)."""

from __future__ import annotations

from enum import StrEnum


class Headline(StrEnum):
    """The verdicts; the first that applies is the headline, all that apply are flags."""

    NO_DATA = "NO_DATA"
    THEORY_HEAVY = "THEORY_HEAVY"
    PRACTICE_HEAVY = "PRACTICE_HEAVY"
    DISCONNECTED = "DISCONNECTED"
    SKEWED = "SKEWED"
    FRAGILE = "FRAGILE"
    STALE = "STALE"
    OUT_OF_SEQUENCE = "OUT_OF_SEQUENCE"
    BALANCED = "BALANCED"
