"""Figures, dates and languages in templates: `{% load numbers %}`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template

from curriculum import figures

register = template.Library()


@register.filter
def hours(value: float | Decimal | None) -> str:
    """`2.5` as `2.5 h`."""
    return figures.hours(value)


@register.filter
def hours_figure(value: float | Decimal | None) -> str:
    """`2.50` as `2.5`, for columns whose head names the unit."""
    return figures.hours_figure(value)


@register.filter
def percent(value: float | Decimal | None) -> str:
    """`0.3929` as `39.3%`."""
    return figures.percent(value)


@register.filter
def index(value: float | Decimal | None) -> str:
    """`0.2695` as `0.27`."""
    return figures.index(value)


@register.simple_tag
def percent_near(value: float | Decimal | None, *limits: float) -> str:
    """A share that never looks inside a limit that it fails: 0.79996 beside 0.8 is `79.996%`."""
    return figures.percent(value, limits)


@register.simple_tag
def index_near(value: float | Decimal | None, *limits: float) -> str:
    """An index that never looks inside a limit that it fails."""
    return figures.index(value, limits)


@register.filter
def long_date(value: date | None) -> str:
    """A date inside a text: `1 January 2026`, in Chinese `2026年1月1日`; tables print ISO dates."""
    return figures.MISSING if value is None else figures.long_date(value)


@register.filter
def langtag(code: str) -> str:
    """A content language as the `lang` attribute wants it: `zh-hans` is `zh-Hans`."""
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language
