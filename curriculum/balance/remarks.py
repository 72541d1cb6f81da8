"""What a reader should know about the data behind the figures: nothing here changes any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from curriculum.balance.layout import Case, Layout
from curriculum.balance.timetable import Item, numbered_placements

if TYPE_CHECKING:
    from curriculum.balance.report import BalanceReport


class Remarkable(StrEnum):
    """The kinds of remarks, in the order in which they are made."""

    NO_BAND = "no_band"
    """The category has no band on the day, so that the practice share is only reported (rule 33)."""
    COMMON_THEME = "common_theme"
    """A theme on so many theory units that links through it say little (rule 14)."""
    HOURS_WITHOUT_EFFECT = "hours_without_effect"
    """Hours given for a course whose own hours sum to 0 (rule 3)."""
    HOURS_MISSING = "hours_missing"
    """Nobody has said how long it takes: it counts as 0 h (rule 5)."""
    ZERO_HOURS = "zero_hours"
    """It takes 0 h by decision: it is listed, and weighs nothing."""
    CASE_NOT_IN_VIEW = "case_not_in_view"
    """The case is a draft or withdrawn: its hours stay, and it covers nothing (rule 24)."""
    DATE_MISSING = "date_missing"
    """Nobody has dated the case: it is never current (rule 21)."""
    CLASSIC_WITHOUT_REVIEW = "classic_without_review"
    """A classic past the age limit that nobody has promised to look at again (rule 19)."""
    COURSE_LEFT_OUT = "course_left_out"
    """The placed course is not in the view (rule 24)."""
    NOTHING_PLACED = "nothing_placed"
    """A place of a draft where nothing is chosen yet."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark; ``place`` is a place number, the others what it is about, as far as that applies."""

    kind: Remarkable
    place: str = ""
    item: Item | None = None
    case: Case | None = None
    theme: str = ""
    course: str = ""


def remarks(report: BalanceReport) -> tuple[Remark, ...]:
    """Everything remarkable about one report, in the order of ``Remarkable`` and of the curriculum."""
    layout, lists = report.layout, report.lists
    found: list[Remark] = []
    if layout.policy.band is None:
        found.append(Remark(Remarkable.NO_BAND))
    found += [Remark(Remarkable.COMMON_THEME, theme=theme) for theme in lists.common_themes]
    found += _overrides_without_effect(layout)
    found += [Remark(Remarkable.HOURS_MISSING, item.number, item=item) for item in lists.untimed]
    found += [Remark(Remarkable.ZERO_HOURS, item.number, item=item) for item in lists.zero_hours]
    found += [Remark(Remarkable.CASE_NOT_IN_VIEW, case=case) for case in lists.not_in_view]
    found += [Remark(Remarkable.DATE_MISSING, case=case) for case in lists.undated]
    found += [Remark(Remarkable.CLASSIC_WITHOUT_REVIEW, case=case) for case in lists.unreviewed_classics]
    for entry in lists.left_out:
        course = entry.placement.course
        if course is None:
            found.append(Remark(Remarkable.NOTHING_PLACED, entry.number))
        else:
            found.append(Remark(Remarkable.COURSE_LEFT_OUT, entry.number, course=course.code))
    return tuple(found)


def _overrides_without_effect(layout: Layout) -> Iterator[Remark]:
    for number, placement in numbered_placements(layout):
        course = placement.course
        if course is None or not course.visible or placement.hours is None:
            continue
        if not any(unit.hours for unit in course.units):
            yield Remark(Remarkable.HOURS_WITHOUT_EFFECT, number, course=course.code)
