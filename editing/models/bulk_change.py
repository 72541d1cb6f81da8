from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkChange(models.Model):
    """One change of many objects at once, with all that undoing it takes.

    `values` says what was set, by keys. `rows` lists, an object each: `pk`, the revision `before` and the one
    `after` (none where the object was left), whether that was `published`, the `outcome` with its `reason`,
    and in `was` what stood in the fields that changed. An undo adds `undo`: empty, or why an object was left.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    values = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.content_type}: {len(self.rows)}"
