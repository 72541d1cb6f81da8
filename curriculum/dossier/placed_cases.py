"""The cases of a curriculum: what hangs on each, and until when it is current."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from curriculum import figures
from curriculum.balance.currency import is_current, last_current_day
from curriculum.balance.layout import Case, Layout
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.knockout_loss import Dependence, dependence, identities
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.charts import Bar, Segment
from curriculum.dossier.judging import Dossier
from curriculum.levels import Level


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case: the theory hours that only it covers, those that it shares, and their share of all theory."""

    case: Case
    name: str
    language: str
    places: str
    alone: float
    shared: float
    load: float
    lost: float | None
    lost_text: str
    level: Level
    units: str
    state: str
    freshness: float
    bar: Bar


def case_rows(dossier: Dossier) -> tuple[CaseRow, ...]:
    """Every case that is practised here, the one on which most hangs first; those that carry nothing stay.

    A case and its translations are one (rule 47).
    """
    carried = {found.case: found for found in dependence(_covered(dossier))}
    texts: defaultdict[str, list[Case]] = defaultdict(list)
    for element in dossier.evidence.timetable.practice:
        if (case := element.item.case) is not None and case not in texts[case.identity]:
            texts[case.identity].append(case)
    limit = _limit(dossier)
    longest = max((found.alone + found.shared for found in carried.values()), default=0.0)
    scale = max(longest, limit or 0.0)
    rows = [
        _row(dossier, number, found, carried.get(identity, Dependence(identity, 0.0, 0.0, 0.0)), limit, scale)
        for number, (identity, found) in enumerate(texts.items())
    ]
    return tuple(sorted(rows, key=lambda row: (-row.alone, -row.load, row.case.identity)))


def state_of(case: Case, layout: Layout) -> str:
    """Whether a case is current on the day, until when it is or was, or why it cannot be."""
    until = last_current_day(case, layout.policy.max_age_years)
    if is_current(case, layout.as_of, layout.policy.max_age_years):
        return _("current until %(day)s") % {"day": until.isoformat() if until else figures.MISSING}
    if not case.visible:
        return _("not published")
    if case.facts_as_of is None:
        return _("date missing")
    if case.is_classic and case.review_by is None:
        return _("classic without review date")
    return _("was current until %(day)s") % {"day": until.isoformat() if until else figures.MISSING}


def current_until(case: Case, layout: Layout) -> date | None:
    """The last day on which the case is or was current."""
    return last_current_day(case, layout.policy.max_age_years)


def _covered(dossier: Dossier) -> list[Linkage]:
    return [linkage for linkage in dossier.evidence.linkages if linkage.is_covered]


def _limit(dossier: Dossier) -> float | None:
    """The theory hours that may hang on one case."""
    limits = dossier.report["knockout_loss"].limits
    return None if limits is None else limits.high * dossier.report.hours.theory


def _row(
    dossier: Dossier, number: int, texts: Sequence[Case], found: Dependence, limit: float | None, scale: float
) -> CaseRow:
    layout = dossier.layout
    case = layout.library.original(found.case)
    newest = max(texts, key=lambda text: is_current(text, layout.as_of, layout.policy.max_age_years))
    theory = dossier.report.hours.theory
    lost = found.alone / theory if theory else None
    result = dossier.report["knockout_loss"]
    ends = () if result.limits is None else (result.limits.high, result.limits.amber_high)
    judged = result.limits if result.color is not None else None
    return CaseRow(
        case=case,
        name=dossier.names.title(case),
        language=dossier.names.case_language(case),
        places=_places(dossier, found.case),
        alone=found.alone,
        shared=found.shared,
        load=found.load,
        lost=lost,
        lost_text=figures.percent(lost, ends),
        level=Level.of(judged.color(lost) if judged and lost is not None else None, value=lost),
        units=_units(dossier, found.case),
        state=state_of(newest, layout),
        freshness=freshness(newest, layout.as_of, layout.policy.half_life_years),
        bar=Bar(
            f"case-{number}",
            (Segment(found.alone, "plain"), Segment(found.shared, "shared")),
            scale,
            limit=limit,
        ),
    )


def _places(dossier: Dossier, identity: str) -> str:
    """Where the case is practised."""
    items = (element.item for element in dossier.evidence.timetable.practice)
    return ", ".join(item.number for item in items if item.case and item.case.identity == identity)


def _units(dossier: Dossier, identity: str) -> str:
    """The theory that it covers."""
    return ", ".join(
        linkage.theory.item.number for linkage in _covered(dossier) if identity in identities(linkage)
    )
