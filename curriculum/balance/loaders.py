"""From the database to layouts: the only part of the engine that knows Django.

Whatever the number of curricula, the number of queries is the same. Published rows and the contents of draft
revisions have the same keys, so the same functions build the layout from either; drafts are read as plain
data, because making model instances of every revision costs far more than judging it.

Drafts may lack what a published object must have: hours, targets, a category, even a course that was deleted
since. All of that arrives in the layout as ``None`` and is listed in the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import Revision

from cases.models import CaseStudy, CaseTheme
from curriculum import models
from curriculum.balance.collecting import no_collection
from curriculum.balance.layout import (
    Case,
    Course,
    Layout,
    Library,
    Link,
    LinkState,
    Module,
    Placement,
    Unit,
    View,
)
from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.balance.vocabulary import Theme, Themes, Vocabulary
from editing.models import Content
from themes.models import Theme as ThemeModel

Row = dict[str, Any]
"""A published row as ``values()`` gives it, or the content of a draft revision: the same keys."""

ThemeCodes = Mapping[int, str]

Target = TypeVar("Target", Course, Case)

CURRICULUM_FIELDS = ("code", "title", "category")
MODULE_FIELDS = ("pk", "curriculum", "code", "title")
PLACEMENT_FIELDS = (
    "module",
    "key",
    "course",
    "case",
    "hours",
    "delivery_method",
    "content_category",
    "optional",
)
COURSE_FIELDS = ("code", "title")
UNIT_FIELDS = (
    "pk",
    "course",
    "code",
    "title",
    "hours",
    "delivery_method",
    "content_category",
    "practice_fraction",
    "self_study",
    "neutral",
    "case",
)
CASE_FIELDS = (
    "code",
    "title",
    "facts_as_of",
    "review_by",
    "is_classic",
    "suggested_hours",
    "translation_of",
)

POLICY_FIELDS = tuple(field.name for field in fields(Policy))

FEW = 500
"""Up to so many ids a query names them; beyond that reading the whole table is quicker."""


class Drafts(Enum):
    """Which objects are read in their latest draft: the live view has none, the draft view all (rule 45)."""

    NONE = "none"
    ALL = "all"


def load_layouts(
    curricula: QuerySet[models.Curriculum] | Iterable[str] | None = None,
    *,
    drafts: Drafts | Collection[Model] = Drafts.NONE,
    as_of: date,
) -> list[Layout]:
    """The layouts of ``curricula`` (a queryset, or codes; by default all), in the order of the queryset.

    With a collection of objects as ``drafts``, those are shown as if they were approved and all else is live;
    a revision among them stands for its object as it was written then.
    Curricula that are not to be seen in the view are left out: in the live view, all that are not published
    now. ``as_of`` moves dates only (rule 44); objects go by their present codes, drafts too.
    """
    with no_collection():
        return _layouts(_queryset(curricula), _Shown(drafts), as_of)


def _layouts(curricula: QuerySet[models.Curriculum], shown: _Shown, as_of: date) -> list[Layout]:
    rows = {pk: row for pk, row in shown.rows(curricula, CURRICULUM_FIELDS).items() if row["visible"]}
    _attach_structure(rows)
    vocabulary, codes = _vocabulary()
    cases = _cases(shown, codes)
    courses = _courses(shown, _placed_courses(rows), cases, codes)
    library = Library.of(vocabulary, cases.values(), _links(courses, cases))
    policies = _policies(as_of)
    categories = dict(models.ProgrammeCategory.objects.values_list("pk", "code"))
    return [
        Layout(
            code=row["code"],
            as_of=as_of,
            library=library,
            title=row.get("title") or "",
            category=categories.get(row["category"], ""),
            view=shown.view,
            policy=policies.get(row["category"], DEFAULT_POLICY),
            modules=tuple(_module(module, courses, cases) for module in _in_order(row["modules"])),
        )
        for row in rows.values()
    ]


class _Shown:
    """Which text of an object is shown, and whether it is to be seen at all."""

    def __init__(self, drafts: Drafts | Collection[Model]) -> None:
        self._all = drafts is Drafts.ALL
        self._chosen: defaultdict[type[Model], set[int]] = defaultdict(set)
        self._contents: dict[tuple[type[Model], int], Row] = {}
        if isinstance(drafts, Drafts):
            self.view = View.DRAFT if self._all else View.LIVE
            return
        self.view = View.PROPOSED
        for chosen in drafts:
            if isinstance(chosen, Revision):
                model: Any = ContentType.objects.get_for_id(chosen.content_type_id).model_class()
                self._contents[model, int(chosen.object_id)] = chosen.content
                self._chosen[model].add(int(chosen.object_id))
            else:
                self._chosen[type(chosen)].add(chosen.pk)

    def rows(self, queryset: QuerySet[Any], names: tuple[str, ...]) -> dict[int, Row]:
        """The rows by primary key, overlaid with the drafts shown; ``visible`` marks what can be seen.

        A row keeps its code, since that is what everything else calls the object by, and its place: what is
        in the bin is not to be seen in any view.
        """
        model = queryset.model
        rows: dict[int, Row] = {row["pk"]: row for row in queryset.values("pk", "archived_at", *names)}
        for pk, content in self._drafts(model, rows):
            kept = {name: rows[pk][name] for name in ("code", "archived_at")}
            rows[pk] = {**rows[pk], **content, **kept}
        visible = self._visible(model, rows)
        for pk, row in rows.items():
            row["visible"] = pk in visible and row["archived_at"] is None
        return rows

    def _drafts(self, model: type[Content], rows: Collection[int]) -> Iterator[tuple[int, Row]]:
        if self.view is View.LIVE:
            return
        wanted = rows if self._all else self._chosen[model].intersection(rows)
        changed = model._default_manager.filter(has_unpublished_changes=True, latest_revision__isnull=False)
        drafts = _among(changed, "pk", wanted)
        for pk, content in drafts.values_list("pk", "latest_revision__content"):
            if pk in wanted and (model, pk) not in self._contents:
                yield pk, content
        for (chosen, pk), content in self._contents.items():
            if chosen is model and pk in rows:
                yield pk, content

    def _visible(self, model: type[Content], rows: Collection[int]) -> Collection[int]:
        if self._all:
            return rows
        published = _among(model.objects.in_window(), "pk", rows).values_list("pk", flat=True)
        return self._chosen[model].union(published)


def _queryset(curricula: QuerySet[models.Curriculum] | Iterable[str] | None) -> QuerySet[models.Curriculum]:
    if curricula is None:
        return models.Curriculum.objects.all()
    if isinstance(curricula, QuerySet):
        return curricula
    return models.Curriculum.objects.filter(code__in=list(curricula))


def _among(queryset: QuerySet[Any], lookup: str, ids: Collection[int]) -> QuerySet[Any]:
    """The queryset without most of what is not among ``ids``; callers must cope with the rest."""
    return queryset.filter(**{f"{lookup}__in": list(ids)}) if len(ids) <= FEW else queryset


def _attach(parents: Mapping[int, Row], name: str, children: Iterable[Row], by: str) -> None:
    """Give published parents their published children, in the children's order; drafts bring their own."""
    published = {pk: parent for pk, parent in parents.items() if name not in parent}
    for parent in published.values():
        parent[name] = []
    for child in children:
        parent_row = published.get(child[by])
        if parent_row is not None:
            parent_row[name].append(child)


