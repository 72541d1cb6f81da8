"""The pages of an operator, and the answers of a site that is unwell."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from people.models import User
from praxis.operations.health import Level, findings, is_serving
from praxis.operations.logs import current_id


def may_operate(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a person may see how the installation is doing."""
    return isinstance(user, User) and (user.is_superuser or user.has_role("operator"))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the site can serve, for a monitor: 200 or 503, and nothing that helps an attacker."""
    if is_serving():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("unavailable\n", content_type="text/plain", status=503)


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    """How the installation is doing, for operators."""

    template_name = "operations/health.html"
    page_title = gettext_lazy("Health")
    header_icon = "circle-check"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_operate(request.user):
            return permission_denied(request)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = findings()
        counts = {level: sum(finding.level == level for finding in found) for level in Level}
        return super().get_context_data(**kwargs) | {
            "findings": found,
            "summary": _summary(counts[Level.PROBLEM], counts[Level.WARNING]),
        }


def _summary(problems: int, warnings: int) -> str:
    if problems:
        return _("Something needs you now: see the first lines.")
    if warnings:
        return _("The site works. Something should be looked at soon.")
    return _("Everything is all right.")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unforeseen error: it asks the database nothing and names the request as the log does."""
    text = loader.render_to_string("500.html", {"request_id": current_id()})
    return HttpResponse(text, status=500)
