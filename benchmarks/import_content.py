"""How long the import of many cases takes, how much memory, and how long it keeps others from writing.

    .venv/bin/python -m benchmarks.import_content
    .venv/bin/python -m benchmarks.import_content --cases 50000 --format xlsx
    .venv/bin/python -m benchmarks.import_content --database postgresql://USER:PASSWORD@HOST:PORT/EMPTY

The cases are made up and always the same, each with two kilobytes of Markdown. They go into a scratch
database: a temporary SQLite file, or the empty database that is named. The file is imported three times: into
the empty database, again, and with every text changed. Ends with 1 where the first import misses a bar.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scratch import add_database_option, scratch_site

BAR_SECONDS = 60.0
BAR_LOCK_SECONDS = 15.0
BODY_BYTES = 2_000
VOCABULARY = """
flood river county office budget people plan review street committee requisition village hearing permit
data sharing mediation bridge service hall queue complaint record water school clinic road market
"""
WORDS = VOCABULARY.split()


@dataclass(frozen=True, slots=True)
class Figures:
    """What one import cost: seconds in all, seconds of the write lock, and its counts."""

    label: str
    seconds: float
    lock: float
    counts: str


def main() -> int:
    """Make the file, import it, print the figures; 1 where the first import misses a bar."""
    options = _options()
    with scratch_site(options.database, "praxis.settings.dev") as folder:
        from django.conf import settings

        settings.DEBUG = False
        first, changed = Path(folder, f"cases.{options.format}"), Path(folder, f"changed.{options.format}")
        _write(first, options.cases, 1)
        _write(changed, options.cases, 2)
        megabytes = first.stat().st_size / 1e6
        print(f"{options.cases:,} cases of {BODY_BYTES:,} bytes, {megabytes:.1f} MB ({options.format})")
        before = _peak()
        figures = [_measure("first import", first)]
        grown = _peak() - before
        figures += [_measure("again", first), _measure("all changed", changed)]
    for each in figures:
        print(f"{each.label:<14}{each.seconds:7.1f} s, write lock {each.lock:5.1f} s   {each.counts}")
    print(f"peak memory of the process {_peak():.0f} MB, of which {grown:.0f} MB for the first import")
    return int(figures[0].seconds > BAR_SECONDS or figures[0].lock > BAR_LOCK_SECONDS)


def _options() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--format", choices=["jsonl", "xlsx"], default="jsonl")
    add_database_option(parser)
    return parser.parse_args()


def _write(path: Path, number: int, seed: int) -> None:
    from curriculum.exchange.schema import CASE, CONTENT_SCHEMA, INSTITUTION, THEME
    from exchange.formats import writing

    chance = random.Random(seed)
    with writing(path, CONTENT_SCHEMA) as writer:
        for theme in range(100):
            writer.write(THEME, {"code": f"theme-{theme}", "label_en": f"Theme {theme}"})
        for school in range(20):
            code = f"school-{school}"
            writer.write(INSTITUTION, {"code": code, "name": f"School {school}", "kind": "college"})
        for case in _cases(number, chance):
            writer.write(CASE, case)


def _cases(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    from datetime import date

    for case in range(number):
        yield {
            "code": f"case-{case}",
            "title": f"Case {case}: {' '.join(chance.sample(WORDS, 4))}",
            "language": "en",
            "summary": " ".join(chance.choices(WORDS, k=25)),
            "body": _body(chance),
            "institution": f"school-{case % 20}",
            "themes": [f"theme-{theme}" for theme in sorted(chance.sample(range(100), 3))],
            "facts_as_of": date(2020 + case % 5, 1 + case % 12, 1),
            "audience": "trainees",
            "owner": f"lecturer{case % 50}@example.org",
            "suggested_hours": 2.5,
        }


def _body(chance: random.Random) -> str:
    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=12)).capitalize() + "."

    text = f"## The situation\n\n- {sentence()}\n- {sentence()}\n\n> {sentence()}\n"
    while len(text) < BODY_BYTES:
        text += f"\n{' '.join(sentence() for _number in range(4))} **{chance.choice(WORDS)}**\n"
    return text[:BODY_BYTES]


def _measure(label: str, path: Path) -> Figures:
    from curriculum.exchange.importing import ContentImport

    writing_since: list[float] = []

    def on_step(step: str, done: int, total: int) -> None:
        if step == "Writing" and not writing_since:
            writing_since.append(time.perf_counter())

    start = time.perf_counter()
    outcome = ContentImport(path, on_step=on_step).run()
    end = time.perf_counter()
    if outcome.failed:
        sys.exit("\n".join(outcome.lines()))
    counts = ", ".join(
        f"{name} {counter.total():,}"
        for name, counter in (
            ("created", outcome.created),
            ("updated", outcome.updated),
            ("unchanged", outcome.unchanged),
        )
        if counter
    )
    return Figures(label, end - start, end - writing_since[0] if writing_since else 0.0, counts)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
