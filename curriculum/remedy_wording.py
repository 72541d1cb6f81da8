"""The words of suggestions: what, why, with which effect, on what evidence, beside what, and who decides.

Like `wording`, this knows the engine's keys and gives whole sentences with gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from curriculum import figures
from curriculum.balance.layout import Placement
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Quantity, Result
from curriculum.balance.names import Names
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.remedies.cards import Alternative, Card, Decider, Kind, Support
from curriculum.balance.remedies.plans import Proof
from curriculum.balance.remedies.slots import Placing
from curriculum.balance.timetable import Element
from curriculum.levels import Level
from curriculum.wording import HEADLINE_LABELS, MEASURE_LABELS

GROUP_LABELS: Mapping[str, Promise] = {
    "free": gettext_lazy("Confirm or tag: costs no hours"),
    "place": gettext_lazy("Place a case"),
    "write": gettext_lazy("Have a case written"),
}

DECIDERS: Mapping[Decider, Promise] = {
    Decider.LINKER: gettext_lazy("Whoever answers for the course or the case confirms or rejects the link."),
    Decider.TAGGER: gettext_lazy("Whoever may change the course or the case adds the theme to its draft."),
    Decider.CURRICULUM: gettext_lazy(
        "Whoever may change the curriculum takes it into the draft or rejects it with a reason. "
        "What is published is decided by the review."
    ),
    Decider.COMMITTEE: gettext_lazy(
        "Whoever may change the curriculum asks for the case. It is placed when it is written."
    ),
}

PROOFS: Mapping[Proof, Promise] = {
    Proof.BEST: gettext_lazy(
        "No other plan reaches the goals with fewer hours, or as many and fewer changes."
    ),
    Proof.IN_TIME: gettext_lazy("Reaches the goals. There was no time to rule out that something is better."),
    Proof.GREEDY: gettext_lazy(
        "Reaches the goals, but was put together case by case for want of time: something may be better."
    ),
    Proof.NEAREST: gettext_lazy("Does not reach all goals; of the plans looked at it comes near."),
}

MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One measure before and after, as text with levels."""

    label: str
    before: str
    after: str
    level_before: Level
    level_after: Level
    is_changed: bool


def what(card: Card, names: Names) -> tuple[str, ...]:
    """What the suggestion asks for, a sentence for each step."""
    if card.tag is not None:
        themes = _themes(card.tag.themes, names)
        if card.tag.on_case:
            return (
                _("Add the theme %(themes)s to the case “%(case)s”.")
                % {"themes": themes, "case": names.title(card.tag.pair.case)},
            )
        unit = {"themes": themes, "place": card.tag.pair.item.number, "unit": _unit(card, names)}
        return (_("Add the theme %(themes)s to unit %(place)s “%(unit)s”.") % unit,)
    if card.pair is not None:
        pair = {
            "case": names.title(card.pair.case),
            "place": card.pair.item.number,
            "unit": _unit(card, names),
        }
        return (_("Confirm that the case “%(case)s” shows unit %(place)s “%(unit)s” at work.") % pair,)
    return tuple(_step(card, placing, names) for placing in card.placings)


def _unit(card: Card, names: Names) -> str:
    return names.item_title(card.pair.item) if card.pair else ""


def _step(card: Card, placing: Placing, names: Names) -> str:
    slot, candidate = placing.slot, placing.candidate
    module = card.before.layout.modules[slot.module]
    gaps = {
        "hours": figures.hours(candidate.hours),
        "module": slot.module + 1,
        "case": names.title(candidate.case) or names.code(candidate.case),
        "themes": _themes(candidate.case.themes, names),
    }
    if slot.position:
        number = f"{slot.module + 1}.{slot.position}"
        gaps |= {"before": _placed(module.placements[slot.position - 1], names), "place": number}
        if candidate.second_to:
            return (
                _("Have a second case on %(themes)s written, %(hours)s, for after %(place)s “%(before)s”.")
                % gaps
            )
        if candidate.is_new:
            return _("Have a case on %(themes)s written, %(hours)s, for after %(place)s “%(before)s”.") % gaps
        return _("Place the case “%(case)s”, %(hours)s, after %(place)s “%(before)s”.") % gaps
    if candidate.second_to:
        return (
            _("Have a second case on %(themes)s written, %(hours)s, for the start of module %(module)s.")
            % gaps
        )
    if candidate.is_new:
        return _("Have a case on %(themes)s written, %(hours)s, for the start of module %(module)s.") % gaps
    return _("Place the case “%(case)s”, %(hours)s, at the start of module %(module)s.") % gaps


