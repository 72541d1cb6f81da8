"""How much of the theory has a current case in the same curriculum (2.2 b; rules 17, 18 and 30)."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from curriculum.balance.currency import is_current
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Case, Layout, Library
from curriculum.balance.limits import Limits
from curriculum.balance.linkage import Basis, Demand, Linkage
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading
from curriculum.balance.timetable import Element


def linkage_coverage(evidence: Evidence) -> Reading:
    """Hour-weighted share of theory that a current placed case covers, undefined without theory hours.

    ``coverage_shelf`` also counts what cases of the library could cover, ``coverage_graded`` only that part
    of an element whose themes are met. The elements are those without cover, elements of 0 hours included.
    """
    layout = evidence.layout
    covered, graded, within_reach, without = [], [], [], []
    for linkage in evidence.linkages:
        hours = linkage.theory.hours
        if linkage.covering:
            covered.append(hours)
            graded.append(hours * graded_cover(linkage, layout))
        else:
            without.append(linkage.theory)
            if is_on_shelf(linkage, layout):
                within_reach.append(hours)
    total = evidence.timetable.theory_hours
    return Reading(
        value=fsum(covered) / total if total else None,
        figures={
            "coverage_shelf": fsum(covered + within_reach) / total if total else None,
            "coverage_graded": fsum(graded) / total if total else None,
        },
        elements=tuple(without),
    )


def graded_cover(linkage: Linkage, layout: Layout) -> float:
    """How far an element is covered, 0..1: wholly by a person's word or its own case, else theme by theme."""
    if not linkage.is_covered:
        return 0.0
    vocabulary = layout.library.vocabulary
    wanted = vocabulary.telling(linkage.theory.themes)
    met: set[str] = set()
    for practice, basis, _covers in linkage.covering:
        if basis is not Basis.THEME:
            return 1.0
        met |= vocabulary.matched(wanted, practice.themes)
    return len(met) / len(wanted)


def is_on_shelf(linkage: Linkage, layout: Layout) -> bool:
    """Whether any current case of the library, placed or not, would serve the element."""
    demand, day, max_age = linkage.demand, layout.as_of, layout.policy.max_age_years
    found = demand.on_shelf.get((day, max_age))
    if found is None:
        found = demand.on_shelf[day, max_age] = any(
            is_current(case, day, max_age) and demand.basis(case, case.themes) is not None
            for case in candidates_for(linkage.theory, demand, layout.library)
        )
    return found


def candidates_for(theory: Element, demand: Demand, library: Library) -> Iterator[Case]:
    """The cases of the library that may serve an element: some of them more than once, some after all not."""
    for identity in demand.named:
        yield from library.texts.get(identity, ())
    for theme in theory.themes:
        yield from library.shelf.get(theme, ())


LINKAGE_COVERAGE = Measure(
    key="linkage_coverage",
    quantity=Quantity.SHARE,
    read=linkage_coverage,
    limits=lambda policy: Limits.at_least(policy.linkage_coverage_green, policy.linkage_coverage_amber),
    below=Headline.DISCONNECTED,
)
