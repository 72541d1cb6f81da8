"""Settings shared by development, tests and production."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from praxis.settings import environment
from praxis.settings.environment import BASE_DIR

ENV = environment.Environment.read()
for folder in ("static", "media"):
    (ENV.var_dir / folder).mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "praxis",
    "praxis.operations",
    "search",
    "curriculum",
    "cases",
    "themes",
    "providers",
    "editing",
    "people",
    "django_tasks",
    "django_tasks_db",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "people.users_app.UsersAppConfig",  # wagtail.users with our forms
    "wagtail.admin",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "modelsearch",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "praxis.middleware.request_ids",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "people.visits.remember_visit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "praxis.middleware.content_security_policy",
    "praxis.public.shell.ShellMiddleware",
]

ROOT_URLCONF = "praxis.urls"
WSGI_APPLICATION = "praxis.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
SESSION_ENGINE = "people.sessions"
# A link for a new password works for so many seconds; one of an invitation for two weeks.
PASSWORD_RESET_TIMEOUT = 7200
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENV.var_dir / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = ENV.var_dir / "media"
# Files on their way in and out: served by no address of their own, removed after a day.
PRAXIS_EXCHANGE_ROOT = ENV.var_dir / "exchange"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# A curriculum of 15 modules with 12 placements posts more fields than Django's default of 1,000 lets pass.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True


WAGTAIL_SITE_NAME = "Praxis"
# Sign-in and new passwords have pages of their own, which count the tries.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "sign_in"
WAGTAILADMIN_BASE_URL = ENV.base_url or "http://localhost:8000"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "editing.finishing.publish_reviewed"
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_USER_TIME_ZONES = ["UTC", "Asia/Shanghai", "Europe/London"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
TAGGIT_CASE_INSENSITIVE = True

# Cases told to an older date are not current; a balance policy may say otherwise for its own reports.
PRAXIS_CASE_MAX_AGE_YEARS = ENV.case_max_age_years

# Database, media, collected static files, locks, and the record of the last backup.
PRAXIS_VAR_DIR = ENV.var_dir
# How long the log of sign-ins and rights is kept.
PRAXIS_AUDIT_DAYS = 731
# Whether the addresses and identifiers that a proxy writes into the headers may be believed.
PRAXIS_BEHIND_PROXY = ENV.proxy

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "praxis.operations.logs.ContextFilter"}},
    "formatters": {
        "line": {"()": "praxis.operations.logs.LineFormatter"},
        "json": {"()": "praxis.operations.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["context"]},
    },
    "root": {"handlers": ["console"], "level": ENV.log_level},
    "loggers": {
        # What is wrong with a request stands in the line that praxis.requests writes for each.
        "django.request": {"level": "ERROR"},
        "praxis.requests": {"level": "INFO"},
    },
}

vars().update(environment.email(ENV.email_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from
