"""How long the balance report takes for many curricula, and that the number of queries does not grow.

    .venv/bin/python -m benchmarks.balance
    .venv/bin/python -m benchmarks.balance --database postgresql://USER:PASSWORD@HOST:PORT/EMPTY
    .venv/bin/python -m benchmarks.balance --curricula 10000

The library is made up and always the same. It goes into a scratch database: a temporary SQLite file, or the
empty database that is named. Loading and judging are timed apart, without and with drafts, for few and for
many curricula, then three pages of the admin; each figure is the median of some runs. Ends with 1
where the report on 1,000 curricula misses a bar.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import add_database_option, analyze, engine, machine, scratch_site

if TYPE_CHECKING:
    from curriculum.balance.loaders import Drafts

BAR_CURRICULA = 1000
JUDGING_SECONDS, TOTAL_SECONDS = 1.5, 2.5
DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one report over some curricula cost; seconds are medians of several runs.

    ``processor`` are the seconds for which this process had a processor: far below the total, they say that
    the machine was busy with something else (or that a database server was at work).
    """

    view: str
    curricula: int
    items: int
    queries: int
    loading: float
    judging: float
    processor: float

    @property
    def total(self) -> float:
        """Loading and judging, in seconds."""
        return self.loading + self.judging


def measure(drafts: Drafts, curricula: int, repeat: int) -> Figures:
    """Load and judge the first ``curricula``, ``repeat`` times."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        items, *_seconds = _run(drafts, curricula)
    runs = [_run(drafts, curricula) for _number in range(repeat)]
    loading, judging, processor = (median(seconds) for seconds in list(zip(*runs, strict=True))[1:])
    return Figures(drafts.value, curricula, items, len(queries), loading, judging, processor)


def _run(drafts: Drafts, curricula: int) -> tuple[int, float, float, float]:
    """One report: its items, and the seconds of loading, of judging and of the processor."""
    from curriculum.balance.loaders import load_layouts
    from curriculum.balance.report import reports
    from curriculum.models import Curriculum

    gc.collect()
    started, at_work = time.perf_counter(), time.process_time()
    layouts = load_layouts(Curriculum.objects.order_by("pk")[:curricula], drafts=drafts, as_of=DAY)
    loaded = time.perf_counter()
    judged_layouts = reports(layouts)
    judged, processor = time.perf_counter(), time.process_time() - at_work
    items = sum(
        len(placement.course.units) if placement.course else 1
        for found in judged_layouts
        for module in found.layout.modules
        for placement in module.placements
    )
    return items, loaded - started, judged - loaded, processor


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the library, measure, print; 0 if the bar is met."""
    options = _options(arguments)
    with scratch_site(options.database):
        _fill(options)
        measured = _measured(options)
        _print(measured)
        _print_pages(options.repeat)
    judged = [found for found in measured if found.curricula <= BAR_CURRICULA]
    largest = max(found.curricula for found in judged)
    met = [
        found.judging <= JUDGING_SECONDS and found.total <= TOTAL_SECONDS
        for found in judged
        if found.curricula == largest
    ]
    bars = f"{JUDGING_SECONDS:g} s for judging {largest} curricula, {TOTAL_SECONDS:g} s with loading"
    print(f"\nBars of {bars}: {'met' if all(met) else 'missed'}")
    return 0 if all(met) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.balance", description=__doc__.split("\n")[0])
    for name, size in (
        ("curricula", 1000),
        ("placements", 30),
        ("courses", 2000),
        ("units", 8000),
        ("cases", 1000),
        ("themes", 300),
        ("links", 2000),
    ):
        parser.add_argument(f"--{name}", type=int, default=size, help=f"default: {size}")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up library; default: 1")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the median counts; default: 3")
    add_database_option(parser)
    return parser.parse_args(arguments)


def _fill(options: argparse.Namespace) -> None:
    # Models can be imported only after Django is set up, and the database is not known before.
    from django.db import connection

    from benchmarks.balance_data import Maker, Sizes

    started = time.perf_counter()
    sizes = Sizes(**{field.name: getattr(options, field.name) for field in fields(Sizes)})
    Maker(sizes, options.seed).make()
    if connection.vendor == "postgresql":
        analyze()
    print(f"{machine()}\n{engine()}")
    print(f"{sizes}, seed {options.seed}; made in {time.perf_counter() - started:.1f} s\n")


def _measured(options: argparse.Namespace) -> list[Figures]:
    from curriculum.balance.loaders import Drafts

    steps = sorted({min(step, options.curricula) for step in (1, 10, 100, 1000, options.curricula)})
    return [measure(drafts, step, options.repeat) for drafts in Drafts for step in steps]


def _print(measured: Sequence[Figures]) -> None:
    print("| drafts | curricula | items | queries | loading s | judging s | total s | processor s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for found in measured:
        seconds = f"{found.loading:.3f} | {found.judging:.3f} | {found.total:.3f} | {found.processor:.3f}"
        print(f"| {found.view} | {found.curricula} | {found.items} | {found.queries} | {seconds} |")


def _print_pages(repeat: int) -> None:
    """The pages as a superuser opens them in the admin: the report on all curricula, and the page of one."""
    from django.urls import reverse

    from curriculum.models import Curriculum
    from people.models import User

    superuser = User.objects.create_superuser("benchmark@example.org", name="Benchmark")
    code = Curriculum.objects.values_list("code", flat=True)[0]
    print()
    for name, page in (
        ("Report page in the admin", reverse("balance_report")),
        ("Page of one curriculum", reverse("curriculum_balance", args=[code])),
        ("Suggestions for one curriculum", reverse("curriculum_suggestions", args=[code])),
    ):
        queries, seconds = _page(superuser, page, repeat)
        print(f"{name}: {queries} queries, {seconds:.3f} s")


def _page(reader: Any, page: str, repeat: int) -> tuple[int, float]:
    """Queries and the median seconds of a page that has been opened once before."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(reader)
    client.get(page, SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as queries:
        client.get(page, SERVER_NAME="localhost")
    # The log of queries begins anew with each request.
    count = len(queries)
    seconds = []
    for _number in range(repeat):
        gc.collect()
        started = time.perf_counter()
        response = client.get(page, SERVER_NAME="localhost")
        seconds.append(time.perf_counter() - started)
        if response.status_code != 200:
            sys.exit(f"{page} answered {response.status_code}.")
    return count, median(seconds)


if __name__ == "__main__":
    sys.exit(main())
