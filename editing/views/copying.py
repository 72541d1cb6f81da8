"""The form for a new object, and the same form filled in with a copy of another one."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.utils import set_query_params
from wagtail.snippets.views import snippets

from editing.copying import begin_copy, finish_copy
from editing.permissions import may_see_drafts

COPY_OF = "copy_of"
"""The parameter of the address for new objects that names what the new one is a copy of."""


class AddView(snippets.CreateView):
    """The form for a new object; `?copy_of=` says of what it is a copy."""

    @cached_property
    def source(self) -> Any:
        """The object that is copied, if there is one and this person may see its drafts."""
        pk = self.request.GET.get(COPY_OF, "")
        found = self.model._default_manager.filter(pk=pk).first() if pk.isdecimal() else None
        return found if found is not None and may_see_drafts(self.request.user, found) else None

    def get_add_url(self) -> str:
        url: str = super().get_add_url()
        return set_query_params(url, {COPY_OF: self.source.pk}) if self.source else url

    def save_instance(self) -> Any:
        made = super().save_instance()
        if self.source is not None:
            finish_copy(source=self.source, copy=made, by=self.request.user)
        return made


class CopyView(snippets.CopyView):
    """The form for a copy of anything, which is sent to the address for new objects.

    The stock view also takes what is sent to itself, and writes it onto the original.
    """

    http_method_names = ["get", "head", "options"]


class CopyContentView(CopyView, AddView):
    """The form for a copy of content: a new object with all that the latest draft of another one holds."""

    @cached_property
    def source(self) -> Any:
        """The object that is copied."""
        return super().get_object()

    def get_object(self, queryset: Any = None) -> Any:
        return None

    def get_initial_form_instance(self) -> Any:
        return begin_copy(self.source, self.request.user)
