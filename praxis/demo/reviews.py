"""Reviews of the demo: a case that waits for an answer, and one that was returned with a reason."""

from typing import Any

from django.db import transaction
from wagtail.models import TaskState, WorkflowState

from cases.models import CaseStudy
from editing.review import answer, submit
from people.models import User

WAITING = "the-hotline-after-midnight"
RETURNED = "a-hearing-with-empty-chairs"
ADDED = (
    "\n\n## A second evening\n\n"
    "The office repeated the hearing on a Saturday, with a bus from the settlement. Forty-one people came, "
    "and nine of them spoke.\n"
)
REASON = (
    "The second evening is what the trainees will ask about. Please say who decided to repeat the hearing, "
    "and from which money the bus was paid."
)


@transaction.atomic
def start_reviews() -> None:
    """Submit two cases and return one of them; a case that was ever reviewed is left alone."""
    if (waiting := _unreviewed(WAITING)) is not None:
        submit(by=waiting.owner, obj=waiting)
    if (case := _unreviewed(RETURNED)) is None:
        return
    draft = case.latest_revision.as_object()
    draft.body = f"{draft.body.rstrip()}{ADDED}"
    draft.save_revision(user=case.owner, log_action=True)
    submit(by=case.owner, obj=case)
    state = TaskState.objects.for_instance(case).get(status=TaskState.STATUS_IN_PROGRESS)
    reviewer = User.objects.get(email="committee@example.org")
    answer(by=reviewer, state=state, action="reject", comment=REASON)


def _unreviewed(code: str) -> Any:
    case = CaseStudy.objects.filter(code=code, owner__isnull=False).first()
    return case if case and not WorkflowState.objects.for_instance(case).exists() else None
