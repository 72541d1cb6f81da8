"""Drafts: what stands behind a revision, and whether it may still be written over."""

from __future__ import annotations

from typing import Any

from wagtail.models import Revision, TaskState


def is_named(revision: Revision) -> bool:
    """Whether something points at a revision as it is: the live object, the clock, or a step of a review.

    Such a revision is what people have decided about; small edits must not go into it.
    """
    if revision.approved_go_live_at is not None:
        return True
    obj: Any = revision.content_object
    return bool(obj.live_revision_id == revision.pk or TaskState.objects.filter(revision=revision).exists())
