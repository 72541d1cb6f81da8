"""The editor, and the pages that put an earlier revision back."""

from __future__ import annotations

from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.snippets.views import snippets


class EditView(snippets.EditView):
    """The editor, with side panels of our own beside the stock ones."""

    side_panel_classes: tuple[type[BaseSidePanel], ...] = ()

    def get_side_panels(self) -> MediaContainer:
        ours = [panel(self.object, self.request) for panel in self.side_panel_classes]
        return MediaContainer([*super().get_side_panels(), *ours])
