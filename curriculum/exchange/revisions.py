"""The publishing state and the revisions of imported objects, in bulk.

Wagtail's own way takes some twenty queries an object; this one leaves the same rows behind.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import Revision, WorkflowState

from curriculum.exchange.schema import LIVE
from people.exchange.handlers import write_log
from people.exchange.job import Job


def set_state(obj: Any, status: str, job: Job) -> None:
    """Make an object live or a draft, as Wagtail does when it publishes or unpublishes.

    What is imported as live is live now: a first day to come and a last day that has passed are dropped.
    """
    obj.live = status == LIVE
    obj.has_unpublished_changes = not obj.live
    if not obj.live:
        obj.live_revision = None
        return
    obj.expired = False
    obj.last_published_at = job.now
    obj.first_published_at = obj.first_published_at or job.now
    if obj.go_live_at and obj.go_live_at > job.now:
        obj.go_live_at = None
    if obj.expire_at and obj.expire_at <= job.now:
        obj.expire_at = None


def log_action(is_new: bool, was_live: bool, status: str) -> str:
    """The word of the log for what an import does to an object."""
    if status == LIVE:
        return "wagtail.publish"
    if was_live:
        return "wagtail.unpublish"
    return "wagtail.create" if is_new else "wagtail.edit"


def write_revisions(model: type[Model], objects: Sequence[Any], actions: Sequence[str], job: Job) -> None:
    """One revision and one log entry for every object: the latest revision and, where live, the live one.

    The objects must carry everything inside them in memory. Waiting schedules and reviews of them end.
    """
    base_content_type = objects[0].get_base_content_type()
    pks = [str(obj.pk) for obj in objects]
    Revision.objects.filter(base_content_type=base_content_type, object_id__in=pks).exclude(
        approved_go_live_at=None
    ).update(approved_go_live_at=None)
    revisions = _make_revisions(objects, job)
    rows = _point_to_latest(model, objects)
    rows.filter(live=True).update(live_revision=F("latest_revision"))
    reviewed = [pk for pk, action in zip(pks, actions, strict=True) if action == "wagtail.publish"]
    reviews = WorkflowState.objects.active().filter(
        base_content_type=base_content_type, object_id__in=reviewed
    )
    for review in reviews:
        review.cancel(user=job.by)
    write_log(list(objects), list(actions), job, revisions)


def write_drafts(model: type[Model], objects: Sequence[Any], job: Job) -> None:
    """One revision and one log entry for every object, in front of what is published, which stays.

    Nothing but the revisions is written of what the objects carry in memory.
    """
    revisions = _make_revisions(objects, job)
    _point_to_latest(model, objects).update(has_unpublished_changes=True)
    write_log(list(objects), ["wagtail.edit"] * len(objects), job, revisions)


def _make_revisions(objects: Sequence[Any], job: Job) -> list[Revision]:
    content_type, base_content_type = objects[0].get_content_type(), objects[0].get_base_content_type()
    made: list[Revision] = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=base_content_type,
            object_id=str(obj.pk),
            created_at=job.now,
            user=job.by,
            object_str=str(obj),
            content=obj.serializable_data(),
        )
        for obj in objects
    )
    return made


def _point_to_latest(model: type[Model], objects: Sequence[Any]) -> QuerySet[Model]:
    """Make the newest revision of each object its latest one; returns their rows."""
    base_content_type = objects[0].get_base_content_type()
    revisions = Revision.objects.filter(
        base_content_type=base_content_type, object_id=Cast(OuterRef("pk"), CharField())
    )
    newest = Subquery(revisions.order_by("-created_at", "-pk").values("pk")[:1])
    rows = model._base_manager.filter(pk__in=[obj.pk for obj in objects])
    rows.update(latest_revision=newest)
    return rows
