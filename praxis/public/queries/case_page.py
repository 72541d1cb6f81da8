"""The case page: its text and dates, the theory behind it, and cases like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from html.parser import HTMLParser
from math import floor
from operator import or_

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.currency import Currency, age_in_years
from cases.enums import Licence
from cases.models import CaseStudy, CaseTheme
from curriculum.balance import layout
from curriculum.balance.linkage import Basis, Demand
from curriculum.balance.timetable import Element
from curriculum.balance.vocabulary import Vocabulary
from curriculum.templatetags.numbers import long_date
from people.enums import Audience
from praxis.public.contexts import CaseContext, Heading, Reason, TheoryRow
from praxis.public.queries.linking import Theory, carrying, links_of, theory_units
from praxis.public.queries.parts import one, translations
from search.cards import Badge, Card, Kind, Reader, institution_ref, theme_ref
from search.items import asked, case_cards, visible
from search.vocabulary import ThemeTree

MAX_THEORY = 50
MAX_RELATED = 6
AUDIENCE_LABELS = {
    Audience.PUBLIC: gettext_lazy("For everyone"),
    Audience.TRAINEES: gettext_lazy("For trainees"),
    Audience.EDUCATORS: gettext_lazy("For educators"),
    Audience.RESTRICTED: gettext_lazy("Restricted"),
}
ORDER = {Basis.CONFIRMED: 0, Basis.OWN_CASE: 1, Basis.THEME: 2}


def case(user: Reader, code: str) -> CaseContext | None:
    """The page of a case."""
    found = one(visible(Kind.CASE, user).select_related("institution"), code)
    if found is None:
        return None
    tree = ThemeTree.load(user)
    themes = list(CaseTheme.objects.filter(content_object=found).values_list("tag_id", flat=True))
    family = _family(found)
    state = found.currency()
    facts = found.facts_as_of
    return CaseContext(
        code=found.code,
        title=found.title,
        language=found.language,
        summary=found.summary,
        body_html=found.body_html,
        institution=institution_ref(found.institution),
        place=found.place,
        suggested_hours=None if found.suggested_hours is None else float(found.suggested_hours),
        facts_as_of=facts,
        age=floor(age_in_years(facts, timezone.localdate())) if facts else None,
        reviewed_on=found.reviewed_on,
        review_by=found.review_by,
        currency=Badge(state),
        notice=_notice(found, state),
        classic_reason=found.classic_reason if found.is_classic else "",
        audience=str(AUDIENCE_LABELS[Audience(found.audience)]),
        licence=str(dict(Licence.choices).get(found.licence, found.licence)),
        themes=tree.refs(themes),
        translations=translations(found, Kind.CASE, user),
        headings=headings(found.body_html),
        theory=_theory(found, tree.codes(themes), family, tree, user),
        related=_related(themes, family, tree, user),
    )


def headings(html: str) -> tuple[Heading, ...]:
    """The contents of a rendered text; a single heading makes no list of contents."""
    parser = _Headings()
    parser.feed(html)
    parser.close()
    return tuple(parser.found) if len(parser.found) > 1 else ()


class _Headings(HTMLParser):
    """Collects the headings of levels 2 and 3 that have an id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Heading] = []
        self._open: tuple[str, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id")
        if tag in ("h2", "h3") and anchor:
            self._open, self._text = (anchor, int(tag[1])), []

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == f"h{self._open[1]}":
            anchor, level = self._open
            self.found.append(Heading(anchor, " ".join("".join(self._text).split()), level))
            self._open = None


def _notice(found: CaseStudy, state: Currency) -> str:
    """One sentence on what the state means for a reader."""
    due = {"date": long_date(found.review_by)}
    match state:
        case Currency.REVIEW_DUE:
            return _("Its review is due by %(date)s: check what has changed before you rely on it.") % due
        case Currency.OVERDUE:
            return _("Its review was due by %(date)s: check whether rules and figures still hold.") % due
        case Currency.TOO_OLD:
            return _("Its facts are more than %(years)s years old: read it for how things were.") % {
                "years": f"{settings.PRAXIS_CASE_MAX_AGE_YEARS:g}"
            }
        case Currency.CLASSIC:
            return _("It is kept as a classic, whatever its age.")
        case Currency.DATE_MISSING:
            return _("Nobody has said to which date its facts are told: do not take them for today's.")
        case Currency.CURRENT:
            return ""


def _family(found: CaseStudy) -> dict[int, str]:
    """Codes of this case and its translations by id, the original first; for rules, not for display."""
    original = found.translation_of_id or found.pk
    texts = CaseStudy.objects.filter(Q(pk=original) | Q(translation_of=original)).values_list("pk", "code")
    return dict(sorted(texts, key=lambda text: text[0] != original))


def _theory(
    found: CaseStudy, themes: frozenset[str], family: Mapping[int, str], tree: ThemeTree, user: Reader
) -> tuple[TheoryRow, ...]:
    """Units of visible courses that this case serves, confirmed ones first."""
    original = next(iter(family.values()))
    texts = {key: layout.Case(code, themes=themes, original=original) for key, code in family.items()}
    links = links_of(CaseStudy.objects.filter(pk=found.pk))
    vocabulary = tree.vocabulary()
    library = layout.Library.of(vocabulary, texts.values(), links)
    theory = Theory.load(
        theory_units(user).filter(_candidates(vocabulary.reach(themes), family, links, tree)), tree, texts
    )
    reasons = (
        (element, Demand.of(element, library).basis(texts[found.pk], themes)) for element in theory.elements
    )
    ordered = sorted(((e, why) for e, why in reasons if why is not None), key=lambda row: ORDER[row[1]])
    return tuple(
        TheoryRow(
            theory.course(element),
            element.item.title,
            element.hours,
            _reason(element, why, themes, vocabulary, tree),
        )
        for element, why in ordered[:MAX_THEORY]
    )


def _candidates(
    reach: Iterable[str], family: Iterable[int], links: Iterable[layout.Link], tree: ThemeTree
) -> Q:
    """Units that may be served: by theme, by name, or because somebody said so."""
    themes = [theme.pk for code in reach if (theme := tree.coded(code))]
    confirmed = (
        Q(course__code=link.course, code=link.unit)
        for link in links
        if link.state is layout.LinkState.CONFIRMED
    )
    return reduce(or_, confirmed, carrying(themes) | Q(case__in=list(family)))


def _reason(
    element: Element, why: Basis, themes: frozenset[str], vocabulary: Vocabulary, tree: ThemeTree
) -> Reason:
    if why is not Basis.THEME:
        return Reason(why.value)
    shared = (themes & element.themes) - vocabulary.generic or vocabulary.matched(themes, element.themes)
    theme = tree.coded(min(shared & vocabulary.matched(themes, element.themes) or shared))
    return Reason(why.value, theme_ref(theme) if theme else None)


def _related(themes: Sequence[int], family: Iterable[int], tree: ThemeTree, user: Reader) -> tuple[Card, ...]:
    """Other visible cases by the number of themes that they share; generic themes say nothing."""
    telling = [key for key in themes if key in tree.by_id and not tree.by_id[key].generic]
    found = (
        visible(Kind.CASE, user)
        .filter(theme_items__tag__in=asked(telling))
        .exclude(pk__in=list(family))
        .annotate(shared=Count("theme_items__tag", distinct=True))
        .order_by("-shared", F("facts_as_of").desc(nulls_last=True), "title", "pk")
    )
    return tuple(card for _case, card in case_cards(found[:MAX_RELATED]))
