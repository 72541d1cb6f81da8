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

from people.exceptions import AddressRefused
from people.wording import group_words

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


def label_groups(field: Any) -> None:
    """Have a choice of groups speak of roles in the reader's language."""
    field.label_from_instance = lambda group: group_words(group.name)


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """What an account's forms share. `by` is the person who fills it in.

    Nobody gives a clearance above their own or roles to themselves, and only superusers make superusers.
    """

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["email"].label = _("E-mail address")
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
            label_groups(self.fields["groups"])

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
    """A new account. Without a password its person is invited to choose one."""

    first_name = None
    last_name = None
    field_order = PERSON_FIELDS
    password_required = False
    invite = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        initial=True,
        help_text=_("A mail with a link for choosing a password, unless you type one here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("Leave it empty, so that only this person knows it.")

    def save(self, commit: bool = True) -> Any:
        """Without a password nobody can sign in, not even with an empty one."""
        if not self.cleaned_data.get("password1"):
            self.instance.set_unusable_password()
        return super().save(commit)

    @property
    def wants_invitation(self) -> bool:
        """Whether the new person is to get a mail."""
        return bool(self.cleaned_data["invite"] and not self.cleaned_data.get("password1"))

    class Meta(UserCreationForm.Meta):
        fields = PERSON_FIELDS


class PersonEditForm(AccountForm, UserEditForm):
    """An account that is there; its password is changed only when a new one is typed.

    `wanted_email` is another address for an account in use: its mailbox is asked before it becomes true.
    """

    first_name = None
    last_name = None
    field_order = PERSON_FIELDS
    wanted_email = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields and self.instance.has_usable_password():
            self.fields["email"].help_text = _(
                "Another address becomes true once the link that we send there is opened."
            )

    def clean_email(self) -> str:
        """The address; that of an account in use stays until its new mailbox has answered."""
        email: str = self.cleaned_data["email"].lower()
        present: str = self.initial["email"]
        if email == present or not self.instance.has_usable_password():
            return email
        try:
            self.instance.check_address(email)
        except AddressRefused as error:
            raise ValidationError(str(error)) from error
        self.wanted_email = email
        return present

    def save(self, commit: bool = True) -> Any:
        """Keep the address before, by which readers may be named."""
        if "email" in self.fields and self.instance.email != self.initial["email"]:
            email, self.instance.email = self.instance.email, self.initial["email"]
            self.instance.take_address(email)
        return super().save(commit)

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
