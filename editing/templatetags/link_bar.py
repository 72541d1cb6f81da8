"""Plain links to the pages of the admin: its sidebar needs scripts, and our own pages do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from editing.models.content import content_models

register = template.Library()


@register.inclusion_tag("editing/link_bar.html", takes_context=True)
def link_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Links to the dashboard, the reviews, the history, and every list that the reader may open."""
    user = context["request"].user
    pages = [
        (_("Home"), reverse("wagtailadmin_home")),
        (_("Reviews"), reverse("reviews")),
        (_("History"), reverse("history_of_all")),
    ]
    for model in content_models():
        policy = policy_registry.get_by_type(model)
        if policy.user_has_any_permission(user, {"view", "add", "change"}):
            viewset: Any = model.snippet_viewset
            label = capfirst(str(model._meta.verbose_name_plural))
            pages.append((label, reverse(viewset.get_url_name("list"))))
    return {"pages": pages, "here": context["request"].path}
