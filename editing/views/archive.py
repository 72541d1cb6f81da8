"""Putting objects into the bin, and out of it."""

from __future__ import annotations

from wagtail.snippets.views import snippets


class ArchiveView(snippets.DeleteView):
    """The page that asks before an object goes into the bin."""
