"""Changes of the teaching layout that touch more than one model."""

from __future__ import annotations

from django.db import transaction

from curriculum.models import Course, TheoryCaseLink
from people.models import User


@transaction.atomic
def copy_links(*, source: Course, copy: Course, by: User) -> None:
    """Give the copy of a course the theory-case links of those of its units that it has.

    A link is somebody's decision: who made it, and why, stays with it.
    """
    units = {unit.code for unit in copy.units.all()}
    TheoryCaseLink.objects.bulk_create(
        TheoryCaseLink(
            course=copy,
            unit=link.unit,
            case_id=link.case_id,
            state=link.state,
            reason=link.reason,
            decided_at=link.decided_at,
            by_id=link.by_id,
        )
        for link in source.case_links.filter(unit__in=units).order_by("pk")
    )
