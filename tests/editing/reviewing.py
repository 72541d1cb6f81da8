"""People and acts of reviews, for tests."""

from wagtail.models import TaskState, WorkflowState

from cases.models import CaseStudy
from editing.review import answer, submit
from tests.factories import InstitutionFactory, UserFactory
from tests.factories.complete import CompleteCaseFactory, CompleteCourseFactory, CompleteCurriculumFactory

COMPLETE = {
    "case": CompleteCaseFactory,
    "course": CompleteCourseFactory,
    "curriculum": CompleteCurriculumFactory,
}


def anew(obj):
    """The object as the database has it now."""
    return type(obj).objects.get(pk=obj.pk)


def with_draft(obj, by, **changes):
    """Save a draft of an object that differs from what is published."""
    obj = anew(obj)
    for name, value in (changes or {"title": f"{obj.title}, changed"}).items():
        setattr(obj, name, value)
    obj.save_revision(user=by)
    return anew(obj)


def drafted(kind="case", by=None, **fields):
    """A complete draft of a kind that was never published, written by its owner."""
    by = by or UserFactory(roles=["committee_member"])
    obj = COMPLETE[kind](live=False, owner=by, **fields)
    obj = anew(obj)
    obj.save_revision(user=by)
    return anew(obj)


def submitted(kind="case", by=None, **fields):
    """Such a draft after its writer has submitted it."""
    obj = drafted(kind, by, **fields)
    submit(by=obj.owner, obj=obj)
    return anew(obj)


def state_of(obj):
    """The step that waits for an answer."""
    return TaskState.objects.get(status="in_progress", workflow_state__object_id=str(obj.pk))


def review_of(obj):
    """The latest review of an object."""
    return WorkflowState.objects.for_instance(obj).order_by("-pk").first()


def answered(obj, by, action="approve", comment=""):
    """The object after an answer."""
    answer(by=by, state=state_of(obj), action=action, comment=comment)
    return anew(obj)


def lecturer_with_case(**fields):
    """A lecturer, and a submitted case of theirs that belongs to an institution."""
    institution = InstitutionFactory()
    lecturer = UserFactory(roles=["lecturer"], institution=institution.code)
    return lecturer, submitted("case", lecturer, institution=institution, **fields)


def case():
    """The only case."""
    return CaseStudy.objects.get()
