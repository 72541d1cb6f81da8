"""Every address of the site: public pages below a language, the admin and files without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from people.views.admin_account import account_page
from people.views.signing_in import to_forgotten_password, to_sign_in
from praxis.operations.views import healthz

urlpatterns = [
    path("admin/account/", account_page),
    path("admin/login/", to_sign_in),
    path("admin/password_reset/", to_forgotten_password),
    path("admin/password_reset/<path:path>", to_forgotten_password),
    path("admin/", include("editing.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("healthz", healthz, name="healthz"),
    path("language/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path("", include("people.urls")),
        path("", include("praxis.public.urls")),
        path("", include("search.urls")),
        path("", include(wagtail_urls)),
    ),
]

handler500 = "praxis.operations.views.server_error"
