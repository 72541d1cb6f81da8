import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, ngettext

from curriculum.exchange.exporting import Export
from exchange.problems import FileRefused
from exchange.progress import ProgressBar


class Command(BaseCommand):
    help = "Export the whole library into JSON Lines or a workbook, as the ending of the file says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that ends in .jsonl or .xlsx; it is replaced")
        parser.add_argument(
            "--view", choices=["live", "draft"], default="live", help="which texts: live or latest"
        )
        parser.add_argument("--progress", action="store_true", help="show progress even without a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr, options["progress"] or sys.stderr.isatty())
        export = Export(
            drafts=options["view"] == "draft",
            on_step=lambda step, done, total: bar(gettext(step), done, total),
        )
        try:
            counts = export.write(options["file"])
        except FileRefused as refused:
            raise CommandError(refused.message.text(gettext)) from refused
        finally:
            bar.close()
        for type, number in counts.items():
            self.stdout.write(f"{type:<14}{number:>9,}")
        if export.left_out:
            message = ngettext(
                "Left out: %(count)d link whose unit is no longer in its course.",
                "Left out: %(count)d links whose unit is no longer in its course.",
                export.left_out,
            )
            self.stderr.write(message % {"count": export.left_out})
        if export.unnamed:
            message = ngettext(
                "Left out: %(count)d placement or link of something that is in the bin.",
                "Left out: %(count)d placements and links of what is in the bin.",
                export.unnamed,
            )
            self.stderr.write(message % {"count": export.unnamed})
