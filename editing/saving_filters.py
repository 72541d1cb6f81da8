"""Keeping a selection of a listing under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from editing.models import SavedFilter
from people.models import User

MAX_QUERY = 4000
NOT_KEPT = {"p", "export", "all"}


@transaction.atomic
def save_filter(*, by: User, listing: str, name: str, query: str) -> SavedFilter:
    """Keep a query under a name; a name that this person has used already there gets the new query.

    Only parameters are kept, never an address. Raises ValueError for a query that is too long.
    """
    pairs = [(key, value) for key, value in parse_qsl(query) if key.isidentifier() and key not in NOT_KEPT]
    clean = urlencode(pairs)
    if len(clean) > MAX_QUERY:
        raise ValueError("The query is too long.")
    saved, _made = SavedFilter.objects.update_or_create(
        owner=by, listing=listing, name=name, defaults={"query": clean}
    )
    return saved


@transaction.atomic
def forget_filter(*, by: User, saved: SavedFilter) -> None:
    """Drop a saved filter of this person; those of others are not touched."""
    SavedFilter.objects.filter(pk=saved.pk, owner=by).delete()
