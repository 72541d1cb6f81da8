from typing import Any

from django.contrib.auth.models import Group
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Coded, OpenQuerySet
from people.roles import editors_group
from providers.enums import InstitutionKind


class Institution(Coded):
    """An institution that teaches or contributes courses and cases; its editors are a group of people."""

    name = models.CharField(_("name"), max_length=255)
    name_en = models.CharField(_("name in English"), max_length=255, blank=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=255, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=InstitutionKind.choices)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}\Z", _("Give the two capital letters of ISO 3166-1, for example CN."))
        ],
        help_text=_("Two letters of ISO 3166-1, for example CN."),
    )
    url = models.URLField(_("website"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    editors = models.OneToOneField(
        Group, models.PROTECT, related_name="institution", editable=False, verbose_name=_("editors")
    )

    objects = OpenQuerySet.as_manager()

    class Meta(Coded.Meta):
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, else the main one."""
        chinese = (get_language() or "").startswith("zh")
        return (self.name_zh if chinese else self.name_en) or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The group may be there first: people can be imported before the institutions they edit for.
        if self.editors_id is None:
            self.editors = Group.objects.get_or_create(name=editors_group(self.code))[0]
        super().save(*args, **kwargs)
