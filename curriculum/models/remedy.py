from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cases.models import CaseStudy
from curriculum.models.curriculum import Curriculum
from curriculum.models.fields import hours_field
from themes.models import Theme

KEY_LENGTH = 500
"""Room for the key of a suggestion, which names the cases, units or themes that it is about."""


class DecisionState(models.TextChoices):
    """What somebody said to a suggestion."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class RemedyDecision(models.Model):
    """What somebody decided about a suggestion for a curriculum; it stands until it is taken back.

    `what` is the key of the suggestion. For an accepted one, `placements` holds the stable keys of the rows
    that it put into the draft, and `revision` the draft that it made.
    """

    # Decisions are not what uses a curriculum: they go with it.
    curriculum = models.ForeignKey(Curriculum, models.CASCADE, related_name="+", verbose_name=_("curriculum"))
    what = models.CharField(_("suggestion"), max_length=KEY_LENGTH)
    state = models.CharField(_("state"), max_length=20, choices=DecisionState.choices)
    reason = models.TextField(_("reason"), blank=True)
    placements: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("draft")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("decided"), auto_now_add=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("decision about a suggestion")
        verbose_name_plural = _("decisions about suggestions")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["curriculum", "state"], name="curriculum_decision_state")]

    def __str__(self) -> str:
        return f"{self.what}: {self.get_state_display()}"


class CallState(models.TextChoices):
    """How far a call for a case has come."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CaseCall(models.Model):
    """A case that somebody wants written: about which themes, how long, by when, for which curriculum."""

    curriculum = models.ForeignKey(Curriculum, models.CASCADE, related_name="+", verbose_name=_("curriculum"))
    what = models.CharField(_("suggestion"), max_length=KEY_LENGTH)
    title = models.CharField(_("title"), max_length=500)
    themes = models.ManyToManyField(Theme, related_name="+", verbose_name=_("themes"))
    hours = hours_field(_("hours"), blank=True)
    wanted_by = models.DateField(_("wanted by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=CallState.choices, default=CallState.OPEN)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    answered_by = models.ForeignKey(
        CaseStudy,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by the case"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("call for a case")
        verbose_name_plural = _("calls for cases")
        ordering = ["wanted_by", "-made_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="curriculum_call_state")]

    def __str__(self) -> str:
        return self.title
