"""The theme page: what is taught under a theme beside what is practised under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from cases.models import CaseStudy, CaseTheme
from curriculum.balance import layout
from curriculum.balance.linkage import Demand
from curriculum.balance.timetable import Element
from praxis.public.contexts import Pair, ThemeCase, ThemeContext, ThemeUnit, Words
from praxis.public.queries.linking import Theory, carrying, links_of, theory_units
from praxis.public.queries.parts import case_ref, tags_of
from search.cards import Kind, Reader, Ref, interface_language, theme_ref
from search.items import visible
from search.selection import Selection
from search.vocabulary import ThemeTree
from themes.models import Theme

MAX_UNITS = 60
MAX_CASES = 60
MAX_SERVING = 8


def retired_into(user: Reader, code: str) -> tuple[str, str] | None:
    """For a retired theme that has been replaced: its own code and that of the theme it is part of now."""
    tree = ThemeTree.load(user)
    found = tree.coded(code)
    following = tree.replacement(found) if found and found.retired else None
    return (found.code, following.code) if found and following else None


def theme(user: Reader, code: str, arrived_from: str = "") -> ThemeContext | None:
    """The page of a theme with everything narrower; `arrived_from` is the code of a theme it replaces."""
    tree = ThemeTree.load(user)
    found = tree.coded(code)
    if found is None:
        return None
    under = _Under.load(found, tree, user)
    ref = theme_ref(found)
    return ThemeContext(
        code=found.code,
        label=ref.title,
        language=ref.language,
        definition=_definition(found),
        also_called=_other_names(found, ref),
        broader=tuple(theme_ref(other) for other in tree.upward(found)),
        narrower=tree.refs(other.pk for other in tree.narrower.get(found.pk, ()) if not other.retired),
        retired=found.retired,
        pairs=under.pairs(),
        unit_count=len(under.theory.elements),
        unit_hours=fsum(element.hours for element in under.theory.elements),
        case_count=len(under.cases),
        library_url=Selection(theme=(found.code,)).address,
        arrived_from=_arrived(found, arrived_from, tree),
    )


def _arrived(found: Theme, code: str, tree: ThemeTree) -> str:
    """The label of a retired theme that has become part of this one."""
    old = tree.coded(code)
    if old is None or not old.retired:
        return ""
    following = tree.replacement(old)
    return theme_ref(old).title if following is not None and following.pk == found.pk else ""


def _definition(found: Theme) -> Words:
    texts = {"en": found.definition_en, "zh-hans": found.definition_zh}
    wanted = interface_language()
    language = wanted if texts[wanted] else next((code for code in texts if texts[code]), wanted)
    return Words(texts[language], language)


def _other_names(found: Theme, ref: Ref) -> tuple[Words, ...]:
    """The label in the other language, then the alternative labels, those of the page's language first."""
    names = {"en": [found.label_en, *found.alt_en], "zh-hans": [found.label_zh, *found.alt_zh]}
    languages = sorted(names, key=lambda language: language != interface_language())
    words = [Words(name, language) for language in languages for name in names[language] if name]
    labels = [word for word in words if word.text in (found.label_en, found.label_zh)]
    ordered = [*labels, *(word for word in words if word not in labels)]
    return tuple(word for word in ordered if word.text != ref.title)


@dataclass(frozen=True, slots=True)
class _Under:
    """Everything that this reader finds under a theme."""

    found: Theme
    tree: ThemeTree
    subtree: frozenset[str]
    theory: Theory
    cases: Mapping[str, CaseStudy]
    texts: Mapping[str, layout.Case]
    library: layout.Library

    @classmethod
    def load(cls, found: Theme, tree: ThemeTree, user: Reader) -> _Under:
        """Seven queries, whatever the size."""
        keys = tree.subtree([found])
        under = visible(Kind.CASE, user).filter(
            pk__in=CaseTheme.objects.filter(tag__in=keys).values("content_object")
        )
        rows = list(
            under.select_related("translation_of")
            .defer("body", "body_html", "summary", "translation_of__body", "translation_of__body_html")
            .order_by("title", "code")
        )
        tags = tags_of(CaseTheme, under.values("pk"))
        by_key = {
            case.pk: layout.Case(
                case.code,
                themes=tree.codes(tags.get(case.pk, ())),
                original=case.translation_of.code if case.translation_of else case.code,
            )
            for case in rows
        }
        theory = Theory.load(theory_units(user).filter(carrying(keys)), tree, by_key)
        return cls(
            found,
            tree,
            tree.codes(keys),
            theory,
            {case.code: case for case in rows},
            {text.code: text for text in by_key.values()},
            layout.Library.of(tree.vocabulary(), by_key.values(), links_of(under)),
        )

    def pairs(self) -> tuple[Pair, ...]:
        """Units beside the cases that serve them; then units without a case, then cases without a unit."""
        groups: defaultdict[tuple[str, ...], list[Element]] = defaultdict(list)
        for element in self.theory.elements[:MAX_UNITS]:
            groups[self._serving(element)].append(element)
        served = {code for codes in groups for code in codes} | self._perhaps_served(MAX_UNITS)
        alone = [code for code in self.cases if code not in served]
        ordered = sorted(groups.items(), key=lambda group: not group[0])
        pairs = [self._pair(elements, codes) for codes, elements in ordered]
        return (*pairs, *([self._pair((), alone, most=MAX_CASES)] if alone else []))

    def _serving(self, element: Element) -> tuple[str, ...]:
        """Codes of the cases under this theme that serve a unit, in the order of their titles."""
        demand = Demand.of(element, self.library)
        near = self._near([element])
        return tuple(
            code
            for code in self.cases
            if code in near and demand.basis(self.texts[code], self.texts[code].themes)
        )

    def _perhaps_served(self, first: int) -> set[str]:
        """Codes of cases that may serve units past the shown ones: it cannot be said that none does."""
        return self._near(self.theory.elements[first:])

    def _near(self, elements: Sequence[Element]) -> set[str]:
        """Codes of the cases that have a theme, a link or a unit in common with any of these elements."""
        themes = {theme for element in elements for theme in element.themes}
        identities = {
            identity for element in elements for identity in self.library.states_of(element.item.unit_key)
        }
        identities.update(element.item.case.identity for element in elements if element.item.case)
        near = {case.code for theme in themes for case in self.library.shelf.get(theme, ())}
        near.update(case.code for identity in identities for case in self.library.texts.get(identity, ()))
        return near

    def _pair(self, elements: Iterable[Element], codes: Sequence[str], most: int | None = None) -> Pair:
        limit = MAX_SERVING if most is None else most
        units = (
            ThemeUnit(
                self.theory.course(element),
                element.item.title,
                element.hours,
                self._narrower(element.themes),
            )
            for element in elements
        )
        cases = (
            ThemeCase(case_ref(self.cases[code]), self._narrower(self.texts[code].themes))
            for code in codes[:limit]
        )
        return Pair(tuple(units), tuple(cases), max(0, len(codes) - limit))

    def _narrower(self, themes: frozenset[str]) -> Ref | None:
        """The narrower theme that an item stands under, unless it carries the page's own."""
        if self.found.code in themes:
            return None
        theme = self.tree.coded(min(themes & self.subtree, default=""))
        return theme_ref(theme) if theme else None
