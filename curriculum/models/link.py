from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import CaseStudy
from curriculum.enums import LinkState
from curriculum.models.course import Course
from people.codes import MAX_CODE_LENGTH


class TheoryCaseLink(models.Model):
    """A person's decision that a case does, or does not, show a unit's theory at work.

    It names the unit by course and code: units of drafts have no row of their own to point at.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="case_links", verbose_name=_("course"))
    unit = models.CharField(_("unit code"), max_length=MAX_CODE_LENGTH)
    case = models.ForeignKey(CaseStudy, models.CASCADE, related_name="theory_links", verbose_name=_("case"))
    state = models.CharField(_("state"), max_length=20, choices=LinkState.choices)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    use_labels = {"course": _("cases linked with its units"), "case": _("courses with units linked with it")}
    use_holders = {"course": "case", "case": "course"}

    class Meta:
        verbose_name = _("theory-case link")
        verbose_name_plural = _("theory-case links")
        ordering = ["course__code", "unit", "case__code"]
        constraints = [
            models.UniqueConstraint(fields=["course", "unit", "case"], name="curriculum_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course} / {self.unit} – {self.case}"


class LinkChange(models.Model):
    """One decision about several links at once, with all that taking it back takes.

    `rows` lists, a link each: the keys `course`, `unit` and `case`, and in `before` what stood there, `null`
    where nobody had decided.
    """

    state = models.CharField(_("state"), max_length=20, choices=LinkState.choices)
    reason = models.TextField(_("reason"))
    rows = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("decision about links")
        verbose_name_plural = _("decisions about links")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {len(self.rows)}"
