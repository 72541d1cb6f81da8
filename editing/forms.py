"""Form fields and base forms on which the admin of every app is built."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permissions import policy_registry

from editing.handover import refusals


class LinesField(forms.CharField):
    """A list of short texts, edited one entry a line; blank lines are dropped."""

    widget = AdminAutoHeightTextInput

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        # A JSON field hands its coders to its form field, and a default list makes it ask for a hidden copy.
        kwargs["show_hidden_initial"] = False
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The list as text; a text that was sent stays as it is."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The text as a list without blank entries."""
        lines = str(self.prepare_value(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the entries differ; blank lines and spaces at the ends do not count."""
        return bool(self.to_python(initial) != self.to_python(data))


def tidy(value: Any) -> Any:
    """A number without the zeros at its end that the database adds: `2.5`, not `2.500000`."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value


class TidyDecimalField(forms.DecimalField):
    """A number as people write it."""

    def prepare_value(self, value: Any) -> Any:
        """The number without zeros at its end."""
        return tidy(value)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic when it runs
    """An account, named by its e-mail address: lists of all people are long and nobody's business."""

    widget = forms.EmailInput
    default_error_messages = {
        "invalid_choice": _("No account has the address “%(value)s”. Check the spelling.")
    }

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        kwargs.update(to_field_name="email", empty_label=None)
        super().__init__(queryset, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The address of the account with this key."""
        if isinstance(value, int):
            people: Any = self.queryset
            return people.filter(pk=value).values_list("email", flat=True).first()
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        """The account; addresses are kept in lower case."""
        return super().to_python(value.strip().lower() if isinstance(value, str) else value)


class ReadersForm(WagtailAdminModelForm):
    """A form in which one can choose only what one may see oneself; what stands there already may stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if hasattr(field.widget, "reader"):
                field.widget.reader = self.for_user

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self.changed_data:
            if self._is_hidden_from_user(cleaned.get(name)):
                # The words are those for something that does not exist: nobody learns that it does.
                self.add_error(name, _("Select something that is there. This is not one of the choices."))
        return cleaned

    def _is_hidden_from_user(self, value: Any) -> bool:
        manager: Any = getattr(type(value), "_default_manager", None)
        if self.for_user is None or not hasattr(manager, "readable_by"):
            return False
        policy = policy_registry.get_by_type(type(value))
        return not policy.user_has_permission_for_instance(self.for_user, "view", value)


class ContentForm(ReadersForm):
    """The form of something with readers; whose it is, and who reads it, is not for everybody to change."""

    class Meta(WagtailAdminModelForm.Meta):
        field_classes = {"restricted_to": LinesField, "owner": PersonField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and self.for_user is not None:
            self.initial.setdefault("owner", self.for_user.pk)
            self._propose_institution()

    def _propose_institution(self) -> None:
        field, code = self.fields.get("institution"), self.for_user.institution
        if field is not None and code:
            self.initial.setdefault(
                "institution", field.queryset.coded(code).values_list("pk", flat=True).first()
            )

    def clean_owner(self) -> Any:
        """The owner; whoever writes something new owns it unless they name another."""
        owner = self.cleaned_data["owner"]
        return self.for_user if owner is None and self.instance.pk is None else owner

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        deciding = {"institution", "owner", "clearance"} & self.fields.keys()
        if self.for_user is not None and deciding <= cleaned.keys():
            found = refusals(
                self.for_user,
                self.instance,
                institution=cleaned.get("institution"),
                owner=cleaned["owner"],
                clearance=cleaned["clearance"],
            )
            for name, words in found.items():
                self.add_error(name, words)
        return cleaned
