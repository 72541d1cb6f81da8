"""A publication of a curriculum leaves a snapshot of its balance, whichever way it comes about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wagtail.signals import published

from curriculum import snapshots
from curriculum.models import Curriculum
from curriculum.signals import content_imported
from editing.signals import published_together


def connect() -> None:
    """Connect the handlers: to Wagtail's publication of one, and to publications of many at once."""
    published.connect(curriculum_published, sender=Curriculum, dispatch_uid="curriculum_snapshot")
    published_together.connect(curricula_published, sender=Curriculum, dispatch_uid="curriculum_snapshots")
    content_imported.connect(curricula_imported, dispatch_uid="curriculum_snapshots_of_import")


def curriculum_published(instance: Curriculum, is_one_of_many: bool = False, **kwargs: Any) -> None:
    """One was published: by hand, by the last approval of a review, or by the clock."""
    if not is_one_of_many:
        snapshots.record_publication([instance.pk])


def curricula_published(pks: Collection[int], **kwargs: Any) -> None:
    """A bulk change published many."""
    snapshots.record_publication(pks)


def curricula_imported(changed: dict[Any, Collection[int]], **kwargs: Any) -> None:
    """An import wrote many; those among them that are live were published by it."""
    snapshots.record_publication(changed.get(Curriculum, ()))
