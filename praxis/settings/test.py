"""Settings of the tests: nothing from outside, tasks and mail in memory, a fast password hash."""

import os

from praxis.settings import environment
from praxis.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-tests-" + "0123456789abcdefghij" * 3
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost"]
PRAXIS_DEMO_ACCOUNTS = True

DATABASES = {
    "default": environment.database(os.environ.get("PRAXIS_TEST_DATABASE_URL", "sqlite:///:memory:"))
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
