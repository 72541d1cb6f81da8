"""Hours of theory and practice for the lists and panels of the editor: many objects, few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from django.utils import timezone

from curriculum.balance.layout import Course as CourseLayout
from curriculum.balance.layout import Layout, Library
from curriculum.balance.layout import Module as ModuleLayout
from curriculum.balance.layout import Placement as PlacementLayout
from curriculum.balance.layout import Unit as UnitLayout
from curriculum.balance.loaders import load_layouts
from curriculum.balance.timetable import Element, timetable
from curriculum.balance.vocabulary import Vocabulary
from curriculum.models import Curriculum, Unit

NO_LIBRARY = Library.of(Vocabulary.of(()))


@dataclass(frozen=True, slots=True)
class HoursSplit:
    """Counted teaching hours of something."""

    theory: float
    practice: float

    @property
    def total(self) -> float:
        """Theory and practice."""
        return self.theory + self.practice

    @property
    def practice_share(self) -> float | None:
        """Practice of all hours, 0..1; `None` where there are no hours."""
        return self.practice / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """One module of a curriculum with its place number and its hours."""

    number: str
    title: str
    hours: HoursSplit


def curriculum_layout(curriculum: Curriculum) -> Layout | None:
    """One curriculum as if its draft were approved, all else as published; `None` before its first draft."""
    here = Curriculum.objects.filter(pk=curriculum.pk)
    layouts = load_layouts(here, drafts=[curriculum], as_of=timezone.localdate())
    return layouts[0] if layouts else None


def hours_by_module(layout: Layout) -> tuple[ModuleHours, ...]:
    """The modules in order, with the hours that count for the balance."""
    hours = timetable(layout)
    theory, practice = _by_module(hours.theory), _by_module(hours.practice)
    rows = []
    for place, module in enumerate(layout.modules, start=1):
        number = str(place)
        rows.append(
            ModuleHours(number, module.title, HoursSplit(fsum(theory[number]), fsum(practice[number])))
        )
    return tuple(rows)


def _by_module(elements: Iterable[Element]) -> defaultdict[str, list[float]]:
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for element in elements:
        hours[element.item.number.partition(".")[0]].append(element.hours)
    return hours


def hours_of_curricula(curricula: Iterable[Curriculum]) -> Mapping[str, HoursSplit]:
    """Hours by code: of published curricula as they are published, of the others as they are drafted."""
    rows = list(curricula)
    layouts = load_layouts(
        Curriculum.objects.filter(pk__in=[row.pk for row in rows]),
        drafts=[row for row in rows if not row.live],
        as_of=timezone.localdate(),
    )
    return {layout.code: _split(layout) for layout in layouts}


def hours_of_courses(pks: Iterable[int]) -> Mapping[int, HoursSplit]:
    """Hours by primary key, of the units as they are saved."""
    units: defaultdict[int, list[UnitLayout]] = defaultdict(list)
    names = ("hours", "delivery_method", "practice_fraction", "self_study", "neutral")
    for row in Unit.objects.filter(course__in=list(pks)).values("course", *names):
        units[row["course"]].append(
            UnitLayout(
                code="",
                hours=None if row["hours"] is None else float(row["hours"]),
                delivery_method=row["delivery_method"],
                practice_fraction=None
                if row["practice_fraction"] is None
                else float(row["practice_fraction"]),
                self_study=row["self_study"],
                neutral=row["neutral"],
            )
        )
    return {pk: _split(_alone(CourseLayout(code="", units=tuple(found)))) for pk, found in units.items()}


def _alone(course: CourseLayout) -> Layout:
    modules = (ModuleLayout(code="", placements=(PlacementLayout(course=course),)),)
    return Layout(code="", as_of=timezone.localdate(), library=NO_LIBRARY, modules=modules)


def _split(layout: Layout) -> HoursSplit:
    hours = timetable(layout)
    return HoursSplit(hours.theory_hours, hours.practice_hours)
