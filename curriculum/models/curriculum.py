from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cases.models import CaseStudy
from curriculum.enums import ContentCategory, DeliveryMethod
from curriculum.missing import NO_MODULES, NOTHING_PLACED
from curriculum.models.category import ProgrammeCategory
from curriculum.models.course import Course
from curriculum.models.fields import hours_field
from editing.completeness import Problem, problems_of_rows
from editing.models import Content, ContentQuerySet
from editing.models.rows import KeyedRow
from people.codes import MAX_CODE_LENGTH, new_key, validate_code
from people.enums import Language
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

    objects = ContentQuerySet.as_manager()

    use_labels = {"derived_from": _("curricula derived from it")}

    class Meta(Content.Meta):
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        ordering = ["title", "code"]

    def __str__(self) -> str:
        return self.title

    def be_copy_of(self, source: "Curriculum") -> None:
        """Say where a copy comes from."""
        self.derived_from = source

    def problems(self) -> list[Problem]:
        """What a reviewer would ask for: title, category, and modules in which something public is placed."""
        found = [] if self.title.strip() else [Problem("title", _("Give the curriculum a title."))]
        if self.category_id is None:
            found.append(
                Problem("category", _("Choose a programme category: it sets the limits of the balance."))
            )
        modules = list(self.modules.all())
        if not modules:
            found.append(Problem("modules", NO_MODULES))
        placements = [placement for module in modules for placement in module.placements.all()]
        models.prefetch_related_objects(placements, "course", "case")
        return found + problems_of_rows("modules", modules)


class Module(KeyedRow, Orderable, ClusterableModel):
    """An ordered group of placements, known by its code, which never changes."""

    curriculum = ParentalKey(Curriculum, on_delete=models.CASCADE, related_name="modules")
    code = models.CharField(
        _("code"), max_length=MAX_CODE_LENGTH, default=new_key, blank=True, validators=[validate_code]
    )
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)

    stable_key = "code"

    class Meta(Orderable.Meta):
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [models.UniqueConstraint(fields=["curriculum", "code"], name="curriculum_module_code")]

    def __str__(self) -> str:
        return self.title

    def problems(self) -> list[Problem]:
        """What the row and the rows inside it lack."""
        found = [] if self.title.strip() else [Problem("title", _("Give the module a title."))]
        placements = list(self.placements.all())
        if not placements:
            found.append(Problem("placements", NOTHING_PLACED))
        return found + problems_of_rows("placements", placements)


class Placement(KeyedRow, Orderable):
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

    use_labels = {"course": _("curricula that place it"), "case": _("curricula that place it")}

    stable_key = "key"

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

    def problems(self) -> list[Problem]:
        """What the row lacks: one target, which readers can open.

        A target must be live and not in the bin: a review is about one object, its targets have their own.
        It is not named: who places it need not be allowed to see it.
        """
        if self.course_id and self.case_id:
            return [Problem("case", _("Choose a course or a case, not both."))]
        target, field = (self.case, "case") if self.case_id else (self.course, "course")
        if target is None:
            return [Problem(field, _("Choose a course or a case."))]
        if target.archived_at is not None:
            return [Problem(field, _("What stands here is in the bin: choose something else."))]
        if not target.live:
            not_yet = _("What stands here is not published: publish it first, or choose something else.")
            return [Problem(field, not_yet)]
        return []
