"""What a change did to the balance: one judgement beside another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wagtail.models import Revision

from curriculum import figures, wording
from curriculum.balance.limits import TOLERANCE
from curriculum.balance.loaders import load_layouts
from curriculum.balance.names import Names
from curriculum.balance.report import BalanceReport, report
from curriculum.models import Curriculum
from curriculum.standings import Figure, Flag, figure_of, flags_of


@dataclass(frozen=True, slots=True)
class Change:
    """One measure that is no longer what it was."""

    label: str
    before: Figure
    after: Figure

    @property
    def texts(self) -> tuple[str, str]:
        """Both figures as printed, with so many digits that the change can be seen."""
        if self.before.value is None or self.after.value is None or self.before.text != self.after.text:
            return self.before.text, self.after.text
        return next(
            (
                texts
                for digits in range(2, figures.MAX_DIGITS)
                if len(set(texts := self._printed(digits))) == 2
            ),
            (self.before.text, self.after.text),
        )

    def _printed(self, digits: int) -> tuple[str, str]:
        printed = figures.percent if self.before.text.endswith("%") else figures.index
        return printed(self.before.value, digits=digits), printed(self.after.value, digits=digits)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside an earlier one: which measures changed, and how many did not.

    `since` is when the earlier text was written, `by` who wrote it.
    """

    since: datetime
    by: str
    before: Flag
    after: Flag
    changes: tuple[Change, ...]
    unchanged: int

    @property
    def is_other_verdict(self) -> bool:
        """Whether the headline or its level is another."""
        return self.before != self.after


def previous_revision(curriculum: Curriculum) -> Revision | None:
    """The revision before the one that is being written; automatic saving writes into that one again."""
    revisions: Any = Revision.objects.for_instance(curriculum).exclude(pk=curriculum.latest_revision_id)
    found: Revision | None = revisions.select_related("user").order_by("-created_at", "-pk").first()
    return found


def compared_with(revision: Revision, now: BalanceReport, names: Names, *, as_of: date) -> Comparison | None:
    """What has changed since a revision of the same curriculum, all else being as it is now (rule 45)."""
    layouts = load_layouts(Curriculum.objects.filter(pk=revision.object_id), drafts=[revision], as_of=as_of)
    if not layouts:
        return None
    then = report(layouts[0])
    both = [
        (figure_of(then, former, names), figure_of(now, result, names))
        for former, result in zip(then.results, now.results, strict=True)
    ]
    changes = [
        Change(str(wording.MEASURE_LABELS[after.key]), before, after)
        for before, after in both
        if not _is_same(before, after)
    ]
    return Comparison(
        since=revision.created_at,
        by=str(revision.user) if revision.user else "",
        before=flags_of(then)[0],
        after=flags_of(now)[0],
        changes=tuple(changes),
        unchanged=len(both) - len(changes),
    )


def _is_same(before: Figure, after: Figure) -> bool:
    if before.value is None or after.value is None:
        return before.value is after.value
    return abs(before.value - after.value) <= TOLERANCE and before.level == after.level
