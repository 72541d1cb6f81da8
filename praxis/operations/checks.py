"""System checks of the settings that Praxis relies on; those marked `deploy` concern an installation only."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from praxis.operations.backup.restoring import UNFINISHED
from praxis.settings.environment import strong_secret

MIN_AUTOSAVE_MS = 3000
MIN_FORM_FIELDS = 20_000
MIN_SQLITE_WAIT = 20
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "afs"}
)
LANGUAGES = ("en", "zh-hans")

Findings = Iterator[CheckMessage]


def _registered(
    *, deploy: bool = False
) -> Callable[[Callable[[], Findings]], Callable[..., list[CheckMessage]]]:
    """Register a generator of messages as a check."""

    def decorate(generator: Callable[[], Findings]) -> Callable[..., list[CheckMessage]]:
        def check(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
            return list(generator())

        check.__name__ = generator.__name__
        return register(Tags.security if deploy else Tags.compatibility, deploy=deploy)(check)

    return decorate


@_registered(deploy=True)
def check_secret() -> Findings:
    """A guessable secret lets anybody make a session or a link for a new password."""
    try:
        strong_secret(settings.SECRET_KEY)
    except ImproperlyConfigured as error:
        yield Error(
            "SECRET_KEY is missing or weak.",
            hint=f"Set PRAXIS_SECRET_KEY. {error}",
            id="praxis.E001",
        )


@_registered(deploy=True)
def check_addresses() -> Findings:
    """The site must know its names: links in mail and the protection of forms depend on them."""
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "The host names of the site are not listed.",
            hint="Set PRAXIS_HOSTS, for example praxis.example.org.",
            id="praxis.E002",
        )
    if not settings.WAGTAILADMIN_BASE_URL.startswith("https://"):
        yield Error(
            "The address of the site does not begin with https://.",
            hint="Set PRAXIS_BASE_URL, for example https://praxis.example.org.",
            id="praxis.E003",
        )


@_registered(deploy=True)
def check_mail() -> Findings:
    """Invitations, new passwords and reminders go by mail."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Warning(
            "Mail is not sent.",
            hint="Set PRAXIS_EMAIL_URL, for example smtp://USER:PASSWORD@mail.example.org:587.",
            id="praxis.W004",
        )


@_registered()
def check_sqlite() -> Findings:
    """SQLite needs a local disk, and settings with which writers wait for each other."""
    for alias, database in settings.DATABASES.items():
        if not database["ENGINE"].endswith("sqlite3"):
            continue
        options = database.get("OPTIONS", {})
        waits = options.get("timeout", 5) >= MIN_SQLITE_WAIT
        if (
            options.get("transaction_mode") != "IMMEDIATE"
            or not waits
            or "WAL" not in str(options.get("init_command"))
        ):
            yield Error(
                f"The SQLite database {alias!r} is not set up for several writers.",
                hint="Build DATABASES with praxis.settings.environment.database.",
                id="praxis.E005",
            )
        kind = file_system_of(Path(connections[alias].settings_dict["NAME"]))
        if kind in NETWORK_FILE_SYSTEMS:
            yield Error(
                f"The SQLite database {alias!r} is on a network file system ({kind}), where locks fail.",
                hint="Move PRAXIS_VAR_DIR to a local disk, or use PostgreSQL.",
                id="praxis.E006",
            )


