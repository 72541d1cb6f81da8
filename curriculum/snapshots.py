"""Keeping what the balance report says: at each publication, and by night when something changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from curriculum.balance.collecting import no_collection
from curriculum.balance.frozen import ENGINE_VERSION, freeze, input_hash
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.record import Record, record
from curriculum.balance.report import reports
from curriculum.models import BalanceCheck, BalanceSnapshot, Curriculum

BATCH = 250
"""Curricula that are judged and stored together."""

TELLING = ("colours", "headline", "orphan_units")
"""A difference in these is worth a snapshot; a figure that merely drifts with time is not (rule 44)."""

Occasion = BalanceSnapshot.Occasion


@transaction.atomic
def record_publication(pks: Iterable[int]) -> int:
    """Keep a snapshot of each of these curricula that is live now, inside the transaction that publishes.

    Returns how many. The number of queries does not depend on theirs, up to the size of a batch.
    """
    today = timezone.localdate()
    made = [
        snapshot
        for batch in _batches(pks)
        for snapshot in _snapshots(batch, today, dict.fromkeys(batch, Occasion.PUBLISHED))
    ]
    BalanceSnapshot.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def record_changes(now: datetime) -> int:
    """Look once a day at every live curriculum, and keep a snapshot where something changed since its last.

    Called again on the same day it does nothing, so that `run_due` may be called every minute. Returns how
    many snapshots it made.
    """
    day = timezone.localdate(now)
    if BalanceCheck.objects.filter(day=day).exists():
        return 0
    with transaction.atomic():
        check, is_new = BalanceCheck.objects.get_or_create(day=day)
        if not is_new:
            return 0
        for batch in _batches(Curriculum.objects.in_window().order_by("pk").values_list("pk", flat=True)):
            last = _last_of(batch)
            occasions = {pk: Occasion.CHANGED if pk in last else Occasion.FIRST for pk in batch}
            made = [
                snapshot
                for snapshot in _snapshots(batch, day, occasions)
                if differs(snapshot, last.get(snapshot.curriculum_id))
            ]
            BalanceSnapshot.objects.bulk_create(made)
            check.checked += len(batch)
            check.stored += len(made)
        check.save()
    return check.stored


def differs(snapshot: BalanceSnapshot, last: BalanceSnapshot | None) -> bool:
    """Whether a snapshot says anything new: an input, a colour, the headline, the units without a case."""
    return (
        last is None
        or snapshot.input_hash != last.input_hash
        or any(snapshot.results[key] != last.results.get(key) for key in TELLING)
    )


def _batches(pks: Iterable[int]) -> Iterator[list[int]]:
    known = list(pks)
    for start in range(0, len(known), BATCH):
        yield known[start : start + BATCH]


def _last_of(pks: list[int]) -> dict[int, BalanceSnapshot]:
    last = BalanceSnapshot.objects.filter(curriculum__in=pks).latest_of_each().defer("inputs")
    return {snapshot.curriculum_id: snapshot for snapshot in last}


def _snapshots(pks: list[int], day: date, occasions: Mapping[int, str]) -> list[BalanceSnapshot]:
    """New snapshots of the live curricula among these, not stored yet."""
    curricula = Curriculum.objects.filter(pk__in=pks)
    by_code = dict(curricula.values_list("code", "pk"))
    now = timezone.now()
    with no_collection():
        found = reports(load_layouts(curricula, drafts=Drafts.NONE, as_of=day))
        return [
            _snapshot(by_code[one.layout.code], freeze(one.layout), record(one), now, occasions)
            for one in found
            if one.layout.code in by_code
        ]


def _snapshot(
    pk: int, inputs: Record, results: dict[str, Any], now: datetime, occasions: Mapping[int, str]
) -> BalanceSnapshot:
    return BalanceSnapshot(
        curriculum_id=pk,
        made_at=now,
        as_of=date.fromisoformat(inputs["as_of"]),
        view=inputs["view"],
        occasion=occasions[pk],
        headline=results["headline"],
        input_hash=input_hash(inputs),
        engine_version=ENGINE_VERSION,
        inputs=inputs,
        results=results,
    )
