"""The form for values that are set in many objects at once, and the words for what that does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editing.bulk import KEEP, Changes, Outcome, Reason, RowPlan
from editing.bulk_writing import State
from editing.forms import PersonField
from people.models import User

NONE = "none"

OUTCOMES: Mapping[Outcome, Promise] = {
    Outcome.PUBLISHED: gettext_lazy("Published at once"),
    Outcome.DRAFTED: gettext_lazy("Saved as a draft"),
    Outcome.LEFT: gettext_lazy("Left as it is"),
}
REASONS: Mapping[Reason, str | Promise] = {
    Reason.NONE: "",
    Reason.SAME: gettext_lazy("it stands there already"),
    Reason.FORBIDDEN: gettext_lazy("you may not change it"),
    Reason.IN_BIN: gettext_lazy("it is in the bin"),
    Reason.LOCKED: gettext_lazy("somebody else has locked it"),
    Reason.IN_REVIEW: gettext_lazy("it is in review"),
    Reason.SCHEDULED: gettext_lazy("its publication is scheduled"),
    Reason.NOT_YOURS_TO_GIVE: gettext_lazy("you may not pass it on like this"),
    Reason.CHANGED_SINCE: gettext_lazy("somebody has changed it since"),
    Reason.OTHER_DRAFT: gettext_lazy("it has another draft that is not published"),
    Reason.REVIEW_NEEDED: gettext_lazy("a review publishes it"),
    Reason.INCOMPLETE: gettext_lazy("something is missing in it: open it to see what"),
    Reason.GONE: gettext_lazy("it is not there any more"),
    Reason.LOST: gettext_lazy("what stood in it is not there any more"),
}


class BulkForm(forms.Form):
    """What to set in objects of one kind; a field that is left alone changes nothing."""

    def __init__(self, model: Any, data: Any = None) -> None:
        super().__init__(data)
        self.model = model
        edited = model.get_edit_handler().get_form_class().base_fields
        if "institution" in edited:
            self.fields["institution"] = self._institution()
        self.fields["owner"] = PersonField(
            User.objects.filter(is_active=True),
            required=False,
            label=_("Owner"),
            help_text=_("E-mail address of the new owner. Leave it empty to keep the owners."),
        )
        if "review_by" in edited:
            self.fields["review_by"] = forms.DateField(
                required=False,
                label=_("Review by"),
                widget=forms.DateInput(attrs={"type": "date"}),
                help_text=_("Leave it empty to keep the days."),
                error_messages={
                    "invalid": _("Write the day as year, month and day, for example 2026-01-31.")
                },
            )
        if "themes" in edited:
            self._add_themes(edited["themes"])

    def _institution(self) -> forms.ChoiceField:
        institutions = self.model._meta.get_field("institution").related_model
        self.institutions = {one.code: one for one in institutions._default_manager.all()}
        known = [(code, str(one)) for code, one in self.institutions.items()]
        choices = [("", _("Leave as it is")), (NONE, _("None")), *known]
        return forms.ChoiceField(choices=choices, required=False, label=_("Institution"))

    def _add_themes(self, field: Any) -> None:
        labels = {"add_themes": _("Add themes"), "remove_themes": _("Take themes away")}
        for name, label in labels.items():
            self.fields[name] = type(field)(
                tag_model=field.tag_model,
                takes_retired=name == "remove_themes",
                required=False,
                label=label,
                help_text=_("One a line: a code or a name."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Nothing is to be set. Fill in at least one field."))
        return cleaned

    @property
    def changes(self) -> Changes:
        """What a valid form asks for."""
        cleaned = self.cleaned_data
        institution = cleaned.get("institution") or KEEP
        if institution is not KEEP:
            institution = None if institution == NONE else self.institutions[institution]
        return Changes(
            institution=institution,
            owner=cleaned["owner"] or KEEP,
            review_by=cleaned.get("review_by") or KEEP,
            add_themes=tuple(cleaned.get("add_themes") or ()),
            remove_themes=tuple(cleaned.get("remove_themes") or ()),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes in one field, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowInWords:
    """What becomes of one object, in words."""

    plan: RowPlan
    differences: tuple[Difference, ...]
    outcome: str | Promise
    reason: str | Promise


def in_words(model: Any, rows: Iterable[RowPlan]) -> list[RowInWords]:
    """The rows with everything named. Queries: one for each kind of object that is named."""
    planned = list(rows)
    names = _names(model, [state for row in planned for state in (row.before, row.after)])
    return [
        RowInWords(row, tuple(_differences(model, row, names)), OUTCOMES[row.outcome], REASONS[row.reason])
        for row in planned
    ]


def _names(model: Any, states: Iterable[State]) -> dict[str, dict[Any, str]]:
    keys: dict[str, set[Any]] = {"institution": set(), "owner": set(), "themes": set()}
    for state in states:
        keys["themes"].update(state.get("themes", ()))
        for name in ("institution", "owner"):
            keys[name].add(state.get(name))
    targets = {name: model._meta.get_field(name).related_model for name in ("institution", "owner")}
    if keys["themes"]:
        targets["themes"] = model._meta.get_field("themes").related_model
    return {
        name: {key: str(one) for key, one in target._default_manager.in_bulk(keys[name] - {None}).items()}
        for name, target in targets.items()
    }


def _differences(model: Any, row: RowPlan, names: Mapping[str, Mapping[Any, str]]) -> Any:
    for field in row.before:
        before, after = row.before[field], row.after[field]
        if before == after:
            continue
        label = capfirst(str(model._meta.get_field(field).verbose_name))
        yield Difference(label, _named(field, before, names), _named(field, after, names))


def _named(field: str, value: Any, names: Mapping[str, Mapping[Any, str]]) -> str:
    if not value:
        return "–"
    if field == "themes":
        return ", ".join(names[field].get(key, "?") for key in value)
    return names[field].get(value, "?") if field in names else str(value)
