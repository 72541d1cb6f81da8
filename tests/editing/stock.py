"""Wagtail's own views at our models: what would happen without ours."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory
from wagtail.snippets.views.snippets import SnippetViewSet


def stock_answer(
    view_class: Any, model: Any, user: Any, data: dict[str, Any], *args: Any, **headers: Any
) -> Any:
    """What a stock view answers to a POST; `args` are the parts of its address: a primary key, a revision."""
    viewset = model.snippet_viewset
    kwargs = (
        viewset.get_copy_view_kwargs() if "Copy" in view_class.__name__ else viewset.get_edit_view_kwargs()
    )
    kwargs.pop("side_panel_classes", None)
    view = SnippetViewSet.construct_view(viewset, view_class, **kwargs)
    request = RequestFactory().post("/admin/", data, **headers)
    request.user = user
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    names = ("pk", "revision_id")
    return view(request, **{name: str(arg) for name, arg in zip(names, args, strict=False)})
