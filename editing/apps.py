from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    """What everything that people write shares: drafts, rights, review, listings, and nothing lost."""

    name = "editing"
    verbose_name = _("Editing")
