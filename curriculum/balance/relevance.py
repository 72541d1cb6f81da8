"""Which cases may serve which units: a hint for people, made of shared themes, like texts and fresh facts.

For a unit u and a case j with freshness f, relevance is

    rel(u, j) = (alpha * wJ(u, j) + (1 - alpha) * cos(u, j)) * f(j)

where wJ is the Jaccard index of their themes, each weighted by its rarity among all units and cases, and cos
the cosine of their texts as tf-idf vectors. Shared themes are evidence and count already; texts alone are a
hint that a tag may be missing, and count for nothing until a person says so.

All numbers are 0..1 except the weights of rarity, which are 1 or more. Only themes that can link count: not
generic ones, nor the top of a branch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from curriculum.balance.vocabulary import Themes, Vocabulary
from curriculum.balance.words import GRAMMAR, is_han, terms

ALPHA = 0.7
"""How much themes weigh against texts."""

THRESHOLD = 0.25
"""The least relevance that is shown."""

TEXT_THRESHOLD = 0.2
"""Without a matching theme, the least similarity times freshness that is shown.

Relevance would not do: texts alone reach at most `1 - ALPHA` of it. In the library of the demo, texts on
different matters stay below 0.17, and those on the same matter reach 0.2 to 0.4.
"""

TOP = 5
"""So many cases are shown for a unit, of each kind."""

CHUNK = 500
"""Units that are compared with all cases at once: what that takes of memory does not grow with theirs."""

EVIDENCE = 4

Numbers = NDArray[np.float64]


class Hint(StrEnum):
    """Why a case is shown for a unit: their themes match, or only their texts are alike."""

    THEMES = "themes"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Hit:
    """A case for a unit, both by their positions; `relevance` is with freshness, the others without."""

    unit: int
    case: int
    hint: Hint
    relevance: float
    jaccard: float
    similarity: float
    freshness: float


def rarity(total: int, carrying: int) -> float:
    """The weight of what `carrying` of `total` items have: `ln((1 + N) / (1 + n)) + 1`."""
    return log((1 + total) / (1 + carrying)) + 1


def theme_weights(tagged: Sequence[Themes]) -> dict[str, float]:
    """The weight of each theme that one of these items carries."""
    carried = Counter(theme for themes in tagged for theme in themes)
    return {theme: rarity(len(tagged), count) for theme, count in carried.items()}


def weighted_jaccard(one: Themes, other: Themes, weights: Mapping[str, float]) -> float:
    """The weight of shared themes of that of all themes of both; 0 where neither has any."""
    together = fsum(weights[theme] for theme in one | other)
    return fsum(weights[theme] for theme in one & other) / together if together else 0.0


def relevance(jaccard: float, similarity: float, freshness: float = 1.0, alpha: float = ALPHA) -> float:
    """The formula above."""
    return (alpha * jaccard + (1 - alpha) * similarity) * freshness


class TextIndex:
    """Texts of units and cases as tf-idf vectors of length 1: counts of terms, weighted by their rarity.

    One vocabulary of terms serves both, and the rarity of a term is that among all texts together.
    """

    def __init__(self, units: Sequence[str], cases: Sequence[str]) -> None:
        self._positions: dict[str, int] = {}
        vectors = self._vectors([*units, *cases])
        self._terms = list(self._positions)
        self.units, self.cases = vectors[: len(units)], vectors[len(units) :]

    def _vectors(self, texts: Sequence[str]) -> sparse.csr_matrix:
        positions, ends = self._positions, [0]
        columns: list[int] = []
        counts: list[int] = []
        for text in texts:
            found = terms(text)
            columns += [positions.setdefault(term, len(positions)) for term in found]
            counts += found.values()
            ends.append(len(columns))
        shape = (len(texts), len(positions))
        matrix = sparse.csr_matrix((np.array(counts, dtype=np.float64), columns, ends), shape=shape)
        carried = np.bincount(matrix.indices, minlength=len(positions))
        matrix.data *= (np.log((1 + len(texts)) / (1 + carried)) + 1)[matrix.indices]
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        lengths[lengths == 0] = 1
        matrix.data /= np.repeat(lengths, np.diff(matrix.indptr))
        return matrix

    def similarity(self, unit: int, case: int) -> float:
        """The cosine of two texts, 0..1."""
        return float(self.units[[unit]].multiply(self.cases[[case]]).sum())

    def evidence(self, unit: int, case: int, most: int = EVIDENCE) -> tuple[str, ...]:
        """The terms that make two texts alike, the weightiest first; words by their stems."""
        shared = self.units[[unit]].multiply(self.cases[[case]]).tocoo()
        order = sorted(zip(-shared.data, shared.col, strict=True))
        return tuple(_plain([self._terms[column] for _weight, column in order])[:most])


def _plain(found: Iterable[str]) -> list[str]:
    """The terms without those Chinese ones that are part of another, or of little but grammar."""
    every = list(found)
    telling = [term for term in every if not (is_han(term) and GRAMMAR.intersection(term))]
    kept: list[str] = []
    for term in telling or every:
        parts = [other for other in kept if other in term] if is_han(term) else []
        if parts:
            kept = [term if other == parts[0] else other for other in kept if other not in parts[1:]]
        elif not (is_han(term) and any(term in other for other in kept)):
            kept.append(term)
    return kept


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of a case beside its text: its themes, its freshness, and which case it is.

    A case and its translations have one `identity`, and only the most relevant of them is shown (rule 47).
    """

    themes: Themes
    freshness: float
    identity: str


