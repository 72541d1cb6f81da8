"""Units with theory as the balance engine sees them: which themes they carry and which cases serve them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from curriculum.balance import layout
from curriculum.balance.methods import METHODS
from curriculum.balance.timetable import Element, timetable
from curriculum.balance.vocabulary import Vocabulary
from curriculum.models import CourseTheme, TheoryCaseLink, Unit, UnitTheme
from praxis.public.queries.parts import ThemeCodes, as_layout, tags_of
from search.cards import Kind, Reader, Ref, content_ref
from search.items import visible
from search.vocabulary import ThemeTree

NEUTRAL = [code for code, taught in METHODS.items() if taught.neutral]
PRACTICE_ONLY = [code for code, taught in METHODS.items() if taught.practice_fraction >= 1]
HAS_THEORY = (
    Q(neutral=False)
    & ~Q(delivery_method__in=NEUTRAL)
    & (Q(practice_fraction__lt=1) | Q(practice_fraction=None) & ~Q(delivery_method__in=PRACTICE_ONLY))
)
BARE = ~Exists(UnitTheme.objects.filter(content_object=OuterRef("pk")))
"""Units without themes of their own: they have their course's."""


def theory_units(user: Reader) -> QuerySet[Unit]:
    """Units with a theory part in courses that this reader may see."""
    courses = visible(Kind.COURSE, user).values("pk")
    units: QuerySet[Unit] = Unit._default_manager.filter(HAS_THEORY, course__in=courses)
    return units


def carrying(themes: Iterable[int]) -> Q:
    """Units under one of these themes: by their own, or where they have none by their course's."""
    keys = list(themes)
    own = UnitTheme.objects.filter(tag__in=keys).values("content_object")
    inherited = CourseTheme.objects.filter(tag__in=keys).values("content_object")
    return Q(pk__in=own) | (BARE & Q(course__in=inherited))


def links_of(cases: QuerySet[Any]) -> list[layout.Link]:
    """What people said about units and these cases or any translation of them, under the original's code."""
    originals = cases.order_by().values_list(Coalesce("translation_of", "pk"))
    rows = TheoryCaseLink.objects.filter(Q(case__in=originals) | Q(case__translation_of__in=originals))
    return [
        layout.Link(course, unit, case, layout.LinkState(state))
        for course, unit, case, state in rows.values_list(
            "course__code", "unit", Coalesce("case__translation_of__code", "case__code"), "state"
        )
    ]


@dataclass(frozen=True, slots=True)
class Theory:
    """Theory parts of units in the order of course titles, and these units by course and unit code."""

    elements: tuple[Element, ...]
    units: Mapping[layout.UnitKey, Unit]

    @classmethod
    def load(cls, units: QuerySet[Unit], tree: ThemeTree, cases: Mapping[int, layout.Case]) -> Theory:
        """Three queries; `cases` by id are those that units may name."""
        rows = list(
            units.select_related("course").order_by("course__title", "course__code", "sort_order", "pk")
        )
        of_units = tags_of(UnitTheme, units.values("pk"))
        of_courses = tags_of(CourseTheme, units.values("course"))
        themes = ThemeCodes(
            {key: tree.codes(found) for key, found in of_units.items()},
            {key: tree.codes(found) for key, found in of_courses.items()},
        )
        grouped: defaultdict[int, list[Unit]] = defaultdict(list)
        for unit in rows:
            grouped[unit.course_id].append(unit)
        placements = tuple(
            layout.Placement(course=as_layout(found[0].course, found, themes, cases))
            for found in grouped.values()
        )
        laid_out = layout.Layout(
            "",
            timezone.localdate(),
            layout.Library.of(Vocabulary.of(())),
            modules=(layout.Module("", placements=placements),),
        )
        return cls(
            timetable(laid_out, count_self_study=True).theory,
            {(unit.course.code, unit.code): unit for unit in rows},
        )

    def unit(self, element: Element) -> Unit:
        """The unit of an element."""
        return self.units[element.item.unit_key or ("", "")]

    def course(self, element: Element) -> Ref:
        """The course of an element, as a link to its unit's page."""
        return content_ref(Kind.COURSE, self.unit(element).course)
