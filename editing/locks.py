"""Why somebody cannot write in something that is under review, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.locks import WorkflowLock


class ReviewLock(WorkflowLock):
    """Keeps an object as it is while it is read: only those who may answer write in it."""

    def get_message(self, user: Any) -> str | None:
        if not self.for_user(user):
            return None
        state = self.object.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return _("You sent this for review. To go on writing, withdraw it from review first.")
        return _("This is under review. Only the people who answer the review can write in it now.")

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        return _("Open to you") if can_lock else _("Under review")

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        if can_lock:
            return _("Everybody who may answer the review can write in it. Lock it to keep it to yourself.")
        return _("Only the people who answer the review can write in it.")
