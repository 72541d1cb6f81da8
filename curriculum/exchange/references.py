"""Wagtail's index of what refers to what, brought up to date after an import by the task worker."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django_tasks import task
from wagtail.models import ReferenceIndex

from exchange.batches import batches


@task()
def update_references(model_label: str, pks: list[int]) -> None:
    """Index the references of these objects; those that are gone by now are passed over."""
    model: Any = apps.get_model(model_label)
    for obj in model._base_manager.filter(pk__in=pks).iterator():
        with transaction.atomic():
            ReferenceIndex.create_or_update_for_object(obj)


def enqueue_references(changed: Mapping[type[Model], Sequence[int]]) -> None:
    """Leave the indexing of changed objects to the task worker, since bulk writes send no signals for it."""
    for model, pks in changed.items():
        if ReferenceIndex.is_indexed(model):
            for batch in batches(pks):
                update_references.enqueue(model._meta.label, batch)
