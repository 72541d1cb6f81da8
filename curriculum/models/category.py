from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from curriculum.models.fields import share_field
from curriculum.models.policy_rules import nonsense
from people.models import Coded, OpenQuerySet


class ProgrammeCategory(Coded):
    """A type of programme: it fixes the balance policy and who is meant."""

    label_en = models.CharField(_("label in English"), max_length=255)
    label_zh = models.CharField(_("label in Chinese"), max_length=255, blank=True)

    objects = OpenQuerySet.as_manager()

    class Meta(Coded.Meta):
        verbose_name = _("programme category")
        verbose_name_plural = _("programme categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language, else the English one."""
        chinese = (get_language() or "").startswith("zh")
        return (self.label_zh if chinese else "") or self.label_en


class PolicyQuerySet(models.QuerySet["BalancePolicy"]):
    """Finds policies."""

    def in_force(self, on: date) -> Self:
        """Policies that have begun by this day, the latest of each category first."""
        return self.filter(Q(effective_from=None) | Q(effective_from__lte=on)).order_by(
            "category_id", F("effective_from").desc(nulls_last=True)
        )


class BalancePolicy(models.Model):
    """What a committee asks of the curricula of a category from a day on: band, limits, constants.

    Shares are 0 to 1, hours are teaching hours. Every balance report prints the values it used.
    """

    category = models.ForeignKey(
        ProgrammeCategory, models.CASCADE, related_name="policies", verbose_name=_("programme category")
    )
    effective_from = models.DateField(
        _("effective from"), null=True, blank=True, help_text=_("Empty: from the beginning.")
    )
    practice_low = share_field(_("lowest practice share"), null=True, blank=True)
    practice_high = share_field(_("highest practice share"), null=True, blank=True)
    practice_margin = share_field(
        _("margin around the band"),
        default=Decimal("0.05"),
        help_text=_("This far outside is watch, further is act."),
    )
    linkage_coverage_green = share_field(_("theory with a case: within limits from"), default=Decimal("0.8"))
    linkage_coverage_amber = share_field(_("theory with a case: watch from"), default=Decimal("0.6"))
    orphan_practice_green = share_field(_("unattached practice: within limits up to"), default=Decimal("0.1"))
    orphan_practice_amber = share_field(_("unattached practice: watch up to"), default=Decimal("0.25"))
    knockout_loss_green = share_field(_("loss with one case: within limits up to"), default=Decimal("0.25"))
    knockout_loss_amber = share_field(_("loss with one case: watch up to"), default=Decimal("0.5"))
    sequence_fit_green = share_field(_("order: within limits from"), default=Decimal("0.8"))
    sequence_fit_amber = share_field(_("order: watch from"), default=Decimal("0.6"))
    timeliness_index_green = share_field(_("freshness: within limits from"), default=Decimal("0.7"))
    timeliness_index_amber = share_field(_("freshness: watch from"), default=Decimal("0.5"))
    thematic_divergence_green = share_field(
        _("mismatch of themes: within limits up to"), default=Decimal("0.15")
    )
    thematic_divergence_amber = share_field(_("mismatch of themes: watch up to"), default=Decimal("0.35"))
    half_life_years = models.DecimalField(
        _("half-life of a case in years"),
        max_digits=9,
        decimal_places=6,
        default=Decimal(5),
        validators=[MinValueValidator(Decimal("0.000001"))],
    )
    max_age_years = models.DecimalField(
        _("greatest age of a case in years"),
        max_digits=9,
        decimal_places=6,
        default=Decimal(6),
        validators=[MinValueValidator(Decimal(0))],
    )
    gap_hours = models.DecimalField(
        _("gap always allowed, in hours"),
        max_digits=12,
        decimal_places=6,
        default=Decimal(6),
        validators=[MinValueValidator(Decimal(0))],
    )
    gap_share = share_field(_("gap allowed as a share of all hours"), default=Decimal("0.2"))
    untagged_limit = share_field(_("greatest share of hours without a theme"), default=Decimal("0.1"))
    min_units = models.PositiveIntegerField(
        _("theory units from which order and dependence count"), default=3
    )
    generic_share = share_field(_("a theme on more of the theory units says little"), default=Decimal("0.5"))
    generic_min_units = models.PositiveIntegerField(_("theory units from which that is said"), default=5)
    min_theory_and_party_spirit = share_field(
        _("least share of theory and party-spirit education together"), null=True, blank=True
    )
    min_theory_education = share_field(_("least share of theory education"), null=True, blank=True)
    min_party_spirit_education = share_field(
        _("least share of party-spirit education"), null=True, blank=True
    )
    min_job_competence = share_field(_("least share of job competence"), null=True, blank=True)
    min_knowledge = share_field(_("least share of knowledge"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("balance policy")
        verbose_name_plural = _("balance policies")
        ordering = ["category__code", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "effective_from"],
                name="curriculum_policy_day",
                violation_error_message=_("The category has a policy from this day on already."),
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(effective_from=None),
                name="curriculum_policy_beginning",
                violation_error_message=_("The category has a policy from the beginning already."),
            ),
            models.CheckConstraint(
                condition=Q(practice_low=None, practice_high=None)
                | Q(practice_low__isnull=False, practice_high__gte=F("practice_low")),
                name="curriculum_policy_band",
                violation_error_message=_("Give both ends of the band, the lower one first, or neither."),
            ),
        ]

    def __str__(self) -> str:
        begin = self.effective_from.isoformat() if self.effective_from else _("from the beginning")
        return f"{self.category}, {begin}"

    def clean(self) -> None:
        """Refuse values that contradict each other."""
        super().clean()
        errors: dict[str, list[Any]] = {}
        for field, reason in nonsense(self):
            errors.setdefault(field, []).append(reason)
        if errors:
            raise ValidationError(errors)