@_registered()
def check_folders() -> Findings:
    """What the site writes, and what must never be reachable as a static file."""
    var = Path(settings.PRAXIS_VAR_DIR)
    if not var.is_dir() or not os.access(var, os.W_OK | os.X_OK):
        yield Error(
            f"{var} cannot be written to.",
            hint="Set PRAXIS_VAR_DIR to a folder that the site's account owns.",
            id="praxis.E007",
        )
    media, static = Path(settings.MEDIA_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if media.is_relative_to(static) or static.is_relative_to(media):
        yield Error(
            "Media and static files share a folder, so the web server would hand out restricted files.",
            hint="Give MEDIA_ROOT and STATIC_ROOT folders of their own.",
            id="praxis.E008",
        )
    if (var / UNFINISHED).exists():
        yield Error(
            "A restore was cut short: database and media may not fit each other.",
            hint="Run the same `manage.py restore FOLDER --overwrite` again.",
            id="praxis.E009",
        )


@_registered(deploy=True)
def check_tasks() -> Findings:
    """Tasks must outlive the request that asks for them."""
    if settings.TASKS["default"]["BACKEND"] != "django_tasks_db.DatabaseBackend":
        yield Error(
            "Background tasks are not kept in the database.",
            hint='Set TASKS["default"]["BACKEND"] to "django_tasks_db.DatabaseBackend".',
            id="praxis.E010",
        )


@_registered()
def check_sessions() -> Findings:
    """Only sessions in the database can be listed and ended from elsewhere."""
    if settings.SESSION_ENGINE not in {"people.sessions", "django.contrib.sessions.backends.db"}:
        yield Error(
            "Sessions are not kept in the database, so that nobody can sign out everywhere.",
            hint="Set SESSION_ENGINE to people.sessions.",
            id="praxis.E011",
        )


@_registered()
def check_languages() -> Findings:
    """English and Chinese are complete; another language would show half a page of English."""
    offered = {
        "LANGUAGES": settings.LANGUAGES,
        "WAGTAIL_CONTENT_LANGUAGES": settings.WAGTAIL_CONTENT_LANGUAGES,
        "WAGTAILADMIN_PERMITTED_LANGUAGES": getattr(settings, "WAGTAILADMIN_PERMITTED_LANGUAGES", ()),
    }
    for name, languages in offered.items():
        if tuple(code for code, _label in languages) != LANGUAGES:
            yield Error(
                f"{name} does not offer English and Simplified Chinese, in this order.",
                hint=f"Set {name} to the languages {', '.join(LANGUAGES)}.",
                id="praxis.E012",
            )


@_registered()
def check_editing() -> Findings:
    """Settings of Wagtail and Django that the cures of its traps rely on."""
    if not getattr(settings, "WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT", False):
        yield Error(
            "An edit after an approval would go live without another one.",
            hint="Set WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT to True.",
            id="praxis.E013",
        )
    pause = getattr(settings, "WAGTAIL_AUTOSAVE_INTERVAL", 500)
    if pause and pause < MIN_AUTOSAVE_MS:
        yield Error(
            f"Drafts are saved after {pause} ms, which floods the database.",
            hint=f"Set WAGTAIL_AUTOSAVE_INTERVAL to {MIN_AUTOSAVE_MS} or more, or to 0 to switch it off.",
            id="praxis.E014",
        )
    fields = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if fields is None or fields < MIN_FORM_FIELDS:
        yield Error(
            "A large curriculum could not be saved, or forms are not limited at all.",
            hint=f"Set DATA_UPLOAD_MAX_NUMBER_FIELDS to {MIN_FORM_FIELDS}.",
            id="praxis.E015",
        )
    if not getattr(settings, "TAGGIT_CASE_INSENSITIVE", False):
        yield Error(
            "Two themes could differ by capital letters only.",
            hint="Set TAGGIT_CASE_INSENSITIVE to True.",
            id="praxis.E016",
        )


@_registered()
def check_outside() -> Findings:
    """Nothing of a reader may reach a foreign host, and no document may go out without a check of rights."""
    if getattr(settings, "WAGTAIL_GRAVATAR_PROVIDER_URL", "set") is not None:
        yield Error(
            "Pictures of people would be asked from a foreign host, with a hash of their address.",
            hint="Set WAGTAIL_GRAVATAR_PROVIDER_URL to None.",
            id="praxis.E017",
        )
    if getattr(settings, "WAGTAIL_ENABLE_UPDATE_CHECK", True):
        yield Error(
            "The admin would ask a foreign host for news of Wagtail.",
            hint="Set WAGTAIL_ENABLE_UPDATE_CHECK to False.",
            id="praxis.E018",
        )
    if getattr(settings, "WAGTAILDOCS_SERVE_METHOD", None) != "serve_view":
        yield Error(
            "Documents could be read by their address without a check of rights.",
            hint='Set WAGTAILDOCS_SERVE_METHOD to "serve_view".',
            id="praxis.E019",
        )


@_registered(deploy=True)
def check_demo() -> Findings:
    """The demo's password is published."""
    if settings.PRAXIS_DEMO_ACCOUNTS:
        yield Error(
            "Demo accounts are allowed, and their password is published.",
            hint="Use praxis.settings.production, or set PRAXIS_DEMO_ACCOUNTS to False.",
            id="praxis.E020",
        )


@_registered()
def check_request_ids() -> Findings:
    """What runs before the identifier is given cannot be found in the log."""
    if not settings.MIDDLEWARE or settings.MIDDLEWARE[0] != "praxis.middleware.request_ids":
        yield Error(
            "Requests get their identifier too late or not at all.",
            hint="Put praxis.middleware.request_ids first in MIDDLEWARE.",
            id="praxis.E021",
        )


def file_system_of(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system that a path lies on, or an empty text where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    points = [line.split()[1:3] for line in lines if len(line.split()) >= 3]
    resolved = path.resolve()
    # Spaces in the names of mount points are written as octal numbers.
    found = [
        (Path(point.replace("\\040", " ")), kind)
        for point, kind in points
        if resolved.is_relative_to(point.replace("\\040", " "))
    ]
    return max(found, key=lambda mount: len(mount[0].parts), default=(Path(), ""))[1]
