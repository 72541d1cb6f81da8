"""Finding themes while typing, and the chooser of one theme."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.permissions import policy_registry

from editing.choosers import ANY_PERMISSION, CodedChooserViewSet
from themes.models import Theme
from themes.queries import Vocabulary, vocabulary

MAX_SUGGESTIONS = 8


class ThemeChooserViewSet(CodedChooserViewSet):
    """Finds themes by code and by the labels of both languages."""

    search_fields = ("code", "label_en", "label_zh")
    list_related = ("broader",)
    extra_columns = (
        Column("label_zh", label=_("Chinese")),
        Column("broader", label=_("Broader theme")),
    )


def suggest(request: HttpRequest) -> HttpResponse:
    """Themes in use for the words in `q`: those that begin with them first, at most 8."""
    if not policy_registry.get_by_type(Theme).user_has_any_permission(request.user, ANY_PERMISSION):
        raise PermissionDenied
    themes = vocabulary()
    found = [theme for theme in themes.named(request.GET.get("q", "")) if not theme.retired]
    return JsonResponse({"themes": [_suggestion(theme, themes) for theme in found[:MAX_SUGGESTIONS]]})


def _suggestion(theme: Theme, themes: Vocabulary) -> dict[str, Any]:
    return {
        "code": theme.code,
        "label": theme.label,
        "other": next(
            (name for name in (theme.label_en, theme.label_zh) if name and name != theme.label), ""
        ),
        "path": " > ".join(broader.label for broader in themes.path(theme)),
        "generic": theme.generic,
    }
