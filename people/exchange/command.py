import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, ngettext

from exchange.progress import ProgressBar
from people.exchange.importing import Import
from people.exchange.quiet import without_query_log
from people.models import User


class ImportCommand(BaseCommand):
    """What the import commands have in common: arguments, progress, output, and the exit code 1 on errors."""

    importer: type[Import]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that ends in .jsonl or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="check and compare, but write nothing")
        parser.add_argument(
            "--format", choices=["table", "json"], default="table", help="how to print the outcome"
        )
        parser.add_argument("--user", metavar="E-MAIL", help="whose name the history gets; default: nobody's")
        parser.add_argument("--progress", action="store_true", help="show progress even without a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr, options["progress"] or sys.stderr.isatty())
        by = _account(options["user"]) if options["user"] else None
        try:
            with without_query_log():
                outcome = self.make_import(
                    options["file"],
                    by=by,
                    dry_run=options["dry_run"],
                    on_step=lambda step, done, total: bar(gettext(step), done, total),
                ).run()
        finally:
            bar.close()
        if options["format"] == "json":
            self.stdout.write(json.dumps(outcome.as_dict(gettext), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(outcome.lines(gettext)))
        if outcome.failed:
            count = outcome.problems.errors.total
            text = ngettext("%(count)d error: nothing changed.", "%(count)d errors: nothing changed.", count)
            raise CommandError(text % {"count": count})

    def make_import(self, path: Path, **options: Any) -> Import:
        """The import of the file."""
        return self.importer(path, **options)


def _account(email: str) -> User:
    account: User | None = User.objects.filter(email=email.lower(), is_active=True).first()
    if account is None:
        raise CommandError(gettext("No active account has the address %(email)s.") % {"email": email})
    return account
