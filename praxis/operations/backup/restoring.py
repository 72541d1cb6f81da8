"""Restoring a backup: all is checked and put beside the site's own data before it takes their place."""

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from wagtail.models import DraftStateMixin, Page

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.files import copy_file, entry_of, force_to_disk, replace_text
from praxis.operations.backup.manifest import MEDIA_FOLDER, Manifest
from praxis.operations.backup.media import REPLACED, STAGING, media_names
from praxis.operations.backup.migrations import migrate_to_present, refuse_unknown
from praxis.operations.backup.scope import media_root
from praxis.operations.backup.taking import engine

logger = logging.getLogger("praxis.backup")
UNFINISHED = "restore_unfinished.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: the backup's manifest and how many migrations had been added since."""

    manifest: Manifest
    migrations: int


def check(folder: Path) -> Manifest:
    """Read every file of a backup and compare it with the manifest.

    Raises BackupError when one is missing, changed or too many.
    """
    manifest = Manifest.read(folder)
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{path} is missing.")
        if entry_of(path) != entry:
            raise BackupError(f"{path} is not what the backup wrote: its checksum differs.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if extra := present - manifest.files.keys() - {"manifest.json"}:
        raise BackupError(f"The manifest does not know {', '.join(sorted(extra)[:5])}.")
    return manifest


def restore(folder: Path, *, overwrite: bool, say: Callable[[str], object] = logger.info) -> Restored:
    """Make the site's database and media what they were when the backup was taken.

    Everybody has to sign in again. Raises BackupError, with the site as it was, when the backup is damaged,
    comes from a newer Praxis or another kind of database, when the site is in use, or has content and
    `overwrite` is not given. A restore that is killed while it swaps leaves a note: until it is repeated, no
    other command runs and `/healthz` answers 503.
    """
    manifest = check(folder)
    say(f"The backup of {manifest.made_at} is whole.")
    if manifest.engine != engine().ENGINE:
        raise BackupError(
            f"The backup holds a {manifest.engine} database; this site has {engine().ENGINE}. "
            "Carry content across with export_content and import_content."
        )
    refuse_unknown(manifest.migrations)
    if not overwrite and not is_empty():
        raise BackupError("This site has content. Add --overwrite to replace all of it by the backup.")
    connections.close_all()
    engine().hold_still()
    root = media_root()
    try:
        _stage_media(folder, manifest, root)
        with engine().staged(folder, manifest):
            migrations = migrate_to_present()
            say(f"Database and media are checked and ready; {migrations} newer migrations applied.")
    except BaseException:
        shutil.rmtree(root / STAGING, ignore_errors=True)
        raise
    _swap(folder, root)
    return Restored(manifest, migrations)


def is_empty() -> bool:
    """Whether there is nothing to lose: no account, no content and no media file."""
    drafted = (model for model in apps.get_models() if issubclass(model, DraftStateMixin))
    content = [model for model in drafted if not issubclass(model, Page)]
    tables = [model._meta.db_table for model in (get_user_model(), *content)]
    no_media = next(media_names(media_root()), None) is None
    return no_media and bool(engine().is_empty(tables))


def _stage_media(folder: Path, manifest: Manifest, root: Path) -> None:
    staging = root / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name, entry in manifest.media.items():
        with (folder / MEDIA_FOLDER / name).open("rb") as source:
            if copy_file(source, staging / name) != entry:
                raise BackupError(f"The media file {name} changed while it was restored.")


def _swap(folder: Path, root: Path) -> None:
    note = settings.PRAXIS_VAR_DIR / UNFINISHED
    replace_text(note, json.dumps({"folder": str(folder.resolve())}))
    _swap_media(root)
    engine().swap_in()
    note.unlink()
    force_to_disk(note.parent)
    shutil.rmtree(root / REPLACED, ignore_errors=True)


def _swap_media(root: Path) -> None:
    # The folder itself may be a mount point, so what lies in it is moved, within one file system.
    staging, replaced = root / STAGING, root / REPLACED
    shutil.rmtree(replaced, ignore_errors=True)
    replaced.mkdir()
    for path in sorted(root.iterdir()):
        if path not in {staging, replaced}:
            path.rename(replaced / path.name)
    for path in sorted(staging.iterdir()):
        path.rename(root / path.name)
    staging.rmdir()
    force_to_disk(root)
