"""What templates ask about people who have the same editor open."""

from __future__ import annotations

from typing import Any

from django import template

from editing.models import Content

register = template.Library()


@register.filter
def is_of_content(session: Any) -> bool:
    """Whether a session of an editor is about content, whose editor writes over nothing unseen."""
    return issubclass(session.content_type.model_class(), Content)
