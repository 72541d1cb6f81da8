from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

STORED_AGAIN = ("session_data", "expire_date", "user")


class Session(AbstractBaseSession):
    """A session of a browser, and whose it is, so that people see theirs and can end them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from people.sessions import SessionStore

        return SessionStore

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The store builds a new instance each time; where and when a session began stays in the row.
        if kwargs.get("force_update"):
            kwargs["update_fields"] = STORED_AGAIN
        super().save(*args, **kwargs)
