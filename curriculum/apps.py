from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumConfig(AppConfig):
    """The teaching layout: categories, policies, courses, curricula, and their balance."""

    name = "curriculum"
    verbose_name = _("Teaching layout")
