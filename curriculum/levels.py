"""The levels of a figure or verdict: the worse, the more ink, so that they survive grey print."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from curriculum.balance.limits import Color


class Level(TextChoices):
    """How a figure or a verdict stands to its limits; each has its own shape, fill and words."""

    WITHIN = "within", _("Within limits")
    WATCH = "watch", _("Watch")
    ACT = "act", _("Act")
    NONE = "none", _("No figure")
    REPORTED = "reported", _("Reported only")

    @classmethod
    def of(cls, color: Color | None, *, value: float | None = None) -> Level:
        """The level of an engine's colour; without one a value is reported only, none at all is no figure."""
        if color is None:
            return cls.NONE if value is None else cls.REPORTED
        return {Color.GREEN: cls.WITHIN, Color.AMBER: cls.WATCH, Color.RED: cls.ACT}[color]
