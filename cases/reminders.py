"""Review dates of cases, of which the clock reminds the owners."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.utils import timezone

from cases.currency import REVIEW_DUE_DAYS
from cases.models import CaseStudy
from editing.mails import about, written
from editing.reminders import Notice, remind
from people.models import User


def remind_of_review_dates(now: datetime) -> int:
    """Tell owners once that the review of a published case is due, and once that it is overdue."""
    today = timezone.localdate(now)
    cases = CaseStudy.objects.filter(
        live=True,
        archived_at=None,
        owner__is_active=True,
        review_by__lte=today + timedelta(days=REVIEW_DUE_DAYS),
    )
    notices: dict[User, list[Notice]] = defaultdict(list)
    for case in cases.select_related("owner", "latest_revision").order_by("review_by", "code"):
        if case.owner is None or case.review_by is None:
            continue
        is_overdue = case.review_by < today
        kind = "overdue" if is_overdue else "due"
        item = {**about(case), "day": written(case.review_by), "is_overdue": is_overdue}
        notices[case.owner].append(Notice(f"case:{case.pk}:{kind}:{case.review_by}", item))
    return remind(mail="case_review", notices=notices, now=now)
