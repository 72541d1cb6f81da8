"""Every address of the site: public pages below a language, the admin and files without one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from people.views import account_page

urlpatterns = [
    path("admin/account/", account_page),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("language/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path(
            "sign-in/",
            LoginView.as_view(template_name="praxis/sign_in.html"),
            name="sign_in",
        ),
        path("sign-out/", LogoutView.as_view(), name="sign_out"),
        path("", include("praxis.public.urls")),
        path("", include("search.urls")),
        path("", include(wagtail_urls)),
    ),
]
