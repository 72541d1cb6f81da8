"""One curriculum as it is judged for one reader: the layout, what was derived from it, and the names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from curriculum.balance.layout import Layout, View
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.measures.base import Evidence
from curriculum.balance.report import BalanceReport, report
from curriculum.models import Curriculum
from curriculum.naming import ReaderNames


@dataclass(frozen=True, slots=True)
class Dossier:
    """A report with the evidence behind it; `names` are those of one reader, for the page and its files."""

    curriculum: Curriculum
    report: BalanceReport
    evidence: Evidence
    names: ReaderNames

    @property
    def layout(self) -> Layout:
        """What was judged."""
        return self.report.layout

    @property
    def is_draft(self) -> bool:
        """Whether the curriculum is shown as if its draft were approved, all else as it is published."""
        return self.layout.view is View.PROPOSED

    @property
    def revision(self) -> int | None:
        """The number of the revision that was judged; `None` where there is none yet."""
        shown = self.curriculum.latest_revision_id if self.is_draft else self.curriculum.live_revision_id
        return None if shown is None else int(shown)


def open_dossier(
    curriculum: Curriculum, *, as_draft: bool, as_of: date, count_self_study: bool, names: ReaderNames
) -> Dossier | None:
    """The dossier of a curriculum as published or as if its draft were approved (rule 45).

    `None` where it is to be judged as published and is not.
    """
    layouts = load_layouts(
        Curriculum.objects.filter(pk=curriculum.pk),
        drafts=[curriculum] if as_draft else Drafts.NONE,
        as_of=as_of,
    )
    if not layouts:
        return None
    (layout,) = layouts
    evidence = Evidence.of(layout, count_self_study=count_self_study)
    _number(evidence, names)
    return Dossier(curriculum, report(layout, count_self_study=count_self_study), evidence, names)


def _number(evidence: Evidence, names: ReaderNames) -> None:
    """Give out opaque names in the order of the curriculum, so that page and files use the same ones."""
    for item in evidence.timetable.items:
        if item.case is not None:
            names.code(evidence.layout.library.original(item.case.identity))
            names.code(item.case)
        if item.course is not None:
            names.course(item.course)
