from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.manifest import Manifest, differences


class Command(BaseCommand):
    """Tell whether two backups hold the same rows and files: the last step of a rehearsal."""

    help = "Compare two backups: rows of every table, numbers given out, migrations, and media files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("one", type=Path)
        parser.add_argument("other", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = differences(Manifest.read(options["one"]), Manifest.read(options["other"]))
        except BackupError as error:
            raise CommandError(str(error)) from error
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"The backups differ in {len(found)} places.")
        self.stdout.write("Both backups hold the same.")
