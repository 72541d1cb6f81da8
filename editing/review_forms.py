"""What a person says when they answer a review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RemarkForm(forms.Form):
    """An approval, with a remark if one likes."""

    comment = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("If you like: the writer reads it, and it stays in the history."),
    )


class ReturnForm(forms.Form):
    """A return, with its reason."""

    comment = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What should be different? The writer reads it above the editor and in an e-mail."),
        error_messages={
            "required": _("Say why you return it: the reason is what helps the writer on."),
        },
    )
