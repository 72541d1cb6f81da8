"""Parts that several pages read: units, their themes and cases, courses as the balance engine sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from cases.models import CaseStudy
from curriculum.balance import layout
from curriculum.balance.vocabulary import NO_THEMES, Themes
from curriculum.models import Course, Unit
from people.codes import MAX_CODE_LENGTH
from praxis.public.contexts import CaseRef
from search.cards import Badge, Kind, Reader, Ref, content_ref
from search.items import asked, visible

Found = TypeVar("Found", bound=Model)


def one(items: QuerySet[Found], code: str) -> Found | None:
    """The item with this code, without regard to case; nothing for what no code can be."""
    if len(code) > MAX_CODE_LENGTH or "\x00" in code:
        return None
    found: Found | None = items.coded(code).first()  # type: ignore[attr-defined]  # every item is coded
    return found


def visible_cases(user: Reader, keys: Iterable[int | None]) -> dict[int, CaseStudy]:
    """Those of these cases that this reader may see, without their texts."""
    wanted = {key for key in keys if key is not None}
    cases = visible(Kind.CASE, user).filter(pk__in=asked(wanted)).defer("body", "body_html", "summary")
    return {case.pk: case for case in cases}


def case_ref(case: CaseStudy) -> CaseRef:
    """A case as other pages name it."""
    return CaseRef(content_ref(Kind.CASE, case), case.facts_as_of, Badge(case.currency()))


def units_of(courses: Iterable[int]) -> dict[int, list[Unit]]:
    """The units of courses by course id, in order."""
    found: defaultdict[int, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(course__in=asked(courses)).order_by("course_id", "sort_order", "pk"):
        found[unit.course_id].append(unit)
    return found


def tags_of(through: type[Model], keys: Iterable[int] | QuerySet[Any]) -> dict[int, list[int]]:
    """Theme ids of objects by their ids; a query of ids serves better where they can be many."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    wanted = keys if isinstance(keys, QuerySet) else asked(keys)
    rows = through._default_manager.filter(content_object__in=wanted)
    for key, theme in rows.values_list("content_object_id", "tag_id"):
        found[key].append(theme)
    return found


def translations(item: Any, kind: Kind, user: Reader) -> tuple[Ref, ...]:
    """The same item in other languages, as far as this reader may see it."""
    original = item.translation_of_id or item.pk
    family = visible(kind, user).filter(Q(pk=original) | Q(translation_of=original)).exclude(pk=item.pk)
    return tuple(content_ref(kind, other) for other in family.order_by("language", "code"))


@dataclass(frozen=True, slots=True)
class ThemeCodes:
    """Theme codes of units and courses by their ids; without them, layouts have no themes."""

    units: Mapping[int, Themes]
    courses: Mapping[int, Themes]


NO_CODES = ThemeCodes({}, {})


def as_layout(
    course: Course,
    units: Iterable[Unit],
    themes: ThemeCodes = NO_CODES,
    cases: Mapping[int, layout.Case] | None = None,
) -> layout.Course:
    """A course with these units as the balance engine reads it; cases that are not given are not named."""
    return layout.Course(
        course.code,
        course.title,
        themes.courses.get(course.pk, NO_THEMES),
        tuple(
            layout.Unit(
                code=unit.code,
                title=unit.title,
                hours=_number(unit.hours),
                delivery_method=unit.delivery_method,
                content_category=unit.content_category,
                practice_fraction=_number(unit.practice_fraction),
                themes=themes.units.get(unit.pk, NO_THEMES),
                self_study=unit.self_study,
                neutral=unit.neutral,
                case=(cases or {}).get(unit.case_id or 0),
            )
            for unit in units
        ),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
