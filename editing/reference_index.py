"""Wagtail's index of references, brought up to date after writes that send no signal."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django_tasks import task
from wagtail.models import ReferenceIndex


@task()
def update_references(label: str, keys: list[Any]) -> None:
    """Bring Wagtail's index of references up to date for rows that were written without a signal."""
    model: Any = apps.get_model(label)
    if not ReferenceIndex.is_indexed(model):
        return
    for row in model._default_manager.filter(pk__in=keys):
        with transaction.atomic():
            ReferenceIndex.create_or_update_for_object(row)
