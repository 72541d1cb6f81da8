"""The buttons of the editor: none that would be refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from editing.models import Content
from editing.permissions import may_publish

PUBLISHING = {"action-publish", "action-unpublish"}


def leave_out_publishing(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take out what only people who may publish this object now could do; Wagtail asks about the model."""
    instance, user = context.get("instance"), request.user
    if not isinstance(instance, Content) or instance.pk is None:
        return
    if any(item.name in PUBLISHING for item in menu_items) and not may_publish(user, instance):
        menu_items[:] = [item for item in menu_items if item.name not in PUBLISHING]
