"""Panels beside the editor of curricula."""

from __future__ import annotations

from math import fsum
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from curriculum.queries import HoursSplit, curriculum_layout, hours_by_module


class HoursSidePanel(BaseSidePanel):
    """Theory and practice by module, of the draft as it stands; drawn again after each save."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """The button that opens it."""

        aria_label = _("Toggle hours by module")
        icon_name = "time"
        has_counter = False

    name = "hours"
    title = _("Hours by module")
    template_name = "curriculum/admin/hours_side_panel.html"
    order = 150

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        layout = curriculum_layout(self.object)
        modules = hours_by_module(layout) if layout else ()
        total = HoursSplit(
            fsum(module.hours.theory for module in modules), fsum(module.hours.practice for module in modules)
        )
        return {**context, "modules": modules, "total": total}
