"""The pairs that somebody has ticked, with their names, as long as they may decide about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import CaseStudy
from curriculum.balance.layout import UnitKey
from curriculum.links.actions import LIMIT, PairKey, states_now
from curriculum.links.library import CourseEntry, case_identities
from curriculum.links.workbench import Reach
from curriculum.models import Course, Unit
from people.models import User


@dataclass(frozen=True, slots=True)
class ChosenCase:
    """A case, as far as a list names it."""

    code: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One pair: `unit` is the title of the unit, or its code where it is gone; `state` what is said."""

    pair: PairKey
    course: CourseEntry
    unit: str
    case: ChosenCase
    identity: str
    state: str

    @property
    def unit_key(self) -> UnitKey:
        """The unit as the balance engine knows it."""
        return self.course.code, self.pair.unit


def chosen_pairs(user: User, keys: Iterable[str]) -> list[Chosen]:
    """The pairs of these keys that the person may decide about, in the order of the keys; LIMIT at most.

    What is not theirs is left out, like what does not exist. Queries: as many for many as for one.
    """
    parsed = dict.fromkeys(pair for key in keys if (pair := PairKey.parse(key)) is not None)
    reach = Reach.of(user)
    pairs = [pair for pair in parsed if reach.holds(pair.course, pair.case)][:LIMIT]
    courses = {
        row[0]: CourseEntry(*row)
        for row in Course.objects.filter(pk__in={pair.course for pair in pairs}).values_list(
            "pk", "code", "title", "language"
        )
    }
    cases = {
        pk: ChosenCase(code, title, language)
        for pk, code, title, language in CaseStudy.objects.filter(
            pk__in={pair.case for pair in pairs}
        ).values_list("pk", "code", "title", "language")
    }
    units = {
        (course, code): title
        for course, code, title in Unit._default_manager.filter(course__in=courses).values_list(
            "course", "code", "title"
        )
    }
    states, identities = states_now(pairs), case_identities()
    return [
        Chosen(
            pair,
            courses[pair.course],
            units.get((pair.course, pair.unit), pair.unit),
            cases[pair.case],
            identities[pair.case],
            states[pair],
        )
        for pair in pairs
        if (pair.course, pair.unit) in units or states[pair]
    ]
