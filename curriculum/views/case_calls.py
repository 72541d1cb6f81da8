"""The calls for cases: for everybody who writes cases, and for those who made them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from cases.models import CaseStudy
from curriculum.models import CallState, CaseCall
from curriculum.remedies.actions import answer_call, withdraw_call
from curriculum.remedies.exceptions import CallClosed
from curriculum.remedies.forms import AnswerForm
from curriculum.remedies.queries import calls
from editing.permissions import Person


def has_calls(user: Person) -> bool:
    """Whether the list is for this person: who may write cases."""
    return bool(policy_registry.get_by_type(CaseStudy).user_has_permission(user, "add"))


class CallsMixin:
    """A page of calls, for people who write cases."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not has_calls(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        return response


class CallsView(CallsMixin, WagtailAdminTemplateMixin, TemplateView):
    """What is wanted: the calls that are open, or those that are closed."""

    template_name = "curriculum/calls.html"
    page_title = gettext_lazy("Calls for cases")
    header_icon = "openquote"
    request: Any

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to the list."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("state", "")
        state = asked if asked in CallState.values else CallState.OPEN.value
        return {
            **super().get_context_data(**kwargs),
            "state": state,
            "states": CallState.choices,
            "calls": calls(self.request.user, state),
            "is_open": state == CallState.OPEN,
            "add_url": reverse(CaseStudy.snippet_viewset.get_url_name("add")),
        }


class CloseCallView(CallsMixin, View):
    """Answers a call with a case, or withdraws it."""

    http_method_names = ["post", "options"]
    request: Any

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
        """Close the call, or say why not."""
        call = get_object_or_404(CaseCall.objects.select_related("curriculum"), pk=pk)
        try:
            if act == "withdraw":
                withdraw_call(by=self.request.user, call=call)
                messages.success(request, _("The call is withdrawn."))
            else:
                self._answer(call)
        except CallClosed as error:
            messages.error(request, str(error.words))
        return redirect("case_calls")

    def _answer(self, call: CaseCall) -> None:
        form = AnswerForm(self.request.POST, user=self.request.user)
        if not form.is_valid():
            messages.error(self.request, " ".join(map(str, form.errors["case"])))
            return
        answer_call(by=self.request.user, call=call, case=form.cleaned_data["case"])
        messages.success(self.request, _("The call is answered. Thank you."))


class CallsMenuItem(MenuItem):
    """The way to the list, for those who have it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_calls(request.user)


def calls_menu_item() -> CallsMenuItem:
    """The entry in the menu of reports."""
    return CallsMenuItem(
        _("Calls for cases"), reverse("case_calls"), name="case-calls", icon_name="openquote", order=300
    )


def call_urls() -> list[object]:
    """The list, and an address for each way to close a call."""
    return [
        path("case-calls/", CallsView.as_view(), name="case_calls"),
        path(
            "case-calls/<int:pk>/answer/", CloseCallView.as_view(), {"act": "answer"}, name="case_call_answer"
        ),
        path(
            "case-calls/<int:pk>/withdraw/",
            CloseCallView.as_view(),
            {"act": "withdraw"},
            name="case_call_withdraw",
        ),
    ]
