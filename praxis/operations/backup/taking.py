"""Taking a backup: the media, one moment of the database, the media again, and the manifest last."""

import json
import logging
import platform
import shutil
import time
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.utils import timezone

from praxis.operations.backup import files, sqlite
from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.manifest import DATABASE_FOLDER, MEDIA_FOLDER, NAME, Manifest
from praxis.operations.backup.media import MediaCopy, media_names
from praxis.operations.backup.scope import media_root
from praxis.operations.locks import only_one
from praxis.operations.versions import installed_versions

logger = logging.getLogger("praxis.backup")
RECORD = "last_backup.json"
PACKAGES = ("praxis", "django", "wagtail")


def engine() -> ModuleType:
    """What knows how to back up and restore the site's kind of database."""
    if connection.vendor == "sqlite":
        return sqlite
    if connection.vendor == "postgresql":
        from praxis.operations.backup import postgresql

        return postgresql
    raise BackupError(f"A database of the kind {connection.vendor} cannot be backed up here.")


def take(folder: Path) -> Manifest:
    """Write a backup into a new folder. It is there wholly or not at all, whatever happens meanwhile.

    Raises BackupError when it cannot be taken.
    """
    begin = time.monotonic()
    with only_one("backup") as alone:
        if not alone:
            raise BackupError("Another backup is being taken.")
        root = media_root()
        if folder.resolve().is_relative_to(root.resolve()):
            raise BackupError("A backup inside the media folder would be backed up by the next one.")
        if connection.vendor == "sqlite" and not sqlite.live_file().exists():
            raise BackupError(f"There is no database at {sqlite.live_file()}.")
        with files.new_folder(folder) as partial:
            _check_space(partial, root)
            manifest = _write(partial, root)
    _record(folder, manifest, time.monotonic() - begin)
    return manifest


def _write(partial: Path, root: Path) -> Manifest:
    media = MediaCopy(root, partial / MEDIA_FOLDER)
    media.first_pass()
    database = partial / DATABASE_FOLDER
    database.mkdir(mode=0o700)
    part = engine().take(database)
    media_files, missing = media.second_pass(part.references)
    for name in missing:
        logger.warning("A row points to the media file %s, which is not there.", name)
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        versions={
            **installed_versions(PACKAGES),
            "python": platform.python_version(),
            "database": part.server,
        },
        engine=part.engine,
        tables=part.tables,
        sequences=part.sequences,
        migrations=part.migrations,
        files={
            **engine().files(database),
            **{f"{MEDIA_FOLDER}/{name}": entry for name, entry in media_files.items()},
        },
        missing_media=missing,
    )
    files.replace_text(partial / NAME, manifest.to_json())
    return manifest


def _check_space(partial: Path, root: Path) -> None:
    needed = sum((root / name).stat().st_size for name in media_names(root))
    if connection.vendor == "sqlite":
        needed += sqlite.live_file().stat().st_size
    free = shutil.disk_usage(partial).free
    if needed > free:
        raise BackupError(
            f"The disk has {free // 2**20} MB free; the backup needs about {needed // 2**20} MB."
        )


def _record(folder: Path, manifest: Manifest, seconds: float) -> None:
    values = {
        "made_at": manifest.made_at,
        "folder": str(folder.resolve()),
        "bytes": manifest.size,
        "seconds": round(seconds, 1),
        "missing_media": len(manifest.missing_media),
    }
    files.replace_text(settings.PRAXIS_VAR_DIR / RECORD, json.dumps(values, ensure_ascii=False))
    logger.info("Backup of %d files taken in %.1f s", len(manifest.files), seconds)