class Recommender:
    """Finds the most relevant cases of units; made once for a library, asked for any part of it.

    `units` are the themes by which units link, in the order of the texts in `index`, like `cases`.
    """

    def __init__(
        self, vocabulary: Vocabulary, units: Sequence[Themes], cases: Sequence[Offer], index: TextIndex
    ) -> None:
        self._index = index
        self._cases = cases
        linking = frozenset(vocabulary.kin)
        of_units = [themes & linking for themes in units]
        of_cases = [case.themes & linking for case in cases]
        weights = theme_weights([*of_units, *of_cases])
        positions = {theme: place for place, theme in enumerate(weights)}
        scale = np.sqrt(np.array(list(weights.values()), dtype=np.float64))
        self._units = _incidence(of_units, positions, scale)
        self._offered = _incidence(of_cases, positions, scale)
        self._reach = _incidence([vocabulary.reach(themes) for themes in of_units], positions, scale)
        self._freshness = np.array([case.freshness for case in cases], dtype=np.float64)

    def hits(
        self,
        units: Sequence[int] | None = None,
        cases: Sequence[int] | None = None,
        without: Mapping[int, Collection[str]] | None = None,
    ) -> Iterator[Hit]:
        """The best cases of each of the `units` among the `cases` (by default all), unit by unit.

        `without` names, for positions of units, the identities of cases that are not to be shown: those
        about which a person has decided. Others move up in their place.
        """
        rows = list(range(self._units.shape[0])) if units is None else list(units)
        columns = np.arange(len(self._cases)) if cases is None else np.array(list(cases), dtype=np.intp)
        if not len(columns):
            return
        texts = Counter(self._cases[column].identity for column in columns)
        places: dict[str, list[int]] = {}
        for place, column in enumerate(columns):
            places.setdefault(self._cases[column].identity, []).append(place)
        most = TOP * max(texts.values())
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            scores = self._scores(chunk, columns)
            for place, unit in enumerate(chunk):
                for identity in (without or {}).get(unit, ()):
                    scores.hide(place, places.get(identity, []))
            yield from self._best(chunk, columns, scores, most)

    def _scores(self, rows: Sequence[int], columns: NDArray[np.intp]) -> _Scores:
        own, offered = self._units[rows], self._offered[columns]
        shared = _dense(own @ offered.T)
        together = _weight(own)[:, None] + _weight(offered)[None, :] - shared
        jaccard = np.divide(shared, together, out=np.zeros_like(shared), where=together > 0)
        similarity = _dense(self._index.units[rows] @ self._index.cases[columns].T)
        fresh = self._freshness[columns]
        matched = _dense(self._reach[rows] @ offered.T) > 0
        found = (ALPHA * jaccard + (1 - ALPHA) * similarity) * fresh
        return _Scores(
            jaccard, similarity, found, fresh, matched, np.where(matched, found, similarity * fresh)
        )

    def _best(
        self, rows: Sequence[int], columns: NDArray[np.intp], scores: _Scores, most: int
    ) -> Iterator[Hit]:
        # Rounded, so that sums that were added up in another order do not change what is shown.
        worth, matched = np.round(scores.worth, 12), scores.matched
        of_themes, of_text = matched & (worth >= THRESHOLD), ~matched & (worth >= TEXT_THRESHOLD)
        kinds = (Hint.THEMES, of_themes), (Hint.TEXT, of_text)
        for place in map(int, np.nonzero((of_themes | of_text).any(axis=1))[0]):
            for hint, chosen in kinds:
                ranked = _ranked(np.nonzero(chosen[place])[0], scores.worth[place], most)
                yield from self._hits_of(rows[place], place, columns, ranked, scores, hint)

    def _hits_of(
        self,
        unit: int,
        place: int,
        columns: NDArray[np.intp],
        ranked: Iterable[int],
        scores: _Scores,
        hint: Hint,
    ) -> Iterator[Hit]:
        seen: set[str] = set()
        for column in ranked:
            identity = self._cases[columns[column]].identity
            if identity in seen:
                continue
            seen.add(identity)
            yield Hit(
                unit,
                int(columns[column]),
                hint,
                float(scores.relevance[place, column]),
                float(scores.jaccard[place, column]),
                float(scores.similarity[place, column]),
                float(scores.freshness[column]),
            )
            if len(seen) == TOP:
                return

    def hit(self, unit: int, case: int) -> Hit:
        """The figures of one pair, whether it is worth showing or not."""
        scores = self._scores([unit], np.array([case], dtype=np.intp))
        hint = Hint.THEMES if scores.matched[0, 0] else Hint.TEXT
        return next(self._hits_of(unit, 0, np.array([case], dtype=np.intp), [0], scores, hint))


