"""The form of a case."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.enums import Licence
from editing.completeness import show_at_fields
from editing.forms import ContentForm
from themes.forms import ThemesField


class CaseForm(ContentForm):
    """A case with its themes and its readers."""

    class Meta(ContentForm.Meta):
        field_classes = {**ContentForm.Meta.field_classes, "themes": ThemesField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[Any, Any]] = [("", "---------"), *Licence.choices]
        if (code := self.instance.licence) and code not in Licence.values:
            # Files may bring any public code: the editor keeps it.
            choices.append((code, code))
        self.fields["licence"].widget = forms.Select(choices=choices)

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.is_deferred_validation:
            show_at_fields(self, self.instance.problems(themes=self.cleaned_data.get("themes", ())))
