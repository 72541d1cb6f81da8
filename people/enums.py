"""Choices of accounts and of the visibility rule."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Who may find and read an object, before its clearance and its dates are looked at."""

    PUBLIC = "public", _("Public: everyone, signed in or not")
    TRAINEES = "trainees", _("Trainees: everyone who is signed in")
    EDUCATORS = "educators", _("Educators: trainees will not find it in search, lists or counts")
    RESTRICTED = "restricted", _("Restricted: only those named below")


class Clearance(IntegerChoices):
    """Levels that an account must reach, in addition to the audience, to read an object."""

    OPEN = 0, _("0: open")
    INTERNAL = 1, _("1: internal")
    CONFIDENTIAL = 2, _("2: confidential")
    SECRET = 3, _("3: secret")


class Language(TextChoices):
    """Languages of content and of the interface."""

    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"
