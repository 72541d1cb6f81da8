"""What the history of a curriculum says about suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

ACCEPTED = "praxis.suggestion.accept"
UNDONE = "praxis.suggestion.undo"
REJECTED = "praxis.suggestion.reject"
TAKEN_BACK = "praxis.suggestion.take_back"
CALLED = "praxis.case_call"

PLAIN: Mapping[str, tuple[Promise, Promise]] = {
    ACCEPTED: (gettext_lazy("Accept a suggestion"), gettext_lazy("Placed a suggestion in the draft")),
    UNDONE: (
        gettext_lazy("Undo a suggestion"),
        gettext_lazy("Took a suggestion out of the draft again"),
    ),
    TAKEN_BACK: (
        gettext_lazy("Take a rejection back"),
        gettext_lazy("Took back the rejection of a suggestion"),
    ),
    CALLED: (gettext_lazy("Call for a case"), gettext_lazy("Called for a case to be written")),
}
LONGEST_REASON = 1000


class _Rejected(LogFormatter):
    label = gettext_lazy("Reject a suggestion")

    def format_message(self, log_entry: Any) -> str:
        reason = Truncator(log_entry.data.get("reason", "")).chars(LONGEST_REASON)
        return _("Rejected a suggestion: %(reason)s") % {"reason": reason}


def register_words(actions: Any) -> None:
    """Tell Wagtail what the entries of the log mean."""
    for action, (label, message) in PLAIN.items():
        actions.register_action(action, label, message)
    actions.register_action(REJECTED)(_Rejected)
