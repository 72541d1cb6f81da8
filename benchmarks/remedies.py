"""How long the search for suggestions takes, and how often it is proven that nothing is better.

    .venv/bin/python -m benchmarks.remedies
    .venv/bin/python -m benchmarks.remedies --units 120 --candidates 400

The curricula are made up and always the same. No database is needed: what is timed is everything from a
layout and a pool of cases to the cards. Ends with 1 where the 95th percentile misses the bar.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.scratch import machine
from curriculum.balance.layout import Case, Course, Layout, Library, Module, Placement, Unit
from curriculum.balance.policy import Policy
from curriculum.balance.remedies.candidates import Candidate
from curriculum.balance.remedies.goals import Goals
from curriculum.balance.remedies.plans import Proof
from curriculum.balance.remedies.suggestions import Suggestions, suggest
from curriculum.balance.vocabulary import Theme, Themes, Vocabulary

BAR_SECONDS = 2.0
DAY = date(2026, 1, 1)
MODULES = 5
UNITS_A_COURSE = 4
TOP = 5
CASE_BEHIND_COURSE = 0.6


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a curriculum is, and how much there is to choose from."""

    units: int = 60
    candidates: int = 200
    themes: int = 40


def made_up(sizes: Sizes, seed: int) -> tuple[Layout, tuple[Candidate, ...]]:
    """A curriculum with gaps, and the cases of a library that are not in it."""
    chance = random.Random(seed)
    vocabulary = _vocabulary(sizes.themes)
    narrow = [f"t{number}" for number in range(sizes.themes) if number >= TOP]
    placements: list[Placement] = []
    placed: list[Case] = []
    for first in range(0, sizes.units, UNITS_A_COURSE):
        about = chance.sample(narrow, 2)
        units = tuple(_unit(chance, about, first + at) for at in range(UNITS_A_COURSE))
        placements.append(Placement(course=Course(f"c{first}", units=units)))
        if chance.random() < CASE_BEHIND_COURSE:
            placed.append(_case(chance, f"p{first}", about))
            placements.append(Placement(case=placed[-1], hours=chance.choice([2.0, 3.0, 4.0, 5.0])))
    share = -(-len(placements) // MODULES)
    modules = tuple(
        Module(f"m{start}", placements=tuple(placements[start : start + share]))
        for start in range(0, len(placements), share)
    )
    candidates = tuple(
        Candidate(
            _case(chance, f"k{number}", narrow),
            chance.choice([1.5, 2.0, 2.5, 3.0, 4.0]),
            round(chance.random(), 3),
        )
        for number in range(sizes.candidates)
    )
    library = Library.of(vocabulary, [*placed, *(candidate.case for candidate in candidates)])
    policy = Policy(practice_low=0.25, practice_high=0.45)
    return Layout(f"made-up-{seed}", DAY, library, policy=policy, modules=modules), candidates


def _vocabulary(count: int) -> Vocabulary:
    """A few top themes, each with narrower ones."""
    return Vocabulary.of(
        Theme(f"t{number}", None if number < TOP else f"t{number % TOP}") for number in range(count)
    )


def _themes(chance: random.Random, among: Sequence[str]) -> Themes:
    return frozenset(chance.sample(among, min(len(among), chance.choice([1, 1, 2]))))


def _case(chance: random.Random, code: str, themes: Sequence[str]) -> Case:
    return Case(
        code,
        themes=_themes(chance, themes),
        facts_as_of=DAY - timedelta(days=chance.randrange(3 * 365)),
    )


def _unit(chance: random.Random, about: Sequence[str], number: int) -> Unit:
    return Unit(
        f"u{number}",
        hours=chance.choice([1.0, 2.0, 2.0, 3.0, 4.0]),
        delivery_method=chance.choice(["lecture"] * 5 + ["workshop"]),
        themes=_themes(chance, about),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One instance: its seconds, and what came of it."""

    seconds: float
    proof: Proof | None
    plans: int
    hours: float


def run(sizes: Sizes, seed: int) -> Run:
    """Look for suggestions for one made-up curriculum."""
    layout, candidates = made_up(sizes, seed)
    started = time.perf_counter()
    found: Suggestions = suggest(layout, candidates, goals=Goals.of(layout.policy))
    seconds = time.perf_counter() - started
    best = found.plans[0] if found.plans else None
    return Run(seconds, best.proof if best else None, len(found.plans), best.added_hours if best else 0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if the bar is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.remedies", description=__doc__.split("\n")[0])
    parser.add_argument("--units", type=int, default=60, help="default: 60")
    parser.add_argument("--candidates", type=int, default=200, help="default: 200")
    parser.add_argument("--instances", type=int, default=40, help="default: 40")
    options = parser.parse_args(arguments)
    sizes = Sizes(options.units, options.candidates)
    # The solver is loaded by the first search; a server has it by then.
    run(Sizes(8, 8), 0)
    runs = [run(sizes, seed) for seed in range(1, options.instances + 1)]
    met = _print(sizes, runs)
    return 0 if met else 1


def _print(sizes: Sizes, runs: Sequence[Run]) -> bool:
    seconds = sorted(found.seconds for found in runs)
    p95 = seconds[min(len(seconds) - 1, -(-95 * len(seconds) // 100) - 1)]
    proofs = {proof: sum(found.proof is proof for found in runs) for proof in Proof}
    print(machine())
    print(f"{sizes.units} units, {sizes.candidates} candidates, {len(runs)} made-up curricula")
    print(f"p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s, longest {seconds[-1]:.2f} s")
    print(", ".join(f"{proof.value}: {count}" for proof, count in proofs.items()))
    print(f"proven best: {proofs[Proof.BEST] / len(runs):.0%}")
    print(f"plans: {statistics.mean(found.plans for found in runs):.1f} on average")
    met = p95 <= BAR_SECONDS
    print(f"\nBar of {BAR_SECONDS:g} s for the 95th percentile: {'met' if met else 'missed'}")
    return met


if __name__ == "__main__":
    sys.exit(main())
