"""What costs no hours: links that somebody may confirm, and tags that seem to be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from curriculum.balance.currency import is_current
from curriculum.balance.layout import Case, Course, Layout, LinkState, Unit, UnitKey
from curriculum.balance.linkage import Linkage
from curriculum.balance.measures.base import Evidence
from curriculum.balance.measures.orphan_practice import orphan_elements
from curriculum.balance.remedies.candidates import Relevance, linking
from curriculum.balance.timetable import Element, Item
from curriculum.balance.vocabulary import Themes

MOST_TAGS = 5
"""A unit or case carries 1 to 5 themes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit and a case that are both in the curriculum, and perhaps belong together.

    ``relevance`` is by their texts, 0..1; ``shared`` are themes that both carry but
    that are too general to link. ``covers`` and ``attaches`` are the hours of theory and of practice that a
    link would bring together.
    """

    item: Item
    case: Case
    relevance: float
    shared: Themes
    covers: float
    attaches: float

    @property
    def unit(self) -> UnitKey:
        """Course and unit code."""
        key = self.item.unit_key
        if key is None:
            raise ValueError("Only units have links.")
        return key


@dataclass(frozen=True, slots=True)
class Tag:
    """Themes that a unit (or a case) without any seems to be about, as the case (or unit) beside it is."""

    pair: Pair
    themes: Themes
    on_case: bool


def pairs(evidence: Evidence, relevance: Relevance, least: float) -> tuple[Pair, ...]:
    """The pairs whose confirmed link would help, those first that bring the most hours together.

    There must be something to say for a pair: a relevance of ``least``, or a general theme that both carry.
    """
    layout = evidence.layout
    orphans = {element.item.order for element in orphan_elements(evidence)}
    found: dict[tuple[UnitKey, str], Pair] = {}
    for linkage in evidence.linkages:
        key = linkage.theory.item.unit_key
        if key is None or not linkage.theory.hours:
            continue
        for practice in evidence.timetable.practice:
            case = practice.item.case
            if case is None or not practice.hours or not _is_open(linkage, practice):
                continue
            covers = is_current(case, layout.as_of, layout.policy.max_age_years)
            like = relevance.get((*key, case.code), 0.0)
            shared = linkage.theory.themes & practice.themes
            pair = Pair(
                linkage.theory.item,
                case,
                like,
                shared,
                linkage.theory.hours if covers and not linkage.is_covered else 0.0,
                practice.hours if practice.item.order in orphans else 0.0,
            )
            if (like >= least or shared) and (pair.covers or pair.attaches):
                known = found.get((key, case.identity))
                if known is None or known.attaches < pair.attaches:
                    found[key, case.identity] = pair
    ordered = sorted(
        found.values(),
        key=lambda pair: (-pair.covers - pair.attaches, -pair.relevance, pair.item.order, pair.case.code),
    )
    return tuple(ordered)


def _is_open(linkage: Linkage, practice: Element) -> bool:
    """Whether nothing is known of the two: no link, and nobody has said no."""
    case = practice.item.case
    if case is None or case.identity in linkage.demand.states:
        return False
    return linkage.demand.basis(case, practice.themes) is None


def tag_for(layout: Layout, pair: Pair) -> Tag | None:
    """The tag that is missing rather than a link: where the unit or the case carries no theme at all."""
    unit, course = pair.item.unit, pair.item.course
    themes = (unit.themes if unit else frozenset()) or (course.themes if course else frozenset())
    if not themes and (fit := _linking(layout, pair.case.themes)):
        return Tag(pair, fit, on_case=False)
    if not pair.case.themes and (fit := _linking(layout, themes)):
        return Tag(pair, fit, on_case=True)
    return None


def _linking(layout: Layout, themes: Themes) -> Themes:
    return frozenset(sorted(theme for theme in themes if linking(layout, theme))[:MOST_TAGS])


def confirmed(layout: Layout, pair: Pair) -> Layout:
    """The layout with the link confirmed."""
    states = layout.library.states
    of_unit = {**states.get(pair.unit, {}), pair.case.identity: LinkState.CONFIRMED}
    return replace(layout, library=replace(layout.library, states={**states, pair.unit: of_unit}))


def tagged(layout: Layout, tag: Tag) -> Layout:
    """The layout with the tag added."""
    if tag.on_case:
        code = tag.pair.case.code
        return _rewritten(
            layout,
            lambda unit, course: unit,
            lambda case: replace(case, themes=tag.themes) if case.code == code else case,
        )
    return _rewritten(
        layout,
        lambda unit, course: (
            replace(unit, themes=tag.themes) if (course.code, unit.code) == tag.pair.unit else unit
        ),
        lambda case: case,
    )


def _rewritten(
    layout: Layout, units: Callable[[Unit, Course], Unit], cases: Callable[[Case], Case]
) -> Layout:
    def unit_of(unit: Unit, course: Course) -> Unit:
        found = units(unit, course)
        return replace(found, case=cases(found.case)) if found.case else found

    modules = []
    for module in layout.modules:
        placements = []
        for placement in module.placements:
            course = placement.course
            if course is not None:
                course = replace(course, units=tuple(unit_of(unit, course) for unit in course.units))
            case = placement.case and cases(placement.case)
            placements.append(replace(placement, course=course, case=case))
        modules.append(replace(module, placements=tuple(placements)))
    return replace(layout, modules=tuple(modules))


def changes(evidence: Evidence, relevance: Relevance, least: float) -> Iterator[Pair | Tag]:
    """Each pair as what it asks for: a tag where one is missing, else a confirmation."""
    for pair in pairs(evidence, relevance, least):
        yield tag_for(evidence.layout, pair) or pair
