"""The page of a curriculum's history, on which any of its snapshots can be computed again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.history import History, Recomputed, history, recompute
from curriculum.models import BalanceSnapshot, Curriculum
from curriculum.naming import names_for
from editing.permissions import viewable_by


class BalanceHistoryView(WagtailAdminTemplateMixin, TemplateView):
    """The history of one curriculum, for those who may see it in the admin; for others it is absent."""

    template_name = "curriculum/history/index.html"
    page_title = _("Balance history")
    header_icon = "history"
    request: Any

    @cached_property
    def curriculum(self) -> Curriculum:
        """The curriculum of the address. Raises Http404 for absent ones and for those of others alike."""
        known = viewable_by(self.request.user, Curriculum.objects.all())
        found: Curriculum | None = known.coded(self.kwargs["code"]).first()
        if found is None:
            raise Http404
        return found

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Asked before anything else happens, so that nothing can be learned from how a page fails.
        _ = self.curriculum

    @cached_property
    def history(self) -> History:
        """What the page shows, with the names that the reader may see."""
        names = names_for(self.request.user, drafts=False)
        return history(self.curriculum, names, self.request.GET.get("p"))

    def get_page_subtitle(self) -> str:
        """The curriculum."""
        return self.curriculum.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        report = {"url": reverse("balance_report"), "label": _("Balance report")}
        return [
            *self.breadcrumbs_items,
            report,
            {"url": "", "label": self.page_title, "sublabel": self.curriculum.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "curriculum": self.curriculum, "history": self.history}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Compute a snapshot again and say whether the figures agree; nothing is stored."""
        pk = request.POST.get("snapshot", "")
        own = BalanceSnapshot.objects.filter(curriculum=self.curriculum)
        snapshot = get_object_or_404(own, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        found: Recomputed = recompute(snapshot)
        return self.render_to_response(self.get_context_data(recomputed=found, recomputed_pk=snapshot.pk))
