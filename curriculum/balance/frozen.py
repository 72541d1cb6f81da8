"""A layout as plain data, and back: what a snapshot keeps so that its figures can be computed again.

Only what the figures of this curriculum depend on is kept of the library: the cases that it uses with their
translations, for each theory element one current case of the library that would serve it, the links of its
units, and how the themes of all these match. The format has a number; what an older program wrote stays
readable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import date
from typing import Any

from curriculum.balance.currency import is_current
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
from curriculum.balance.linkage import Demand
from curriculum.balance.measures.linkage_coverage import candidates_for
from curriculum.balance.policy import Policy
from curriculum.balance.record import Record
from curriculum.balance.timetable import timetable
from curriculum.balance.vocabulary import Themes, Vocabulary

FORMAT = 1

ENGINE_VERSION = "1"
"""Raised whenever a figure may come out otherwise than before from the same inputs."""

NOT_JUDGED = frozenset({"title", "as_of", "shelf", "within_reach"})
"""What may change without any input of this curriculum changing: words, the day, cases not used in it."""


FIELDS = {made: tuple(field.name for field in fields(made)) for made in (Case, Unit, Placement, Policy)}
"""The fields of what is kept in rows, by class."""


class UnknownFormat(ValueError):
    """A snapshot was written by a newer program than this one."""


def freeze(layout: Layout) -> Record:
    """All that the figures of the layout depend on, in values that JSON knows and gives back exactly."""
    courses = {course.code: course for course in _courses(layout)}
    cases = {case.code: case for case in _cases(layout)}
    for case in [*cases.values()]:
        cases.update({text.code: text for text in layout.library.texts.get(case.identity, ())})
    reach = dict(_within_reach(layout))
    shelf = {case.code: case for case in reach.values() if case.code not in cases}
    used = _themes(courses.values(), [*cases.values(), *shelf.values()])
    links = _links(layout, courses.values())
    return {
        "format": FORMAT,
        "code": layout.code,
        "title": layout.title,
        "category": layout.category,
        "view": layout.view.value,
        "as_of": layout.as_of.isoformat(),
        "policy": _plain(layout.policy),
        "vocabulary": _vocabulary(layout.library.vocabulary.generic, layout.library.vocabulary.kin, used),
        "cases": [_plain(cases[code]) for code in sorted(cases)],
        "shelf": [_plain(shelf[code]) for code in sorted(shelf)],
        "within_reach": sorted(reach),
        "courses": [_course(courses[code]) for code in sorted(courses)],
        "links": sorted(links, key=lambda link: (link["course"], link["unit"], link["case"])),
        "modules": [_module(module) for module in layout.modules],
    }


def thaw(frozen: Mapping[str, Any]) -> Layout:
    """The layout that was frozen; raises ``UnknownFormat`` for a format that this program does not know."""
    if frozen["format"] != FORMAT:
        raise UnknownFormat(f"Format {frozen['format']} is not known here, only {FORMAT}.")
    cases = {row["code"]: Case(**_known(Case, row)) for row in [*frozen["cases"], *frozen["shelf"]]}
    courses = {row["code"]: _thawed_course(row, cases) for row in frozen["courses"]}
    vocabulary = Vocabulary(
        frozenset(frozen["vocabulary"]["generic"]),
        {theme: frozenset(matches) for theme, matches in frozen["vocabulary"]["kin"].items()},
    )
    links = [Link(**{**row, "state": LinkState(row["state"])}) for row in frozen["links"]]
    return Layout(
        code=frozen["code"],
        as_of=date.fromisoformat(frozen["as_of"]),
        library=Library.of(vocabulary, cases.values(), links),
        title=frozen["title"],
        category=frozen["category"],
        view=View(frozen["view"]),
        policy=thaw_policy(frozen["policy"]),
        modules=tuple(
            Module(
                module["code"],
                module["title"],
                tuple(_thawed_placement(row, courses, cases) for row in module["placements"]),
            )
            for module in frozen["modules"]
        ),
    )


def thaw_policy(frozen: Mapping[str, Any]) -> Policy:
    """The policy of a frozen layout."""
    return Policy(**_known(Policy, frozen))


def input_hash(frozen: Mapping[str, Any]) -> str:
    """One number for all inputs: without the day by which they are judged, and without mere words."""
    themes = {theme for row in frozen["cases"] for theme in row["themes"]}
    for course in frozen["courses"]:
        themes.update(course["themes"], *(unit["themes"] for unit in course["units"]))
    tree = frozen["vocabulary"]
    judged = {**frozen, "vocabulary": _vocabulary(tree["generic"], tree["kin"], themes)}
    text = json.dumps(_judged(judged), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _judged(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _judged(inner) for name, inner in value.items() if name not in NOT_JUDGED}
    return [_judged(inner) for inner in value] if isinstance(value, list) else value


def _courses(layout: Layout) -> Iterator[Course]:
    for module in layout.modules:
        for placement in module.placements:
            if placement.course is not None:
                yield placement.course


def _cases(layout: Layout) -> Iterator[Case]:
    for module in layout.modules:
        for placement in module.placements:
            if placement.case is not None:
                yield placement.case
    for course in _courses(layout):
        yield from (unit.case for unit in course.units if unit.case is not None)


def _within_reach(layout: Layout) -> Iterator[tuple[str, Case]]:
    """For each theory element, self-study included, a current case of the library that serves it."""
    library, day, max_age = layout.library, layout.as_of, layout.policy.max_age_years
    for theory in timetable(layout, count_self_study=True).theory:
        demand = Demand.of(theory, library)
        key = (_within_reach, theory.item.unit_key, demand.own_case, theory.themes, day, max_age)
        if key not in library.known:
            candidates = (*candidates_for(theory, demand, library),)
            current = (case for case in candidates if is_current(case, day, max_age))
            library.known[key] = next((c for c in current if demand.basis(c, c.themes) is not None), None)
        found: Case | None = library.known[key]
        if found is not None:
            yield theory.item.number, found


def _links(layout: Layout, courses: Iterable[Course]) -> Iterator[dict[str, str]]:
    for course in courses:
        for unit in course.units:
            for case, state in layout.library.states_of((course.code, unit.code)).items():
                yield {"course": course.code, "unit": unit.code, "case": case, "state": state.value}


def _themes(courses: Iterable[Course], cases: Iterable[Case]) -> Themes:
    themes = {theme for case in cases for theme in case.themes}
    for course in courses:
        themes.update(course.themes, *(unit.themes for unit in course.units))
    return frozenset(themes)


def _vocabulary(generic: Iterable[str], kin: Mapping[str, Iterable[str]], used: AbstractSet[str]) -> Record:
    """How the themes used match one another; the tree itself is not needed for any figure."""
    matches = {theme: sorted(used & set(kin[theme])) for theme in sorted(used & kin.keys())}
    return {"generic": sorted(used & set(generic)), "kin": matches}


def _course(course: Course) -> Record:
    return {
        "code": course.code,
        "title": course.title,
        "themes": sorted(course.themes),
        "visible": course.visible,
        "units": [_flat(unit, unit.case) for unit in course.units],
    }


def _module(module: Module) -> Record:
    rows = [
        {**_flat(placement, placement.case), "course": placement.course and placement.course.code}
        for placement in module.placements
    ]
    return {"code": module.code, "title": module.title, "placements": rows}


def _flat(row: Unit | Placement, case: Case | None) -> Record:
    """A row with its case by its code: what is used in several places is kept once."""
    return {**_plain(row), "case": case and case.code}


def _plain(row: Case | Unit | Placement | Policy) -> Record:
    return {name: _plain_value(getattr(row, name)) for name in FIELDS[type(row)]}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _known(made: type[Case | Unit | Placement | Policy], row: Mapping[str, Any]) -> dict[str, Any]:
    """The values for those fields that there are; a field that is new since gets its default."""
    return {name: _typed(name, value) for name, value in row.items() if name in FIELDS[made]}


def _typed(name: str, value: Any) -> Any:
    if name == "themes":
        return frozenset(value)
    if name in {"facts_as_of", "review_by", "effective_from"}:
        return value and date.fromisoformat(value)
    return value


def _thawed_course(row: Mapping[str, Any], cases: Mapping[str, Case]) -> Course:
    units = tuple(
        Unit(**{**_known(Unit, unit), "case": cases.get(unit["case"] or "")}) for unit in row["units"]
    )
    return Course(row["code"], row["title"], frozenset(row["themes"]), units, row["visible"])


def _thawed_placement(
    row: Mapping[str, Any], courses: Mapping[str, Course], cases: Mapping[str, Case]
) -> Placement:
    targets = {"course": courses.get(row["course"] or ""), "case": cases.get(row["case"] or "")}
    return Placement(**{**_known(Placement, row), **targets})
