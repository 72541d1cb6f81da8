"""Settings of a real installation: refuses to start with a weak secret or without the names it answers to."""

from django.core.exceptions import ImproperlyConfigured

from praxis.settings import environment
from praxis.settings.base import *  # noqa: F403
from praxis.settings.base import ENV, LOGGING, STORAGES

SECRET_KEY = environment.strong_secret(ENV.secret_key)
DEBUG = False

ALLOWED_HOSTS = list(ENV.hosts)
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "PRAXIS_HOSTS must list the host names of this site, for example praxis.example.org."
    )
if not ENV.base_url.startswith("https://"):
    raise ImproperlyConfigured(
        "PRAXIS_BASE_URL must be the site's address, for example https://praxis.example.org."
    )
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

PRAXIS_DEMO_ACCOUNTS = False

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if ENV.proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING["handlers"]["console"]["formatter"] = "json"
