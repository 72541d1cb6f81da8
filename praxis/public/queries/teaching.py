"""The course page and the curriculum page: hours, strips and the numbered path, as a reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.models import CaseStudy
from curriculum import figures
from curriculum.balance import layout
from curriculum.balance.timetable import Item, Standing, timetable
from curriculum.balance.vocabulary import Vocabulary
from curriculum.charts import Block, Span, Strip
from curriculum.enums import ContentCategory, DeliveryMethod, LecturerType
from curriculum.models import Course, CourseTheme, Curriculum, Module, Placement, Unit, UnitTheme
from praxis.public.contexts import (
    CourseContext,
    CurriculumContext,
    Hours,
    ModuleRow,
    PlacementRow,
    UnitRow,
)
from praxis.public.queries.parts import (
    as_layout,
    case_ref,
    one,
    tags_of,
    translations,
    units_of,
    visible_cases,
)
from search.cards import Badge, Kind, Reader, Ref, category_label, content_ref, institution_ref, theme_ref
from search.items import asked, visible
from themes.models import Theme

METHOD_LABELS = dict(DeliveryMethod.choices)
CATEGORY_LABELS = dict(ContentCategory.choices)
LECTURER_LABELS = dict(LecturerType.choices)
LEVEL_LABELS = {
    "knows": gettext_lazy("Knows"),
    "knows how": gettext_lazy("Knows how"),
    "shows how": gettext_lazy("Shows how"),
    "does": gettext_lazy("Does"),
}
"""Miller's levels; a level of another name is printed as it is."""
STANDING_LABELS = {
    Standing.NEUTRAL: gettext_lazy("in no total"),
    Standing.OPTIONAL: gettext_lazy("optional"),
    Standing.SELF_STUDY: gettext_lazy("beside the total"),
}


def course(user: Reader, code: str) -> CourseContext | None:
    """The page of a course."""
    found = one(visible(Kind.COURSE, user).select_related("institution"), code)
    if found is None:
        return None
    units = units_of([found.pk])[found.pk]
    themes = _theme_refs(found, units)
    rows = _rows([(found, units)], themes)
    items = _items(Placement(course=found), as_layout(found, units))
    cases = visible_cases(user, (unit.case_id for unit in units))
    used = visible(Kind.CURRICULUM, user).filter(modules__placements__course=found).distinct()
    return CourseContext(
        code=found.code,
        title=found.title,
        language=found.language,
        summary=found.summary,
        institution=institution_ref(found.institution),
        themes=themes.get(("course", found.pk), ()),
        translations=translations(found, Kind.COURSE, user),
        hours=hours_of(items),
        strip=_course_strip(found, items),
        units=tuple(rows.row(item, cases, number=_in_course(item)) for item in items),
        curricula=tuple(content_ref(Kind.CURRICULUM, other) for other in used.order_by("title", "code")),
    )


def curriculum(user: Reader, code: str) -> CurriculumContext | None:
    """The page of a curriculum: only what this reader may see is listed, drawn and summed.

    Places keep their true numbers, which everybody uses; what is left out therefore leaves a gap in them.
    """
    found = one(visible(Kind.CURRICULUM, user).select_related("institution", "category"), code)
    if found is None:
        return None
    placed = _Placed.load(found, user)
    modules = tuple(
        placed.module_row(number, module) for number, module in enumerate(placed.modules, start=1)
    )
    counted = [item for item in placed.items if item.standing in (Standing.COUNTED, Standing.NEUTRAL)]
    hours = hours_of(placed.items)
    return CurriculumContext(
        code=found.code,
        title=found.title,
        language=found.language,
        summary=found.summary,
        category=category_label(found.category),
        edition=found.edition,
        target_group=found.target_group,
        objectives=tuple(found.objectives),
        effective_from=found.effective_from,
        institution=institution_ref(found.institution),
        hours=hours,
        strip=_curriculum_strip(found, counted, hours) if hours.total else None,
        modules=modules,
    )


