"""Who did what to an object, and when."""

from __future__ import annotations

from wagtail.snippets.views import snippets


class HistoryView(snippets.HistoryView):
    """The history of one object."""
