"""What an installation may and may not start with."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from praxis.settings import environment

STRONG = "Vw3-x8Qm_2nKd7Lp0RtYs5Zb1Fc6Gh9JkAaEeUuIiOo4WwXxMm"
PRODUCTION = {
    "PRAXIS_SECRET_KEY": STRONG,
    "PRAXIS_HOSTS": "praxis.example.org",
    "PRAXIS_BASE_URL": "https://praxis.example.org",
}


def start(tmp_path, **overrides: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of its own."""
    variables = {**os.environ, **PRODUCTION, "PRAXIS_VAR_DIR": str(tmp_path), **overrides}
    command = [sys.executable, "-c", "import praxis.settings.production as s; print(s.ALLOWED_HOSTS)"]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def test_production_starts_with_what_it_needs(tmp_path):
    result = start(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "praxis.example.org" in result.stdout


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PRAXIS_SECRET_KEY", "", "PRAXIS_SECRET_KEY is missing or weak"),
        ("PRAXIS_SECRET_KEY", "short", "PRAXIS_SECRET_KEY is missing or weak"),
        ("PRAXIS_SECRET_KEY", "a" * 80, "PRAXIS_SECRET_KEY is missing or weak"),
        ("PRAXIS_SECRET_KEY", "django-insecure-" + STRONG, "PRAXIS_SECRET_KEY is missing or weak"),
        ("PRAXIS_HOSTS", "", "PRAXIS_HOSTS must list"),
        ("PRAXIS_HOSTS", "*", "PRAXIS_HOSTS must list"),
        ("PRAXIS_BASE_URL", "http://praxis.example.org", "PRAXIS_BASE_URL must be"),
        ("PRAXIS_CASE_MAX_AGE_YEARS", "six", "must be a whole number"),
        ("PRAXIS_DATABASE_URL", "mysql://x", "PRAXIS_DATABASE_URL begins with"),
        ("PRAXIS_EMAIL_URL", "mail.example.org", "PRAXIS_EMAIL_URL must look like"),
    ],
)
def test_production_refuses_and_says_what_to_do(tmp_path, variable, value, says):
    result = start(tmp_path, **{variable: value})
    assert result.returncode != 0
    assert says in result.stderr


def test_databases_from_addresses():
    sqlite = environment.database("sqlite:////srv/praxis.sqlite3")
    assert sqlite["NAME"] == "/srv/praxis.sqlite3"
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    server = environment.database("postgresql://ada:p%40ss@db.example.org:5433/praxis")
    assert (server["USER"], server["PASSWORD"], server["HOST"]) == ("ada", "p@ss", "db.example.org")
    assert (server["PORT"], server["NAME"]) == ("5433", "praxis")
    assert environment.database("postgresql://postgres:@/postgres?host=/tmp/pg")["HOST"] == "/tmp/pg"


def test_mail_from_an_address():
    assert environment.email("")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    values = environment.email("smtp://ada:word@mail.example.org")
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"], values["EMAIL_USE_TLS"]) == (
        "mail.example.org",
        587,
        True,
    )
    assert environment.email("smtps://mail.example.org")["EMAIL_PORT"] == 465


def test_a_strong_secret_passes():
    assert environment.strong_secret(STRONG) == STRONG
    with pytest.raises(ImproperlyConfigured, match="token_urlsafe"):
        environment.strong_secret("x")
