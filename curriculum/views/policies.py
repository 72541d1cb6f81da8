"""Saving and deleting a policy in two steps: first what it would do is shown, then it is done."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.snippets.views import snippets

from curriculum.models import BalancePolicy
from curriculum.policy_effects import Effects, effects, effects_of_deleting, successor
from curriculum.policy_wording import VALUES_CHANGED, changes
from editing.views.archive import DeleteView
from editing.views.edit import EditView

CONFIRMED, BACK = "confirmed", "back"


class EffectsFirstMixin:
    """A form for a policy that shows what saving would do, and saves when that is confirmed.

    What is confirmed is what was shown: where the curricula have moved on in between, it is shown again.
    """

    template_of_effects = "curriculum/policies/effects.html"
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Show the effects, take the form back, or save."""
        self.form = form
        if BACK in self.request.POST:
            response: HttpResponse = self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]  # a view's
            return response
        found = effects(form.instance, self.request.user)
        confirmed = self.request.POST.get(CONFIRMED)
        if confirmed != found.digest:
            if confirmed:
                moved_on = _("Curricula have changed meanwhile. This is what saving would do now.")
                messages.warning(self.request, moved_on)
            return self._show(found)
        before = BalancePolicy.objects.filter(pk=form.instance.pk).first()
        with transaction.atomic():
            saved: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a view's
            if before is not None and (told := changes(before, form.instance)):
                log(form.instance, VALUES_CHANGED, user=self.request.user, data={"changes": told})
        return saved

    def _show(self, found: Effects) -> HttpResponse:
        left_out = {"csrfmiddlewaretoken", CONFIRMED, BACK}
        fields = [
            (name, value)
            for name, values in self.request.POST.lists()
            if name not in left_out
            for value in values
        ]
        context = {
            **self.get_context_data(form=self.form),  # type: ignore[attr-defined]  # a view's
            "effects": found,
            "fields": fields,
            "policy": self.form.instance,
        }
        return render(self.request, self.template_of_effects, context)


class AddPolicyView(EffectsFirstMixin, snippets.CreateView):
    """The form for a new policy."""


class CopyPolicyView(EffectsFirstMixin, snippets.CopyView):
    """The form for a new policy that begins as a copy of another."""


class EditPolicyView(EffectsFirstMixin, EditView):
    """The editor of a policy."""


class DeletePolicyView(DeleteView):
    """The page that asks before a policy is deleted, and shows what the curricula would be judged by then."""

    @cached_property
    def effects(self) -> Effects:
        """What deleting the policy would do."""
        return effects_of_deleting(self.object, self.request.user)

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Delete, unless something else would happen now than was shown."""
        if self.request.POST.get(CONFIRMED) == self.effects.digest:
            deleted: HttpResponseBase = super().form_valid(form)
            return deleted
        moved_on = _("Curricula have changed meanwhile. This is what deleting would do now.")
        messages.warning(self.request, moved_on)
        shown_again: HttpResponseBase = self.render_to_response(self.get_context_data(form=form))
        return shown_again

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "effects": self.effects, "successor": successor(self.object)}
