from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Who uses the site: accounts, sending units, roles, and the rule that says what each may read."""

    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Note changes of accounts from now on, and have the clock clear away what is over."""
        from people import own_data, signal_handlers  # noqa: F401
        from people.audit import forget_old_entries
        from people.due import register_due
        from people.limits import forget_attempts

        own_data.register()
        register_due("attempts", forget_attempts)
        register_due("audit", forget_old_entries)
