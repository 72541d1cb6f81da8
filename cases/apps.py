from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Practical case studies."""

    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from cases.reminders import remind_of_review_dates
        from people.due import register_due

        register_due("case-review-dates", remind_of_review_dates)
