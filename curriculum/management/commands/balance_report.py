"""`manage.py balance_report`: where theory and practice stand, on the command line."""

from __future__ import annotations

import csv
import io
import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import figures
from curriculum.balance.layout import View
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.measures import MEASURES
from curriculum.balance.names import Names
from curriculum.balance.record import Record, record
from curriculum.balance.remarks import remarks
from curriculum.balance.report import BalanceReport
from curriculum.balance.report import reports as judged
from curriculum.models import Curriculum
from curriculum.naming import names_for
from curriculum.remark_wording import remark_sentence
from curriculum.wording import HEADLINE_LABELS
from editing.models import ContentQuerySet
from editing.permissions import changeable_by
from people.models import User

DRAFTS = {View.LIVE: Drafts.NONE, View.DRAFT: Drafts.ALL}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FIGURES = (
    "linkage_coverage",
    "coverage_shelf",
    "coverage_graded",
    "orphan_practice",
    "knockout_loss",
    "knockout_case",
    "hhi",
    "effective_cases",
    "sequence_fit",
    "mean_gap",
    "timeliness_index",
    "thematic_divergence",
    "untagged_share",
)
"""The keys of the record that are columns of the CSV as they stand."""

NEWLINES = str.maketrans("\r\n\t", "   ")


class Command(BaseCommand):
    """Prints the balance of all curricula, or of some, as a table for people or as data for programs."""

    help = (
        "Print where theory and practice are out of balance. Figures in JSON and CSV are not rounded. "
        "Runs with full rights unless a user is named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--curriculum", metavar="CODE", nargs="+", action="extend", help="only these; default: all"
        )
        parser.add_argument(
            "--view", choices=[view.value for view in DRAFTS], default=View.LIVE.value, help="default: live"
        )
        parser.add_argument(
            "--as-of", metavar="DATE", help="judge by this day, as 2026-01-31; default: today"
        )
        parser.add_argument(
            "--count-self-study", action="store_true", help="the column with self-study; default: without it"
        )
        parser.add_argument(
            "--user",
            metavar="EMAIL",
            help="report to this person: the same figures, and the names only of what they may see",
        )
        parser.add_argument("--format", choices=sorted(FORMATS), default="table", help="default: table")

    def handle(self, *args: Any, **options: Any) -> None:
        view, as_of = View(options["view"]), _day(options["as_of"])
        reader = _reader(options["user"])
        chosen = _chosen(options["curriculum"], _open_to(reader, view))
        layouts = load_layouts(chosen, drafts=DRAFTS[view], as_of=as_of)
        if options["curriculum"]:
            _refuse_unpublished(chosen, {layout.code for layout in layouts})
        found = judged(layouts, count_self_study=options["count_self_study"])
        names = names_for(reader, drafts=view is View.DRAFT)
        self.stdout.write(FORMATS[options["format"]](found, names, view, as_of), ending="")


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is not a date. Write it as 2026-01-31.") % {"text": text}) from error


def _reader(email: str | None) -> User | None:
    """The person to report to; ``None`` for full rights."""
    if email is None:
        return None
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(_("There is no account with the address %(email)s.") % {"email": email}) from error


def _open_to(reader: User | None, view: View) -> ContentQuerySet:
    """The curricula whose balance this person may see: what they may change, and the live ones they read."""
    curricula = Curriculum.objects.all()
    if reader is None:
        return curricula
    changeable = changeable_by(reader, curricula).values("pk")
    if view is View.DRAFT:
        return curricula.filter(pk__in=changeable)
    return curricula.filter(Q(pk__in=changeable) | Q(pk__in=curricula.visible_to(reader).values("pk")))


def _chosen(codes: Sequence[str] | None, known: ContentQuerySet) -> QuerySet[Curriculum]:
    if not codes:
        return known
    found = {code: known.coded(code).values_list("pk", flat=True).first() for code in codes}
    if unknown := [code for code, pk in found.items() if pk is None]:
        raise CommandError(
            _("There is no curriculum with the code %(codes)s.") % {"codes": ", ".join(unknown)}
        )
    return Curriculum.objects.filter(pk__in=list(found.values()))


