"""What the measures are computed from, row by row: elements, what ties them, and their cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import fsum

from django.utils.translation import gettext_lazy

from cases.currency import age_in_years
from curriculum.balance.currency import is_current
from curriculum.balance.layout import Case
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.linkage_coverage import graded_cover, is_on_shelf
from curriculum.balance.measures.orphan_practice import orphan_elements
from curriculum.balance.measures.sequence_fit import gap_between
from curriculum.balance.measures.timeliness_index import freshness
from curriculum.balance.timetable import Element, Item
from curriculum.dossier.judging import Dossier
from curriculum.dossier.placed_cases import current_until, state_of

Value = str | float | bool | date | None
Row = tuple[Value, ...]
"""The cells of one row; `None` is an empty cell."""

ELEMENT_HEADINGS = (
    gettext_lazy("Number"),
    gettext_lazy("Identifier"),
    gettext_lazy("Title"),
    gettext_lazy("Standing"),
    gettext_lazy("Part"),
    gettext_lazy("Hours of the unit or placement"),
    gettext_lazy("Practice fraction"),
    gettext_lazy("Hours"),
    gettext_lazy("Begins after hours"),
    gettext_lazy("Ends after hours"),
    gettext_lazy("Themes"),
    gettext_lazy("Tagged"),
    gettext_lazy("Delivery method"),
    gettext_lazy("Content category"),
    gettext_lazy("Case"),
    gettext_lazy("Covered"),
    gettext_lazy("Covered, theme by theme"),
    gettext_lazy("Covered with the library’s cases"),
    gettext_lazy("Gap to the nearest practice"),
    gettext_lazy("Serves no theory here"),
)

LINK_HEADINGS = (
    gettext_lazy("Theory"),
    gettext_lazy("Practice"),
    gettext_lazy("Case"),
    gettext_lazy("Because"),
    gettext_lazy("Covers"),
    gettext_lazy("Gap in hours"),
)

CASE_HEADINGS = (
    gettext_lazy("Case"),
    gettext_lazy("Counts as"),
    gettext_lazy("Title"),
    gettext_lazy("Themes"),
    gettext_lazy("Facts as of"),
    gettext_lazy("Review by"),
    gettext_lazy("Classic"),
    gettext_lazy("Published"),
    gettext_lazy("Current"),
    gettext_lazy("Last current day"),
    gettext_lazy("State"),
    gettext_lazy("Age in years"),
    gettext_lazy("Freshness"),
    gettext_lazy("Practice hours"),
)


def element_rows(dossier: Dossier) -> Iterator[Row]:
    """Every item in order: a counted one as its theory and its practice, another as one row without part."""
    timetable = dossier.evidence.timetable
    theory = {linkage.theory.item.order: linkage for linkage in dossier.evidence.linkages}
    practice = {element.item.order: element for element in timetable.practice}
    orphans = {element.item.order for element in orphan_elements(dossier.evidence)}
    for item in timetable.items:
        if item.order not in theory and item.order not in practice:
            yield (*_start(dossier, item), "", item.hours, item.fraction, *_end(dossier, item, None))
            continue
        if (linkage := theory.get(item.order)) is not None:
            yield _element(dossier, linkage.theory, "theory", *_cover(dossier, linkage), None)
        if (element := practice.get(item.order)) is not None:
            yield _element(dossier, element, "practice", None, None, None, None, item.order in orphans)


def link_rows(dossier: Dossier) -> Iterator[Row]:
    """Every tie of theory to practice, then what persons said about the units here and cases."""
    for linkage in dossier.evidence.linkages:
        theory = linkage.theory.item
        for tie in linkage.ties:
            practice = tie.practice.item
            yield (
                theory.number,
                practice.number,
                dossier.names.code(practice.case) if practice.case else "",
                tie.basis.value,
                tie.covers,
                gap_between(theory, practice),
            )
    library = dossier.layout.library
    for linkage in dossier.evidence.linkages:
        for identity, state in sorted(linkage.demand.states.items()):
            case = library.original(identity) if identity in library.texts else None
            name = dossier.names.code(case) if case else ""
            yield linkage.theory.item.number, "", name, state.value, None, None


def case_table_rows(dossier: Dossier) -> Iterator[Row]:
    """Every text of a case that a counted item names, with what decides whether it is current."""
    layout, names = dossier.layout, dossier.names
    cases = {item.case.code: item.case for item in dossier.evidence.timetable.counted if item.case}
    for case in cases.values():
        yield (
            names.code(case),
            names.code(layout.library.original(case.identity)),
            names.title(case),
            " ".join(sorted(case.themes)),
            case.facts_as_of,
            case.review_by,
            case.is_classic,
            case.visible,
            is_current(case, layout.as_of, layout.policy.max_age_years),
            current_until(case, layout),
            state_of(case, layout),
            age_in_years(case.facts_as_of, layout.as_of) if case.facts_as_of else None,
            freshness(case, layout.as_of, layout.policy.half_life_years),
            _practised(dossier, case),
        )


def _practised(dossier: Dossier, case: Case) -> float:
    return fsum(
        element.hours
        for element in dossier.evidence.timetable.practice
        if element.item.case is not None and element.item.case.code == case.code
    )


def _element(dossier: Dossier, element: Element, part: str, *found: Value) -> Row:
    item = element.item
    return (
        *_start(dossier, item),
        part,
        item.hours,
        item.fraction,
        *_end(dossier, item, element),
        *found,
    )


def _start(dossier: Dossier, item: Item) -> Row:
    names = dossier.names
    return item.number, names.identifier(item), names.item_title(item), item.standing.value


def _end(dossier: Dossier, item: Item, element: Element | None) -> Row:
    return (
        None if element is None else element.hours,
        None if element is None else item.start,
        None if element is None else item.end,
        "" if element is None else " ".join(sorted(element.themes)),
        None if element is None else element.is_tagged,
        item.delivery_method or "",
        item.content_category or "",
        dossier.names.code(item.case) if item.case else "",
    )


def _cover(dossier: Dossier, linkage: Linkage) -> Row:
    """Whether and how far a theory element is covered, and its gap."""
    gaps = [gap_between(linkage.theory.item, tie.practice.item) for tie in linkage.covering]
    return (
        linkage.is_covered,
        graded_cover(linkage, dossier.layout),
        linkage.is_covered or is_on_shelf(linkage, dossier.layout),
        min(gaps, default=None),
    )
