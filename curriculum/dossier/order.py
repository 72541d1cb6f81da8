"""The order of theory and practice: the strip along the hours, and how far practice is from its theory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from django.utils.translation import ngettext, pgettext

from curriculum import figures
from curriculum.balance.limits import TOLERANCE
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.sequence_fit import gap_between, gap_limit
from curriculum.balance.timetable import Item
from curriculum.charts import Block, Span, Strip
from curriculum.dossier.judging import Dossier


@dataclass(frozen=True, slots=True)
class GapRow:
    """One covered theory element and the nearest practice that covers it; hours between the two."""

    number: str
    title: str
    language: str
    hours: float
    practice: str
    case: str
    case_language: str
    gap: float
    is_late: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The strip with its late elements framed, and all gaps, the largest first."""

    strip: Strip | None
    limit: float
    rows: tuple[GapRow, ...]

    @property
    def late(self) -> tuple[GapRow, ...]:
        """Theory whose practice is too far away."""
        return tuple(row for row in self.rows if row.is_late)


def order_of(dossier: Dossier) -> Order:
    """Strip and gaps of a dossier."""
    limit = gap_limit(dossier.evidence)
    covered = [link for link in dossier.evidence.linkages if link.is_covered and link.theory.hours > 0]
    rows = tuple(_gap_row(dossier, linkage, limit) for linkage in covered)
    late = {row.number for row in rows if row.is_late}
    return Order(
        _strip(dossier, late), limit, tuple(sorted(rows, key=lambda row: (-row.gap, not row.is_late)))
    )


def _gap_row(dossier: Dossier, linkage: Linkage, limit: float) -> GapRow:
    theory = linkage.theory.item
    practice = min(
        (tie.practice.item for tie in linkage.covering), key=lambda item: gap_between(theory, item)
    )
    gap = gap_between(theory, practice)
    return GapRow(
        number=theory.number,
        title=dossier.names.item_title(theory),
        language=dossier.names.item_language(theory),
        hours=linkage.theory.hours,
        practice=practice.number,
        case=dossier.names.title(practice.case) if practice.case else "",
        case_language=dossier.names.case_language(practice.case) if practice.case else "",
        gap=gap,
        is_late=gap > limit + TOLERANCE,
    )


def _strip(dossier: Dossier, late: set[str]) -> Strip | None:
    counted = dossier.evidence.timetable.counted
    if not any(item.hours for item in counted):
        return None
    return Strip(
        key=f"order-{dossier.layout.code}",
        sentence=_sentence(dossier, len(late)),
        blocks=tuple(
            Block(item.hours, item.fraction, framed=item.number in late and item.fraction < 1)
            for item in counted
        ),
        places=_spans(counted, 2),
        modules=_spans(counted, 1),
    )


def _spans(items: Sequence[Item], parts: int) -> tuple[Span, ...]:
    """The hours under each module (one part of the number) or placement (two)."""
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for item in items:
        hours[".".join(item.number.split(".")[:parts])].append(item.hours)
    return tuple(Span(fsum(taken), number) for number, taken in hours.items())


def _sentence(dossier: Dossier, late: int) -> str:
    hours = dossier.report.hours
    along = ngettext(
        "%(total)s teaching hour along the strip: %(theory)s theory above, %(practice)s practice below.",
        "%(total)s teaching hours along the strip: %(theory)s theory above, %(practice)s practice below.",
        1 if hours.total == 1 else 2,
    ) % {
        "total": figures.hours_figure(hours.total),
        "theory": figures.hours_figure(hours.theory),
        "practice": figures.hours_figure(hours.practice),
    }
    if not late:
        return along
    framed = ngettext(
        "%(count)s theory unit is framed: its practice is too far away.",
        "%(count)s theory units are framed: their practice is too far away.",
        late,
    ) % {"count": late}
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": along, "second": framed}
