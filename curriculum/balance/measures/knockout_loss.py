"""How much cover is lost when the most critical case disappears (2.2 d; rules 27, 28 and 47)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from curriculum.balance.headlines import Headline
from curriculum.balance.limits import TOLERANCE, Limits
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.base import Evidence, Measure, Quantity, Reading


@dataclass(frozen=True, slots=True)
class Dependence:
    """What one case carries: theory hours that it covers ``alone``, and those that it shares with others.

    ``load`` is its part of all covered hours when each is divided by the number of cases that cover it.
    """

    case: str
    alone: float
    shared: float
    load: float


def knockout_loss(evidence: Evidence) -> Reading:
    """Share of theory hours that hang on the one case whose loss costs most; undefined without cover.

    ``hhi`` is the concentration of the loads, ``effective_cases`` its inverse. The elements are those that
    hang on the worst case, the first by its code among equals. Below the policy's least number of covered
    theory units the value says nothing.
    """
    theory_hours = evidence.timetable.theory_hours
    covered = [linkage for linkage in evidence.linkages if linkage.covering]
    carried = [case for case in dependence(covered) if case.load > 0]
    if not theory_hours or not carried:
        return Reading(
            None, figures=_concentration({}), cases={"knockout_case": None}, case_tables={"loads": {}}
        )
    most = max(case.alone for case in carried)
    # Sums of decimals differ in their last binary digit: 0.1 + 0.2 and 0.3 are a tie all the same.
    worst = next(case for case in carried if case.alone >= most * (1 - TOLERANCE))
    loads = {case.case: case.load for case in carried}
    units = sum(linkage.theory.is_theory_unit for linkage in covered)
    return Reading(
        value=worst.alone / theory_hours,
        figures=_concentration(loads),
        cases={"knockout_case": worst.case if worst.alone else None},
        case_tables={"loads": loads},
        elements=tuple(
            linkage.theory for linkage in covered if worst.alone and identities(linkage) == {worst.case}
        ),
        is_judged=units >= evidence.layout.policy.min_units,
    )


def dependence(covered: list[Linkage]) -> Iterator[Dependence]:
    """What each case carries, in alphabetical order; a case and its translations are one."""
    alone: defaultdict[str, list[float]] = defaultdict(list)
    shared: defaultdict[str, list[float]] = defaultdict(list)
    loads: defaultdict[str, list[float]] = defaultdict(list)
    for linkage in covered:
        cases = identities(linkage)
        for case in cases:
            (alone if len(cases) == 1 else shared)[case].append(linkage.theory.hours)
            loads[case].append(linkage.theory.hours / len(cases))
    for case in sorted(loads):
        yield Dependence(case, fsum(alone[case]), fsum(shared[case]), fsum(loads[case]))


def identities(linkage: Linkage) -> set[str]:
    """The different cases that cover an element."""
    return {tie.practice.item.case.identity for tie in linkage.covering if tie.practice.item.case}


def _concentration(loads: Mapping[str, float]) -> dict[str, float | None]:
    total = fsum(loads.values())
    if not total:
        return {"hhi": None, "effective_cases": None}
    hhi = fsum((load / total) ** 2 for load in loads.values())
    return {"hhi": hhi, "effective_cases": 1 / hhi}


KNOCKOUT_LOSS = Measure(
    key="knockout_loss",
    quantity=Quantity.SHARE,
    read=knockout_loss,
    limits=lambda policy: Limits.at_most(policy.knockout_loss_green, policy.knockout_loss_amber),
    above=Headline.FRAGILE,
)
