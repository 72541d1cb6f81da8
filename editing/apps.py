from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    """What everything that people write shares: drafts, rights, review, listings, and nothing lost."""

    name = "editing"
    verbose_name = _("Editing")

    def ready(self) -> None:
        """Put our rights and our mails in the place of Wagtail's, and register what the clock brings."""
        from wagtail.permissions import register_permission_policy

        from editing import ownership, personal_data, reminders, signal_handlers
        from editing.models import Content
        from editing.permissions import ContentPolicy
        from people.due import register_due
        from people.ownership import register_owned

        for model in apps.get_models():
            if issubclass(model, Content):
                register_permission_policy(model, ContentPolicy(model))
        signal_handlers.connect()
        personal_data.register()
        register_owned("content", ownership.owned_by, ownership.hand_over)
        register_due("review-reminders", reminders.remind_of_reviews)
