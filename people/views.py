"""Pages on which people look after their own account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account

from people.forms import NameForm


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


account_page = require_admin_access(AccountView.as_view())
"""The account page, to be put before Wagtail's own addresses."""
