"""How long the lists and the editor of the admin take in a large library.

    .venv/bin/python -m benchmarks.listings
    .venv/bin/python -m benchmarks.listings --database postgresql://USER:PASSWORD@HOST:PORT/EMPTY

The library is made up and always the same: 10,000 cases, and one course with 1,000 units among others. It
goes into a scratch database: a temporary SQLite file, or the empty database that is named. Each page is asked
for as a browser would, by a superuser, a member of the committee and a lecturer; each figure is the best of
some runs. Then values of 50 objects are set at once, published and undone. Ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.scratch import add_database_option, analyze, engine, machine, scratch_site

BAR_SECONDS = 1.0
BAR_BULK_SECONDS = 10.0
BATCH = 500
OWNERS = 20
INSTITUTIONS = 12
BULK = 50
WORD = "road"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one page cost: queries, seconds (the best run), and the size of the answer in bytes."""

    page: str
    person: str
    queries: int
    seconds: float
    size: int
    bar: float | None = BAR_SECONDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the library, measure, print; 0 if the bars are met."""
    options = _options(arguments)
    with scratch_site(options.database):
        _fill(options)
        measured = [*_pages(options), *_bulk()]
    print("| page | person | queries | s | kB |")
    print("|---|---|---:|---:|---:|")
    for found in measured:
        size = f"{found.size // 1000:,}" if found.size else "–"
        print(f"| {found.page} | {found.person} | {found.queries} | {found.seconds:.2f} | {size} |")
    missed = [found for found in measured if found.bar is not None and found.seconds > found.bar]
    for found in missed:
        print(f"Missed: {found.page} ({found.person}), {found.seconds:.2f} s of {found.bar:g} s")
    return 1 if missed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listings", description=__doc__.split("\n")[0])
    for name, size in (("cases", 10_000), ("units", 1000), ("repeat", 3)):
        parser.add_argument(f"--{name}", type=int, default=size, help=f"default: {size}")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up library; default: 1")
    add_database_option(parser)
    return parser.parse_args(arguments)


def _fill(options: argparse.Namespace) -> None:
    # Models can be imported only after Django is set up, and the database is not known before.
    from benchmarks.balance_data import Maker, Sizes

    started = time.perf_counter()
    Maker(
        Sizes(curricula=100, courses=200, units=options.units, cases=options.cases, links=100), options.seed
    ).make()
    _own()
    _gather_units(options.units)
    analyze()
    print(f"{machine()}\n{engine()}")
    print(
        f"{options.cases:,} cases, a course with {options.units:,} units, seed {options.seed}; "
        f"made in {time.perf_counter() - started:.1f} s\n"
    )


def _own() -> None:
    """Give everything an institution, an owner, words to search for, and the readers that follow."""
    from editing.models.content import content_models
    from people.models import User
    from providers.models import Institution

    institutions = []
    for number in range(INSTITUTIONS):
        institution = Institution(code=f"i{number}", name=f"Institution {number}", kind="college")
        institution.save()
        institutions.append(institution)
    owners = [
        User.objects.create_user(f"owner{number}@example.org", name=f"Owner {number}")
        for number in range(OWNERS)
    ]
    models: list[Any] = content_models()
    for model in models:
        rows: list[Any] = list(model._base_manager.order_by("pk"))
        for row in rows:
            row.institution = institutions[row.pk % INSTITUTIONS]
            row.owner = owners[row.pk % OWNERS]
            row.summary = (
                f"About the {WORD if row.pk % 100 == 0 else 'river'} and those who live beside it. " * 3
            )
            row.set_tokens()
        model._base_manager.bulk_update(rows, ["institution", "owner", "summary", "tokens"], batch_size=BATCH)


def _gather_units(units: int) -> None:
    """Move the units of all courses into the first one, with codes of their own."""
    from curriculum.models import Course, Unit

    course = Course.objects.get(pk=1)
    rows = list(Unit.objects.order_by("pk")[:units])
    for place, unit in enumerate(rows):
        unit.course, unit.code, unit.sort_order = course, f"g{place}", place
    Unit.objects.bulk_update(rows, ["course", "code", "sort_order"], batch_size=BATCH)
    Course.objects.filter(pk=1).update(latest_revision=None, has_unpublished_changes=False)


def _people() -> dict[str, Any]:
    """One person of each kind, signed in."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from people.models import User
    from people.roles import ROLE_BY_CODE

    clients = {}
    for name, role in (("superuser", ""), ("committee", "committee_member"), ("lecturer", "lecturer")):
        fields: dict[str, Any] = {} if role else {"is_superuser": True}
        user = User.objects.create_user(f"{name}@example.org", name=name.title(), **fields)
        if role:
            user.groups.add(Group.objects.get(name=ROLE_BY_CODE[role].group))
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(user)
    return clients


