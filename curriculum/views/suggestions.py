"""The suggestions for one curriculum, and the plain forms that decide about them."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.models import Curriculum, DecisionState, RemedyDecision
from curriculum.remedies import actions
from curriculum.remedies.exceptions import SuggestionRefused
from curriculum.remedies.forms import CallForm, HoursForm
from curriculum.remedies.shown import Plan, shown_suggestions
from editing.exceptions import BusyError
from editing.permissions import changeable_by

BUSY = gettext_lazy("Somebody else is being served. Nothing was written: try again in a moment.")


class WithCurriculum:
    """A view of one curriculum by its code, for those who may change it; for others it is absent."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def curriculum(self) -> Curriculum:
        """The curriculum. Raises Http404."""
        coded = Curriculum.objects.coded(self.kwargs["code"])
        rows = changeable_by(self.request.user, coded.select_related("latest_revision"))
        found: Curriculum | None = rows.first()
        if found is None:
            raise Http404
        return found


class SuggestionsView(WithCurriculum, WagtailAdminTemplateMixin, TemplateView):
    """The cards by themselves, or as a part of the balance page; opening either again computes them anew."""

    page_title = gettext_lazy("Suggestions")
    header_icon = "sliders"

    @property
    def is_part(self) -> bool:
        """Whether the balance page asks for the cards."""
        return bool(self.request.GET.get("part") == "1")

    def get_template_names(self) -> list[str]:
        return ["curriculum/balance/suggestions.html" if self.is_part else "curriculum/suggestions_page.html"]

    def get_page_subtitle(self) -> str:
        """The title of the draft."""
        return str(get_latest_str(self.curriculum))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("balance_report"), "label": _("Balance report")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        curriculum = self.curriculum
        form = HoursForm(self.request.GET)
        max_hours = form.cleaned_data["max_hours"] if form.is_valid() else None
        return {
            **super().get_context_data(**kwargs),
            "curriculum": curriculum,
            "form": form,
            "suggestions": shown_suggestions(curriculum, self.request.user, max_hours=max_hours),
            "back": self._back(),
            "edit_url": reverse(Curriculum.snippet_viewset.get_url_name("edit"), args=[curriculum.pk]),
        }

    def _back(self) -> str:
        """The page on which the cards stand."""
        if self.is_part:
            return f"{reverse('curriculum_balance', args=[self.curriculum.code])}?view=draft"
        return str(self.request.get_full_path())


class DecideView(WithCurriculum, View):
    """Does what a button of a card says, and goes back to the cards as they are then."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Decide, or say why not."""
        acts = {
            "accept": self._accept,
            "undo": self._undo,
            "reject": self._reject,
            "take-back": self._take_back,
            "commission": self._commission,
        }
        try:
            said = acts[self.kwargs["act"]](self.curriculum)
        except signing.BadSignature:
            return HttpResponse(status=400)
        except SuggestionRefused as error:
            messages.error(request, str(error.words))
        except BusyError:
            messages.error(request, str(BUSY))
        else:
            if said:
                messages.success(request, said)
        return redirect(self._back())

    def _accept(self, curriculum: Curriculum) -> str:
        plan = self._plan()
        actions.accept(
            by=self.request.user, curriculum=curriculum, what=plan.what, rows=plan.rows, shown=plan.shown
        )
        return _("The suggestion is in the draft now. What is published has not changed.")

    def _undo(self, curriculum: Curriculum) -> str:
        actions.undo(by=self.request.user, decision=self._decision(curriculum, DecisionState.ACCEPTED))
        return _("What was suggested is out of the draft again.")

    def _reject(self, curriculum: Curriculum) -> str:
        reason = self.request.POST.get("reason", "")
        actions.reject(by=self.request.user, curriculum=curriculum, what=self._plan().what, reason=reason)
        return _("This will not be suggested again unless somebody takes the rejection back.")

    def _take_back(self, curriculum: Curriculum) -> str:
        actions.take_back(by=self.request.user, decision=self._decision(curriculum, DecisionState.REJECTED))
        return _("The rejection is taken back. The suggestion may come up again.")

    def _commission(self, curriculum: Curriculum) -> str:
        plan, form = self._plan(), CallForm(self.request.POST)
        if not form.is_valid():
            for field, errors in form.errors.items():
                label = {"field": form.fields[field].label, "problem": " ".join(map(str, errors))}
                messages.error(self.request, _("%(field)s: %(problem)s") % label)
            return ""
        actions.commission(
            by=self.request.user,
            curriculum=curriculum,
            what=plan.what,
            themes=plan.themes,
            hours=plan.hours,
            **form.cleaned_data,
        )
        return _("The call is out: lecturers see it in the list of calls and when they add a case.")

    def _plan(self) -> Plan:
        return Plan.opened(self.request.POST.get("plan", ""))

    def _decision(self, curriculum: Curriculum, state: DecisionState) -> RemedyDecision:
        pk = self.request.POST.get("decision", "")
        found = (
            RemedyDecision.objects.filter(pk=pk, curriculum=curriculum, state=state)
            if pk.isdecimal()
            else RemedyDecision.objects.none()
        )
        decision = found.select_related("curriculum").first()
        if decision is None:
            raise Http404
        return decision

    def _back(self) -> str:
        """The page that the form stood on, at its suggestions; else the page of suggestions."""
        asked = self.request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(
            asked, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
        page = asked if is_ours else reverse("curriculum_suggestions", args=[self.curriculum.code])
        return f"{page}#suggestions"


ACTS = ("accept", "undo", "reject", "take-back", "commission")


def suggestion_urls() -> list[object]:
    """The page, and an address for each decision."""
    return [
        path("balance/<str:code>/suggestions/", SuggestionsView.as_view(), name="curriculum_suggestions"),
        *(
            path(
                f"balance/<str:code>/suggestions/{act}/",
                DecideView.as_view(),
                {"act": act},
                name=f"curriculum_suggestion_{act.replace('-', '_')}",
            )
            for act in ACTS
        ),
    ]
