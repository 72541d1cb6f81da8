"""What must hold between records: inside one cluster, and between what is placed and what it needs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, Sum

from cases.models import CaseStudy
from curriculum.exchange.schema import DRAFT, NEEDED_WHEN_LIVE
from curriculum.models import Course, Unit
from exchange.messages import message as _
from exchange.records import Record
from exchange.schema import RecordType, Values, fold
from people.exchange.job import Job


def check_needed(type: RecordType, record: Record, job: Job) -> None:
    """Note what a record that is to be live lacks, and the records inside it."""
    if record.values.get("status") == DRAFT:
        return
    for name in NEEDED_WHEN_LIVE.get(type.name, ()):
        if record.values[name] in (None, ""):
            job.problems.error(record.place, name, None, _("A value is required here. Fill it in."))
    if type.name == "placement" and not record.values["course"] and not record.values["case"]:
        job.problems.error(record.place, "course", None, _("Say what is placed here: a course or a case."))
    for children in type.children:
        for child in record.values[children.field]:
            check_needed(children.of, child, job)


def check_codes_inside(record: Record, field: str, job: Job) -> None:
    """Note codes that stand twice inside one record."""
    first: dict[str, Record] = {}
    for child in record.values[field]:
        other = first.setdefault(fold(child.values["code"]), child)
        if other is not child:
            job.problems.error(
                child.place,
                "code",
                child.values["code"],
                _("Another one in %(code)s has this code. Give each its own.", code=record.values["code"]),
            )


def check_readers(record: Record, job: Job) -> None:
    """Note institutions among the readers that nobody knows; units and persons may still come."""
    for reader in record.values["restricted_to"]:
        kind, _colon, code = reader.partition(":")
        if kind == "institution" and job.spelling("institution", code) is None:
            message = _("No institution has this code. Add it to the file, or correct the code.")
            job.problems.error(record.place, "restricted_to", reader, message)


class Teaching:
    """What curricula and links must know of courses and cases, in the file or stored.

    Stored ones are asked for only when the file speaks of something that it does not hold.
    """

    def __init__(self) -> None:
        self._units: dict[str, dict[str, str]] = {}
        self._hours: dict[str, bool] = {}
        self._case_hours: dict[str, bool] = {}
        self._stored_empty: dict[type, frozenset[str]] = {}

    def see_course(self, course: Values) -> None:
        """Remember a course of the file."""
        key = fold(course["code"])
        self._units[key] = {fold(unit["code"]): unit["code"] for unit in course["units"]}
        self._hours[key] = any(unit.get("hours") for unit in course["units"])

    def see_case(self, case: Values) -> None:
        """Remember a case of the file."""
        self._case_hours[fold(case["code"])] = case["suggested_hours"] is not None

    def see_stored_courses(self, courses: Iterable[str], job: Job) -> None:
        """Learn the units of courses that are not in the file."""
        missing = {
            course: job.codes.pk("course", course) for course in courses if fold(course) not in self._units
        }
        stored = stored_unit_codes(pk for pk in missing.values() if pk)
        self._units.update({fold(course): stored.get(pk, {}) for course, pk in missing.items() if pk})

    def unit_spelling(self, course: str, unit: str) -> str:
        """The code of a unit as its course writes it."""
        return self._units.get(fold(course), {}).get(fold(unit), unit)

    def check_placements(self, curriculum: Record, job: Job) -> None:
        """Note a course that is placed twice, and warn of placements that take no time."""
        first: dict[str, Record] = {}
        for placement in _placements(curriculum):
            course, hours = fold(placement.values["course"]), placement.values["hours"]
            if course and first.setdefault(course, placement) is not placement:
                job.problems.error(
                    placement.place,
                    "course",
                    placement.values["course"],
                    _("This course is placed in the curriculum already. A course has one place; remove one."),
                )
            if job.spelling("course", course) and hours is not None and not self._course_has_hours(course):
                job.problems.warning(
                    placement.place,
                    "hours",
                    hours,
                    _("The units of this course have no hours that these could change: they have no effect."),
                )
            case = placement.values["case"]
            if job.spelling("case", case) and hours is None and not self._case_has_hours(placement):
                job.problems.warning(
                    placement.place,
                    "hours",
                    None,
                    _("Neither this placement nor its case says how many hours it takes: it counts as 0."),
                )

    def check_link(self, record: Record, job: Job) -> None:
        """Note a unit that its course does not have."""
        course, unit = record.values["course"], record.values["unit"]
        if job.spelling("course", course) is None:
            # That nobody knows the course has been said.
            return
        if fold(unit) not in self._units.get(fold(course), {}):
            job.problems.error(
                record.place,
                "unit",
                unit,
                _("The course %(course)s has no unit with this code. Correct it.", course=course),
            )

    def _course_has_hours(self, key: str) -> bool:
        if key in self._hours:
            return self._hours[key]
        if Course not in self._stored_empty:
            courses = Course.objects.annotate(total=Sum("units__hours")).filter(Q(total=None) | Q(total=0))
            self._stored_empty[Course] = frozenset(map(fold, courses.values_list("code", flat=True)))
        return key not in self._stored_empty[Course]

    def _case_has_hours(self, placement: Record) -> bool:
        key = fold(placement.values["case"])
        if key in self._case_hours:
            return self._case_hours[key]
        if CaseStudy not in self._stored_empty:
            cases = CaseStudy.objects.filter(suggested_hours=None)
            self._stored_empty[CaseStudy] = frozenset(map(fold, cases.values_list("code", flat=True)))
        return key not in self._stored_empty[CaseStudy]


def _placements(curriculum: Record) -> Iterator[Record]:
    for module in curriculum.values["modules"]:
        yield from module.values["placements"]


def stored_unit_codes(courses: Iterable[int]) -> dict[int, dict[str, str]]:
    """The codes of the units of stored courses, published or in their latest draft, by their folded form."""
    pks = list(courses)
    codes: defaultdict[int, dict[str, str]] = defaultdict(dict)
    unpublished = Course.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), pk__in=pks)
    contents: Iterable[tuple[int, Any]] = unpublished.values_list("pk", "latest_revision__content")
    for pk, content in contents:
        codes[pk].update({fold(unit["code"]): unit["code"] for unit in (content or {}).get("units", ())})
    for pk, code in Unit.objects.filter(course__in=pks).values_list("course", "code"):
        codes[pk][fold(code)] = code
    return codes
