"""What lists show of things that can be opened: one shape for the library, the home page and all other pages.

Everything in a card is read before a template sees it: drawing a page asks the database nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.currency import Currency
from cases.wording import CURRENCY_LABELS
from curriculum.levels import Level

if TYPE_CHECKING:
    from cases.models import CaseStudy
    from curriculum.models import Course, Curriculum, ProgrammeCategory
    from people.models import User
    from providers.models import Institution
    from themes.models import Theme

SUMMARY_LENGTH = 240

Reader: TypeAlias = "User | AnonymousUser"
"""Whoever asks for a page, signed in or not."""


class Kind(TextChoices):
    """What can be found in the library; the value is also the name of its page's address."""

    CURRICULUM = "curriculum", _("Curriculum")
    COURSE = "course", _("Course")
    CASE = "case", _("Case")


CURRENCY_LEVELS = {
    Currency.CURRENT: Level.WITHIN,
    Currency.REVIEW_DUE: Level.WATCH,
    Currency.OVERDUE: Level.WATCH,
    Currency.TOO_OLD: Level.WATCH,
    Currency.CLASSIC: Level.REPORTED,
    Currency.DATE_MISSING: Level.NONE,
}


@dataclass(frozen=True, slots=True)
class Badge:
    """How current a case is, in one or two words; `level` chooses its shape, for it is no verdict."""

    state: Currency

    @property
    def label(self) -> str:
        """The words."""
        return str(CURRENCY_LABELS[self.state])

    @property
    def level(self) -> Level:
        """The shape."""
        return CURRENCY_LEVELS[self.state]


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that can be opened: its title, the language of that (empty if unknown), its address."""

    code: str
    title: str
    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """An item of a list: `note` is a curriculum's category, `facts_as_of` and `currency` belong to cases.

    `hours` are teaching hours; they are left out where a course has nothing but hours beside the total.
    """

    kind: Kind
    ref: Ref
    summary: str
    institution: Ref | None
    facts_as_of: date | None = None
    currency: Badge | None = None
    hours: float | None = None
    note: str = ""


def interface_language() -> str:
    """The code of the language that the page is drawn in."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"


def theme_ref(theme: Theme) -> Ref:
    """A theme under its label in the reader's language, else in the other one."""
    wanted = interface_language()
    labels = {"en": theme.label_en, "zh-hans": theme.label_zh}
    other = "en" if wanted == "zh-hans" else "zh-hans"
    language = wanted if labels[wanted] else other
    return Ref(theme.code, labels[language] or theme.code, language, reverse("theme", args=[theme.code]))


def institution_ref(institution: Institution | None) -> Ref | None:
    """An institution under its name in the reader's language, else under its main one."""
    if institution is None:
        return None
    wanted = interface_language()
    translated = institution.name_zh if wanted == "zh-hans" else institution.name_en
    return Ref(
        institution.code,
        translated or institution.name,
        wanted if translated else language_of(institution.name),
        reverse("institution", args=[institution.code]),
    )


def language_of(text: str) -> str:
    """The language of a text that says none: Chinese as soon as it has one Chinese character."""
    return "zh-hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


def category_label(category: ProgrammeCategory) -> str:
    """A programme category in the reader's language, else in English."""
    return (category.label_zh if interface_language() == "zh-hans" else "") or category.label_en


def content_ref(kind: Kind, item: CaseStudy | Course | Curriculum) -> Ref:
    """A case, course or curriculum under its own title and language."""
    return Ref(item.code, item.title, item.language, reverse(kind.value, args=[item.code]))


def shortened(text: str) -> str:
    """The beginning of a summary that would fill a list."""
    return Truncator(text).chars(SUMMARY_LENGTH)


def case_card(case: CaseStudy) -> Card:
    """A case, with its institution loaded."""
    return Card(
        Kind.CASE,
        content_ref(Kind.CASE, case),
        shortened(case.summary),
        institution_ref(case.institution),
        facts_as_of=case.facts_as_of,
        currency=Badge(case.currency()),
        hours=None if case.suggested_hours is None else float(case.suggested_hours),
    )


def course_card(course: Course, hours: float | None = None) -> Card:
    """A course, with its institution loaded."""
    return Card(
        Kind.COURSE,
        content_ref(Kind.COURSE, course),
        shortened(course.summary),
        institution_ref(course.institution),
        hours=hours,
    )


def curriculum_card(curriculum: Curriculum) -> Card:
    """A curriculum, with its institution and category loaded."""
    return Card(
        Kind.CURRICULUM,
        content_ref(Kind.CURRICULUM, curriculum),
        shortened(curriculum.summary),
        institution_ref(curriculum.institution),
        note=category_label(curriculum.category),
    )
