"""Words of the balance report in templates: `{% load curriculum_admin %}`."""

from __future__ import annotations

from django import template

from curriculum import wording
from curriculum.remedies import queries

register = template.Library()


@register.simple_tag
def measure_head(key: str) -> str:
    """The short name of a measure above its column."""
    return str(wording.MEASURE_HEADS[key])


@register.filter
def lower_first(text: object) -> str:
    """A label inside a sentence: its first letter small."""
    words = str(text)
    return words[:1].lower() + words[1:]


@register.simple_tag
def open_calls() -> int:
    """How many calls wait for a case."""
    return queries.open_calls()
