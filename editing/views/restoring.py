"""Putting an earlier revision back."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from wagtail.admin.views import generic

from editing.models.rows import find_rows

AS_NOW = (
    "institution",
    "owner",
    "audience",
    "restricted_to",
    "clearance",
    "go_live_at",
    "expire_at",
)
"""Whose an object is, who reads it and when: what was decided since is not undone with the text."""


class RestoreMixin(generic.RevisionsRevertMixin):
    """The editor with the text of an earlier revision in it; saving makes a new revision of it.

    Rows that are gone by now come back. The draft that is replaced stays in the history.
    """

    request: Any
    form: Any
    object: Any
    saving_as_draft: bool
    prepare: Any

    def get_object(self, queryset: Any = None) -> Any:
        if getattr(self, "object", None) is None:
            draft = super(generic.RevisionsRevertMixin, self).get_object(queryset)
            self.revision = get_object_or_404(draft.revisions, id=self.revision_id)
            self.object = self._restored(draft)
            self.prepare(self.object)
        return self.object

    def _restored(self, draft: Any) -> Any:
        restored = self.revision.as_object()
        find_rows([restored])
        for field in draft._meta.concrete_fields:
            if field.name in AS_NOW:
                setattr(restored, field.attname, getattr(draft, field.attname))
        return restored

    def save_instance(self) -> Any:
        """Save the form as a new revision. The stock view asks even drafts to be complete."""
        restored = self.form.save(commit=not self.object.live)
        self.has_content_changes = True
        self.new_revision = restored.save_revision(
            user=self.request.user,
            log_action=True,
            previous_revision=self.revision,
            clean=not self.saving_as_draft,
        )
        return restored


def restoring(edit_view: type[Any]) -> type[Any]:
    """The editor as the page that puts an earlier revision back."""
    return type(
        f"Restoring{edit_view.__name__}", (RestoreMixin, edit_view), {"view_name": "revisions_revert"}
    )
