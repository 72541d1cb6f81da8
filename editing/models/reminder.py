from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """That a person was reminded of something, so that nobody is reminded of it twice.

    `subject` says of what: `review:12:0` is the first reminder of the step 12 of a review.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    subject = models.CharField(max_length=150)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["person", "subject"], name="editing_reminder_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.subject}"
