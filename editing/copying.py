"""Copies: what the form for one begins with, and what follows once it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.log_actions import log

from editing.handover import refusals
from people.codes import MAX_CODE_LENGTH
from people.models import User

Follow = Callable[..., None]
"""What else a copy takes along: called with `source`, `copy` and `by` in the transaction that saves it."""

_follows: dict[type[Any], list[Follow]] = {}


def register_copied(model: type[Any], follow: Follow) -> None:
    """Have something done whenever a copy of an object of a model is saved for the first time."""
    _follows.setdefault(model, []).append(follow)


@transaction.atomic
def finish_copy(*, source: Any, copy: Any, by: User) -> None:
    """Give a copy that was saved just now what hangs on its source outside the form; log where it is from."""
    for follow in _follows.get(type(source), ()):
        follow(source=source, copy=copy, by=by)
    log(copy, "wagtail.copy", user=by, data={"source": {"id": source.pk, "title": str(source)}})


def begin_copy(source: Any, by: User) -> Any:
    """A new object, not saved, with all that the latest draft of another one holds.

    Stable keys are kept: they name rows within one object, and what refers to a row by them can follow.
    Nothing has a primary key, the code is one that is free, and the copy belongs to whoever makes it.
    """
    draft = source.get_latest_revision_as_object()
    copy = type(source).from_serializable_data(_without_keys(type(source), draft.serializable_data()))
    copy._state.adding = True
    copy.code = free_code(type(source), source.code)
    copy.title = _("%(title)s (copy)") % {"title": draft.title}
    copy.owner = by
    copy.go_live_at = copy.expire_at = None
    if "institution" in refusals(
        by, copy, institution=copy.institution, owner=copy.owner, clearance=copy.clearance
    ):
        copy.institution = None
    copy.be_copy_of(source)
    return copy


def _without_keys(model: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    bare = {**row, "pk": None}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        bare[name] = [
            _without_keys(relation.related_model, {**child, relation.field.name: None})
            for child in row.get(name, ())
        ]
    return bare


def free_code(model: type[Any], code: str) -> str:
    """A code that nothing has yet, made from another one: `SP-07-copy`, `SP-07-copy-2`."""
    taken = {one.casefold() for one in model._base_manager.values_list("code", flat=True)}
    number = 1
    while True:
        ending = "-copy" if number == 1 else f"-copy-{number}"
        free = code[: MAX_CODE_LENGTH - len(ending)] + ending
        if free.casefold() not in taken:
            return free
        number += 1
