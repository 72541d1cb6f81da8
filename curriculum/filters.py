"""Filters of the listings of curricula and courses, and of the balance report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.balance.loaders import Drafts
from curriculum.models import Course, Curriculum, ProgrammeCategory
from curriculum.wording import MEASURE_LABELS
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


FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)


class JudgedForm(forms.Form):
    """By what curricula are judged; every field is a parameter of an address, and none is required."""

    view = forms.ChoiceField(
        choices=[("live", _("Live")), ("draft", _("Draft"))],
        required=False,
        label=_("View"),
        error_messages={"invalid_choice": _("Choose Live or Draft.")},
    )
    as_of = forms.DateField(
        required=False,
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as year, month and day, for example 2026-01-31.")},
        validators=[
            MinValueValidator(FIRST_DAY, _("Choose a day from 1950 to 2199.")),
            MaxValueValidator(LAST_DAY, _("Choose a day from 1950 to 2199.")),
        ],
    )
    self_study = forms.ChoiceField(
        choices=[("", _("Not counted")), ("counted", _("Counted"))],
        required=False,
        label=_("Self-study"),
        error_messages={"invalid_choice": _("Choose Counted or Not counted.")},
    )

    def __init__(self, data: Any, *, has_drafts: bool, view: str = "live") -> None:
        super().__init__({"view": view, "as_of": timezone.localdate().isoformat(), **data.dict()})
        self._view = view
        if not has_drafts:
            del self.fields["view"]
        self.full_clean()

    @property
    def has_drafts(self) -> bool:
        """Whether the reader may look at drafts."""
        return "view" in self.fields

    @property
    def is_draft(self) -> bool:
        """Whether drafts are looked at; where nonsense is given, what is looked at by default."""
        if not self.has_drafts:
            return False
        return (self.cleaned_data.get("view") or self._view) == "draft"

    @property
    def as_of_day(self) -> date:
        """The day to judge by; today where none, or nonsense, is given."""
        return self.cleaned_data.get("as_of") or timezone.localdate()

    @property
    def counts_self_study(self) -> bool:
        """Whether self-study is in the totals."""
        return self.cleaned_data.get("self_study") == "counted"

    @property
    def query(self) -> dict[str, str]:
        """What another page needs to judge alike, without what holds anyway."""
        asked = {"view": self.cleaned_data.get("view"), "self_study": self.cleaned_data.get("self_study")}
        query = {name: value for name, value in asked.items() if value and value != "live"}
        if self.as_of_day != timezone.localdate():
            query["as_of"] = self.as_of_day.isoformat()
        return query


class BalanceReportForm(JudgedForm):
    """What the balance report looks at, and which of its rows are shown."""

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
    measure = forms.ChoiceField(
        choices=[("", _("All")), *MEASURE_LABELS.items()],
        required=False,
        label=_("Outside its limits"),
    )
    differs = forms.ChoiceField(
        choices=[("", _("All")), ("yes", _("Has a draft that differs")), ("no", _("Has none"))],
        required=False,
        label=_("Draft differs"),
    )
    field_order = ["category", "institution", "level", "measure", "differs", "view", "as_of", "self_study"]

    def __init__(self, data: Any, *, has_drafts: bool) -> None:
        super().__init__(data, has_drafts=has_drafts)
        if not has_drafts:
            del self.fields["differs"]

    @property
    def drafts(self) -> Drafts:
        """Which revisions are read."""
        return Drafts.ALL if self.is_draft else Drafts.NONE

    @property
    def group(self) -> str:
        """The verdicts to show, or an empty text for all."""
        return self.cleaned_data.get("level") or ""

    @property
    def outside(self) -> str:
        """The measure that is to be outside its limits, or an empty text for any."""
        return self.cleaned_data.get("measure") or ""

    @property
    def draft_differs(self) -> bool | None:
        """Whether drafts are to differ from what is published; `None` for both."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("differs") or "")

    def narrowed(self, curricula: QuerySet[Curriculum]) -> QuerySet[Curriculum]:
        """The curricula of the category and institution asked for."""
        for name in ("category", "institution"):
            if (wanted := self.cleaned_data.get(name)) is not None:
                curricula = curricula.filter(**{name: wanted})
        return curricula
