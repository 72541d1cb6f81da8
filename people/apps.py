from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Who uses the site: accounts, sending units, roles, and the rule that says what each may read."""

    name = "people"
    verbose_name = _("People")
