"""The admin of programme categories and of their balance policies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from curriculum import figures
from curriculum.models import BalancePolicy, ProgrammeCategory
from curriculum.views.policies import AddPolicyView, CopyPolicyView, DeletePolicyView, EditPolicyView
from editing.listing import DayColumn
from editing.viewsets import CodedViewSet


class ProgrammeCategoryViewSet(CodedViewSet):
    """The admin of programme categories."""

    model = ProgrammeCategory
    icon = "folder-open-inverse"
    list_display = ["label_en", "label_zh"]
    list_export = ["code", "label_en", "label_zh"]
    export_filename = "programme-categories"
    ordering = ["code"]
    search_fields = ["code", "label_en", "label_zh"]
    inspect_view_fields = ["code", "label_en", "label_zh"]
    edit_handler = ObjectList(
        [FieldPanel("code"), FieldRowPanel([FieldPanel("label_en"), FieldPanel("label_zh")])]
    )


def band(policy: BalancePolicy) -> str:
    """The band of practice shares, or a dash where the category has none."""
    if policy.practice_low is None or policy.practice_high is None:
        return figures.MISSING
    return figures.percent_range(policy.practice_low, policy.practice_high)


def _pair(measure: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{measure}_green"), FieldPanel(f"{measure}_amber")])


class BalancePolicyViewSet(CodedViewSet):
    """The admin of balance policies; shares are typed as they are computed, from 0 to 1."""

    model = BalancePolicy
    icon = "sliders"
    add_view_class = AddPolicyView
    copy_view_class = CopyPolicyView
    edit_view_class = EditPolicyView
    delete_view_class = DeletePolicyView
    delete_template_name = "curriculum/policies/delete.html"
    list_related = ("category",)
    list_display = [
        "category",
        DayColumn("effective_from", label=_("Effective from"), sort_key="effective_from"),
        Column("band", label=_("Practice band"), accessor=band),
    ]
    list_filter = ["category"]
    list_export = [field.name for field in BalancePolicy._meta.concrete_fields if field.name != "id"]
    export_filename = "balance-policies"
    ordering = ["category__code", "effective_from"]
    search_fields = ["category__code", "category__label_en", "category__label_zh"]
    inspect_view_fields = [field.name for field in BalancePolicy._meta.concrete_fields if field.name != "id"]
    edit_handler = ObjectList(
        [
            FieldPanel("category"),
            FieldPanel("effective_from"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("practice_low"), FieldPanel("practice_high")]),
                    FieldPanel("practice_margin"),
                ],
                heading=_("Practice share"),
                help_text=_("Shares are written from 0 to 1: 0.35 is 35%. Leave both empty for no band."),
            ),
            MultiFieldPanel(
                [
                    _pair("linkage_coverage"),
                    _pair("orphan_practice"),
                    _pair("thematic_divergence"),
                    _pair("knockout_loss"),
                    _pair("sequence_fit"),
                    _pair("timeliness_index"),
                ],
                heading=_("Limits of the measures"),
                help_text=_("Left: within limits. Right: to be watched; beyond it the committee must act."),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("half_life_years"), FieldPanel("max_age_years")]),
                    FieldRowPanel([FieldPanel("gap_hours"), FieldPanel("gap_share")]),
                    FieldRowPanel([FieldPanel("untagged_limit"), FieldPanel("min_units")]),
                    FieldRowPanel([FieldPanel("generic_share"), FieldPanel("generic_min_units")]),
                ],
                heading=_("Constants of the formulas"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("min_theory_and_party_spirit"),
                    FieldRowPanel(
                        [FieldPanel("min_theory_education"), FieldPanel("min_party_spirit_education")]
                    ),
                    FieldRowPanel([FieldPanel("min_job_competence"), FieldPanel("min_knowledge")]),
                ],
                heading=_("Least shares of content"),
                help_text=_(
                    "Of all counted hours, by subject rather than by method. Leave empty for no minimum."
                ),
            ),
        ]
    )
