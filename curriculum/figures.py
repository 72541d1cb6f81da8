"""Figures as text: hours, shares and indices, printed so that no rounding hides a limit that was missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from curriculum.balance.limits import TOLERANCE

MISSING = "–"
MAX_DIGITS = 6

Number = float | Decimal


def trimmed(value: Number, digits: int) -> str:
    """A number with at most `digits` decimals, zeros at the end dropped: `2.50` is `2.5`."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Number, digits: int) -> str:
    """A number with exactly `digits` decimals, never `-0`."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return str(abs(rounded) if rounded == 0 else rounded)


def hours_figure(value: Number | None) -> str:
    """Teaching hours without their unit, up to 2 decimals."""
    return MISSING if value is None else trimmed(value, 2)


def hours(value: Number | None) -> str:
    """Teaching hours with their unit: `2.5 h`, in Chinese `2.5学时`."""
    if value is None:
        return MISSING
    # Translators: teaching hours after a number, for example 2.5 h.
    return _("%(hours)s h") % {"hours": hours_figure(value)}


def percent(share: Number | None, limits: Iterable[Number] = (), digits: int = 1) -> str:
    """A share as percent, with more decimals where rounding would cross or meet a limit; all in 0..1."""
    if share is None:
        return MISSING
    return f"{_careful(float(share) * 100, [float(limit) * 100 for limit in limits], digits)}%"


def index(value: Number | None, limits: Iterable[Number] = (), digits: int = 2) -> str:
    """An index of 0..1, with more decimals where rounding would cross or meet one of `limits`."""
    if value is None:
        return MISSING
    return _careful(float(value), [float(limit) for limit in limits], digits)


def percent_range(low: Number, high: Number) -> str:
    """A band of shares: `35–55%`, in Chinese `35%～55%`."""
    # Translators: a band of percentages, for example 35–55%.
    return _("%(low)s–%(high)s%%") % {
        "low": trimmed(float(low) * 100, 1),
        "high": trimmed(float(high) * 100, 1),
    }


def long_date(day: date) -> str:
    """A date inside a text: `1 January 2026`, in Chinese `2026年1月1日`; tables print ISO dates."""
    # Translators: a date inside a sentence in Django's format letters; in Chinese Y年n月j日.
    return format_date(day, _("j F Y"))


def _careful(value: float, limits: list[float], digits: int) -> str:
    text = fixed(value, digits)
    while digits < MAX_DIGITS and any(_misleads(value, float(text), limit) for limit in limits):
        digits += 1
        text = fixed(value, digits)
    return text


def _misleads(value: float, printed: float, limit: float) -> bool:
    return _side(value, limit) != _side(printed, limit)


def _side(value: float, limit: float) -> int:
    """-1 below, 0 at and 1 above a limit, with the engine's own tolerance."""
    if abs(value - limit) <= TOLERANCE * 100:
        return 0
    return 1 if value > limit else -1
