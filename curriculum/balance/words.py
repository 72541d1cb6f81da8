"""What a text is made of, so that two texts can be compared: word stems, and for Chinese pairs and triples.

Chinese puts no spaces between words, and the two or three characters that stand together are good enough to
find texts on the same matter. A text in both languages gives both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import Stemmer

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
GRAM_LENGTHS = (2, 3)
SHORTEST_WORD = 2

_ADDRESS = re.compile(r"\w+://\S+")
_RUNS = re.compile(rf"([{HAN}]+)|([^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)*)")

STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    about above after again against all also although always am among an and another any are aren't as at be
    because been before being below between both but by can can't cannot could couldn't did didn't do does
    doesn't doing don't down during each either else ever every few for from further get had has hasn't have
    haven't having he her here hers herself him himself his how however i if in into is isn't it it's its
    itself just let's many may me might more most much must my myself neither no nor not of off often on once
    one only or other others our ours ourselves out over own per rather same shall she should shouldn't since
    so some such than that that's the their theirs them themselves then there these they this those though
    through to too two under until up upon us very was wasn't we were weren't what when where whether which
    while who whom whose why will with within without won't would wouldn't yet you your yours yourself
    """,
    )
)
"""English words that say nothing about the matter."""

GRAMMAR = frozenset(
    "的了在是和与及于为被把等其之也而不没有一这那就都我你他她它们着过到说要会可以上下中里后前谁么"
)
"""Chinese characters of which most sentences are full: a pair with one of them tells a reader nothing."""

_stem = lru_cache(maxsize=65_536)(Stemmer.Stemmer("english").stemWord)


def terms(text: str) -> Counter[str]:
    """How often each term stands in a text: stems of words, and pairs and triples of Chinese characters."""
    found: Counter[str] = Counter()
    for han, word in _RUNS.findall(_ADDRESS.sub(" ", text)):
        if han:
            found.update(_grams(han))
        elif (term := _term(word)) is not None:
            found[term] += 1
    return found


def spellings(text: str, wanted: Iterable[str]) -> Mapping[str, str]:
    """How the wanted terms are first written in a text; terms that are not in it are left out."""
    sought = set(wanted)
    found: dict[str, str] = {}
    for han, word in _RUNS.findall(_ADDRESS.sub(" ", text)):
        if han:
            found |= {gram: gram for gram in _grams(han) if gram in sought}
        elif (term := _term(word)) in sought and term not in found:
            found[str(term)] = word.lower()
    return found


def is_han(term: str) -> bool:
    """Whether a term is made of Chinese characters."""
    return re.match(rf"[{HAN}]", term) is not None


def _grams(run: str) -> list[str]:
    return [run[start : start + length] for length in GRAM_LENGTHS for start in range(len(run) - length + 1)]


@lru_cache(maxsize=65_536)
def _term(word: str) -> str | None:
    """The stem of a word; none for words that are too short or say nothing."""
    lower = word.lower().replace("’", "'")
    if len(lower) < SHORTEST_WORD or lower in STOP_WORDS:
        return None
    return str(_stem(lower))
