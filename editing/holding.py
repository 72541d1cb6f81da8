"""What the clock may not publish because something is missing from it by now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Revision

from editing.afterwards import after_commit
from editing.completeness import Problem
from editing.notices import tell_held
from editing.wording import HELD_BACK


@transaction.atomic
def hold_back(*, revision: Any, problems: Sequence[Problem]) -> None:
    """Take a revision off the clock, so that it can be mended, and tell the people whose it is.

    A scheduled object is locked: left on the clock it would stay broken, and be tried for ever.
    """
    # Saving the revision would log that somebody cancelled the schedule.
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    paths = [problem.path for problem in problems]
    log(revision.content_object, HELD_BACK, revision=revision, data={"problems": paths})
    after_commit(tell_held.enqueue, revision.pk)
