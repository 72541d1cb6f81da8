"""The forms of accounts and sending units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.users.forms import UserCreationForm, UserEditForm

PERSON_FIELDS = [
    "email",
    "name",
    "unit",
    "category",
    "institution",
    "clearance",
    "language",
    "is_superuser",
    "groups",
]


def exceeds(clearance: int | None, user: Any) -> bool:
    """Whether a clearance is above what this person may give; a superuser may give all."""
    return user is not None and not user.is_superuser and (clearance or 0) > user.clearance


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """What an account's forms share. `by` is the person who fills it in.

    Nobody gives a clearance above their own or roles to themselves, and only superusers make superusers.
    """

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if not by.is_superuser:
            self._leave_out(["is_superuser"])
        if self.instance.pk == by.pk and not by.is_superuser:
            # Readers can be named by address, so taking another address would be taking rights.
            self._leave_out(["groups", "email"])
        elif exceeds(self.instance.clearance, by):
            # With a password or an address of one's choice one could sign in and read as this person.
            self._leave_out(["password1", "password2", "email"])
        if "groups" in self.fields:
            self.fields["groups"].label = _("Roles")
            self.fields["groups"].help_text = _("And the institutions that this person edits for.")

    @property
    def password_enabled(self) -> bool:
        """Whether the form sets a password."""
        return "password1" in self.fields

    def _leave_out(self, names: Iterable[str]) -> None:
        for name in names:
            self.fields.pop(name, None)

    def clean_clearance(self) -> int:
        """The clearance, refused above that of the person who gives it."""
        clearance: int = self.cleaned_data["clearance"]
        if "clearance" in self.changed_data and exceeds(clearance, self.by):
            raise ValidationError(
                _("You cannot give more clearance than your own, which is %(own)s."),
                params={"own": self.by.get_clearance_display()},
            )
        return clearance


class PersonCreationForm(AccountForm, UserCreationForm):
    """A new account."""

    first_name = None
    last_name = None
    field_order = PERSON_FIELDS

    class Meta(UserCreationForm.Meta):
        fields = PERSON_FIELDS


class PersonEditForm(AccountForm, UserEditForm):
    """An account that is there; its password is changed only when a new one is typed."""

    first_name = None
    last_name = None
    field_order = PERSON_FIELDS

    class Meta(UserEditForm.Meta):
        fields = [*PERSON_FIELDS, "is_active"]


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """What people change of their own account: the address stays, because readers are named by it."""

    class Meta:
        model = get_user_model()
        fields = ["name"]


class SendingUnitForm(WagtailAdminModelForm):
    """A sending unit; units form a tree."""

    def clean_parent(self) -> Any:
        """The unit above, refused where it lies below this one."""
        parent = unit = self.cleaned_data["parent"]
        path = [self.instance]
        while unit is not None and unit not in path[1:]:
            path.append(unit)
            if unit.pk == self.instance.pk:
                raise ValidationError(
                    _("A unit cannot be part of itself: %(path)s."),
                    params={"path": " > ".join(str(step) for step in path)},
                )
            unit = unit.parent
        return parent
