"""Small parts of the public pages in templates: `{% load pages %}`."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from curriculum.templatetags.numbers import langtag

register = template.Library()


@register.simple_tag
def lang(code: str) -> SafeString:
    """The `lang` attribute of a text, with a space before it; nothing where its language is unknown."""
    return format_html(' lang="{}"', langtag(code)) if code else SafeString("")
