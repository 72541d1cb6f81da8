from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumConfig(AppConfig):
    """The teaching layout: categories, policies, courses, curricula, and their balance."""

    name = "curriculum"
    verbose_name = _("Teaching layout")

    def ready(self) -> None:
        """Have links copied with their course, balances kept, and the files of imports cleared away."""
        from curriculum import checks  # noqa: F401  # registers itself
        from curriculum.actions import copy_links
        from curriculum.exchange.runs import remove_old_files
        from curriculum.models import Course
        from curriculum.signal_handlers import connect
        from curriculum.snapshots import record_changes
        from editing.copying import register_copied
        from people.due import register_due

        register_copied(Course, copy_links)
        register_due("exchange-files", remove_old_files, atomic=False)
        register_due("balance-snapshots", record_changes, atomic=False)
        connect()
