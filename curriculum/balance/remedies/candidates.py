"""What may be placed: current cases of the library, and cases that somebody would have to write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import fsum
from statistics import median

from curriculum.balance.currency import is_current
from curriculum.balance.layout import Case, Layout
from curriculum.balance.measures.base import Evidence
from curriculum.balance.timetable import numbered_placements
from curriculum.balance.vocabulary import Themes

Relevance = Mapping[tuple[str, str, str], float]
"""How well a case suits a unit by its text and themes, 0..1: by course, unit and case code."""

NEW = "new:"
"""How the codes of cases to be written begin; then comes the theme. No case of the library has a colon."""

NEW_CASE_HOURS = 2.0
"""Hours of a case to be written where neither the curriculum nor the library has cases to go by."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that could be placed for ``hours``; ``used_in`` counts other curricula that place it.

    ``relevance`` (0..1) decides between plans that are equal otherwise. ``is_new`` stands for a case that is
    not written yet: its code is made up, its text taken as current (rule 43). One that is ``second_to``
    another (a code) is placed only together with it: the two are alike, so either alone is the same plan.
    """

    case: Case
    hours: float
    relevance: float = 0.0
    used_in: int = 0
    is_new: bool = False
    second_to: str = ""

    @property
    def code(self) -> str:
        """The code of the case."""
        return self.case.code


def usable(layout: Layout, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates that would be of use: current, with hours, and not in the curriculum already."""
    placed = placed_identities(layout)
    return tuple(
        candidate
        for candidate in candidates
        if candidate.hours > 0
        and candidate.case.identity not in placed
        and is_current(candidate.case, layout.as_of, layout.policy.max_age_years)
    )


def placed_identities(layout: Layout) -> frozenset[str]:
    """The cases that a curriculum has already, by placement or by a unit, optional ones included."""
    found = set()
    for _number, placement in numbered_placements(layout):
        if placement.case is not None:
            found.add(placement.case.identity)
        if placement.course is not None:
            found.update(unit.case.identity for unit in placement.course.units if unit.case is not None)
    return frozenset(found)


def with_relevance(
    layout: Layout, candidates: Iterable[Candidate], relevance: Relevance
) -> tuple[Candidate, ...]:
    """The candidates, each with its best relevance among the units of this curriculum."""
    units = {
        (placement.course.code, unit.code)
        for _number, placement in numbered_placements(layout)
        if placement.course is not None
        for unit in placement.course.units
    }
    best: defaultdict[str, float] = defaultdict(float)
    for (course, unit, case), value in relevance.items():
        if (course, unit) in units:
            best[case] = max(best[case], value)
    return tuple(
        replace(candidate, relevance=max(candidate.relevance, best[candidate.code]))
        for candidate in candidates
    )


def to_be_written(evidence: Evidence, shelf: Collection[Candidate]) -> tuple[Candidate, ...]:
    """Two cases to write for each theme of theory that nothing in the library could serve.

    The theme with the most such theory hours comes first; what it serves needs no other theme. The second
    case is for where theory that hangs on a single case would miss a goal.
    """
    layout = evidence.layout
    open_hours: dict[int, tuple[Themes, float]] = {}
    for position, linkage in enumerate(evidence.linkages):
        themes = frozenset(theme for theme in linkage.theory.themes if linking(layout, theme))
        if linkage.is_covered or not linkage.theory.hours or not themes:
            continue
        if all(linkage.demand.basis(other.case, other.case.themes) is None for other in shelf):
            open_hours[position] = (themes, linkage.theory.hours)
    hours = new_case_hours(evidence, shelf)
    found = []
    while open_hours:
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for themes, weight in open_hours.values():
            for theme in themes:
                weights[theme].append(weight)
        theme = min(weights, key=lambda code: (-fsum(weights[code]), code))
        first, second = f"{NEW}{theme}", f"{NEW}{theme}:2"
        case = Case(first, themes=frozenset({theme}), facts_as_of=layout.as_of)
        found.append(Candidate(case, hours, is_new=True))
        found.append(Candidate(replace(case, code=second), hours, is_new=True, second_to=first))
        open_hours = {at: entry for at, entry in open_hours.items() if theme not in entry[0]}
    return tuple(found)


def theme_to_write(code: str) -> tuple[str, bool] | None:
    """The theme of a case to be written, by its code, and whether it is the second on that theme; ``None``
    for a case that there is."""
    theme, _, second = code.removeprefix(NEW).partition(":")
    return (theme, bool(second)) if code.startswith(NEW) else None


def linking(layout: Layout, theme: str) -> bool:
    """Whether a theme can link at all: it is neither generic nor top-level."""
    return theme in layout.library.vocabulary.kin


def new_case_hours(evidence: Evidence, shelf: Iterable[Candidate]) -> float:
    """How long a case to be written would be: as the cases placed here usually are, else as the library's."""
    placed = [item.hours for item in evidence.timetable.counted if item.unit is None and item.hours > 0]
    lengths = placed or [candidate.hours for candidate in shelf]
    return median(lengths) if lengths else NEW_CASE_HOURS