@dataclass(frozen=True, slots=True)
class _Scores:
    """Figures of some units (rows) and cases (columns); `worth` decides what is shown, and in which order."""

    jaccard: Numbers
    similarity: Numbers
    relevance: Numbers
    freshness: Numbers
    matched: NDArray[np.bool_]
    worth: Numbers

    def hide(self, row: int, columns: Sequence[int]) -> None:
        """Never show these pairs."""
        self.worth[row, columns] = -1


def _incidence(tagged: Sequence[Themes], positions: Mapping[str, int], scale: Numbers) -> sparse.csr_matrix:
    """Items by themes, with the root of the theme's weight: products of two rows sum the shared weights."""
    columns: list[int] = []
    ends = [0]
    for themes in tagged:
        columns += sorted(positions[theme] for theme in themes if theme in positions)
        ends.append(len(columns))
    data = scale[columns] if columns else np.zeros(0)
    return sparse.csr_matrix((data, columns, ends), shape=(len(tagged), len(positions)))


def _dense(matrix: sparse.csr_matrix) -> Numbers:
    dense: Numbers = matrix.toarray()
    return dense


def _weight(matrix: sparse.csr_matrix) -> Numbers:
    weight: Numbers = matrix.multiply(matrix).sum(axis=1).A1
    return weight


def _ranked(candidates: NDArray[np.intp], worth: Numbers, most: int) -> list[int]:
    """The most worthy candidates, at least `most` of them if there are; equal ones in their order."""
    values = np.round(worth[candidates], 12)
    if len(candidates) > most:
        least = np.partition(values, len(values) - most)[len(values) - most]
        kept = values >= least
        candidates, values = candidates[kept], values[kept]
    return [int(candidates[place]) for place in np.argsort(-values, kind="stable")]
