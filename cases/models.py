from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey

from cases.currency import REVIEW_DUE_DAYS, Currency, currency, oldest_facts
from cases.markdown import render_markdown, validate_markdown
from editing.completeness import Problem, Severity
from editing.models import Content, ContentQuerySet
from people.enums import Audience, Language
from people.models import audience_field
from providers.models import Institution
from themes.models import ThemeItem, problem_of_themes


class CaseQuerySet(ContentQuerySet):
    """Finds cases."""

    def current(self, as_of: date, max_age_years: float | None = None) -> Self:
        """Cases that may stand for today's practice on a day; the age limit is the site's unless given."""
        limit = settings.PRAXIS_CASE_MAX_AGE_YEARS if max_age_years is None else max_age_years
        young = Q(facts_as_of__gte=oldest_facts(as_of, limit))
        return self.filter(
            Q(review_by__gte=as_of) | Q(review_by=None) & young,
            Q(is_classic=True) | young,
            facts_as_of__isnull=False,
        )

    def with_currency(self, on: date) -> Self:
        """The cases, each with its `currency_state` on a day by the site's limit; see `cases.currency`."""
        young = Q(facts_as_of__gte=oldest_facts(on, settings.PRAXIS_CASE_MAX_AGE_YEARS))
        due = on + timedelta(days=REVIEW_DUE_DAYS)
        state = Case(
            When(facts_as_of=None, then=Value(Currency.DATE_MISSING.value)),
            When(review_by__lt=on, then=Value(Currency.OVERDUE.value)),
            When(~young & ~Q(is_classic=True, review_by__isnull=False), then=Value(Currency.TOO_OLD.value)),
            When(review_by__lte=due, then=Value(Currency.REVIEW_DUE.value)),
            When(is_classic=True, then=Value(Currency.CLASSIC.value)),
            default=Value(Currency.CURRENT.value),
        )
        return self.annotate(currency_state=state)


class CaseStudy(Content):
    """A library item that describes a real situation of public service."""

    audience = audience_field(Audience.TRAINEES)
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
        help_text=_("A case and its translations count as one case in the balance report."),
    )
    summary = models.TextField(_("summary"), blank=True)
    body = models.TextField(
        _("text"),
        blank=True,
        validators=[validate_markdown],
        help_text=_(
            "Markdown: # heading, **bold**, - list, > quotation. What happened, the choice, the questions."
        ),
    )
    body_html = models.TextField(editable=False, blank=True)
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("institution"),
    )
    themes = ClusterTaggableManager(
        through="cases.CaseTheme",
        blank=True,
        verbose_name=_("themes"),
        help_text=_("1 to 5 narrow themes; generic ones link to nothing."),
    )
    facts_as_of = models.DateField(
        _("facts as of"),
        null=True,
        blank=True,
        help_text=_("The date the events are told to, not today. Correcting a typo does not change it."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_by = models.DateField(
        _("review by"),
        null=True,
        blank=True,
        help_text=_("Usually three years after the last review, two for policy and digital subjects."),
    )
    is_classic = models.BooleanField(
        _("classic"),
        default=False,
        help_text=_("Stays useful in spite of its age; needs a reason and a review date."),
    )
    classic_reason = models.TextField(_("why it is a classic"), blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=50,
        blank=True,
        help_text=_("A public code such as CC-BY-4.0, or institution-only, or by-permission."),
    )
    suggested_hours = models.DecimalField(
        _("suggested hours"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Teaching hours that a placement takes unless it says otherwise."),
    )
    place = models.CharField(_("place"), max_length=255, blank=True)

    objects = CaseQuerySet.as_manager()

    use_labels = {"translation_of": _("translations of it")}

    class Meta(Content.Meta):
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["title", "code"]
        constraints = [
            *Content.Meta.constraints,
            models.CheckConstraint(
                condition=Q(suggested_hours=None) | Q(suggested_hours__gte=0), name="cases_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse facts of the future and a classic without its reason."""
        super().clean()
        if self.facts_as_of and self.facts_as_of > timezone.localdate():
            raise ValidationError({"facts_as_of": _("The facts cannot be later than today.")})
        if self.is_classic and not self.classic_reason.strip():
            raise ValidationError({"classic_reason": _("Say why this case is a classic.")})

    def problems(self, themes: Any = None) -> list[Problem]:
        """What a reviewer would ask for: what happened and when, what it is about, and who answers for it.

        `themes` stand in for its own while a form holds them.
        """
        found = [
            Problem(field, message)
            for field, message in (
                ("title", _("Give the case a title.")),
                ("summary", _("Say in two or three sentences what the case is about.")),
                ("body", _("Write the text of the case.")),
            )
            if not getattr(self, field).strip()
        ]
        if self.facts_as_of is None:
            found.append(Problem("facts_as_of", _("Say to which date the events are told.")))
        if refusal := problem_of_themes(list(self.themes.all() if themes is None else themes)):
            found.append(Problem("themes", refusal))
        if self.institution_id is None and self.owner_id is None:
            found.append(
                Problem("owner", _("Name an institution or an owner: somebody answers for the case."))
            )
        if not self.licence:
            unlicensed = _("No licence is given: nobody knows what they may do with this case.")
            found.append(Problem("licence", unlicensed, severity=Severity.WARNING))
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A save of single fields leaves the text, and so its HTML, as it is.
        if kwargs.get("update_fields") is None:
            self.body_html = render_markdown(self.body)
        super().save(*args, **kwargs)

    def currency(self, on: date | None = None) -> Currency:
        """What a reader should know of this case's age, by the site's limit."""
        return currency(
            self.facts_as_of,
            self.review_by,
            self.is_classic,
            on=on or timezone.localdate(),
            max_age_years=settings.PRAXIS_CASE_MAX_AGE_YEARS,
        )


class CaseTheme(ThemeItem):
    """One theme of one case."""

    content_object = ParentalKey(CaseStudy, on_delete=models.CASCADE, related_name="theme_items")
