"""What stands before every view of one object: whether this person may use it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponseBase


class ReadableMixin:
    """A view of one object that is not there for people who may not read it."""

    model: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (pk := kwargs.get("pk")) is not None:
            readable = self.model._default_manager.filter(pk=unquote(str(pk))).readable_by(request.user)
            if not readable.exists():
                raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        return response
