"""Registrations of operations in the admin: the health page."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from praxis.operations.views import HealthView, may_operate


class HealthMenuItem(MenuItem):
    """The way to the health page, for those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_operate(request.user)


@hooks.register("register_admin_urls")
def health_url() -> list[object]:
    """The health page."""
    return [path("health/", HealthView.as_view(), name="health")]


@hooks.register("register_settings_menu_item")
def health_menu_item() -> HealthMenuItem:
    """The entry in the menu of settings."""
    return HealthMenuItem(_("Health"), reverse("health"), name="health", icon_name="circle-check", order=900)


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """The styles of the health page."""
    return format_html('<link rel="stylesheet" href="{}">', static("operations/admin.css"))
