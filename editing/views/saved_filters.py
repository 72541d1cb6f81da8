"""Saving a selection of a listing, and dropping it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from editing.models import Content, SavedFilter
from editing.models.content import content_models
from editing.saving_filters import MAX_QUERY, forget_filter, save_filter


def model_called(kind: str) -> type[Content]:
    """The model of a kind in an address. Raises Http404 for anything else."""
    for model in content_models():
        if model._meta.model_name == kind:
            return model
    raise Http404


def listing_url(model: Any, query: str = "") -> str:
    """The address of a selection of a listing."""
    url = reverse(model.snippet_viewset.get_url_name("list"))
    return f"{url}?{query}" if query else url


class SavedFilterForm(forms.Form):
    """A name and the selection."""

    name = forms.CharField(max_length=100, label=gettext_lazy("Name"))
    query = forms.CharField(max_length=MAX_QUERY)


class AddView(View):
    """Saves a selection."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Save it and go back to it."""
        model: Any = model_called(kind)
        form = SavedFilterForm(request.POST)
        if not form.is_valid():
            messages.error(
                request, _("The selection was not saved: give it a name of at most 100 characters.")
            )
            return redirect(listing_url(model))
        user: Any = request.user
        saved = save_filter(by=user, listing=model._meta.label_lower, **form.cleaned_data)
        messages.success(request, _("The selection is saved as “%(name)s”.") % {"name": saved.name})
        return redirect(listing_url(model, saved.query))


class DeleteView(View):
    """Drops a saved filter."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Drop it and go back to the listing; filters of others are not there."""
        user: Any = request.user
        saved = get_object_or_404(SavedFilter, pk=pk, owner=user)
        forget_filter(by=user, saved=saved)
        messages.success(request, _("The saved filter “%(name)s” is deleted.") % {"name": saved.name})
        return redirect(listing_url(apps.get_model(saved.listing)))
