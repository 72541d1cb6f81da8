from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumConfig(AppConfig):
    """The teaching layout: categories, policies, courses, curricula, and their balance."""

    name = "curriculum"
    verbose_name = _("Teaching layout")

    def ready(self) -> None:
        """Have links copied with their course, and the clock clear away the files of imports and exports."""
        from curriculum.actions import copy_links
        from curriculum.exchange.runs import remove_old_files
        from curriculum.models import Course
        from editing.copying import register_copied
        from people.due import register_due

        register_copied(Course, copy_links)
        register_due("exchange-files", remove_old_files, atomic=False)
