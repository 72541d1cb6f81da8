from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The library: one list of everything that a reader may open, with filters and counts."""

    name = "search"
    verbose_name = _("Library")