def hours_of(items: Iterable[Item]) -> Hours:
    """Theory and practice of counted items, and what stands beside them."""
    sums: defaultdict[Standing, list[float]] = defaultdict(list)
    theory, practice = [], []
    for item in items:
        sums[item.standing].append(item.hours)
        if item.standing is Standing.COUNTED:
            theory.append(item.hours * (1 - item.fraction))
            practice.append(item.hours * item.fraction)
    return Hours(
        fsum(theory),
        fsum(practice),
        self_study=fsum(sums[Standing.SELF_STUDY]),
        neutral=fsum(sums[Standing.NEUTRAL]),
        optional=fsum(sums[Standing.OPTIONAL]),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Units and their themes by course code and unit code: what turns a timed item into a row."""

    units: Mapping[tuple[str, str], Unit]
    themes: Mapping[tuple[str, int], tuple[Ref, ...]]

    def row(self, item: Item, cases: Mapping[int, CaseStudy], *, number: str = "") -> UnitRow:
        """The row of a unit under its place in the layout or `number`; only one of `cases` is named."""
        unit = self.units[item.unit_key or ("", "")]
        case = cases.get(unit.case_id or 0)
        return UnitRow(
            number=number or item.number,
            code=unit.code,
            title=unit.title,
            hours=item.hours if item.is_timed else None,
            practice=item.fraction,
            method=str(METHOD_LABELS.get(unit.delivery_method, unit.delivery_method)),
            category=str(CATEGORY_LABELS.get(unit.content_category, "")),
            standing=str(STANDING_LABELS.get(item.standing, "")),
            neutral=item.standing is Standing.NEUTRAL,
            level=str(LEVEL_LABELS.get(unit.performance_level.replace("_", " "), unit.performance_level)),
            lecturer=str(LECTURER_LABELS.get(unit.lecturer_type, "")),
            summary=unit.summary,
            outcomes=tuple(unit.outcomes),
            themes=self.themes.get(("unit", unit.pk), ()),
            case=case_ref(case) if case else None,
        )


def _rows(
    courses: Iterable[tuple[Course, Sequence[Unit]]], themes: Mapping[tuple[str, int], tuple[Ref, ...]]
) -> _Rows:
    return _Rows({(course.code, unit.code): unit for course, units in courses for unit in units}, themes)


def _theme_refs(course: Course, units: Sequence[Unit]) -> dict[tuple[str, int], tuple[Ref, ...]]:
    """Themes of a course and of its units as links, by kind and id."""
    own = tags_of(CourseTheme, [course.pk])
    of_units = tags_of(UnitTheme, [unit.pk for unit in units])
    wanted = {theme for found in (own, of_units) for themes in found.values() for theme in themes}
    refs = {theme.pk: theme_ref(theme) for theme in Theme.objects.filter(pk__in=asked(wanted))}
    named = {("course", key): themes for key, themes in own.items()}
    named |= {("unit", key): themes for key, themes in of_units.items()}
    return {
        key: tuple(sorted((refs[theme] for theme in themes), key=lambda ref: ref.title))
        for key, themes in named.items()
    }


def _items(placement: Placement, course: layout.Course) -> tuple[Item, ...]:
    """The timed units of a course by itself."""
    placed = layout.Placement(course=course, key=placement.key)
    return timetable(_layout("", (layout.Module("", placements=(placed,)),))).items


def _layout(code: str, modules: tuple[layout.Module, ...]) -> layout.Layout:
    return layout.Layout(code, timezone.localdate(), layout.Library.of(Vocabulary.of(())), modules=modules)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A curriculum's structure with the courses and cases that a reader may see, and all of it timed."""

    modules: Sequence[Module]
    placements: Mapping[int, Sequence[Placement]]
    courses: Mapping[int, Course]
    cases: Mapping[int, CaseStudy]
    rows: _Rows
    items: tuple[Item, ...]

    @classmethod
    def load(cls, found: Curriculum, user: Reader) -> _Placed:
        """Seven queries, whatever the size."""
        modules = list(Module.objects.filter(curriculum=found).order_by("sort_order", "pk"))
        placements: defaultdict[int, list[Placement]] = defaultdict(list)
        rows = list(Placement.objects.filter(module__curriculum=found).order_by("sort_order", "pk"))
        for placement in rows:
            placements[placement.module_id].append(placement)
        wanted = {placement.course_id for placement in rows if placement.course_id}
        courses = {course.pk: course for course in visible(Kind.COURSE, user).filter(pk__in=asked(wanted))}
        units = units_of(courses)
        named = [unit.case_id for of_course in units.values() for unit in of_course]
        cases = visible_cases(user, [*named, *(placement.case_id for placement in rows)])
        as_courses = {key: as_layout(course, units[key]) for key, course in courses.items()}
        laid_out = tuple(
            layout.Module(
                module.code,
                placements=tuple(_placed(place, as_courses, cases) for place in placements[module.pk]),
            )
            for module in modules
        )
        return cls(
            modules,
            placements,
            courses,
            cases,
            _rows([(course, units[key]) for key, course in courses.items()], {}),
            timetable(_layout(found.code, laid_out)).items,
        )

    def module_row(self, number: int, module: Module) -> ModuleRow:
        """A module with its visible placements."""
        rows = []
        for place, placement in enumerate(self.placements[module.pk], start=1):
            target = self.courses.get(placement.course_id or 0) or self.cases.get(placement.case_id or 0)
            if target is not None:
                rows.append(self._placement_row(f"{number}.{place}", placement, target))
        items = [item for item in self.items if item.number.startswith(f"{number}.")]
        return ModuleRow(str(number), module.title, module.summary, hours_of(items), tuple(rows))

    def _placement_row(self, number: str, placement: Placement, target: Course | CaseStudy) -> PlacementRow:
        items = [item for item in self.items if item.number == number or item.number.startswith(f"{number}.")]
        is_case = isinstance(target, CaseStudy)
        method = placement.delivery_method or DeliveryMethod.CASE_DISCUSSION
        return PlacementRow(
            number=number,
            ref=content_ref(Kind.CASE if is_case else Kind.COURSE, target),
            is_case=is_case,
            hours=hours_of(items),
            timed=any(item.is_timed for item in items),
            optional=placement.optional,
            method=str(METHOD_LABELS.get(method, method)) if is_case else "",
            units=() if is_case else tuple(self.rows.row(item, self.cases) for item in items),
            currency=Badge(target.currency()) if isinstance(target, CaseStudy) else None,
        )


def _placed(
    placement: Placement, courses: Mapping[int, layout.Course], cases: Mapping[int, CaseStudy]
) -> layout.Placement:
    """A placement as the engine reads it; a target that the reader may not see leaves an empty place."""
    case = cases.get(placement.case_id or 0)
    return layout.Placement(
        course=courses.get(placement.course_id or 0),
        case=layout.Case(
            case.code, suggested_hours=None if case.suggested_hours is None else float(case.suggested_hours)
        )
        if case
        else None,
        hours=None if placement.hours is None else float(placement.hours),
        delivery_method=placement.delivery_method or None,
        optional=placement.optional,
        key=placement.key,
    )


def _in_course(item: Item) -> str:
    """The place of a unit inside its course."""
    return item.number.rpartition(".")[2]


def _block(item: Item) -> Block:
    return Block(item.hours, item.fraction, neutral=item.standing is Standing.NEUTRAL)


def _course_strip(course: Course, items: Sequence[Item]) -> Strip | None:
    """The strip of a course with more than one unit to draw."""
    drawn = [item for item in items if item.standing in (Standing.COUNTED, Standing.NEUTRAL)]
    if len(drawn) < 2 or not any(item.hours for item in drawn):
        return None
    return Strip(
        key=f"course-{course.code}",
        sentence=_strip_sentence(hours_of(items)),
        blocks=tuple(_block(item) for item in drawn),
        places=tuple(Span(item.hours, _in_course(item)) for item in drawn),
    )


def _curriculum_strip(found: Curriculum, drawn: Sequence[Item], hours: Hours) -> Strip:
    places: defaultdict[str, list[float]] = defaultdict(list)
    modules: defaultdict[str, list[Item]] = defaultdict(list)
    for item in drawn:
        module, place, *_unit = item.number.split(".")
        places[f"{module}.{place}"].append(item.hours)
        modules[module].append(item)
    parts = [_module_words(number, hours_of(items)) for number, items in modules.items()]
    return Strip(
        key=f"curriculum-{found.code}",
        sentence=" ".join([_strip_sentence(hours), *parts]),
        blocks=tuple(_block(item) for item in drawn),
        places=tuple(Span(fsum(taken), number) for number, taken in places.items()),
        modules=tuple(Span(fsum(item.hours for item in items), number) for number, items in modules.items()),
    )


def _strip_sentence(hours: Hours) -> str:
    return ngettext(
        "%(total)s teaching hour along the strip: %(theory)s theory above, %(practice)s practice below.",
        "%(total)s teaching hours along the strip: %(theory)s theory above, %(practice)s practice below.",
        1 if hours.total == 1 else 2,
    ) % {"total": figures.hours_figure(hours.total), **_figures(hours)}


def _module_words(number: str, hours: Hours) -> str:
    return _("Module %(number)s: %(theory)s theory, %(practice)s practice.") % {
        "number": number,
        **_figures(hours),
    }


def _figures(hours: Hours) -> dict[str, str]:
    return {
        "theory": figures.hours_figure(hours.theory),
        "practice": figures.hours_figure(hours.practice),
    }
