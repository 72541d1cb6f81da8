"""Panels beside the editor of curricula."""

from __future__ import annotations

from math import fsum
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from curriculum.balance.layout import Layout
from curriculum.balance.report import report
from curriculum.comparing import compared_with, previous_revision
from curriculum.dossier.versions import other_drafts
from curriculum.naming import names_for
from curriculum.queries import HoursSplit, curriculum_layout, hours_by_module
from curriculum.standings import figure_of, flags_of
from curriculum.views.balance import balance_url
from curriculum.wording import MEASURE_LABELS, verdict_sentence


class LayoutSidePanel(BaseSidePanel):
    """A panel about the layout of the draft as if it were approved."""

    @property
    def layout(self) -> Layout | None:
        """The layout, read once for all panels of one answer; `None` before the first draft."""
        read: dict[Any, Layout | None] = self.request.__dict__.setdefault("praxis_layouts", {})
        # A request that saves has two texts of one object: panels are drawn of the one that is saved.
        text = (self.object.pk, self.object.latest_revision_id)
        if text not in read:
            read[text] = curriculum_layout(self.object)
        return read[text]


class HoursSidePanel(LayoutSidePanel):
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
        layout = self.layout
        modules = hours_by_module(layout) if layout else ()
        total = HoursSplit(
            fsum(module.hours.theory for module in modules), fsum(module.hours.practice for module in modules)
        )
        return {**context, "modules": modules, "total": total}


class BalanceSidePanel(LayoutSidePanel):
    """The balance of the draft as if it were approved, and what the last change did to it.

    Wagtail draws it again after each save, automatic ones too.
    """

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """The button that opens it."""

        aria_label = _("Toggle balance")
        icon_name = "sliders"
        has_counter = False

    name = "balance"
    title = _("Balance of this draft")
    template_name = "curriculum/admin/balance_side_panel.html"
    order = 140

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        layout = self.layout
        if layout is None:
            return context
        found, names = report(layout), names_for(self.request.user, drafts=False)
        revision = previous_revision(self.object)
        return {
            **context,
            "layout": layout,
            "flags": flags_of(found),
            "sentence": verdict_sentence(found, names),
            "rows": [
                (MEASURE_LABELS[result.key], figure_of(found, result, names)) for result in found.results
            ],
            "comparison": compared_with(revision, found, names, as_of=layout.as_of) if revision else None,
            "other_drafts": other_drafts(layout, self.request.user),
            "balance_url": balance_url(self.object, {"view": "draft"}),
        }