def _placed(placement: Placement, names: Names) -> str:
    if placement.course is not None:
        return names.course_title(placement.course) or names.course(placement.course)
    if placement.case is not None:
        return names.title(placement.case) or names.code(placement.case)
    return _("nothing chosen yet")


def why(card: Card, names: Names) -> tuple[str, ...]:
    """What is wrong now that the suggestion mends."""
    said = []
    if card.why.covered:
        gaps = {
            "themes": _themes({theme for element in card.why.covered for theme in element.themes}, names),
            "hours": figures.hours(fsum(element.hours for element in card.why.covered)),
            "places": _places(card.why.covered),
        }
        said.append(_("%(hours)s of theory have no current case: %(places)s (%(themes)s).") % gaps)
    alone: defaultdict[str, list[Element]] = defaultdict(list)
    for relief in card.why.relieved:
        alone[relief.case].append(relief.element)
    original = card.before.layout.library.original
    for identity, elements in alone.items():
        gaps = {
            "hours": figures.hours(fsum(element.hours for element in elements)),
            "places": _places(elements),
            "case": names.title(original(identity)) or names.code(original(identity)),
        }
        said.append(_("%(hours)s of theory hang on the case “%(case)s” alone: %(places)s.") % gaps)
    if card.why.attached:
        gaps = {"hours": figures.hours(card.why.attached)}
        said.append(_("%(hours)s of practice serve no theory here, as far as is known.") % gaps)
    if card.why.practice_short:
        gaps = {"hours": figures.hours(card.why.practice_short)}
        said.append(_("Practice is %(hours)s short of the band.") % gaps)
    return tuple(said) or (_("Theory and practice divide their hours among different themes."),)


def effect(card: Card) -> tuple[EffectRow, ...]:
    """All measures before and after."""
    return tuple(
        EffectRow(
            str(MEASURE_LABELS[before.key]),
            value(before),
            value(after),
            Level.of(before.color, value=before.value),
            Level.of(after.color, value=after.value),
            value(before) != value(after) or before.color is not after.color,
        )
        for before, after in card.effects
    )


def value(result: Result) -> str:
    """A measure's value as it is printed everywhere."""
    printed = figures.percent if result.measure.quantity is Quantity.SHARE else figures.index
    return printed(result.value, _ends(result.limits))


def _ends(limits: Limits | None) -> tuple[float, ...]:
    if limits is None:
        return ()
    ends = (limits.amber_low, limits.low, limits.high, limits.amber_high)
    return tuple(end for end in ends if 0 <= end <= 1)


def hours_sentence(card: Card) -> str:
    """What it costs."""
    before, after = card.before.hours.total, card.after.hours.total
    if not card.placings:
        return _("No hours are added.")
    gaps = {
        "more": figures.hours(card.added_hours),
        "before": figures.hours_figure(before),
        "after": figures.hours(after),
    }
    return _("Adds %(more)s: %(before)s become %(after)s.") % gaps


def remains(card: Card) -> str:
    """What is still to be watched or acted on afterwards; an empty text if nothing is."""
    left = [
        _("%(measure)s %(value)s") % {"measure": MEASURE_LABELS[result.key], "value": value(result)}
        for result in card.remains
    ]
    if not left:
        return ""
    headline = {"headline": HEADLINE_LABELS[card.after.verdict.headline], "left": _listed(left)}
    return _("Afterwards still outside its limits (%(headline)s): %(left)s.") % headline


def evidence(card: Card, names: Names) -> tuple[str, ...]:
    """What speaks for it."""
    if card.pair is not None:
        said = []
        if card.pair.relevance:
            like = {"value": figures.index(card.pair.relevance)}
            said.append(_("The texts are alike: %(value)s of 1.") % like)
        if card.pair.shared:
            both = {"themes": _themes(card.pair.shared, names)}
            said.append(_("Both carry the theme %(themes)s, which is too general to link by itself.") % both)
        return tuple(said)
    return tuple(_supported(support, names) for support in card.support)


