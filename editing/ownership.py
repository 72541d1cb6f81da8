"""Giving everything that a person owns to another one, as when somebody leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from editing.models import Content
from editing.models.content import content_models
from editing.queries import waiting_drafts
from people.models import User

HANDED_OVER = "praxis.hand_over"
BATCH = 100


def owned_by(owner: User) -> dict[str, int]:
    """How many objects somebody owns, by the name of the kind; what is in the bin counts too."""
    counts = {
        str(model._meta.verbose_name_plural): model._default_manager.filter(owner=owner).count()
        for model in content_models()
    }
    return {kind: count for kind, count in counts.items() if count}


@transaction.atomic
def hand_over(*, by: User, owner: User, to: User) -> int:
    """Give everything that `owner` owns to `to`, published, drafted or in the bin; returns how many objects.

    This is a change of account, not of content: it asks for no right on the objects, tells no title, makes no
    draft and disturbs no review. Drafts that wait to be published name the new owner too.
    """
    return sum(_hand_over(by, model, owner, to) for model in content_models())


def _hand_over(by: User, model: Any, owner: User, to: User) -> int:
    _rename_in_drafts(model, owner, to)
    rows: list[Any] = list(
        model._default_manager.filter(owner=owner)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("institution")
    )
    for row in rows:
        row.owner = to
        row.set_tokens()
    model._default_manager.bulk_update(rows, ["owner", "tokens"], batch_size=BATCH)
    _log(by, model, rows, owner, to)
    return len(rows)


def _rename_in_drafts(model: type[Content], owner: User, to: User) -> None:
    """Put the new owner into every draft that may yet be published, and into all latest ones."""
    latest = model._default_manager.filter(owner=owner).order_by().values("latest_revision")
    waiting = waiting_drafts(model).order_by().values("pk")
    drafts = Revision.objects.filter(Q(pk__in=latest) | Q(pk__in=waiting), content__owner=owner.pk)
    keys = list(drafts.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = list(Revision.objects.filter(pk__in=keys[start : start + BATCH]).select_for_update())
        for draft in batch:
            draft.content["owner"] = to.pk
        Revision.objects.bulk_update(batch, ["content"])


def _log(by: User, model: type[Content], rows: Iterable[Any], owner: User, to: User) -> None:
    now = timezone.now()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=model.get_content_type(),
            object_id=str(row.pk),
            label=str(row),
            action=HANDED_OVER,
            timestamp=now,
            user=by,
            data={"from": str(owner), "to": str(to)},
        )
        for row in rows
    )
