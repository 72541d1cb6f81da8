from django.db import models
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """One try at something that is rationed. The key is a keyed hash, so no address of anybody is kept."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        indexes = [models.Index(fields=["key", "at"], name="people_attempt_key_at")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at:%Y-%m-%d %H:%M:%S}"
