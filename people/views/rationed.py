"""What forms share that are open to guessing: their tries are counted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from people import audit, limits
from people.limits import Purpose, Try
from people.models import User
from people.visits import client_address


class RationedFormMixin:
    """A form view that counts each try before it looks at it, and says how long to wait after too many.

    A purpose in `forgiven` counts wrong tries only.
    """

    purposes: ClassVar[tuple[Purpose, ...]]
    forgiven: ClassVar[tuple[Purpose, ...]] = ()
    request: HttpRequest

    def account_named(self) -> str:
        """The text under which the tries of an account are counted."""
        return self.request.user.get_username()

    def account_meant(self) -> User | None:
        """The account for the log, once a try is refused."""
        return User.objects.filter(email=self.account_named().strip().lower()).first()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the try, then handle the form."""
        tries = []
        for purpose in self.purposes:
            counted = limits.take(purpose, account=self.account_named(), client=client_address(request))
            if counted.refused:
                return self.held_back(purpose, counted)
            tries.append((purpose, counted))
        form = self.get_form()  # type: ignore[attr-defined]  # a form view's
        if not form.is_valid():
            response: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
            return response
        for purpose, counted in tries:
            if purpose in self.forgiven:
                counted.forgive()
        return self.form_valid(form)  # type: ignore[attr-defined,no-any-return]

    def held_back(self, purpose: Purpose, counted: Try) -> HttpResponse:
        """The page with an empty form and the time to wait."""
        audit.record_limited(purpose, about=self.account_meant())
        form = self.get_form_class()(**self.kwargs_of_empty_form())  # type: ignore[attr-defined]
        context = self.get_context_data(form=form, wait=counted.minutes)  # type: ignore[attr-defined]
        response: HttpResponse = self.render_to_response(context, status=429)  # type: ignore[attr-defined]
        response["Retry-After"] = str(int(counted.wait.total_seconds()))
        return response

    def kwargs_of_empty_form(self) -> dict[str, Any]:
        """What the form takes, without what was sent."""
        kwargs: dict[str, Any] = self.get_form_kwargs()  # type: ignore[attr-defined]
        return {name: value for name, value in kwargs.items() if name not in ("data", "files")}
