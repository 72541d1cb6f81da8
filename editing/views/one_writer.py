"""Views of one object that decide what to write from what they read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponseBase

from editing.exceptions import BusyError
from editing.row_locks import alone


class OneWriterMixin:
    """A view whose POST reads, decides and writes while no other POST of the same object does.

    When others write for too long, nothing is written and the view runs once more with `is_busy` set, to give
    what was sent back to the person.
    """

    model: Any
    is_busy = False

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """The view, which takes its turn for each POST."""
        view = super().as_view(**initkwargs)  # type: ignore[misc]  # a view's
        giving_back = super().as_view(**initkwargs, is_busy=True)  # type: ignore[misc]  # a view's
        model = initkwargs.get("model") or cls.model

        @wraps(view)
        def in_turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            pk = unquote(str(kwargs["pk"]))
            if request.method != "POST" or not pk.isdecimal():
                response: HttpResponseBase = view(request, *args, **kwargs)
                return response
            try:
                with alone(model, pk):
                    response = view(request, *args, **kwargs)
            except BusyError:
                response = giving_back(request, *args, **kwargs)
            return response

        return in_turn
