"""What a backup says about itself: it is written last, and a folder without it is no backup."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from praxis.operations.backup.exceptions import BackupError

FORMAT = 1
NAME = "manifest.json"
DATABASE_FOLDER = "database"
MEDIA_FOLDER = "media"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the backup: its size in bytes and the sha256 of its content."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table: its columns, how many rows it has, and their sha256 in the order of the primary key."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DatabasePart:
    """One moment of the database.

    `sequences` gives, for what numbers new rows, the last number and whether it was used. `migrations` lists
    the applied ones an app. `references` are the names of the media files that rows point to.
    """

    engine: str
    server: str
    tables: dict[str, TableEntry]
    sequences: dict[str, list[int]]
    migrations: dict[str, list[str]]
    references: frozenset[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a restore checks. `files` are named from the backup's folder.

    `missing_media` are files that rows point to although they were gone from the site as well.
    """

    made_at: str
    versions: dict[str, str]
    engine: str
    tables: dict[str, TableEntry]
    sequences: dict[str, list[int]]
    migrations: dict[str, list[str]]
    files: dict[str, FileEntry]
    missing_media: list[str] = field(default_factory=list)

    @property
    def media(self) -> dict[str, FileEntry]:
        """The media files by their names in the site."""
        prefix = f"{MEDIA_FOLDER}/"
        return {
            name.removeprefix(prefix): entry for name, entry in self.files.items() if name.startswith(prefix)
        }

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(entry.size for entry in self.files.values())

    def to_json(self) -> str:
        """The manifest as text, with a checksum of itself."""
        values = {"format": FORMAT, **asdict(self)}
        values["sha256"] = _checksum(values)
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup.

        Raises BackupError when the folder is no backup, an unfinished one, or one of another format.
        """
        try:
            values: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise BackupError(f"{folder} holds no finished backup: {NAME} is missing.") from error
        except (OSError, ValueError) as error:
            raise BackupError(f"{folder / NAME} cannot be read: {error}.") from error
        if values.get("format") != FORMAT:
            raise BackupError(f"The backup has format {values.get('format')}; this Praxis reads {FORMAT}.")
        if values.pop("sha256", "") != _checksum(values):
            raise BackupError(f"{folder / NAME} was changed after it was written.")
        del values["format"]
        values["tables"] = {name: TableEntry(**entry) for name, entry in values["tables"].items()}
        values["files"] = {_safe(name): FileEntry(**entry) for name, entry in values["files"].items()}
        return cls(**values)


def _checksum(values: dict[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _safe(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] not in {DATABASE_FOLDER, MEDIA_FOLDER}:
        raise BackupError(f"The manifest names a file outside the backup: {name!r}.")
    return name


def differences(one: Manifest, other: Manifest) -> list[str]:
    """What two backups do not have in common, a line each; times, versions and file layouts do not count."""
    lines = []
    pairs: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("table", one.tables, other.tables),
        ("sequence", one.sequences, other.sequences),
        ("migrations of", one.migrations, other.migrations),
        ("media file", one.media, other.media),
    )
    for kind, left, right in pairs:
        for name in sorted(left.keys() | right.keys()):
            if left.get(name) != right.get(name):
                lines.append(f"{kind} {name}: {_brief(left.get(name))} / {_brief(right.get(name))}")
    return lines


def _brief(entry: Any) -> str:
    match entry:
        case None:
            return "absent"
        case TableEntry():
            return f"{entry.rows} rows, {entry.sha256[:8]}"
        case FileEntry():
            return f"{entry.size} bytes, {entry.sha256[:8]}"
    return str(entry)
