"""Limits in words, as they stand beside a figure."""

from __future__ import annotations

from math import isfinite

from django.utils.translation import gettext as _

from curriculum import figures
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Quantity


def within_words(limits: Limits | None, quantity: Quantity) -> str:
    """Where a figure is within limits: `35–55%`, `at least 80%`, `at most 0.15`; a dash without limits."""
    if limits is None:
        return figures.MISSING
    return _words(limits.low, limits.high, quantity)


def watch_words(limits: Limits | None, quantity: Quantity) -> str:
    """How far it is watched only; an empty text where nothing is."""
    if limits is None:
        return ""
    low = max(limits.amber_low, 0.0) if isfinite(limits.amber_low) else limits.amber_low
    high = min(limits.amber_high, 1.0) if isfinite(limits.amber_high) else limits.amber_high
    if (low, high) == (limits.low, limits.high):
        return ""
    return _("watch: %(limits)s") % {"limits": _words(low, high, quantity)}


def _words(low: float, high: float, quantity: Quantity) -> str:
    if isfinite(low) and isfinite(high):
        return figures.percent_range(low, high)
    limit = low if isfinite(low) else high
    share = quantity is Quantity.SHARE
    gaps = {"limit": f"{figures.trimmed(limit * 100, 4)}%" if share else figures.index(limit)}
    return _("at least %(limit)s") % gaps if isfinite(low) else _("at most %(limit)s") % gaps
