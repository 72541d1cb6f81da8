"""The words of reviews in templates."""

from __future__ import annotations

from django import template

from editing.wording import step_label

register = template.Library()
register.filter("step_label", step_label)
