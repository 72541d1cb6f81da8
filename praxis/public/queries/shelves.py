"""The home page and the institution page: short lists that lead into the library."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from cases.models import CaseTheme
from curriculum.models import ProgrammeCategory, UnitTheme
from people.models import User
from praxis.public.contexts import HomeContext, InstitutionContext, Shelf, ThemeCount, Words
from praxis.public.queries.linking import BARE, theory_units
from praxis.public.queries.parts import one
from providers.models import Institution
from search.cards import (
    Kind,
    Reader,
    category_label,
    institution_ref,
    interface_language,
    language_of,
    theme_ref,
)
from search.items import CARDS, case_cards, curriculum_cards, visible
from search.selection import Selection, Sort
from search.vocabulary import ThemeTree, count_by_theme

HOME_ITEMS = 6
SHELF_ITEMS = 12
UNITS, CASES = 0, 1


def home(user: Reader) -> HomeContext:
    """The home page: the widest themes, curricula of the reader's category, the newest cases."""
    curricula = visible(Kind.CURRICULUM, user).order_by(
        F("effective_from").desc(nulls_last=True), "title", "pk"
    )
    category = _category(user)
    own = _first(curricula.filter(category=category)) if category else ()
    newest = visible(Kind.CASE, user).order_by(F("facts_as_of").desc(nulls_last=True), "title", "pk")
    return HomeContext(
        themes=_theme_counts(user),
        curricula=own or _first(curricula),
        cases=tuple(card for _item, card in case_cards(newest[:HOME_ITEMS])),
        category=category_label(category) if category and own else "",
    )


def institution(user: Reader, code: str) -> InstitutionContext | None:
    """The page of an institution."""
    found = one(Institution.objects.visible_to(user), code)
    if found is None:
        return None
    ref = institution_ref(found)
    names = {
        name: Words(name, language_of(name)) for name in (found.name, found.name_en, found.name_zh) if name
    }
    titles = {Kind.CURRICULUM: _("Curricula"), Kind.COURSE: _("Courses"), Kind.CASE: _("Cases")}
    shelves = (_shelf(found, kind, titles[kind], user) for kind in Kind)
    return InstitutionContext(
        code=found.code,
        name=ref.title if ref else found.name,
        language=ref.language if ref else "",
        other_names=tuple(words for name, words in names.items() if ref and name != ref.title),
        kind=str(found.get_kind_display()),
        country=found.country,
        url=found.url,
        summary=_paragraphs(found.summary),
        shelves=tuple(shelf for shelf in shelves if shelf.total),
    )


def _paragraphs(text: str) -> tuple[Words, ...]:
    """The paragraphs of a text that may be in both languages, those of the reader's language first."""
    words = (Words(line, language_of(line)) for line in text.splitlines() if line.strip())
    return tuple(sorted(words, key=lambda paragraph: paragraph.language != interface_language()))


def _category(user: Reader) -> ProgrammeCategory | None:
    if not isinstance(user, User) or not user.category:
        return None
    return one(ProgrammeCategory.objects.all(), user.category)


def _first(curricula: QuerySet[Any]) -> tuple[Any, ...]:
    return tuple(card for _item, card in curriculum_cards(curricula[:HOME_ITEMS]))


def _theme_counts(user: Reader) -> tuple[ThemeCount, ...]:
    """The themes without a broader one that have most under them; counts include narrower themes."""
    tree = ThemeTree.load(user)
    units, cases = theory_units(user), visible(Kind.CASE, user)
    counts = count_by_theme(
        [
            (
                UNITS,
                UnitTheme.objects.filter(content_object__in=units.values("pk")).values_list(
                    "content_object_id", "tag_id"
                ),
            ),
            (UNITS, units.filter(BARE).values_list("pk", "course__theme_items__tag_id")),
            (
                CASES,
                CaseTheme.objects.filter(content_object__in=cases.values("pk")).values_list(
                    "content_object_id", "tag_id"
                ),
            ),
        ]
    )
    found = [
        ThemeCount(theme_ref(theme), counts[UNITS][theme.pk], counts[CASES][theme.pk])
        for theme in tree.by_id.values()
        if theme.broader_id is None and not theme.retired
    ]
    found.sort(key=lambda entry: (-entry.units - entry.cases, entry.ref.title.casefold()))
    return tuple(entry for entry in found if entry.units or entry.cases)[:HOME_ITEMS]


def _shelf(found: Institution, kind: Kind, title: str, user: Reader) -> Shelf:
    items = visible(kind, user).filter(institution=found)
    total = items.count()
    order = [F("facts_as_of").desc(nulls_last=True)] if kind is Kind.CASE else []
    first = items.order_by(*order, "title", "pk")[:SHELF_ITEMS]
    sort = Sort.FACTS if kind is Kind.CASE else Sort.TITLE
    return Shelf(
        title,
        tuple(card for _item, card in CARDS[kind](first)),
        total,
        Selection(kind=(kind.value,), institution=(found.code,), sort=sort).address,
    )
