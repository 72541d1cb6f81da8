from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.taking import take


class Command(BaseCommand):
    """Back up the database and the media while the site runs."""

    help = (
        "Back up the database and the media into a new folder, while the site is in use. "
        "The folder appears when the backup is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = take(options["folder"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(entry.rows for entry in manifest.tables.values())
        self.stdout.write(
            f"Backed up {rows} rows of {len(manifest.tables)} tables and {len(manifest.media)} media files "
            f"({manifest.size / 2**20:.1f} MB) into {options['folder']}."
        )
        for name in manifest.missing_media:
            self.stderr.write(f"Missing from the site, and so from the backup: {name}")
