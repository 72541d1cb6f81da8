"""Settings of a developer's machine and of the demo: a secret kept under `var/`, pages with error details."""

import secrets

from praxis.settings.base import *  # noqa: F403
from praxis.settings.base import ENV, LOGGING

_secret_file = ENV.var_dir / "secret_key"
if not ENV.secret_key and not _secret_file.exists():
    _secret_file.write_text(secrets.token_urlsafe(64))

SECRET_KEY = ENV.secret_key or _secret_file.read_text()
DEBUG = True
ALLOWED_HOSTS = [*ENV.hosts, "localhost", "127.0.0.1", "[::1]"]
PRAXIS_DEMO_ACCOUNTS = True

# The development server prints each request by itself, and the worker each task.
LOGGING["loggers"] |= {"praxis.requests": {"level": "ERROR"}, "praxis.tasks": {"level": "WARNING"}}
