from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cases.models import CaseStudy
from curriculum.enums import ContentCategory, DeliveryMethod, LecturerType
from curriculum.missing import NO_UNITS, UNTAGGED
from curriculum.models.fields import hours_field, share_field
from editing.completeness import Problem, Severity, problems_of_rows
from editing.models import Content, ContentQuerySet
from editing.models.rows import KeyedRow
from people.codes import MAX_CODE_LENGTH, new_key, validate_code
from people.enums import Language
from providers.models import Institution
from themes.models import ThemeItem


class Course(Content):
    """A reusable container of units; curricula place it, and share it."""

    title = models.CharField(_("title"), max_length=500)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH
    )
    translation_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
    )
    summary = models.TextField(_("summary"), blank=True)
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("institution"),
    )
    themes = ClusterTaggableManager(
        through="curriculum.CourseTheme",
        blank=True,
        verbose_name=_("themes"),
        help_text=_("Themes of every unit that has none of its own."),
    )

    objects = ContentQuerySet.as_manager()

    use_labels = {"translation_of": _("translations of it")}

    class Meta(Content.Meta):
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "code"]

    def __str__(self) -> str:
        return self.title

    def problems(self) -> list[Problem]:
        """What a reviewer would ask for: a title, and units of which each says what, how and how long."""
        found = [] if self.title.strip() else [Problem("title", _("Give the course a title."))]
        units = list(self.units.all())
        if not units:
            found.append(Problem("units", NO_UNITS))
        if not list(self.theme_items.all()):
            found += [
                Problem("themes", UNTAGGED, severity=Severity.WARNING).inside("units", number)
                for number, unit in enumerate(units, start=1)
                if not (unit.neutral or list(unit.theme_items.all()))
            ]
        return found + problems_of_rows("units", units)


class CourseTheme(ThemeItem):
    """One theme of one course."""

    content_object = ParentalKey(Course, on_delete=models.CASCADE, related_name="theme_items")


class Unit(KeyedRow, Orderable, ClusterableModel):
    """The smallest timed element of teaching, inside one course; known by its code, which never changes."""

    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(
        _("code"), max_length=MAX_CODE_LENGTH, default=new_key, blank=True, validators=[validate_code]
    )
    title = models.CharField(_("title"), max_length=500)
    hours = hours_field(_("hours"), help_text=_("Teaching hours, for example 2.5."))
    delivery_method = models.CharField(
        _("delivery method"), max_length=30, choices=DeliveryMethod.choices, default=DeliveryMethod.LECTURE
    )
    content_category = models.CharField(
        _("content category"), max_length=30, choices=ContentCategory.choices, blank=True
    )
    practice_fraction = share_field(
        _("practice fraction"),
        null=True,
        blank=True,
        help_text=_("From 0, all theory, to 1, all practice. Empty: as the method usually is."),
    )
    themes = ClusterTaggableManager(
        through="curriculum.UnitTheme",
        blank=True,
        verbose_name=_("themes"),
        help_text=_("1 to 5 narrow themes; empty takes those of the course."),
    )
    self_study = models.BooleanField(_("self-study"), default=False)
    neutral = models.BooleanField(
        _("neutral"), default=False, help_text=_("Opening, examination or travel: counts as neither.")
    )
    performance_level = models.CharField(
        _("performance level"),
        max_length=50,
        blank=True,
        help_text=_("What a trainee can do afterwards: knows, knows how, shows how, does."),
    )
    lecturer_type = models.CharField(_("lecturer"), max_length=30, choices=LecturerType.choices, blank=True)
    case = models.ForeignKey(
        CaseStudy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("case"),
        help_text=_("The case that is worked on inside this unit."),
    )
    summary = models.TextField(_("summary"), blank=True)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)

    use_labels = {"case": _("courses with a unit on it")}

    stable_key = "code"

    class Meta(Orderable.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["course", "code"], name="curriculum_unit_code"),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(hours__gte=Decimal(0)), name="curriculum_unit_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def problems(self) -> list[Problem]:
        """What the row lacks by itself."""
        found = [] if self.title.strip() else [Problem("title", _("Give the unit a title."))]
        if self.hours is None:
            found.append(Problem("hours", _("Say how many hours the unit takes; 0 is a number too.")))
        if not self.delivery_method:
            found.append(Problem("delivery_method", _("Say how the unit is taught.")))
        return found


class UnitTheme(ThemeItem):
    """One theme of one unit."""

    content_object = ParentalKey(Unit, on_delete=models.CASCADE, related_name="theme_items")
