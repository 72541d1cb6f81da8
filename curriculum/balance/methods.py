"""What a delivery method implies for the balance: its practice fraction, and whether it counts at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Method:
    """``practice_fraction`` is a default that a unit may override; the flags are final (rule 2)."""

    practice_fraction: float = 0.0
    neutral: bool = False
    self_study: bool = False


_THEORY, _HALF, _PRACTICE = Method(), Method(0.5), Method(1.0)

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "lecture": _THEORY,
        "seminar": _HALF,
        "structured_discussion": _HALF,
        "case_discussion": _PRACTICE,
        "site_visit": _PRACTICE,
        "simulation": _PRACTICE,
        "experiential": _PRACTICE,
        "interview": _HALF,
        "action_learning": _PRACTICE,
        "flipped_classroom": _HALF,
        "workshop": _HALF,
        "field_task": _PRACTICE,
        "self_study": Method(self_study=True),
        "online": _THEORY,
        "assessment": Method(neutral=True),
        "ceremony": Method(neutral=True),
    }
)

DEFAULT_CASE_METHOD = "case_discussion"
"""How a placed case is taught where its placement does not say (rule 5)."""


def method(code: str | None) -> Method:
    """The method called ``code``; a draft that names none yet counts as theory until somebody does."""
    return METHODS.get(code or "", _THEORY)