def _in_order(children: Iterable[Row]) -> list[Row]:
    """Children of a draft by their ``sort_order``; published ones come in order and without it."""
    return sorted(children, key=lambda child: child.get("sort_order") or 0)


def _attach_structure(curricula: Mapping[int, Row]) -> None:
    modules = _among(models.Module.objects.order_by("sort_order", "pk"), "curriculum", curricula)
    _attach(curricula, "modules", modules.values(*MODULE_FIELDS), "curriculum")
    published = {
        module["pk"]: module
        for row in curricula.values()
        for module in row["modules"]
        if "placements" not in module
    }
    placements = _among(
        models.Placement.objects.order_by("sort_order", "pk"), "module__curriculum", curricula
    )
    _attach(published, "placements", placements.values(*PLACEMENT_FIELDS), "module")


def _attach_themes(
    parents: Mapping[int, Row], items: QuerySet[Any], lookup: str, ids: Collection[int]
) -> None:
    rows = _among(items, lookup, ids).values("content_object", "tag")
    _attach(parents, "theme_items", rows, "content_object")


def _placed_courses(curricula: Mapping[int, Row]) -> set[int]:
    return {
        placement["course"]
        for row in curricula.values()
        for module in row["modules"]
        for placement in module["placements"]
        if placement["course"] is not None
    }


def _vocabulary() -> tuple[Vocabulary, ThemeCodes]:
    """The vocabulary, and its codes by primary key."""
    rows = list(ThemeModel.objects.values_list("pk", "code", "broader__code", "generic"))
    vocabulary = Vocabulary.of(Theme(code, broader, generic) for _pk, code, broader, generic in rows)
    return vocabulary, {pk: code for pk, code, _broader, _generic in rows}


