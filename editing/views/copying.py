"""The form for a copy."""

from __future__ import annotations

from wagtail.snippets.views import snippets


class CopyView(snippets.CopyView):
    """The form for a copy, which is sent to the address for new objects.

    The stock view also takes what is sent to itself, and writes it onto the original.
    """

    http_method_names = ["get", "head", "options"]
