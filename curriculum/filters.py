"""Filters of the listings of curricula and courses, and of the balance report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.balance.loaders import Drafts
from curriculum.models import Course, Curriculum, ProgrammeCategory
from editing.facets import ChoiceFacet, RelatedFacet
from editing.filters import ContentFilterSet, themes_facet
from providers.models import Institution


class CurriculumFilterSet(ContentFilterSet):
    """Filters curricula by programme and edition too."""

    category = RelatedFacet(
        "category", columns=("code", "label_en", "label_zh"), label=_("Programme category")
    )
    edition = ChoiceFacet("edition", label=_("Edition"))

    class Meta:
        model = Curriculum
        fields: list[str] = []


class CourseFilterSet(ContentFilterSet):
    """Filters courses by their own themes too."""

    themes = themes_facet()

    class Meta:
        model = Course
        fields: list[str] = []


GROUPS = [
    ("act", _("Act")),
    ("watch", _("Watch")),
    ("within", _("Within limits")),
    ("no_verdict", _("No verdict")),
]


class BalanceReportForm(forms.Form):
    """What the balance report looks at; every field is a parameter of its address, and none is required."""

    category = forms.ModelChoiceField(
        ProgrammeCategory.objects.all(),
        to_field_name="code",
        required=False,
        label=_("Programme category"),
        empty_label=_("All"),
    )
    institution = forms.ModelChoiceField(
        Institution.objects.all(),
        to_field_name="code",
        required=False,
        label=_("Institution"),
        empty_label=_("All"),
    )
    level = forms.ChoiceField(choices=[("", _("All")), *GROUPS], required=False, label=_("Verdict"))
    view = forms.ChoiceField(
        choices=[("live", _("Live")), ("draft", _("Draft"))], required=False, label=_("View")
    )
    as_of = forms.DateField(
        required=False,
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as year, month and day, for example 2026-01-31.")},
    )

    def __init__(self, data: Any, *, has_drafts: bool) -> None:
        super().__init__({"view": "live", "as_of": timezone.localdate().isoformat(), **data.dict()})
        if not has_drafts:
            del self.fields["view"]
        self.full_clean()

    @property
    def has_drafts(self) -> bool:
        """Whether the reader may look at drafts."""
        return "view" in self.fields

    @property
    def drafts(self) -> Drafts:
        """Which revisions are read."""
        return Drafts.ALL if self.cleaned_data.get("view") == "draft" else Drafts.NONE

    @property
    def as_of_day(self) -> date:
        """The day to judge by; today where none, or nonsense, is given."""
        return self.cleaned_data.get("as_of") or timezone.localdate()

    @property
    def group(self) -> str:
        """The verdicts to show, or an empty text for all."""
        return self.cleaned_data.get("level") or ""

    def narrowed(self, curricula: QuerySet[Curriculum]) -> QuerySet[Curriculum]:
        """The curricula of the category and institution asked for."""
        for name in ("category", "institution"):
            if (wanted := self.cleaned_data.get(name)) is not None:
                curricula = curricula.filter(**{name: wanted})
        return curricula
