import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, ngettext

from exchange.progress import ProgressBar
from people.exchange.importing import Import


class ImportCommand(BaseCommand):
    """What the import commands have in common: arguments, progress, output, and the exit code 1 on errors."""

    importer: type[Import]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that ends in .jsonl or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="check and compare, but write nothing")
        parser.add_argument(
            "--format", choices=["table", "json"], default="table", help="how to print the outcome"
        )
        parser.add_argument("--progress", action="store_true", help="show progress even without a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr, options["progress"] or sys.stderr.isatty())
        debug = settings.DEBUG
        # Django would keep the text of every statement in memory.
        settings.DEBUG = False
        try:
            outcome = self.importer(
                options["file"],
                dry_run=options["dry_run"],
                on_step=lambda step, done, total: bar(gettext(step), done, total),
            ).run()
        finally:
            settings.DEBUG = debug
            bar.close()
        if options["format"] == "json":
            self.stdout.write(json.dumps(outcome.as_dict(gettext), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(outcome.lines(gettext)))
        if outcome.failed:
            count = outcome.problems.errors.total
            text = ngettext("%(count)d error: nothing changed.", "%(count)d errors: nothing changed.", count)
            raise CommandError(text % {"count": count})
