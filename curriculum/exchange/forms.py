"""The forms of the pages for import and export."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curriculum.exchange.access import import_kinds
from curriculum.models import ImportRun
from exchange.jsonl import refuse_other_files
from exchange.problems import FileRefused
from people.models import User
from providers.models import Institution

MAX_BYTES = 50 * 1000 * 1000
MAX_FILES = 20
"""Files that one person may have here at a time."""

ENDINGS = (".jsonl", ".xlsx")
WORKBOOK = b"PK\x03\x04"
KIND_LABELS = {
    "theme": _("Themes"),
    "institution": _("Institutions"),
    "category": _("Programme categories"),
    "policy": _("Balance policies"),
    "course": _("Courses"),
    "case": _("Cases"),
    "curriculum": _("Curricula"),
    "link": _("Theory-case links"),
    "unit": _("Sending units"),
    "person": _("People"),
}
"""Record types in words."""

EXPORTED = tuple(name for name in KIND_LABELS if name not in ("unit", "person"))


def printable(name: str) -> str:
    """The name of an uploaded file without what would turn or hide text around it."""
    return "".join(character for character in name if character.isprintable())[-255:]


class UploadForm(forms.Form):
    """A file to import, and what is in it."""

    kind = forms.ChoiceField(label=_("What the file holds"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A .jsonl or .xlsx file, up to 50 MB. It is checked first: nothing changes before you say so."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose one with at least one record."),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        kinds = import_kinds(user)
        field: Any = self.fields["kind"]
        field.choices = [(kind.value, kind.label) for kind in kinds]
        field.initial = ImportRun.Kind.CONTENT
        if len(kinds) == 1:
            field.widget = forms.HiddenInput()

    def clean_file(self) -> UploadedFile[bytes]:
        """The file; its first bytes must be those of what its name promises."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        ending = PurePath(file.name or "").suffix.lower()
        if ending not in ENDINGS:
            raise ValidationError(_("The name of the file must end in .jsonl or .xlsx. Choose another file."))
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than 50 MB. Split it into several."))
        file.seek(0)
        if ending == ".xlsx" and file.read(4) != WORKBOOK:
            raise ValidationError(
                _("The name says .xlsx, but the file is not a workbook of that kind. Save it again as .xlsx.")
            )
        if ending == ".jsonl":
            self._refuse_other_files(file)
        file.seek(0)
        return file

    def _refuse_other_files(self, file: Any) -> None:
        try:
            refuse_other_files(file)
        except FileRefused as refused:
            raise ValidationError(refused.message.text(gettext)) from refused

    def clean(self) -> dict[str, Any]:
        """Nobody fills the folder: at some point old files must go."""
        kept = ImportRun.objects.filter(started_by=self.user).exclude(stored_as="").count()
        if kept >= MAX_FILES:
            raise ValidationError(
                _("You have %(count)s files here. Discard some of them first; all go after a day."),
                params={"count": kept},
            )
        return self.cleaned_data

    @property
    def ending(self) -> str:
        """The ending of the file's name, in lower case."""
        return PurePath(self.cleaned_data["file"].name).suffix.lower()


class ExportForm(forms.Form):
    """What to export, and as what kind of file."""

    kinds = forms.MultipleChoiceField(
        label=_("What to export"),
        choices=[(name, KIND_LABELS[name]) for name in EXPORTED],
        initial=list(EXPORTED),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind.")},
    )
    view = forms.ChoiceField(
        label=_("Which texts"),
        choices=[
            ("live", _("As published; what was never published comes as a draft")),
            ("draft", _("As last drafted")),
        ],
        initial="live",
        widget=forms.RadioSelect,
        help_text=_("Drafts are those of what you may change. All else comes as published."),
    )
    institution = forms.ModelChoiceField(
        label=_("Institution"),
        queryset=Institution.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All institutions"),
        help_text=_("Courses, cases and curricula of this institution only."),
    )
    format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(".xlsx", _("Workbook (.xlsx)")), (".jsonl", _("JSON Lines (.jsonl)"))],
        initial=".xlsx",
        widget=forms.RadioSelect,
    )
