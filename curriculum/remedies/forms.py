"""What the pages of suggestions and of calls for cases ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import CaseStudy
from editing.permissions import Person, viewable_by


class HoursForm(forms.Form):
    """How long the curriculum may become."""

    max_hours = forms.FloatField(
        label=_("At most so many hours"),
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class CallForm(forms.Form):
    """What a call for a case says."""

    title = forms.CharField(label=_("Title of the call"), max_length=500)
    wanted_by = forms.DateField(
        label=_("Wanted by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_wanted_by(self) -> Any:
        """A day that is not over."""
        day = self.cleaned_data["wanted_by"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Choose a day from today on."))
        return day


class AnswerForm(forms.Form):
    """Which case answers a call."""

    case = forms.CharField(label=_("Code of the case"), max_length=120)

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_case(self) -> CaseStudy:
        """The case with that code, among those that the person may see."""
        code = self.cleaned_data["case"].strip()
        seen = viewable_by(self.user, CaseStudy.objects.coded(code))
        case: CaseStudy | None = seen.first()
        if case is None:
            raise ValidationError(_("There is no case “%(code)s” that you may see."), params={"code": code})
        return case
