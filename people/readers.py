"""Where readers are named by address: the entries `person:E-MAIL` of content, published and drafted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from wagtail.models import Revision

from people.models import VisibleModel

PREFIX = "person:"


def objects_naming(email: str) -> int:
    """How many objects name this address as a reader, in what is published or in the latest draft."""
    return sum(len(_rows_naming(model, email) | _drafts_naming(model, email)) for model in _models())


def rename_reader(old: str, new: str) -> None:
    """Put one address in the place of another wherever content names it, older revisions included."""
    for model in _models():
        for obj in model._base_manager.filter(pk__in=_rows_naming(model, old)):
            obj.restricted_to = _renamed(obj.restricted_to, old, new)
            obj.save(update_fields=["restricted_to"])
    for revision in _revisions_with_persons():
        content = revision.content
        # The tokens of a draft are those of the row that it was made from, so they may name others.
        renamed = {
            "restricted_to": _renamed(content["restricted_to"], old, new),
            "tokens": content["tokens"].replace(f"|{PREFIX}{old}|".casefold(), f"|{PREFIX}{new}|".casefold()),
        }
        if {**content, **renamed} != content:
            Revision.objects.filter(pk=revision.pk).update(content={**content, **renamed})


def _models() -> list[type[Any]]:
    return [model for model in apps.get_models() if issubclass(model, VisibleModel)]


def _rows_naming(model: type[Any], email: str) -> set[int]:
    # The two databases write lists differently, so the text is only a first sieve.
    rows = (
        model._base_manager.annotate(readers=Cast("restricted_to", TextField()))
        .filter(readers__contains=PREFIX)
        .values_list("pk", "restricted_to")
    )
    return {pk for pk, readers in rows.iterator() if _names(readers, email)}


def _drafts_naming(model: type[Any], email: str) -> set[int]:
    if not any(field.name == "latest_revision" for field in model._meta.fields):
        return set()
    rows = model._base_manager.filter(latest_revision__content__restricted_to__icontains=PREFIX).values_list(
        "pk", "latest_revision__content__restricted_to"
    )
    return {pk for pk, readers in rows.iterator() if _names(readers, email)}


def _revisions_with_persons() -> Iterator[Revision]:
    kinds = ContentType.objects.get_for_models(*_models()).values()
    named = Q(content__restricted_to__icontains=PREFIX) | Q(content__tokens__icontains=PREFIX)
    yield from Revision.objects.filter(named, content_type__in=list(kinds)).iterator()


def _names(readers: Any, email: str) -> bool:
    return isinstance(readers, list) and f"{PREFIX}{email}".casefold() in {
        str(reader).casefold() for reader in readers
    }


def _renamed(readers: list[str], old: str, new: str) -> list[str]:
    wanted = f"{PREFIX}{old}".casefold()
    return [f"{PREFIX}{new}" if reader.casefold() == wanted else reader for reader in readers]
