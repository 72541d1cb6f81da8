from django.db import models
from django.utils.translation import gettext_lazy as _


class DueRecord(models.Model):
    """When a job of the clock last ran, for how long, and with what outcome.

    A run that was killed leaves `finished_at` before `started_at`, or empty.
    """

    name = models.CharField(_("job"), max_length=100, primary_key=True)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    done = models.PositiveIntegerField(
        _("done"), default=0, help_text=_("How many things the last run dealt with.")
    )
    runs = models.PositiveIntegerField(_("runs"), default=0)
    failed_runs = models.PositiveIntegerField(_("failed runs in a row"), default=0)
    error = models.TextField(_("last error"), blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True)

    class Meta:
        verbose_name = _("job of the clock")
        verbose_name_plural = _("jobs of the clock")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def was_cut_short(self) -> bool:
        """Whether the last run never came to its end, or is under way."""
        return self.finished_at is None or self.finished_at < self.started_at
