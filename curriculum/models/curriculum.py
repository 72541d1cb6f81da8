from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cases.models import CaseStudy
from curriculum.enums import ContentCategory, DeliveryMethod
from curriculum.models.category import ProgrammeCategory
from curriculum.models.course import Course
from curriculum.models.fields import hours_field
from editing.models import Content
from people.codes import MAX_CODE_LENGTH, new_key, validate_code
from people.enums import Language
from people.models import VisibleQuerySet
from providers.models import Institution


class Curriculum(Content):
    """A teaching layout: modules of placed courses and cases; structure and details share one revision."""

    title = models.CharField(_("title"), max_length=500)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH
    )
    category = models.ForeignKey(
        ProgrammeCategory, models.PROTECT, related_name="curricula", verbose_name=_("programme category")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="curricula",
        verbose_name=_("institution"),
    )
    edition = models.CharField(_("edition"), max_length=50, blank=True, help_text=_("For example 2026."))
    derived_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
        verbose_name=_("derived from"),
    )
    target_group = models.CharField(_("target group"), max_length=500, blank=True)
    objectives = models.JSONField(_("objectives"), default=list, blank=True)
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta(Content.Meta):
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        ordering = ["title", "code"]

    def __str__(self) -> str:
        return self.title


class Module(Orderable, ClusterableModel):
    """An ordered group of placements, known by its code, which never changes."""

    curriculum = ParentalKey(Curriculum, on_delete=models.CASCADE, related_name="modules")
    code = models.CharField(
        _("code"), max_length=MAX_CODE_LENGTH, default=new_key, blank=True, validators=[validate_code]
    )
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [models.UniqueConstraint(fields=["curriculum", "code"], name="curriculum_module_code")]

    def __str__(self) -> str:
        return self.title


class Placement(Orderable):
    """A course or a case at its place in a module; known by its key, which never changes."""

    module = ParentalKey(Module, on_delete=models.CASCADE, related_name="placements")
    key = models.CharField(max_length=32, default=new_key, blank=True)
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name=_("course")
    )
    case = models.ForeignKey(
        CaseStudy, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name=_("case")
    )
    hours = hours_field(
        _("hours"), blank=True, help_text=_("Only where they differ from those of the course or case.")
    )
    delivery_method = models.CharField(
        _("delivery method"),
        max_length=30,
        choices=DeliveryMethod.choices,
        blank=True,
        help_text=_("Of a case; empty means case discussion. A course's units have their own."),
    )
    content_category = models.CharField(
        _("content category"), max_length=30, choices=ContentCategory.choices, blank=True
    )
    optional = models.BooleanField(
        _("optional"), default=False, help_text=_("Outside the totals and the balance.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(
                condition=Q(course=None) | Q(case=None), name="curriculum_placement_target"
            ),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(hours__gte=Decimal(0)), name="curriculum_placement_hours"
            ),
        ]

    def __str__(self) -> str:
        return str(self.course or self.case or _("Nothing chosen yet"))
