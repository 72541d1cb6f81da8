"""How much of the theory has a current case in the same curriculum (2.2 b; rules 17, 18 and 30)."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from curriculum.balance.currency import is_current
from curriculum.balance.headlines import Headline
from curriculum.balance.layout import Case, Layout, Library
from curriculum.balance.limits import Limits
from curriculum.balance.linkage import Basis, Linkage
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading


def linkage_coverage(evidence: Evidence) -> Reading:
    """Hour-weighted share of theory that a current placed case covers, undefined without theory hours.

    ``coverage_shelf`` also counts what cases of the library could cover, ``coverage_graded`` only that part
    of an element whose themes are met. The elements are those without cover, elements of 0 hours included.
    """
    layout, linkages = evidence.layout, evidence.linkages
    covered = [float(linkage.is_covered) for linkage in linkages]
    graded = [graded_cover(linkage, layout) for linkage in linkages]
    shelf = [float(linkage.is_covered or is_on_shelf(linkage, layout)) for linkage in linkages]
    return Reading(
        value=_of_theory(evidence, covered),
        figures={
            "coverage_shelf": _of_theory(evidence, shelf),
            "coverage_graded": _of_theory(evidence, graded),
        },
        elements=tuple(linkage.theory for linkage in linkages if not linkage.is_covered),
    )


def graded_cover(linkage: Linkage, layout: Layout) -> float:
    """How far an element is covered, 0..1: wholly by a person's word or its own case, else theme by theme."""
    if not linkage.is_covered:
        return 0.0
    if any(tie.basis is not Basis.THEME for tie in linkage.covering):
        return 1.0
    vocabulary = layout.library.vocabulary
    wanted = linkage.theory.themes - vocabulary.generic
    met = frozenset[str]().union(
        *(vocabulary.matched(wanted, tie.practice.themes) for tie in linkage.covering)
    )
    return len(met) / len(wanted)


def is_on_shelf(linkage: Linkage, layout: Layout) -> bool:
    """Whether any current case of the library, placed or not, would serve the element."""
    return any(
        is_current(case, layout.as_of, layout.policy.max_age_years)
        and linkage.demand.basis(case, case.themes) is not None
        for case in _shelf_candidates(linkage, layout.library)
    )


def _shelf_candidates(linkage: Linkage, library: Library) -> Iterator[Case]:
    for identity in linkage.demand.named:
        yield from library.texts.get(identity, ())
    for theme in linkage.theory.themes:
        yield from library.shelf.get(theme, ())


def _of_theory(evidence: Evidence, weights: list[float]) -> float | None:
    """The share of the theory hours that remains when every element counts with its weight."""
    total = evidence.timetable.theory_hours
    if not total:
        return None
    parts = zip(evidence.timetable.theory, weights, strict=True)
    return fsum(theory.hours * weight for theory, weight in parts) / total


LINKAGE_COVERAGE = Measure(
    key="linkage_coverage",
    quantity=Quantity.SHARE,
    read=linkage_coverage,
    limits=lambda policy: Limits.at_least(policy.linkage_coverage_green, policy.linkage_coverage_amber),
    below=Headline.DISCONNECTED,
)