def _pages(options: argparse.Namespace) -> Iterator[Figures]:
    from cases.models import CaseStudy
    from curriculum.models import Course

    cases, courses = (model.snippet_viewset for model in (CaseStudy, Course))
    listing, results = _url(cases, "list"), _url(cases, "list_results")
    chooser = _url(cases.chooser_viewset, "choose_results")
    pages = {
        "cases": listing,
        "cases, page 2": f"{listing}?p=2",
        "cases, a search word": f"{listing}?q={WORD}",
        "cases, a word that none has": f"{listing}?q=zebra",
        "cases, two filters": f"{listing}?institution=i1&themes=t7",
        "cases, filter and word as a fragment": f"{results}?institution=i0&q={WORD}&_w_filter_fragment=1",
        "cases, sorted by owner": f"{listing}?ordering=owner__name",
        "case chooser, a search word": f"{chooser}?q={WORD}",
        "courses": _url(courses, "list"),
    }
    people = _people()
    for page, url in pages.items():
        for person, client in people.items():
            yield _page(page, person, client, url, options.repeat)
    superuser = people["superuser"]
    editor = f"editor of a course with {options.units:,} units"
    yield _page(editor, "superuser", superuser, _url(courses, "edit", 1), options.repeat)
    for kind in ("csv", "xlsx"):
        page = f"cases as {kind.upper()}, all rows"
        yield _page(page, "superuser", superuser, f"{listing}?export={kind}", 1, bar=None)


def _url(viewset: Any, view: str, *args: Any) -> str:
    from django.urls import reverse

    return reverse(viewset.get_url_name(view), args=args)


def _page(
    page: str, person: str, client: Any, url: str, repeat: int, bar: float | None = BAR_SECONDS
) -> Figures:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> bytes:
        response = client.get(url)
        if response.status_code != 200:
            sys.exit(f"{url} answered {response.status_code}.")
        return b"".join(response) if response.streaming else response.content

    with CaptureQueriesContext(connection) as queries:
        size = len(ask())
    return Figures(page, person, len(queries), min(_timed(ask) for _run in range(repeat)), size, bar)


def _timed(act: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _bulk() -> Iterator[Figures]:
    """Values of many objects at once: looked at, published, and undone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.models import CaseStudy
    from curriculum.models import Course, Curriculum
    from editing import bulk
    from people.models import User
    from providers.models import Institution
    from themes.models import Theme

    superuser: Any = User.objects.get(email="superuser@example.org")
    made: list[Any] = []
    for model in (CaseStudy, Course, Curriculum):
        whole = model.objects.filter(has_unpublished_changes=False)
        rows: Any = model.objects.filter(
            pk__in=list(whole.order_by("-pk").values_list("pk", flat=True)[:BULK])
        )
        themes = () if model is Curriculum else (Theme.objects.get(code="t1"),)
        changes = bulk.Changes(institution=Institution.objects.get(code="i3"), add_themes=themes)

        def preview(rows: Any = rows, changes: Any = changes) -> None:
            bulk.plan(by=superuser, objects=rows, changes=changes)

        def set_values(rows: Any = rows, changes: Any = changes) -> None:
            made.append(bulk.set_values(by=superuser, objects=rows, changes=changes))

        def undo() -> None:
            bulk.undo(by=superuser, change=made[-1])

        for step, act in (("preview of", preview), ("setting values of", set_values), ("undo of", undo)):
            with CaptureQueriesContext(connection) as queries:
                seconds = _timed(act)
            page = f"{step} {BULK} {model._meta.verbose_name_plural}"
            yield Figures(page, "superuser", len(queries), seconds, 0, BAR_BULK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
