"""A layout as plain data, and back: what a snapshot keeps so that its figures can be computed again.

Only what the figures of this curriculum depend on is kept of the library: the cases that it uses with their
translations, those that could serve an element without cover, the links of its units, and how the themes of
all these match. The format has a number; what an older program wrote stays readable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

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
from curriculum.balance.measures.base import Evidence
from curriculum.balance.policy import Policy
from curriculum.balance.record import Record
from curriculum.balance.vocabulary import Themes, Vocabulary

FORMAT = 1

ENGINE_VERSION = "1"
"""Raised whenever a figure may come out otherwise than before from the same inputs."""

NOT_JUDGED = frozenset({"title", "as_of"})
"""What may change without any input changing: words, and the day."""


class UnknownFormat(ValueError):
    """A snapshot was written by a newer program than this one."""


def freeze(layout: Layout) -> Record:
    """All that the figures of the layout depend on, in values that JSON knows and gives back exactly."""
    courses = {course.code: course for course in _courses(layout)}
    cases = {case.code: case for case in _cases(layout)}
    links = list(_links(layout, courses.values()))
    for case in [*cases.values()]:
        cases.update({text.code: text for text in layout.library.texts.get(case.identity, ())})
    cases.update({case.code: case for case in _within_reach(layout)})
    return {
        "format": FORMAT,
        "code": layout.code,
        "title": layout.title,
        "category": layout.category,
        "view": layout.view.value,
        "as_of": layout.as_of.isoformat(),
        "policy": _plain(asdict(layout.policy)),
        "vocabulary": _vocabulary(layout.library.vocabulary, _themes(courses.values(), cases.values())),
        "cases": [_plain(asdict(cases[code])) for code in sorted(cases)],
        "courses": [_course(courses[code]) for code in sorted(courses)],
        "links": sorted(links, key=lambda link: (link["course"], link["unit"], link["case"])),
        "modules": [_module(module) for module in layout.modules],
    }


def thaw(frozen: Mapping[str, Any]) -> Layout:
    """The layout that was frozen; raises ``UnknownFormat`` for a format that this program does not know."""
    if frozen["format"] != FORMAT:
        raise UnknownFormat(f"Format {frozen['format']} is not known here, only {FORMAT}.")
    cases = {row["code"]: Case(**_known(Case, row)) for row in frozen["cases"]}
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
    text = json.dumps(_judged(frozen), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
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


def _within_reach(layout: Layout) -> Iterator[Case]:
    """The cases of the library that could serve an element without cover, in either column."""
    library = layout.library
    for count_self_study in (False, True):
        for linkage in Evidence.of(layout, count_self_study=count_self_study).linkages:
            if linkage.covering:
                continue
            for identity in linkage.demand.named:
                yield from library.texts.get(identity, ())
            for theme in linkage.theory.themes:
                yield from library.shelf.get(theme, ())


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


def _vocabulary(vocabulary: Vocabulary, used: Themes) -> Record:
    """How the themes used match one another; the tree itself is not needed for any figure."""
    kin = {theme: sorted(vocabulary.kin[theme] & used) for theme in sorted(used & vocabulary.kin.keys())}
    return {"generic": sorted(vocabulary.generic & used), "kin": kin}


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
    bare = replace(row, case=None) if isinstance(row, Unit) else replace(row, case=None, course=None)
    return {**_plain(asdict(bare)), "case": case and case.code}


def _plain(row: Mapping[str, Any]) -> Record:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _known(made: type[Case | Unit | Placement | Policy], row: Mapping[str, Any]) -> dict[str, Any]:
    """The values for those fields that there are; a field that is new since gets its default."""
    names = {field.name for field in fields(made)}
    return {name: _typed(name, value) for name, value in row.items() if name in names}


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
