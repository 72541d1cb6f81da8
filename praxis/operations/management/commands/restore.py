from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.restoring import check, restore


class Command(BaseCommand):
    """Make the site what it was when a backup was taken."""

    help = (
        "Restore database and media from a backup. Stop the web server, the worker and the timer before. "
        "Everybody has to sign in again afterwards."
    )
    requires_system_checks: list[str] = []  # a site that cannot start may need exactly this

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that the command backup has written")
        parser.add_argument("--overwrite", action="store_true", help="replace what the site holds now")
        parser.add_argument(
            "--check", action="store_true", help="only read the backup and compare it with its checksums"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        try:
            if options["check"]:
                manifest = check(folder)
                self.stdout.write(
                    f"The backup of {manifest.made_at} is whole: {len(manifest.files)} files with the right "
                    f"checksums, {manifest.engine}."
                )
                return
            restored = restore(folder, overwrite=options["overwrite"], say=self.stdout.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        manifest = restored.manifest
        rows = sum(entry.rows for entry in manifest.tables.values())
        self.stdout.write(
            f"Restored {rows} rows of {len(manifest.tables)} tables and {len(manifest.media)} media files."
        )
        for name in manifest.missing_media:
            self.stderr.write(f"The backup has no file for {name}, to which a row points.")
