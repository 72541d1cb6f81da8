"""What to look at in one curriculum: units, cases and placements that stand out, each list with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum import figures
from curriculum.balance.layout import Case
from curriculum.balance.report import Uncovered
from curriculum.balance.timetable import Item, LeftOut
from curriculum.dossier.judging import Dossier
from curriculum.dossier.placed_cases import state_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its place number, what it is called, its hours (`None` where it has none), what to know."""

    number: str
    name: str
    hours: float | None
    note: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A list under its heading; `help` says why the entries are on it."""

    key: str
    heading: str
    help: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    heading: Promise
    help: Promise
    entries: Callable[[Dossier], Iterable[Entry]]


def list_groups(dossier: Dossier) -> tuple[ListGroup, ...]:
    """All lists, in order; the empty ones too."""
    return tuple(
        ListGroup(kind.key, str(kind.heading), str(kind.help), tuple(kind.entries(dossier)))
        for kind in _KINDS
    )


def _entry(dossier: Dossier, item: Item, note: str = "") -> Entry:
    names = dossier.names
    return Entry(item.number, names.item_title(item), item.hours, note, names.item_language(item))


def _items(found: Callable[[Dossier], Iterable[Item]]) -> Callable[[Dossier], Iterable[Entry]]:
    return lambda dossier: (_entry(dossier, item) for item in found(dossier))


def _cases(found: Callable[[Dossier], Iterable[Case]]) -> Callable[[Dossier], Iterable[Entry]]:
    return lambda dossier: (_case(dossier, case) for case in found(dossier))


def _case(dossier: Dossier, case: Case) -> Entry:
    counted = dossier.evidence.timetable.counted
    places = ", ".join(item.number for item in counted if item.case and item.case.code == case.code)
    names = dossier.names
    return Entry(places, names.title(case), None, state_of(case, dossier.layout), names.case_language(case))


def _uncovered(dossier: Dossier) -> Iterable[Entry]:
    for found in dossier.report.lists.uncovered:
        item = found.element.item
        yield replace(_entry(dossier, item, _lapsed(dossier, found)), hours=found.element.hours)


def _lapsed(dossier: Dossier, found: Uncovered) -> str:
    return " ".join(
        _("Was covered by %(case)s until %(day)s.")
        % {"case": dossier.names.title(lapse.case), "day": figures.long_date(lapse.until)}
        for lapse in found.lapses
    )


def _zero_hours(dossier: Dossier) -> Iterable[Entry]:
    for item in dossier.evidence.timetable.counted:
        if not item.hours:
            yield _entry(dossier, item, "" if item.is_timed else _("Nobody has given hours."))


def _common_themes(dossier: Dossier) -> Iterable[Entry]:
    for theme in dossier.report.lists.common_themes:
        yield Entry("", dossier.names.theme(theme), None)


def _left_out(dossier: Dossier) -> Iterable[Entry]:
    for entry in dossier.report.lists.left_out:
        yield Entry(entry.number, _left_out_name(dossier, entry), None)


def _left_out_name(dossier: Dossier, entry: LeftOut) -> str:
    course = entry.placement.course
    if course is None:
        return _("nothing chosen yet")
    return _("%(course)s is not published") % {"course": dossier.names.course_title(course)}


_KINDS = (
    _Kind(
        "untagged",
        gettext_lazy("Without a theme"),
        gettext_lazy("They cannot be tied to anything by theme."),
        _items(lambda dossier: dossier.report.lists.untagged),
    ),
    _Kind(
        "uncovered",
        gettext_lazy("Theory without a current case"),
        gettext_lazy("No current case that is practised here serves it."),
        _uncovered,
    ),
    _Kind(
        "orphans",
        gettext_lazy("Practice that serves no theory here"),
        gettext_lazy(
            "It shares no theme with the theory of this curriculum, and nobody has confirmed a link."
        ),
        _items(lambda dossier: dossier.report.lists.orphans),
    ),
    _Kind(
        "without_case",
        gettext_lazy("Practice without a case"),
        gettext_lazy("It counts as practice and covers no theory."),
        _items(lambda dossier: dossier.report.lists.without_case),
    ),
    _Kind(
        "zero_hours",
        gettext_lazy("Zero hours"),
        gettext_lazy("They weigh nothing in any measure."),
        _zero_hours,
    ),
    _Kind(
        "undated",
        gettext_lazy("Cases without a date"),
        gettext_lazy("A case whose facts have no date is never current."),
        _cases(lambda dossier: dossier.report.lists.undated),
    ),
    _Kind(
        "unreviewed_classics",
        gettext_lazy("Classics without a review date"),
        gettext_lazy("They are past the greatest age, and nobody has promised to look at them again."),
        _cases(lambda dossier: dossier.report.lists.unreviewed_classics),
    ),
    _Kind(
        "common_themes",
        gettext_lazy("Themes on most theory units"),
        gettext_lazy("Links through these themes say little."),
        _common_themes,
    ),
    _Kind(
        "without_category",
        gettext_lazy("Without a content category"),
        gettext_lazy("They are in the divisor of the content shares and in none of the shares."),
        _items(lambda dossier: dossier.report.lists.without_category),
    ),
    _Kind(
        "left_out",
        gettext_lazy("Left out"),
        gettext_lazy("These placements give nothing to judge."),
        _left_out,
    ),
    _Kind(
        "optional",
        gettext_lazy("Optional"),
        gettext_lazy("Outside all totals."),
        _items(lambda dossier: dossier.report.lists.optional),
    ),
    _Kind(
        "self_study",
        gettext_lazy("Self-study"),
        gettext_lazy("Kept in an account of its own, and counted only where the page says so."),
        _items(lambda dossier: dossier.report.lists.self_study),
    ),
    _Kind(
        "neutral",
        gettext_lazy("Neither theory nor practice"),
        gettext_lazy("Openings, assessments and the like: outside all totals."),
        _items(lambda dossier: dossier.report.lists.neutral),
    ),
)
"""Everything that is listed, as data: adding a list is one entry."""
