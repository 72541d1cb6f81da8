"""Pages on which people look after their own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.users.models import UserProfile

from people.enums import Language
from people.forms import NameForm
from people.models import User


class NamePanel(account.NameEmailSettingsPanel):
    """The part of the account page with the person's name."""

    title = _("Name")
    form_class = NameForm


class AccountView(account.AccountView):
    """Wagtail's account page for people who have one name."""

    def get_panels(self) -> list[Any]:
        panels = super().get_panels()
        name = NamePanel(panels[0].request, panels[0].user, panels[0].profile)
        return [name if isinstance(panel, account.NameEmailSettingsPanel) else panel for panel in panels]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the settings, and write to the person in the language that they chose for the admin."""
        response: HttpResponse = super().post(request)
        profile = UserProfile.get_for_user(request.user)
        if profile.preferred_language in Language.values:
            User.objects.filter(pk=profile.user_id).update(language=profile.preferred_language)
        return response


def own_account_item(request: HttpRequest) -> dict[str, Any]:
    """The way from the admin's account page to what the public one offers more."""
    return {
        "url": reverse("account"),
        "label": _("E-mail address, devices and data"),
        "help_text": _("Change your address, see where you are signed in, download your data."),
    }


account_page = require_admin_access(AccountView.as_view())
"""The account page, to be put before Wagtail's own addresses."""
