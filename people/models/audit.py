from datetime import datetime
from typing import Any, Never, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.enums import AuditAction
from people.exceptions import AppendOnly
from people.models.user import User


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads the log. It is written by adding only; age and erasure are the two ways out, each by its name."""

    def of(self, person: User) -> Self:
        """What this person did, and what was done to their account."""
        return self.filter(Q(by=person) | Q(about=person))

    def forget_before(self, moment: datetime) -> int:
        """Let go of what is older; returns how many entries that were."""
        return super().filter(at__lt=moment)._delete_for_good()

    def forget_traces(self, person: User) -> None:
        """Empty what would tell who an erased person was: addresses of both kinds, not what happened."""
        own = self.filter(Q(by=person) | Q(by=None, about=person))
        models.QuerySet.update(own, address=None)
        named = self.filter(
            about=person, action__in=[AuditAction.EMAIL_CHANGE_ASKED, AuditAction.EMAIL_CHANGED]
        )
        models.QuerySet.update(named, details={})

    def update(self, **kwargs: Any) -> Never:
        raise AppendOnly

    def delete(self) -> Never:
        raise AppendOnly

    def _delete_for_good(self) -> int:
        return super().delete()[0]


class AuditEntry(models.Model):
    """Something that happened to an account: when, by whom, about whom, from which network address."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("about whom")
    )
    action = models.CharField(_("what"), max_length=30, choices=AuditAction.choices)
    details = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("network address"), null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnly
