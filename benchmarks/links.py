"""How long it takes to find which cases may serve which units, in a library of any size.

    .venv/bin/python -m benchmarks.links
    .venv/bin/python -m benchmarks.links --units 800 --cases 10000
    .venv/bin/python -m benchmarks.links --pages --cases 10000

Texts are made up, always the same, half of them Chinese; words are as uneven as in real texts. Reading the
texts and scoring all pairs are timed apart. Beside it stands a peer: scikit-learn's tf-idf and a matrix of
all pairs where it is installed, otherwise the formula pair by pair in plain Python for a sample of the units,
whose answers must be the same. With `--pages` the made-up library of the balance benchmark is put into a
temporary SQLite file, and the pages of the admin that read it are timed too. Ends with 1 where the bar is
missed or the answers differ.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from math import sqrt
from typing import Any

from benchmarks.scratch import machine, scratch_site
from curriculum.balance.relevance import (
    TEXT_THRESHOLD,
    THRESHOLD,
    TOP,
    Hit,
    Offer,
    Recommender,
    TextIndex,
    rarity,
    relevance,
    theme_weights,
    weighted_jaccard,
)
from curriculum.balance.vocabulary import Theme, Themes, Vocabulary
from curriculum.balance.words import terms

BAR_SECONDS = 10.0
WORDS = 6000
SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Library:
    """A made-up library: the themes and texts of its units and its cases."""

    vocabulary: Vocabulary
    units: list[Themes]
    unit_texts: list[str]
    cases: list[Offer]
    case_texts: list[str]


def made(units: int, cases: int, themes: int, seed: int) -> Library:
    """The library of these sizes: units of 30 words, cases of 300 words or 800 characters."""
    generator = random.Random(seed)
    codes = [f"t{number}" for number in range(themes)]
    tree = [Theme(code, codes[number // 6] if number else None) for number, code in enumerate(codes)]
    latin = ["".join(generator.choices("abdeilmnorstu", k=generator.randint(3, 9))) for _ in range(WORDS)]
    han = [chr(0x4E00 + number) for number in range(WORDS // 4)]
    pools = (len(latin), len(han))
    likely = {size: list(accumulate(1 / (rank + 3) for rank in range(size))) for size in pools}

    def text(words: int) -> str:
        if generator.random() < 0.5:
            return " ".join(generator.choices(latin, cum_weights=likely[len(latin)], k=words))
        return "".join(generator.choices(han, cum_weights=likely[len(han)], k=words * 8 // 3))

    def tags() -> Themes:
        return frozenset(generator.sample(codes, generator.randint(1, 3)))

    return Library(
        Vocabulary.of(tree),
        [tags() for _ in range(units)],
        [text(30) for _ in range(units)],
        [Offer(tags(), generator.uniform(0.5, 1), f"case-{number}") for number in range(cases)],
        [text(300) for _ in range(cases)],
    )


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work gives, and the seconds that it took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def plain(library: Library, units: Sequence[int]) -> list[tuple[int, int]]:
    """The best cases of some units, pair by pair from the definitions: (unit, case), best first."""
    every = [terms(text) for text in (*library.unit_texts, *library.case_texts)]
    carried: dict[str, int] = {}
    for found in every:
        for term in found:
            carried[term] = carried.get(term, 0) + 1
    vectors = [
        _unit_vector({t: n * rarity(len(every), carried[t]) for t, n in found.items()}) for found in every
    ]
    linking = frozenset(library.vocabulary.kin)
    weights = theme_weights(
        [themes & linking for themes in library.units + [c.themes for c in library.cases]]
    )
    best = []
    for unit in units:
        own, rows = library.units[unit] & linking, []
        for place, case in enumerate(library.cases):
            alike = _dot(vectors[unit], vectors[len(library.units) + place])
            jaccard = weighted_jaccard(own, case.themes & linking, weights)
            value = relevance(jaccard, alike, case.freshness)
            matched = bool(library.vocabulary.matched(own, case.themes))
            worth = round(value if matched else alike * case.freshness, 12)
            if worth >= (THRESHOLD if matched else TEXT_THRESHOLD):
                rows.append((not matched, -worth, place))
        for kind in (False, True):
            best += [(unit, place) for text_only, _, place in sorted(rows) if text_only is kind][:TOP]
    return best


def _unit_vector(weights: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _dot(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def with_scikit_learn(library: Library) -> float:
    """The seconds that its tf-idf and the products of all pairs take; no themes, no ranking."""
    extraction = importlib.import_module("sklearn.feature_extraction.text")

    def work() -> Any:
        vectorizer = extraction.TfidfVectorizer(analyzer=lambda text: list(terms(text).elements()))
        vectors = vectorizer.fit_transform(library.unit_texts + library.case_texts)
        return vectors[: len(library.units)] @ vectors[len(library.units) :].T

    return timed(work)[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the library, measure, compare, print; 0 if the bar is met and the answers are the same."""
    options = _options(arguments)
    library = made(options.units, options.cases, options.themes, options.seed)
    print(machine())
    print(f"{options.units} units, {options.cases} cases, {options.themes} themes, seed {options.seed}\n")
    index, reading = timed(lambda: TextIndex(library.unit_texts, library.case_texts))
    recommender = Recommender(library.vocabulary, library.units, library.cases, index)
    hits, scoring = timed(lambda: list(recommender.hits()))
    _evidence, naming = timed(lambda: [index.evidence(hit.unit, hit.case) for hit in hits[:50]])
    print("| step | s |\n|---|---:|")
    print(f"| read all texts | {reading:.2f} |")
    print(f"| score all {options.units * options.cases:,} pairs, find {len(hits):,} | {scoring:.2f} |")
    print(f"| name the terms of 50 | {naming:.3f} |")
    same = _compare(library, hits)
    if options.pages:
        _time_pages(options)
    met = reading + scoring <= BAR_SECONDS
    print(f"\nBar of {BAR_SECONDS:g} s for reading and scoring: {'met' if met else 'missed'}")
    return 0 if met and same else 1


