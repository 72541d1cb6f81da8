"""What a backup holds beyond the rows themselves: media that rows point to, and rows that it leaves out."""

from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import FileField

from praxis.operations.backup.exceptions import BackupError


def media_root() -> Path:
    """The folder of the media.

    Raises BackupError when they are not kept in a folder of this machine.
    """
    if not isinstance(default_storage, FileSystemStorage):
        raise BackupError("The media are not kept in a folder here; back them up where they are kept.")
    return Path(default_storage.location)


def file_columns() -> list[tuple[str, str]]:
    """Table and column of everything that names a media file."""
    root = media_root()
    return [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, FileField)
        and field.column
        and isinstance(field.storage, FileSystemStorage)
        and Path(field.storage.location) == root
    ]


def left_out_tables() -> frozenset[str]:
    """Tables whose rows stay out: a restored session would sign in again who has signed out since."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return frozenset({store.get_model_class()._meta.db_table})
