from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    """Institutions that teach or contribute."""

    name = "providers"
    verbose_name = _("Institutions")