def _compare(library: Library, hits: Sequence[Hit]) -> bool:
    """Whether the peer agrees; prints its time."""
    if importlib.util.find_spec("sklearn"):
        print(f"| peer: scikit-learn, texts only | {with_scikit_learn(library):.2f} |")
    sample = range(min(SAMPLE, len(library.units)))
    answers, seconds = timed(lambda: plain(library, sample))
    pairs = len(sample) * len(library.cases)
    print(f"| peer: plain Python, {pairs:,} of the pairs | {seconds:.2f} |")
    same: bool = answers == [(hit.unit, hit.case) for hit in hits if hit.unit in sample]
    print(f"\nThe same answers: {'yes' if same else 'no'}")
    return same


def _time_pages(options: argparse.Namespace) -> None:
    """The workbench and the lists of the library, as a superuser opens them the first and the second time."""
    with scratch_site():
        from django.test import Client
        from django.urls import reverse

        from benchmarks.balance_data import Maker, Sizes
        from people.models import User

        sizes = Sizes(units=options.units, cases=options.cases, themes=options.themes)
        Maker(sizes, options.seed).make()
        client = Client()
        client.force_login(User.objects.create_superuser("benchmark@example.org", name="Benchmark"))
        print(f"\n{sizes}\n\n| page | first s | again s |\n|---|---:|---:|")
        report = reverse("case_library_report")
        pages = [reverse("links"), *(f"{report}?list={one}" for one in ("orphans", "lapsing", "depended"))]
        for address in pages:
            seconds = [timed(partial(client.get, address, SERVER_NAME="localhost"))[1] for _run in range(2)]
            print(f"| {address} | {seconds[0]:.2f} | {seconds[1]:.2f} |")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links", description=__doc__.split("\n")[0])
    for name, size in (("units", 8000), ("cases", 1000), ("themes", 300)):
        parser.add_argument(f"--{name}", type=int, default=size, help=f"default: {size}")
    parser.add_argument("--pages", action="store_true", help="time the pages of the admin as well")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up library; default: 1")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
