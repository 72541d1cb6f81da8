"""The one place that reads the environment: every variable of Praxis, with its meaning and default."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
MIN_SECRET_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings that differ between installations, as text from the environment.

    Lists are separated by commas. Paths without a leading slash count from the checkout.
    """

    secret_key: str
    hosts: tuple[str, ...]
    base_url: str
    database_url: str
    var_dir: Path
    email_url: str
    email_from: str
    case_max_age_years: int
    log_level: str
    proxy: bool

    @classmethod
    def read(cls) -> "Environment":
        """Read the process environment.

        Raises ImproperlyConfigured when a number is not a number.
        """
        env = os.environ
        hosts = tuple(filter(None, (host.strip() for host in env.get("PRAXIS_HOSTS", "").split(","))))
        var_dir = (BASE_DIR / env.get("PRAXIS_VAR_DIR", "var")).resolve()
        return cls(
            secret_key=env.get("PRAXIS_SECRET_KEY", ""),
            hosts=hosts,
            base_url=env.get("PRAXIS_BASE_URL", ""),
            database_url=env.get("PRAXIS_DATABASE_URL") or f"sqlite:///{var_dir / 'praxis.sqlite3'}",
            var_dir=var_dir,
            email_url=env.get("PRAXIS_EMAIL_URL", ""),
            email_from=env.get("PRAXIS_EMAIL_FROM", "") or f"praxis@{hosts[0] if hosts else 'localhost'}",
            case_max_age_years=_integer("PRAXIS_CASE_MAX_AGE_YEARS", 6),
            log_level=env.get("PRAXIS_LOG_LEVEL", "INFO").upper(),
            proxy=env.get("PRAXIS_BEHIND_PROXY", "") == "1",
        )


def _integer(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is {text!r}; it must be a whole number, for example 6."
        ) from error


def database(url: str) -> dict[str, Any]:
    """Turn `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME` into Django's description.

    A PostgreSQL that listens on a socket is named by its folder: `postgresql://USER@/NAME?host=/FOLDER`.
    SQLite takes its write lock at the start of a transaction and keeps a write-ahead log: with Django's
    defaults concurrent writers fail instead of waiting.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        f"PRAXIS_DATABASE_URL begins with {parts.scheme!r}; use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
    )


def email(url: str) -> dict[str, Any]:
    """Turn `smtp://USER:PASSWORD@HOST:PORT` (or `smtps://`) into settings; empty means the console."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured("PRAXIS_EMAIL_URL must look like smtp://USER:PASSWORD@HOST:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }


def strong_secret(key: str) -> str:
    """Return the key.

    Raises ImproperlyConfigured when it is missing, short, of few different letters or a known placeholder.
    """
    if (
        len(key) >= MIN_SECRET_LENGTH
        and len(set(key)) >= 5
        and not key.startswith(("django-insecure-", "praxis-"))
    ):
        return key
    raise ImproperlyConfigured(
        f"PRAXIS_SECRET_KEY is missing or weak: give at least {MIN_SECRET_LENGTH} random letters. "
        "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
