"""The learning catalogue of the UK Civil Service as courses, units and curricula in the exchange format.

    python benchmarks/corpora/uk_csl.py FILE OUT.jsonl

FILE is the Elasticsearch bulk file of the catalogue: a line that names an entry, then a line that holds it.
Nothing is invented. What the catalogue says and where it goes:

Courses and units
    Each entry is a `course`, each of its modules a unit, in the order of the catalogue. In the summary the
    short description comes first, then the description, then whom the course is for (areas of work,
    departments, grades, mandatory or not, until when). A unit's summary ends with its type in the
    catalogue.
Optional modules
    The format has `optional` only on placements, and the catalogue says nothing about whether a course is
    optional in an area of work. The summary of an optional unit says so, but **its hours count in full**; the
    report tells how many hours that are.
Hours
    From the duration in seconds, rounded to six decimals. The format requires hours, so a module without a
    duration gets 0, which means "no timed hours", not "takes no time"; the report counts them.
Delivery method
    From the module's type alone: see `METHODS`. No practice fraction is given: the default of the method
    holds.
Learning outcomes
    The catalogue has them for a course, the format only for a unit. Where a course has a single module and
    its outcomes are a list, they become the outcomes of that unit, and the words that introduce the list
    close the unit's summary. In all other cases they stand in the course's summary.
Themes
    The areas of work and the interests of a course's audiences; the catalogue has no other subject heading.
    A course without them has no themes.
Curricula
    One for each area of work, with the courses whose audiences name it, and one for the courses that name
    none: they are open to any area, though some are meant for one department only, as their summaries say.
    A curriculum has up to two modules: courses that are mandatory for its audience, and the others. Courses
    that have no audience at all stand in the last curriculum too. All curricula have the one category,
    which has no band: the catalogue knows none.
Dates, prices, places
    Events of face-to-face modules, prices and product codes have no place in the format: the report counts
    what was left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

if not __package__:
    # Run by its path, the program finds the project only when told where it is.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.corpora.records import (
    JsonObject,
    Line,
    Report,
    assign_codes,
    latest,
    parse_lines,
    run,
    without_empty,
)
from benchmarks.corpora.uk_catalogue import METHODS, Audience, Course, Module, entries, read_course

PREFIX = "csl-"
CATEGORY = {"type": "category", "code": "csl-catalogue", "label_en": "UK Civil Service learning catalogue"}


# Texts


def outcome_list(text: str) -> tuple[str, list[str]] | None:
    """The words that introduce a list of outcomes, and the outcomes; None when the text is anything else."""
    introduction, *items = [line for line in text.split("\n") if line]
    if not introduction.endswith(":") or not items or not all(item.startswith("- ") for item in items):
        return None
    return introduction, [item.removeprefix("- ") for item in items]


def audience_line(audience: Audience) -> str:
    """Whom the course is for, as the catalogue says it; empty when it says nothing."""
    parts = [
        ("areas of work", ", ".join(audience.areas)),
        ("departments", ", ".join(audience.departments)),
        ("grades", ", ".join(audience.grades)),
        ("interests", ", ".join(audience.interests)),
        ("mandatory", "yes" if audience.mandatory else ""),
        ("required by", audience.required_by),
        ("frequency", audience.frequency.lower()),
        ("kind", audience.type.replace("_", " ").lower()),
    ]
    told = "; ".join(f"{name}: {value}" for name, value in parts if value)
    return f"Audience in the catalogue: {told}." if told else ""


def label(name: str) -> str:
    """A name such as `project-delivery` as people read it."""
    words = " ".join(name.replace("-", " ").split())
    return words[:1].upper() + words[1:]


def hours(seconds: Decimal | None) -> int | float:
    """Hours of a duration with at most six decimals; 0 where there is none."""
    value = (Decimal(seconds or 0) / 3600).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    return int(value) if value == int(value) else float(value)


# Writing the exchange format


def convert(lines: Iterable[Line], report: Report) -> list[JsonObject]:
    """Records for all entries of the catalogue. Raises BrokenInputError."""
    found = parse_lines(entries(lines), lambda record: read_course(record, report))
    courses = latest(found, lambda course: course.id, report)
    subjects = sorted({subject for course in courses for subject in course.subjects})
    themes = dict(zip(subjects, assign_codes([(name, name) for name in subjects], PREFIX), strict=True))
    codes = assign_codes([(course.title.lower(), course.id) for course in courses], PREFIX)
    curricula = curriculum_records(courses, codes)
    count_result(courses, curricula, len(themes), report)
    return [
        dict(CATEGORY),
        *({"type": "theme", "code": code, "label_en": label(name)} for name, code in themes.items()),
        *(course_record(course, code, themes) for course, code in zip(courses, codes, strict=True)),
        *curricula,
    ]


def course_record(course: Course, code: str, themes: Mapping[str, str]) -> JsonObject:
    """A course with its units."""
    units = course.modules
    texts = [*course.texts]
    listed = outcome_list(course.outcomes) if len(units) == 1 and course.outcomes else None
    if course.outcomes and listed is None:
        texts.append(course.outcomes)
    audiences = dict.fromkeys(line for audience in course.audiences if (line := audience_line(audience)))
    names = assign_codes([(module.title.lower(), module.id) for module in units])
    return without_empty(
        {
            "type": "course",
            "code": code,
            "title": course.title,
            "language": "en",
            "summary": "\n\n".join([*texts, *audiences]),
            "themes": [themes[subject] for subject in course.subjects],
            "audience": course.audience,
            "status": course.status,
            "units": [unit_record(module, name, listed) for module, name in zip(units, names, strict=True)],
        }
    )


def unit_record(module: Module, code: str, listed: tuple[str, list[str]] | None) -> JsonObject:
    """A unit; ``listed`` holds the introduction and the outcomes that stand in it."""
    kind = f"Type in the catalogue: {module.type}{', optional' if module.optional else ''}."
    introduction, outcomes = listed or ("", [])
    return without_empty(
        {
            "code": code,
            "title": module.title,
            "hours": hours(module.seconds),
            "delivery_method": METHODS[module.type],
            "summary": "\n\n".join(text for text in (module.description, kind, introduction) if text),
            "outcomes": outcomes,
        }
    )


def curriculum_records(courses: Sequence[Course], codes: Sequence[str]) -> list[JsonObject]:
    """One curriculum for each area of work, in alphabetical order, and one for the courses that name none."""
    areas = sorted({area for course in courses for area in course.areas})
    codes_of_areas = assign_codes([(area, area) for area in [*areas, "any-area"]], PREFIX)
    records = []
    for area, code in zip([*areas, None], codes_of_areas, strict=True):
        members = [pair for pair in zip(courses, codes, strict=True) if belongs(pair[0], area)]
        if members:
            records.append(curriculum_record(area, code, members))
    return records


def belongs(course: Course, area: str | None) -> bool:
    """Whether a course names an area of work, or none at all when ``area`` is None."""
    return area in course.areas if area is not None else not course.areas


def curriculum_record(area: str | None, code: str, members: Sequence[tuple[Course, str]]) -> JsonObject:
    """A curriculum of some courses: those that are mandatory for its audience first."""
    placements: dict[bool, list[JsonObject]] = {True: [], False: []}
    for course, course_code in members:
        mandatory = any(a.mandatory for a in course.audiences if area is None or area in a.areas)
        placements[mandatory].append({"course": course_code})
    modules = [
        {"code": "mandatory", "title": "Mandatory courses", "placements": placements[True]},
        {"code": "further", "title": "Further courses", "placements": placements[False]},
    ]
    return {
        "type": "curriculum",
        "code": code,
        "title": "Any area of work" if area is None else label(area),
        "language": "en",
        "category": CATEGORY["code"],
        "target_group": (
            "Any area of work; some courses are for one department only, as their summaries say"
            if area is None
            else f"Area of work: {label(area)}"
        ),
        "audience": "public",
        "status": "live",
        "modules": [module for module in modules if module["placements"]],
    }


def count_result(
    courses: Sequence[Course], curricula: Sequence[JsonObject], themes: int, report: Report
) -> None:
    """Count what was written, and what a reader of the figures has to know."""
    modules = [module for course in courses for module in course.modules]
    report.count("courses", len(courses))
    report.count("units", len(modules))
    for kind, method in METHODS.items():
        report.count(f"units of type {kind}, taken as {method}", sum(m.type == kind for m in modules))
    report.count("units without a duration: hours 0", sum(module.seconds is None for module in modules))
    report.count("hours in all, rounded", whole_hours(modules))
    optional = [module for module in modules if module.optional]
    report.count("optional units: they count in full", len(optional))
    report.count("hours of these, rounded", whole_hours(optional))
    report.count("themes", themes)
    report.count("courses without a theme", sum(not course.subjects for course in courses))
    report.count("courses without units", sum(not course.modules for course in courses))
    report.count("curricula", len(curricula))
    report.count("placements", sum(len(m["placements"]) for c in curricula for m in c["modules"]))


def whole_hours(modules: Sequence[Module]) -> int:
    """The hours of some modules together, rounded."""
    return round(sum(module.seconds or Decimal(0) for module in modules) / 3600)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    return run(arguments, convert, "Turn the UK Civil Service learning catalogue into the exchange format.")


if __name__ == "__main__":
    sys.exit(main())
