"""What the history of a course says about its links, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _
from wagtail.log_actions import LogFormatter

from editing.wording import LONGEST_REASON

CONFIRMED = "praxis.links_confirm"
REJECTED = "praxis.links_reject"
UNDONE = "praxis.links_undo"
ADDED_THEME = "praxis.unit_theme"
LONGEST_LIST = 5


def listed(names: Iterable[str], most: int = LONGEST_LIST) -> str:
    """Names one after the other; of many, the first of them and how many more."""
    found = list(names)
    text = pgettext("list", ", ").join(found[:most])
    if len(found) <= most:
        return text
    return _("%(names)s and %(more)d more") % {"names": text, "more": len(found) - most}


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "count": data.get("count", 0),
        "units": listed(map(str, data.get("units", ()))),
        "reason": Truncator(data.get("reason", "")).chars(LONGEST_REASON),
    }


class _Confirmed(LogFormatter):
    label = gettext_lazy("Confirm links with cases")

    def format_message(self, log_entry: Any) -> str:
        words = _words(log_entry.data)
        return (
            ngettext(
                "Confirmed %(count)d link with a case (%(units)s). Reason: %(reason)s",
                "Confirmed %(count)d links with cases (%(units)s). Reason: %(reason)s",
                words["count"],
            )
            % words
        )


class _Rejected(LogFormatter):
    label = gettext_lazy("Reject links with cases")

    def format_message(self, log_entry: Any) -> str:
        words = _words(log_entry.data)
        return (
            ngettext(
                "Rejected %(count)d link with a case (%(units)s). Reason: %(reason)s",
                "Rejected %(count)d links with cases (%(units)s). Reason: %(reason)s",
                words["count"],
            )
            % words
        )


class _Undone(LogFormatter):
    label = gettext_lazy("Take back a decision about links")

    def format_message(self, log_entry: Any) -> str:
        words = _words(log_entry.data)
        return (
            ngettext(
                "Took back the decision about %(count)d link with a case (%(units)s)",
                "Took back the decision about %(count)d links with cases (%(units)s)",
                words["count"],
            )
            % words
        )


class _ThemeAdded(LogFormatter):
    label = gettext_lazy("Add a theme to a unit")

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        labels = [data.get(language) for language in ("en", "zh")]
        if (get_language() or "").startswith("zh"):
            labels.reverse()
        theme = next((label for label in labels if label), data.get("theme", ""))
        return _("Added the theme “%(theme)s” to the unit “%(unit)s”, as a draft") % {
            "theme": theme,
            "unit": data.get("unit", ""),
        }


WORDS: Mapping[str, type[LogFormatter]] = {
    CONFIRMED: _Confirmed,
    REJECTED: _Rejected,
    UNDONE: _Undone,
    ADDED_THEME: _ThemeAdded,
}


def register_words(actions: Any) -> None:
    """Put these words into Wagtail's registry of what can be logged."""
    for action, formatter in WORDS.items():
        actions.register_action(action)(formatter)
