"""What the links workbench is asked for, and what a decision needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.links.workbench import Asked, PairState
from curriculum.models import Curriculum
from people.enums import Language
from people.models import User
from themes.models import Theme

STATES = {
    PairState.SUGGESTED: _("suggested"),
    PairState.MISSING_TAG: _("maybe a missing tag"),
    PairState.CONFIRMED: _("confirmed"),
    PairState.REJECTED: _("rejected"),
    PairState.UNIT_DELETED: _("kept for a deleted unit"),
}


class LinksForm(forms.Form):
    """The filters of the workbench; every field is a parameter of its address, and none is required."""

    curriculum = forms.ModelChoiceField(
        Curriculum.objects.none(), to_field_name="code", required=False, empty_label=_("All")
    )
    course = forms.CharField(
        required=False,
        label=_("Course"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Title or code")}),
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(), to_field_name="code", required=False, empty_label=_("All")
    )
    state = forms.ChoiceField(
        choices=[("", _("to decide")), *((str(state), label) for state, label in STATES.items())],
        required=False,
        label=_("State"),
    )
    language = forms.ChoiceField(
        choices=[("", _("All")), *Language.choices], required=False, label=_("Course language")
    )

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["curriculum"].queryset = Curriculum.objects.visible_to(user).only("code", "title")
        fields["curriculum"].label = _("Curriculum")
        fields["theme"].queryset = Theme.objects.all()
        fields["theme"].label = _("Theme")
        self.full_clean()

    @property
    def asked(self) -> Asked:
        """What is asked for; fields with nonsense in them are left out."""
        found = self.cleaned_data
        curriculum, theme = found.get("curriculum"), found.get("theme")
        return Asked(
            curriculum=curriculum.pk if curriculum else None,
            words=found.get("course") or "",
            theme=theme.code if theme else "",
            state=found.get("state") or "",
            language=found.get("language") or "",
        )


class ReasonForm(forms.Form):
    """Why links are confirmed or rejected."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One sentence for whoever reads the history: what the case shows, or why it does not fit."
        ),
        error_messages={"required": _("Say why: whoever reads this later was not there.")},
    )
