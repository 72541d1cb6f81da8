from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A selection of a listing that a person has kept under a name, as the query of its address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    listing = models.CharField(max_length=100, help_text=_("The label of the listed model."))
    name = models.CharField(_("name"), max_length=100)
    query = models.TextField(blank=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "listing", "name"], name="editing_saved_filter_name")
        ]

    def __str__(self) -> str:
        return self.name
