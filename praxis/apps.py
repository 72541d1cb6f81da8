from django.apps import AppConfig


class PraxisConfig(AppConfig):
    """The site shell: home and text pages, public detail pages, settings."""

    name = "praxis"
    verbose_name = "Praxis"
