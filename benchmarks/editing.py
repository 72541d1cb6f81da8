"""How long it takes to open, save and publish a curriculum of 12 modules with 8 placements in the editor.

    .venv/bin/python -m benchmarks.editing
    .venv/bin/python -m benchmarks.editing --database postgresql://USER:PASSWORD@HOST:PORT/EMPTY

The curriculum goes into a scratch database: a temporary SQLite file, or the empty database that is named.
Each step goes through the real views; seconds are the best of some runs, queries those of one. To save too
late is answered with the page that shows both versions. Ends with 1 where publishing takes more queries than
the bar.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.scratch import add_database_option, machine, scratch_site

BAR_QUERIES = 250
MODULES, PLACEMENTS = 12, 8


@dataclass(frozen=True, slots=True)
class Figure:
    """What one step costs; seconds are the best of several runs, `processor` those of the processor alone."""

    step: str
    queries: int
    seconds: float
    processor: float


def measure(step: str, begin: Callable[[], Any], call: Callable[[Any], Any], repeat: int) -> Figure:
    """Count the queries of a step once, and time it some times; what it begins with is not part of it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    start = begin()
    with CaptureQueriesContext(connection) as queries:
        call(start)
    # The log of queries begins anew with each request.
    count = len(queries)
    seconds, processor = [], []
    for _run in range(repeat):
        start = begin()
        started, at_work = time.perf_counter(), time.process_time()
        call(start)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - at_work)
    return Figure(step, count, min(seconds), min(processor))


def run(repeat: int) -> list[Figure]:
    """Make the curriculum; open, save and publish it, and save it too late."""
    from tests.editing.writers import PUBLISH, layout, opened, saved
    from tests.editor import admin_url, signed_in

    chair = signed_in("committee_chair", is_superuser=True)
    curriculum = layout(MODULES, PLACEMENTS, code="BENCHMARK")
    turns = iter(range(1_000))

    def changed() -> dict[str, Any]:
        names = [f"modules-{number}-title" for number in range(MODULES)]
        return opened(chair, curriculum) | dict.fromkeys(names, f"Turn {next(turns)}")

    def send(data: dict[str, Any], status: int = 302) -> None:
        answer = saved(chair, curriculum, data)
        if answer.status_code != status:
            raise RuntimeError(f"The editor answered {answer.status_code} instead of {status}.")

    send(changed())
    stale = changed()
    send(changed())
    return [
        measure("open", lambda: admin_url(curriculum, "edit"), chair.get, repeat),
        measure("save a draft", changed, send, repeat),
        measure("save and publish", lambda: changed() | PUBLISH, send, repeat),
        measure("save too late", lambda: stale, lambda data: send(data, 409), repeat),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each step; returns 1 where publishing misses the bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_database_option(parser)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    with scratch_site(options.database):
        from django.test.utils import override_settings

        queued = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        with override_settings(TASKS=queued):
            figures = run(options.repeat)
    print(machine())
    for figure in figures:
        times = f"{figure.seconds:7.2f} s, of the processor {figure.processor:7.2f} s"
        print(f"{figure.step:18} {figure.queries:6} queries {times}")
    publishing = next(figure for figure in figures if figure.step == "save and publish")
    return int(publishing.queries > BAR_QUERIES)


if __name__ == "__main__":
    sys.exit(main())
