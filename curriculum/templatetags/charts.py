"""Charts, level pills and the glyphs of theory and practice in templates: `{% load charts %}`."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from curriculum import charts, timelines
from curriculum.balance.limits import Limits
from curriculum.levels import Level

register = template.Library()


@register.simple_tag
def strip(value: charts.Strip) -> SafeString:
    """A strip of theory and practice."""
    return charts.draw_strip(value)


@register.simple_tag
def bar(value: charts.Bar, height: int = 10) -> SafeString:
    """A bar of theory, practice or plain segments."""
    return charts.draw_bar(value, height=height)


@register.simple_tag
def split_bar(key: str, theory: float, practice: float, maximum: float | None = None) -> SafeString:
    """Theory and practice hours side by side in one bar; `key` must be unique on the page."""
    return charts.draw_bar(
        charts.split_bar(key, float(theory), float(practice), None if maximum is None else float(maximum))
    )


@register.simple_tag
def measure(value: float | None, limits: Limits | None = None, before: float | None = None) -> SafeString:
    """A figure on its axis, as wide as its cell."""
    return charts.draw_measure(charts.Measure(value, limits, before))


@register.simple_tag
def timeline(value: timelines.Timeline) -> SafeString:
    """A figure over time, as wide as its cell."""
    return timelines.draw_timeline(value)


@register.simple_tag
def measure_cell(value: float | None, limits: Limits | None = None) -> SafeString:
    """A figure on its axis, 76 by 10 pixels, for the rows of a report."""
    return charts.draw_measure(charts.Measure(value, limits), small=True)


@register.inclusion_tag("curriculum/level_pill.html")
def level_pill(level: str, headline: str = "") -> dict[str, object]:
    """A level with its shape and words, and the headline behind it: `▲ Watch: Disconnected`."""
    return {"level": Level(level), "headline": headline}


@register.inclusion_tag("curriculum/level_icon.html")
def level_icon(level: str, hidden: bool = False) -> dict[str, object]:
    """Only the shape of a level, with its words for readers who hear the page (unless they stand beside)."""
    return {"level": Level(level), "hidden": hidden}


@register.simple_tag
def glyph(mark: str) -> SafeString:
    """The small square beside a title: theory (solid), practice (hatched) or neutral (outlined)."""
    names = {"practice": _("Practice"), "neutral": _("Neither theory nor practice")}
    name = names.get(mark) or _("Theory")
    return format_html(
        '<span class="praxis-glyph praxis-glyph--{}" role="img" aria-label="{}"></span>', mark, name
    )