def _supported(support: Support, names: Names) -> str:
    candidate = support.candidate
    gaps = {
        "case": names.title(candidate.case) or names.code(candidate.case),
        "themes": _themes(support.themes, names),
    }
    if candidate.is_new:
        gaps = {"themes": _themes(candidate.case.themes, names)}
        if candidate.second_to:
            return _("With a second case, theory on %(themes)s does not hang on one case alone.") % gaps
        return _("No current case of the library is about %(themes)s.") % gaps
    said = (
        [_("“%(case)s” shares %(themes)s with theory here.") % gaps]
        if support.themes
        else [_("“%(case)s” serves through a confirmed link, or none of the theory here.") % gaps]
    )
    if candidate.case.facts_as_of:
        facts = {"day": figures.long_date(candidate.case.facts_as_of), "fresh": figures.index(support.fresh)}
        said.append(_("Facts of %(day)s (freshness %(fresh)s).") % facts)
    said.append(
        ngettext(
            "Used in %(count)s other curriculum.", "Used in %(count)s other curricula.", candidate.used_in
        )
        % {"count": candidate.used_in}
    )
    if candidate.relevance:
        said.append(_("Relevance %(value)s.") % {"value": figures.index(candidate.relevance)})
    return joined(said)


def alternatives(card: Card, names: Names) -> tuple[str, ...]:
    """What else was considered, and how it compares."""
    return tuple(_alternative(other, names) for other in card.alternatives)


def _alternative(other: Alternative, names: Names) -> str:
    gaps = {
        "cases": _listed(_case_words(candidate, names) for candidate in other.candidates),
        "hours": figures.hours(abs(other.more_hours)),
    }
    if other.more_hours > 0:
        found = _("%(cases)s: %(hours)s longer.") % gaps
    elif other.more_hours < 0:
        found = _("%(cases)s: %(hours)s shorter.") % gaps
    else:
        found = _("%(cases)s: as long.") % gaps
    if not other.missed:
        return joined([found, _("Reaches the goals too.")])
    missed = {"measures": _listed(str(MEASURE_LABELS[key]) for key in other.missed)}
    return joined([found, _("Misses: %(measures)s.") % missed])


def decides(card: Card) -> str:
    """Who decides."""
    return str(DECIDERS[card.decider])


def proof(card: Card) -> str:
    """What is known of it among all plans."""
    return str(PROOFS[card.proof]) if card.proof else ""


def call_title(card: Card, names: Names) -> str:
    """What a call for the cases of a card is called unless somebody writes something better."""
    themes = {theme for candidate in card.to_write for theme in candidate.case.themes}
    gaps = {"themes": _themes(themes, names), "count": len(card.to_write)}
    if len(card.to_write) > 1:
        return _("%(count)s cases about %(themes)s") % gaps
    return _("Case about %(themes)s") % gaps


def kind_of(card: Card) -> str:
    """The group in which a card stands."""
    return "free" if card.kind in (Kind.CONFIRM, Kind.TAG) else card.kind.value


def _case_words(candidate: Candidate, names: Names) -> str:
    if candidate.is_new:
        gaps = {"themes": _themes(candidate.case.themes, names)}
        if candidate.second_to:
            return _("a second new case about %(themes)s") % gaps
        return _("a new case about %(themes)s") % gaps
    return _("“%(case)s”") % {"case": names.title(candidate.case) or names.code(candidate.case)}


def _themes(codes: Iterable[str], names: Names) -> str:
    return _listed(sorted(names.theme(code) for code in codes)) or _("no theme")


def _places(elements: Sequence[Element]) -> str:
    places = [
        _("%(place)s (%(hours)s)") % {"place": e.item.number, "hours": figures.hours(e.hours)}
        for e in elements[:MOST_PLACES]
    ]
    if (more := len(elements) - MOST_PLACES) > 0:
        places.append(_("%(count)s more") % {"count": more})
    return _listed(places)


def _listed(words: Iterable[str]) -> str:
    return str(pgettext("between the entries of a list", ", ")).join(words)


def joined(sentences: Sequence[str]) -> str:
    """Sentences as one text; Chinese puts no space between them."""
    text = sentences[0] if sentences else ""
    for sentence in sentences[1:]:
        text = pgettext("two sentences", "%(first)s %(second)s") % {"first": text, "second": sentence}
    return text
