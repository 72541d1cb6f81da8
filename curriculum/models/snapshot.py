from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from curriculum.balance.headlines import Headline
from curriculum.models.curriculum import Curriculum


class SnapshotQuerySet(models.QuerySet["BalanceSnapshot"]):
    """Finds snapshots."""

    def latest_of_each(self) -> "SnapshotQuerySet":
        """The last snapshot of each curriculum; they are numbered in the order in which they are made."""
        last = self.order_by().values("curriculum").annotate(last=Max("pk")).values("last")
        return self.filter(pk__in=last)


class BalanceSnapshot(models.Model):
    """What the balance report said of a curriculum on a day, and all that it was computed from.

    `inputs` is the layout as `curriculum.balance.frozen` writes it, `results` the record of the report. Both
    hold the codes of all cases: whoever shows them asks what the reader may see.
    """

    class Occasion(models.TextChoices):
        """Why a snapshot was made."""

        PUBLISHED = "published", _("published")
        CHANGED = "changed", _("something it depends on changed")
        FIRST = "first", _("first record")

    curriculum = models.ForeignKey(
        Curriculum, models.CASCADE, related_name="snapshots", verbose_name=_("curriculum")
    )
    made_at = models.DateTimeField(_("made at"))
    as_of = models.DateField(_("as of"))
    view = models.CharField(_("view"), max_length=20)
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices)
    headline = models.CharField(_("headline"), max_length=30, choices=[(one, one) for one in Headline])
    input_hash = models.CharField(_("number of the inputs"), max_length=64)
    engine_version = models.CharField(_("version of the engine"), max_length=20)
    inputs = models.JSONField(_("inputs"))
    results = models.JSONField(_("results"))

    objects = SnapshotQuerySet.as_manager()

    # A record of the past is no use of the curriculum: it must not hold up its deletion.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("balance snapshot")
        verbose_name_plural = _("balance snapshots")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["curriculum", "-id"], name="curriculum_snapshot_latest")]

    def __str__(self) -> str:
        return f"{self.curriculum}, {self.as_of.isoformat()}"


class BalanceCheck(models.Model):
    """One day on which every curriculum was looked at for a new snapshot, so that it happens once a day."""

    day = models.DateField(_("day"), unique=True)
    checked = models.PositiveIntegerField(_("curricula looked at"), default=0)
    stored = models.PositiveIntegerField(_("snapshots made"), default=0)

    class Meta:
        verbose_name = _("balance check")
        verbose_name_plural = _("balance checks")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
