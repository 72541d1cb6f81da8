"""What the frame of every public page needs besides the page's own context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

SECTIONS = ("library", "curriculum", "course", "case")


@dataclass(frozen=True, slots=True)
class Shell:
    """`section` is the marked link of the header; `opened` renders every folded part open, for print.

    `admin_url` is empty for people without work in the admin; `print_url` is this page with all parts open.
    """

    section: str
    opened: bool
    admin_url: str
    print_url: str
    address: str
    today: date


def shell(request: HttpRequest) -> Shell:
    """The frame of a page; reads the reader's permissions, so that drawing it asks the database nothing."""
    may_work = request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")
    query = request.GET.copy()
    query["print"] = "1"
    return Shell(
        section=_section(request),
        opened=request.GET.get("print") == "1",
        admin_url=reverse("wagtailadmin_home") if may_work else "",
        print_url=f"{request.path}?{query.urlencode()}",
        address=request.build_absolute_uri(),
        today=timezone.localdate(),
    )


class ShellMiddleware:
    """Gives `shell` to every public page that is drawn from a template response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Add the frame before anything is drawn."""
        if not request.path.startswith("/admin/") and response.context_data is not None:
            response.context_data.setdefault("shell", shell(request))
        return response


def _section(request: HttpRequest) -> str:
    name = request.resolver_match.url_name if request.resolver_match else ""
    kinds = request.GET.getlist("kind")
    if name == "library" and len(kinds) == 1 and kinds[0] in SECTIONS:
        return kinds[0]
    return name if name in SECTIONS else ""