def _cases(shown: _Shown, codes: ThemeCodes) -> dict[int, Case]:
    rows = shown.rows(CaseStudy.objects.order_by("code"), CASE_FIELDS)
    _attach_themes(rows, CaseTheme.objects.all(), "content_object", rows)
    return {
        pk: Case(
            code=row["code"],
            title=row.get("title") or "",
            themes=_themes(row, codes),
            facts_as_of=_day(row.get("facts_as_of")),
            review_by=_day(row.get("review_by")),
            is_classic=bool(row.get("is_classic")),
            visible=row["visible"],
            original=_original(pk, rows),
            suggested_hours=_number(row.get("suggested_hours")),
        )
        for pk, row in rows.items()
    }


def _original(pk: int, rows: Mapping[int, Row]) -> str:
    """The code of the text that a case goes back to, its own where translations run in a circle (rule 47)."""
    line = [pk]
    while (origin := rows[line[-1]]["translation_of"]) in rows:
        if origin in line:
            return str(rows[pk]["code"])
        line.append(origin)
    return str(rows[line[-1]]["code"])


def _courses(
    shown: _Shown, placed: Collection[int], cases: Mapping[int, Case], codes: ThemeCodes
) -> dict[int, Course]:
    rows = shown.rows(_among(models.Course.objects.order_by("pk"), "pk", placed), COURSE_FIELDS)
    units = _among(models.Unit.objects.order_by("sort_order", "pk"), "course", placed)
    _attach(rows, "units", units.values(*UNIT_FIELDS), "course")
    published = {
        unit["pk"]: unit for row in rows.values() for unit in row["units"] if "theme_items" not in unit
    }
    _attach_themes(rows, models.CourseTheme.objects.all(), "content_object", placed)
    _attach_themes(published, models.UnitTheme.objects.all(), "content_object__course", placed)
    return {
        pk: Course(
            code=row["code"],
            title=row.get("title") or "",
            themes=_themes(row, codes),
            units=tuple(_unit(unit, cases, codes) for unit in _in_order(row["units"]))
            if row["visible"]
            else (),
            visible=row["visible"],
        )
        for pk, row in rows.items()
    }


def _unit(row: Row, cases: Mapping[int, Case], codes: ThemeCodes) -> Unit:
    return Unit(
        code=row.get("code") or "",
        title=row.get("title") or "",
        hours=_number(row.get("hours")),
        delivery_method=row.get("delivery_method") or None,
        content_category=row.get("content_category") or None,
        practice_fraction=_number(row.get("practice_fraction")),
        themes=_themes(row, codes),
        self_study=bool(row.get("self_study")),
        neutral=bool(row.get("neutral")),
        case=_target(row, "case", cases),
    )


def _module(row: Row, courses: Mapping[int, Course], cases: Mapping[int, Case]) -> Module:
    return Module(
        code=row.get("code") or "",
        title=row.get("title") or "",
        placements=tuple(_placement(placement, courses, cases) for placement in _in_order(row["placements"])),
    )


def _placement(row: Row, courses: Mapping[int, Course], cases: Mapping[int, Case]) -> Placement:
    return Placement(
        course=_target(row, "course", courses),
        case=_target(row, "case", cases),
        hours=_number(row.get("hours")),
        delivery_method=row.get("delivery_method") or None,
        content_category=row.get("content_category") or None,
        optional=bool(row.get("optional")),
        key=row.get("key") or "",
    )


def _links(courses: Mapping[int, Course], cases: Mapping[int, Case]) -> Iterator[Link]:
    links = _among(models.TheoryCaseLink.objects.all(), "course", courses)
    for course, unit, case, state in links.values_list("course", "unit", "case", "state"):
        if course in courses and case in cases:
            yield Link(courses[course].code, unit, cases[case].code, LinkState(state))


def _policies(as_of: date) -> dict[int, Policy]:
    """The policy in force on the day, by category; the later of two that have begun."""
    policies: dict[int, Policy] = {}
    for row in models.BalancePolicy.objects.in_force(as_of).values("category", *POLICY_FIELDS):
        if row["category"] not in policies:
            policies[row["category"]] = policy_of(row)
    return policies


def policy_of(row: Mapping[str, Any]) -> Policy:
    """A stored policy, or one that is not stored yet, as the engine takes it."""
    return Policy(**{name: _plain(row[name]) for name in POLICY_FIELDS})


def _themes(row: Row, codes: ThemeCodes) -> Themes:
    return frozenset(codes[item["tag"]] for item in row["theme_items"] if item["tag"] in codes)


def _target(row: Row, field: str, objects: Mapping[int, Target]) -> Target | None:
    """What a row points at; nothing where it is empty or, in a draft, gone."""
    pk: Any = row.get(field)
    return objects.get(pk)


def _number(value: Decimal | str | None) -> float | None:
    return None if value is None or value == "" else float(value)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
