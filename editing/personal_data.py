"""What is kept about people beside their accounts: saved filters, what they own, names in the history."""

from __future__ import annotations

from typing import Any

from wagtail.models import ModelLogEntry

from editing.models import SavedFilter
from editing.models.content import content_models
from editing.ownership import HANDED_OVER
from people.models import User
from people.personal_data import register_personal_data


def register() -> None:
    """Make these data part of every download and every erasure."""
    register_personal_data("saved_filters", _saved_filters, _erase_saved_filters)
    register_personal_data("owned", _owned, _keep_owned)
    register_personal_data("handed_over", _handed_over, _erase_handed_over)


def _saved_filters(account: User) -> list[dict[str, Any]]:
    kept = SavedFilter.objects.filter(owner=account)
    return [dict(row) for row in kept.values("listing", "name", "query")]


def _erase_saved_filters(account: User) -> None:
    SavedFilter.objects.filter(owner=account).delete()


def _owned(account: User) -> dict[str, list[str]]:
    """The codes of what somebody owns, by kind."""
    return {
        model._meta.label_lower: list(
            model._default_manager.filter(owner=account).order_by("code").values_list("code", flat=True)
        )
        for model in content_models()
    }


def _keep_owned(account: User) -> None:
    """Nobody is erased who owns something."""


def _handed_over(account: User) -> list[dict[str, Any]]:
    entries = _hand_overs_naming(account).order_by("timestamp")
    return [{"at": entry.timestamp.isoformat(), "data": entry.data} for entry in entries]


def _erase_handed_over(account: User) -> None:
    for entry in _hand_overs_naming(account):
        name = f"Erased person {account.pk}"
        data = {key: name if value == str(account) else value for key, value in entry.data.items()}
        ModelLogEntry.objects.filter(pk=entry.pk).update(data=data)


def _hand_overs_naming(account: User) -> Any:
    """The entries of a hand-over that hold the name of this person; they keep names, as they stood then."""
    entries = ModelLogEntry.objects.filter(action=HANDED_OVER)
    return entries.filter(data__from=str(account)) | entries.filter(data__to=str(account))
