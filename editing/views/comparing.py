"""What differs between two versions of an object."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views import generic
from wagtail.snippets.views import snippets
from wagtail.utils.timestamps import render_timestamp

from editing.changes import changes


class CompareView(snippets.RevisionsCompareView):
    """Two versions side by side, field by field and row by row.

    The stock page leaves the rows inside rows out, and names everything that the versions name.
    """

    template_name = "editing/compare.html"

    def get_page_subtitle(self) -> str:
        return str(get_latest_str(self.object))

    def _version(self, asked: str) -> tuple[Any, str | Promise]:
        """The content of a version, and what to call it; raises Http404 where there is none."""
        if asked == "live":
            live = self.object.live_revision
            return (live.content if live else self.object.serializable_data()), _("Published")
        revisions = self.object.revisions.order_by("created_at", "id")
        match asked:
            case "earliest":
                revision, name = revisions.first(), _("Earliest")
            case "latest":
                revision, name = revisions.last(), _("Latest")
            case _:
                revision = get_object_or_404(revisions, id=asked)
                name = render_timestamp(revision.created_at)
        if revision is None:
            raise Http404
        return revision.content, name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Past the stock view, which builds both objects to compare what its panels show.
        context: dict[str, Any] = super(generic.RevisionsCompareView, self).get_context_data(**kwargs)
        before, before_name = self._version(self.revision_id_a)
        after, after_name = self._version(self.revision_id_b)
        return {
            **context,
            "object": self.object,
            "before_name": before_name,
            "after_name": after_name,
            "changes": changes(self.model, before, after, user=self.request.user),
        }
