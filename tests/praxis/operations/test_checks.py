"""Every setting that an installation relies on is missed when it is wrong."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from praxis.operations import checks
from praxis.operations.checks import file_system_of
from praxis.settings import environment
from tests.praxis.test_settings import STRONG

PRODUCTION = {
    "SECRET_KEY": STRONG,
    "ALLOWED_HOSTS": ["praxis.example.org"],
    "WAGTAILADMIN_BASE_URL": "https://praxis.example.org",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    "PRAXIS_DEMO_ACCOUNTS": False,
}


def found() -> set[str]:
    """The identifiers of everything that our own checks say of these settings."""
    messages = run_checks(include_deployment_checks=True)
    ours = [message for message in messages if message.id.startswith("praxis.")]
    assert all(message.hint and message.msg for message in ours)
    return {message.id for message in ours}


@pytest.fixture
def production(settings, tmp_path):
    """Settings in which nothing is wrong."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    settings.PRAXIS_VAR_DIR = tmp_path
    return settings


def test_nothing_is_wrong_in_production(production):
    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "identifier"),
    [
        ("SECRET_KEY", "short", "praxis.E001"),
        ("ALLOWED_HOSTS", [], "praxis.E002"),
        ("ALLOWED_HOSTS", ["*"], "praxis.E002"),
        ("WAGTAILADMIN_BASE_URL", "http://praxis.example.org", "praxis.E003"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "praxis.W004"),
        ("PRAXIS_VAR_DIR", Path("/nowhere"), "praxis.E007"),
        ("MEDIA_ROOT", "/srv/praxis/static/media", "praxis.E008"),
        ("MEDIA_ROOT", "/srv/praxis/static", "praxis.E008"),
        ("MEDIA_ROOT", "/srv/praxis", "praxis.E008"),
        (
            "TASKS",
            {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
            "praxis.E010",
        ),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies", "praxis.E011"),
        ("LANGUAGES", [("en", "English")], "praxis.E012"),
        ("WAGTAILADMIN_PERMITTED_LANGUAGES", [("en", "English"), ("fr", "French")], "praxis.E012"),
        ("WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT", False, "praxis.E013"),
        ("WAGTAIL_AUTOSAVE_INTERVAL", 500, "praxis.E014"),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 1000, "praxis.E015"),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", None, "praxis.E015"),
        ("TAGGIT_CASE_INSENSITIVE", False, "praxis.E016"),
        ("WAGTAIL_GRAVATAR_PROVIDER_URL", "//www.gravatar.com/avatar", "praxis.E017"),
        ("WAGTAIL_ENABLE_UPDATE_CHECK", True, "praxis.E018"),
        ("WAGTAILDOCS_SERVE_METHOD", "direct", "praxis.E019"),
        ("PRAXIS_DEMO_ACCOUNTS", True, "praxis.E020"),
        ("MIDDLEWARE", ["django.middleware.common.CommonMiddleware"], "praxis.E021"),
    ],
)
def test_a_wrong_setting_is_missed(production, name, value, identifier):
    production.STATIC_ROOT = "/srv/praxis/static"
    setattr(production, name, value)
    assert identifier in found()


def test_autosave_may_be_switched_off(production):
    production.WAGTAIL_AUTOSAVE_INTERVAL = 0
    assert found() == set()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize("url", ["sqlite:////srv/praxis.sqlite3", "postgresql://ada@db/praxis"])
def test_databases_of_the_environment_pass(production, url):
    production.DATABASES = {"default": environment.database(url)}
    assert found() == set()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_sqlite_with_the_settings_of_a_single_writer(production):
    production.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}}
    assert "praxis.E005" in found()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_sqlite_on_a_network(production, monkeypatch):
    production.DATABASES = {"default": environment.database("sqlite:////srv/praxis.sqlite3")}
    monkeypatch.setattr(checks, "file_system_of", lambda path: "nfs4")
    assert "praxis.E006" in found()


def test_a_restore_that_was_cut_short(production, tmp_path):
    (tmp_path / "restore_unfinished.json").write_text("{}")
    assert "praxis.E009" in found()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/site/praxis.sqlite3", "nfs4"),
        ("/srv", "ext4"),
        ("/srv/with space/x", "cifs"),
        ("/srv/sitemap", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path, path, kind):
    mounts = tmp_path / "mounts"
    lines = (
        "/dev/sda / ext4 rw 0 0",
        "server:/x /srv/site nfs4 rw 0 0",
        "//server/x /srv/with\\040space cifs rw 0 0",
        "odd",
    )
    mounts.write_text("\n".join(lines))
    assert file_system_of(Path(path), mounts) == kind
    assert file_system_of(Path(path), tmp_path / "absent") == ""
