"""What cases, courses and themes are called for one reader: rule 48, for all that prints a balance report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cases.models import CaseStudy
from curriculum.balance.layout import Case as CaseLayout
from curriculum.balance.layout import Course as CourseLayout
from curriculum.balance.names import Names
from curriculum.balance.timetable import Item
from curriculum.models import Course
from curriculum.wording import RESTRICTED_CASE
from editing.permissions import Person, changeable_by
from themes.models import Theme


class ReaderNames(Names):
    """Names for a reader who may not know all courses either.

    ``cases`` and ``courses`` hold the codes of those known, with their languages. Units of another course are
    called by their place inside it.
    """

    def __init__(
        self,
        cases: Mapping[str, str],
        courses: Mapping[str, str],
        restricted: Callable[[int], str],
        themes: Mapping[str, str],
    ) -> None:
        super().__init__(cases, restricted, themes)
        self._cases = cases
        self._courses = courses
        self._course_numbers: dict[str, int] = {}

    def knows(self, course: CourseLayout) -> bool:
        """Whether code and titles of the course may be shown."""
        return course.code in self._courses

    def course(self, course: CourseLayout) -> str:
        """The code of the course, or its opaque name."""
        if self.knows(course):
            return course.code
        number = self._course_numbers.setdefault(course.code, len(self._course_numbers) + 1)
        return _("restricted course %(number)s") % {"number": number}

    def course_title(self, course: CourseLayout) -> str:
        """The title of the course, or its opaque name."""
        return course.title if self.knows(course) else self.course(course)

    def case_language(self, case: CaseLayout) -> str:
        """The language of a case that may be named, else an empty text: opaque names are in the reader's."""
        return self._cases.get(case.code, "")

    def item_language(self, item: Item) -> str:
        """The same for a unit or placed case."""
        if item.course is not None:
            return self._courses.get(item.course.code, "")
        return self.case_language(item.case) if item.case else ""

    def identifier(self, item: Item) -> str:
        if item.course is None or self.knows(item.course):
            return super().identifier(item)
        return f"{self.course(item.course)}/{item.number.rpartition('.')[2]}"

    def item_title(self, item: Item) -> str:
        if item.course is None or self.knows(item.course):
            return super().item_title(item)
        return self.course(item.course)


def names_for(reader: Person | None, *, drafts: bool) -> ReaderNames:
    """The names for one document, in the language of its reader; without a reader nothing is hidden.

    A reader sees what is published for them and what they may change. Where ``drafts`` are shown, what has
    one is called by its name only before those who may change it. The number of queries is constant.
    """
    return ReaderNames(
        cases=_languages(reader, CaseStudy, drafts=drafts),
        courses=_languages(reader, Course, drafts=drafts),
        restricted=str(RESTRICTED_CASE).format,
        themes={theme.code: theme.label for theme in Theme.objects.only("code", "label_en", "label_zh")},
    )


def _languages(reader: Person | None, model: Any, *, drafts: bool) -> dict[str, str]:
    """The languages of all that this reader may know, by code."""
    objects = model._default_manager.order_by()
    if reader is None:
        return dict(objects.values_list("code", "language"))
    published = objects.visible_to(reader)
    if drafts:
        published = published.filter(has_unpublished_changes=False)
    seen = (published, changeable_by(reader, objects))
    return {code: language for known in seen for code, language in known.values_list("code", "language")}
