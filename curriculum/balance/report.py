"""Everything that is said about the balance of one curriculum."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from curriculum.balance import composition
from curriculum.balance.collecting import no_collection
from curriculum.balance.composition import Slice
from curriculum.balance.content import ContentShare, content_shares, without_category
from curriculum.balance.currency import is_current
from curriculum.balance.layout import Case, Layout
from curriculum.balance.linkage import Lapse, lapses
from curriculum.balance.measures import MEASURES
from curriculum.balance.measures.base import Evidence, Result
from curriculum.balance.measures.orphan_practice import ORPHAN_PRACTICE
from curriculum.balance.timetable import Element, Item, LeftOut, Standing, Timetable, left_out
from curriculum.balance.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Hours:
    """Teaching hours. ``total`` is theory plus practice; the others stand beside it.

    Self-study is inside theory and practice only in the column "with self-study" (rule 1).
    """

    theory: float
    practice: float
    total: float
    self_study: float
    optional: float
    neutral: float


class Uncovered(NamedTuple):
    """A theory element without a current case, and the cases that covered it before they lapsed."""

    element: Element
    lapses: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What to look at, each in the order of the curriculum."""

    uncovered: tuple[Uncovered, ...]
    orphans: tuple[Item, ...]
    """Practice that serves no theory unit here."""
    without_case: tuple[Item, ...]
    """Practice that names no case."""
    undated: tuple[Case, ...]
    """Cases of counted items that nobody has dated."""
    unreviewed_classics: tuple[Case, ...]
    """Classics of counted items past the age limit that nobody has promised to look at again (rule 19)."""
    without_category: tuple[Item, ...]
    untagged: tuple[Item, ...]
    untimed: tuple[Item, ...]
    """Counted items for which nobody has given hours; they count as 0 h."""
    zero_hours: tuple[Item, ...]
    """Counted items that take 0 h because somebody said so."""
    not_in_view: tuple[Case, ...]
    """Cases of counted items that are drafts or withdrawn: they cover nothing."""
    self_study: tuple[Item, ...]
    optional: tuple[Item, ...]
    neutral: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    common_themes: tuple[str, ...]


@dataclass(frozen=True)
class BalanceReport:
    """The report on one layout; ``results`` stand in the order of ``MEASURES``.

    Verdict and measures are there at once; what is told beside them is drawn from the ``evidence`` when it is
    asked for, which it is not of a thousand curricula.
    """

    layout: Layout
    count_self_study: bool
    hours: Hours
    results: tuple[Result, ...]
    verdict: Verdict
    by_content_category: tuple[Slice, ...]
    content_shares: tuple[ContentShare, ...]
    untagged_share: float | None
    evidence: Evidence = field(repr=False, compare=False)

    @cached_property
    def by_method(self) -> tuple[Slice, ...]:
        """Hours by delivery method, the most first."""
        return composition.by_method(self.evidence.timetable)

    @cached_property
    def lists(self) -> Lists:
        """What to look at."""
        return _lists(self.evidence, self.results)

    def __getitem__(self, key: str) -> Result:
        """The result of one measure; ``KeyError`` for a measure that does not exist."""
        for result in self.results:
            if result.key == key:
                return result
        raise KeyError(key)


def report(layout: Layout, *, count_self_study: bool = False) -> BalanceReport:
    """Judge one layout, without self-study (as bands and limits are meant) or with it."""
    evidence = Evidence.of(layout, count_self_study=count_self_study)
    results = tuple(measure.judge(evidence) for measure in MEASURES)
    untagged_share = composition.untagged_share(evidence.timetable, composition.untagged(evidence.timetable))
    by_content = composition.by_content_category(evidence.timetable)
    return BalanceReport(
        layout,
        count_self_study,
        _hours(evidence.timetable),
        results,
        verdict(results, untagged_share=untagged_share, untagged_limit=layout.policy.untagged_limit),
        by_content,
        content_shares(by_content, evidence.timetable.total_hours, layout.policy),
        untagged_share,
        evidence,
    )


def reports(layouts: Iterable[Layout], *, count_self_study: bool = False) -> list[BalanceReport]:
    """Judge many layouts; those of one load share what they need to know of courses and cases."""
    with no_collection():
        return [report(layout, count_self_study=count_self_study) for layout in layouts]


def _hours(timetable: Timetable) -> Hours:
    return Hours(
        timetable.theory_hours,
        timetable.practice_hours,
        timetable.total_hours,
        timetable.hours_beside(Standing.SELF_STUDY),
        timetable.hours_beside(Standing.OPTIONAL),
        timetable.hours_beside(Standing.NEUTRAL),
    )


def _lists(evidence: Evidence, results: Iterable[Result]) -> Lists:
    elements = {result.key: result.reading.elements for result in results}
    layout, timetable = evidence.layout, evidence.timetable
    return Lists(
        uncovered=tuple(
            Uncovered(linkage.theory, lapses(linkage, layout) if linkage.ties else ())
            for linkage in evidence.linkages
            if not linkage.covering
        ),
        orphans=tuple(element.item for element in elements[ORPHAN_PRACTICE.key]),
        without_case=tuple(element.item for element in timetable.practice if element.item.case is None),
        undated=_cases(timetable, lambda case: case.facts_as_of is None),
        unreviewed_classics=_cases(timetable, lambda case: _is_unreviewed_classic(case, layout)),
        without_category=without_category(timetable),
        untagged=_in_order(element.item for element in composition.untagged(timetable)),
        untimed=tuple(item for item in timetable.counted if not item.is_timed),
        zero_hours=tuple(item for item in timetable.counted if item.is_timed and not item.hours),
        not_in_view=_cases(timetable, lambda case: not case.visible),
        self_study=timetable.beside(Standing.SELF_STUDY),
        optional=timetable.beside(Standing.OPTIONAL),
        neutral=timetable.beside(Standing.NEUTRAL),
        left_out=left_out(layout),
        common_themes=composition.common_themes(timetable, layout.policy),
    )


def _cases(timetable: Timetable, chosen: Callable[[Case], bool]) -> tuple[Case, ...]:
    """The cases of counted items for which this holds, each once."""
    cases = {item.case.code: item.case for item in timetable.counted if item.case is not None}
    return tuple(case for case in cases.values() if chosen(case))


def _is_unreviewed_classic(case: Case, layout: Layout) -> bool:
    return (
        case.is_classic
        and case.review_by is None
        and case.facts_as_of is not None
        and not is_current(case, layout.as_of, layout.policy.max_age_years)
        and case.visible
    )


def _in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Each item once, in the order of the curriculum; a mixed item may come as theory and as practice."""
    by_order = {item.order: item for item in items}
    return tuple(by_order[order] for order in sorted(by_order))