def _refuse_unpublished(chosen: QuerySet[Curriculum], shown: set[str]) -> None:
    hidden = [code for code in chosen.values_list("code", flat=True) if code not in shown]
    if hidden:
        raise CommandError(
            _("Not published: %(codes)s. Ask for the drafts with --view draft.")
            % {"codes": ", ".join(hidden)}
        )


def as_json(reports: Sequence[BalanceReport], names: Names, view: View, as_of: date) -> str:
    """A list of objects; what is unknown is ``null``, nothing is rounded."""
    plain = [_with_messages(record(found, names), found, names) for found in reports]
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _color_of(key: str) -> Callable[[Record], Any]:
    return lambda row: row["colours"][key]


def _with_messages(row: Record, found: BalanceReport, names: Names) -> Record:
    """The warnings in words, too."""
    for warning, remark in zip(row["warnings"], remarks(found), strict=True):
        warning["message"] = remark_sentence(remark, names)
    return row


CSV_COLUMNS: Mapping[str, Callable[[Record], Any]] = {
    "code": lambda row: row["code"],
    "title": lambda row: row["title"],
    "category": lambda row: row["category"],
    "view": lambda row: row["view"],
    "as_of": lambda row: row["as_of"],
    "hours_theory": lambda row: row["hours"]["theory"],
    "hours_practice": lambda row: row["hours"]["practice"],
    "hours_self_study": lambda row: row["hours"]["self_study"],
    "hours_total": lambda row: row["hours"]["total"],
    "practice_share": lambda row: row["practice_share"],
    "band_low": lambda row: row["band"] and row["band"][0],
    "band_high": lambda row: row["band"] and row["band"][1],
    **{key: itemgetter(key) for key in FIGURES},
    **{f"{measure.key}_colour": _color_of(measure.key) for measure in MEASURES},
    "headline": lambda row: row["headline"],
    "headline_colour": lambda row: row["headline_colour"],
    "flags": lambda row: " ".join(row["flags"]),
}


def as_csv(reports: Sequence[BalanceReport], names: Names, view: View, as_of: date) -> str:
    """One line per curriculum; an unknown figure is an empty cell, nothing is rounded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for found in reports:
        row = record(found, names)
        writer.writerow([_harmless(cell(row)) for cell in CSV_COLUMNS.values()])
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, made a text again; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_table(reports: Sequence[BalanceReport], names: Names, view: View, as_of: date) -> str:
    """Aligned columns for people, rounded as on the screens, under a line that says what is shown."""
    shown = _("live") if view is View.LIVE else _("draft")
    title = _("Balance of theory and practice: %(view)s, as of %(day)s") % {"view": shown, "day": as_of}
    if not reports:
        return f"{title}\n{_('There are no curricula to report on.')}\n"
    heads = [
        _("Code"),
        _("Title"),
        _("Theory"),
        _("Practice"),
        _("Share"),
        _("Band"),
        _("Covered"),
        _("Verdict"),
    ]
    rows = [heads, *(_table_row(found) for found in reports)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join([title, "", *(_table_line(row, widths) for row in rows)]) + "\n"


def _table_row(found: BalanceReport) -> list[str]:
    share, coverage = found["practice_share"], found["linkage_coverage"]
    limits = coverage.limits
    band = found.layout.policy.band
    return [
        found.layout.code,
        found.layout.title.translate(NEWLINES),
        figures.hours_figure(found.hours.theory),
        figures.hours_figure(found.hours.practice),
        figures.percent(share.value, band or ()),
        figures.percent_range(*band) if band else figures.MISSING,
        figures.percent(coverage.value, (limits.low, limits.amber_low) if limits else ()),
        str(HEADLINE_LABELS[found.verdict.headline]),
    ]


def _table_line(row: Sequence[str], widths: Sequence[int]) -> str:
    first_figure, last_figure = 2, 6
    cells = []
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (width - _width(cell))
        cells.append(padding + cell if first_figure <= place <= last_figure else cell + padding)
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


FORMATS: Mapping[str, Callable[[Sequence[BalanceReport], Names, View, date], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
}
