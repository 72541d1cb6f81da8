import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.codes import MAX_CODE_LENGTH


class RunState(models.TextChoices):
    """How far an import or an export has come."""

    WAITING = "waiting", _("waiting to be checked")
    CHECKING = "checking", _("being checked")
    REFUSED = "refused", _("has errors")
    CHECKED = "checked", _("ready to import")
    CONFIRMED = "confirmed", _("waiting to be imported")
    WRITING = "writing", _("being written")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    DISCARDED = "discarded", _("discarded")


AT_WORK = (RunState.CHECKING, RunState.WRITING)
"""A worker has it."""

IN_LINE = (RunState.WAITING, RunState.CONFIRMED)
"""A worker will take it."""


class Failure(models.TextChoices):
    """Why a run came to nothing although its file is in order."""

    OVERTAKEN = (
        "overtaken",
        _("Something changed here after the file was checked. Nothing was written. Check it again."),
    )
    BROKEN = (
        "broken",
        _("Something went wrong that is not the file's fault. Nothing was written. The log has the reason."),
    )
    NOT_ALLOWED = "not_allowed", _("You may not import this any more. Nothing was written.")
    TOO_OLD = "too_old", _("The file was removed after a day. Nothing was written. Upload it again.")


class ExchangeRun(models.Model):
    """One file on its way in or out, through the admin: whose it is, and how far it has come.

    `stored_as` names the file in the private folder; it is empty once the file is gone. `attempt` counts how
    often a worker took the run, so that one that comes back late cannot finish it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    state = models.CharField(_("state"), max_length=20, choices=RunState.choices, default=RunState.WAITING)
    failure = models.CharField(max_length=20, choices=Failure.choices, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    file_name = models.CharField(_("file"), max_length=255)
    stored_as = models.CharField(max_length=60, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        abstract = True
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.file_name


class ImportRun(ExchangeRun):
    """One import: checked first, written when its owner says so.

    `counts` holds `created`, `updated` and `unchanged`, each by record type. `errors` and `warnings` hold the
    first ones with their place, `digest` what the check has found, so that nothing else is written.
    """

    class Kind(models.TextChoices):
        CONTENT = "content", _("content: themes, institutions, courses, cases, curricula, links")
        PEOPLE = "people", _("people and sending units")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.CONTENT)
    sha256 = models.CharField(max_length=64, db_index=True)
    drafts_only = models.BooleanField(default=False)
    errors: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0)
    warnings: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    warning_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta(ExchangeRun.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def total(self, what: str) -> int:
        """How many records are `created`, `updated` or `unchanged`."""
        return sum(self.counts.get(what, {}).values())


class ExportRun(ExchangeRun):
    """One export: what was asked for, and the file that came of it.

    `counts` holds the number of records by type.
    """

    kinds: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    drafts = models.BooleanField(default=False)
    institution = models.CharField(max_length=MAX_CODE_LENGTH, blank=True)
    left_out = models.PositiveIntegerField(default=0)

    class Meta(ExchangeRun.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")
