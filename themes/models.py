from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from people.models import Coded, OpenQuerySet


class ThemeQuerySet(OpenQuerySet):
    """Finds themes."""

    def in_use(self) -> "ThemeQuerySet":
        """Themes that may be given to something new: not retired."""
        return self.filter(retired=False)


class Theme(Coded, TagBase):
    """A concept of the vocabulary, in the shape of SKOS: labels, broader and narrower concepts, a life-cycle.

    taggit knows a tag by its name and slug: both are the code, so that labels can change freely.
    """

    name = models.GeneratedField(
        expression=F("code"),  # type: ignore[arg-type]  # the stubs forget F
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    slug = models.GeneratedField(
        expression=F("code"),  # type: ignore[arg-type]  # the stubs forget F
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    label_en = models.CharField(_("label in English"), max_length=255, blank=True)
    label_zh = models.CharField(_("label in Chinese"), max_length=255, blank=True)
    alt_en = models.JSONField(_("also called, in English"), default=list, blank=True)
    alt_zh = models.JSONField(_("also called, in Chinese"), default=list, blank=True)
    broader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("broader theme"),
    )
    definition_en = models.TextField(_("definition in English"), blank=True)
    definition_zh = models.TextField(_("definition in Chinese"), blank=True)
    generic = models.BooleanField(
        _("generic"), default=False, help_text=_("Too general to link theory with practice.")
    )
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Stays where it was given, is offered no more.")
    )
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("The page of a retired theme leads to this one."),
    )

    objects = ThemeQuerySet.as_manager()

    free_tagging = False
    use_labels = {"broader": _("narrower themes"), "replaced_by": _("themes that it replaces")}

    class Meta(Coded.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["code"]
        constraints = [
            *Coded.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(label_en="") | ~Q(label_zh=""),
                name="themes_theme_labelled",
                violation_error_message=_("Give the theme a label in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language, else in the other one."""
        chinese = (get_language() or "").startswith("zh")
        first, second = (self.label_zh, self.label_en) if chinese else (self.label_en, self.label_zh)
        return first or second

    @property
    def is_narrow(self) -> bool:
        """Whether it can link theory with practice: not generic, and not the top of a branch."""
        return not self.generic and (self.broader_id is not None or not self.narrower.exists())

    @property
    def definition(self) -> str:
        """The definition in the reader's language, else in the other one."""
        chinese = (get_language() or "").startswith("zh")
        first, second = (
            (self.definition_zh, self.definition_en) if chinese else (self.definition_en, self.definition_zh)
        )
        return first or second

    def save(self, *args: Any, **kwargs: Any) -> None:
        # TagBase would make a slug from the name, which here only the database knows.
        super(TagBase, self).save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a circle of broader themes, and of replacements, naming the path."""
        super().clean()
        self._refuse_circle("broader", _("A theme cannot be broader than itself: %(path)s."))
        self._refuse_circle("replaced_by", _("A theme cannot replace itself: %(path)s."))

    def _refuse_circle(self, field: str, message: Any) -> None:
        path = [self.code]
        for theme in self._upward(field):
            path.append(theme.code)
            if theme.pk == self.pk and self.pk is not None:
                raise ValidationError({field: ValidationError(message, params={"path": " > ".join(path)})})

    def _upward(self, field: str) -> Iterator["Theme"]:
        seen: set[int] = set()
        theme = getattr(self, field)
        while theme is not None and theme.pk not in seen:
            seen.add(theme.pk)
            yield theme
            theme = getattr(theme, field)

    def line_upward(self) -> list["Theme"]:
        """The broader themes from the top down to this one, without it."""
        return list(self._upward("broader"))[::-1]


class ThemeItem(ItemBase):
    """Base of the rows that give a theme to an object; a theme that is used cannot be deleted."""

    tag = models.ForeignKey(Theme, models.PROTECT, related_name="%(app_label)s_%(class)s_items")

    class Meta:
        abstract = True


MOST_THEMES = 5


def problem_of_themes(themes: list[Theme]) -> Promise | None:
    """What is wrong with the themes of something that is to be found, and linked, by them."""
    if not themes:
        return _("Give 1 to 5 themes: people find it by them.")
    if len(themes) > MOST_THEMES:
        return _("Give no more than 5 themes: the narrowest ones say most.")
    if not any(theme.is_narrow for theme in themes):
        return _("Add a narrower theme: general ones link to nothing.")
    return None
