"""What the clock reminds people of: each person of each thing once, and of everything at once in one mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from editing.afterwards import after_commit
from editing.mails import about, post, written
from editing.models import Reminder
from people.models import User

FIRST = timedelta(days=3)
AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to remind somebody of: `subject` names it for the record, `item` is what the mail says."""

    subject: str
    item: Mapping[str, Any]


@transaction.atomic
def remind(*, mail: str, notices: Mapping[User, Iterable[Notice]], now: datetime, **context: Any) -> int:
    """Record and send what each person was not reminded of yet; returns how many people get a mail."""
    reminded = 0
    for person, all_notices in notices.items():
        wanted = {notice.subject: notice for notice in all_notices}
        known = Reminder.objects.filter(person=person, subject__in=wanted)
        for subject in known.values_list("subject", flat=True):
            del wanted[subject]
        if not wanted:
            continue
        rows = [Reminder(person=person, subject=subject, sent_at=now) for subject in wanted]
        Reminder.objects.bulk_create(rows)
        items = [notice.item for notice in wanted.values()]
        words = {**context, "items": items, "count": len(items)}
        after_commit(post, person, mail, words)
        reminded += 1
    return reminded


def remind_of_reviews(now: datetime) -> int:
    """Remind those who may answer a review that has waited three days, and then every week."""
    notices: dict[User, list[Notice]] = defaultdict(list)
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        started_at__lte=now - FIRST,
    )
    for state in waiting.select_related("workflow_state", "task").order_by("started_at", "pk"):
        step, obj = state.task.specific, state.workflow_state.content_object
        if obj is None or not hasattr(step, "recipients"):
            continue
        times = (now - state.started_at - FIRST) // AGAIN
        item = {**about(obj), "day": written(state.started_at)}
        for person in step.recipients(state):
            notices[person].append(Notice(f"review:{state.pk}:{times}", item))
    all_page = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('reviews')}"
    return remind(mail="waiting", notices=notices, now=now, all_page=all_page)
