"""The items of the library: which models they are, where their themes stand, and their cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from django.db.models import QuerySet

from cases.models import CaseStudy, CaseTheme
from curriculum.balance.methods import method
from curriculum.models import Course, CourseTheme, Curriculum, Placement, Unit, UnitTheme
from search.cards import Card, Kind, Reader, case_card, course_card, curriculum_card

MODELS = {Kind.CURRICULUM: Curriculum, Kind.COURSE: Course, Kind.CASE: CaseStudy}
NO_KEY = 0


def asked(keys: Iterable[int]) -> list[int]:
    """Keys to look up, never none: so a page takes the same queries whatever it happens to hold."""
    return list(keys) or [NO_KEY]


@dataclass(frozen=True, slots=True)
class Tagged:
    """Rows that hold an item's id in column `item` and one of its themes' ids in column `theme`."""

    rows: QuerySet[Any]
    item: str
    theme: str

    def under(self, themes: Iterable[int]) -> QuerySet[Any]:
        """Ids of the items that have one of these themes."""
        return self.rows.filter(**{f"{self.theme}__in": themes}).values(self.item)

    def of(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Item id and theme id of these items."""
        return self.rows.filter(**{f"{self.item}__in": items.values("pk")}).values_list(self.item, self.theme)


def visible(kind: Kind, user: Reader) -> QuerySet[Any]:
    """Everything of one kind that this reader may see now."""
    found: QuerySet[Any] = MODELS[kind].objects.visible_to(user).order_by()
    return found


def tagged(kind: Kind, user: Reader) -> tuple[Tagged, ...]:
    """Where the themes of a kind stand: a course has its units' themes too, a curriculum the own themes of
    those courses and cases in it that this reader may see.
    """
    if kind is Kind.CASE:
        return (Tagged(CaseTheme.objects.all(), "content_object_id", "tag_id"),)
    if kind is Kind.COURSE:
        return (
            Tagged(CourseTheme.objects.all(), "content_object_id", "tag_id"),
            Tagged(UnitTheme.objects.all(), "content_object__course_id", "tag_id"),
        )
    placed = Placement.objects.order_by()
    courses = placed.filter(course__in=visible(Kind.COURSE, user).values("pk"))
    cases = placed.filter(case__in=visible(Kind.CASE, user).values("pk"))
    return (
        Tagged(courses, "module__curriculum_id", "course__theme_items__tag_id"),
        Tagged(cases, "module__curriculum_id", "case__theme_items__tag_id"),
    )


def case_cards(items: QuerySet[Any]) -> list[tuple[CaseStudy, Card]]:
    """Cases as cards, their texts left in the database."""
    return [
        (case, case_card(case)) for case in items.select_related("institution").defer("body", "body_html")
    ]


def course_cards(items: QuerySet[Any]) -> list[tuple[Course, Card]]:
    """Courses as cards, with their teaching hours."""
    courses = list(items.select_related("institution"))
    hours = course_hours([course.pk for course in courses])
    return [(course, course_card(course, hours.get(course.pk) or None)) for course in courses]


def curriculum_cards(items: QuerySet[Any]) -> list[tuple[Curriculum, Card]]:
    """Curricula as cards."""
    return [
        (curriculum, curriculum_card(curriculum))
        for curriculum in items.select_related("institution", "category")
    ]


def course_hours(courses: Iterable[int]) -> dict[int, float]:
    """Teaching hours of courses by id: theory and practice, without self-study and neutral units."""
    found: dict[int, list[float]] = {}
    rows = Unit.objects.filter(course__in=asked(courses), neutral=False, self_study=False).values_list(
        "course_id", "delivery_method", "hours"
    )
    for course, taught, hours in rows:
        how = method(taught)
        if not (how.neutral or how.self_study):
            found.setdefault(course, []).append(float(hours or 0))
    return {course: fsum(hours) for course, hours in found.items()}


CARDS: Mapping[Kind, Callable[[QuerySet[Any]], list[tuple[Any, Card]]]] = {
    Kind.CURRICULUM: curriculum_cards,
    Kind.COURSE: course_cards,
    Kind.CASE: case_cards,
}
