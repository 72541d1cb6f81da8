"""What is missing: named at its place in a draft, and asked for before anything goes out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from cases.models import CaseStudy
from curriculum.models import Placement, Unit
from editing.completeness import Problem, Severity, blocking, require_complete
from editing.exceptions import IncompleteError
from editing.holding import hold_back
from editing.notices import tell_held
from people.due import due_jobs
from tests.editing.reviewing import anew, drafted, with_draft
from tests.editor import admin_url, errors_on, form_on, signed_in, with_formset, with_row
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.complete import CompleteCaseFactory, CompleteCourseFactory, CompleteCurriculumFactory

pytestmark = pytest.mark.django_db
SUBMIT, PUBLISH = {"action-submit": "action-submit"}, {"action-publish": "action-publish"}


def lacking(obj, severity=Severity.ERROR):
    """The places at which something is missing."""
    return sorted(problem.path for problem in obj.problems() if problem.severity is severity)


# Problems know their place


def test_a_problem_knows_its_place_for_programs_and_for_people():
    problem = Problem("hours", "How long?").inside("units", 3)
    assert (problem.path, problem.number, problem.sentence) == ("units/3/hours", "3", "3: How long?")
    deeper = Problem("course", "What?").inside("placements", 1).inside("modules", 2)
    assert (deeper.path, deeper.number) == ("modules/2/placements/1/course", "2.1")
    assert Problem("title", "Which?").sentence == "Which?"


@pytest.mark.parametrize("factory", [CompleteCaseFactory, CompleteCourseFactory, CompleteCurriculumFactory])
def test_from_complete_content_nothing_is_missing(factory):
    obj = anew(factory())
    assert lacking(obj) == []
    require_complete(obj)


# Cases


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("summary", ""), ("body", "\n"), ("facts_as_of", None), ("owner", None)],
)
def test_a_case_lacks(field, value):
    case = CompleteCaseFactory()
    setattr(case, field, value)
    assert lacking(case) == [field]
    with pytest.raises(IncompleteError) as refused:
        require_complete(case)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_institution_answers_for_a_case_without_an_owner(django_assert_num_queries):
    from tests.factories import InstitutionFactory

    case = CompleteCaseFactory(owner=None, institution=InstitutionFactory())
    assert lacking(case) == []


def test_a_missing_licence_is_a_hint():
    case = CompleteCaseFactory(licence="")
    assert lacking(case) == []
    assert lacking(case, Severity.WARNING) == ["licence"]
    assert blocking(case.problems()) == []


def test_a_case_has_one_to_five_themes_and_a_narrow_one():
    def refused(*themes):
        return [problem.field for problem in CompleteCaseFactory(themes=themes).problems()]

    top = ThemeFactory()
    narrow = ThemeFactory(broader=top)
    generic = ThemeFactory(generic=True)
    assert refused(narrow, generic) == []
    assert refused(generic) == ["themes"]
    assert refused(top) == ["themes"]
    assert refused(ThemeFactory()) == []
    assert refused(*(ThemeFactory() for _ in range(6))) == ["themes"]
    case = CompleteCaseFactory()
    case.themes.clear()
    assert lacking(case) == ["themes"]


# Courses


def test_a_course_needs_units():
    assert lacking(CourseFactory()) == ["units"]


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("hours", None), ("delivery_method", "")])
def test_a_unit_lacks(field, value):
    course = anew(CompleteCourseFactory())
    units = [*course.units.all(), Unit(**{"title": "Second", "hours": 1, "sort_order": 10**6, field: value})]
    course.units = units
    assert lacking(course) == [f"units/2/{field}"]


def test_zero_hours_are_a_number():
    course = CourseFactory()
    UnitFactory(course=course, hours=Decimal(0))
    assert lacking(anew(course)) == []


def test_units_without_any_theme_are_a_hint():
    course = CourseFactory()
    UnitFactory(course=course)
    UnitFactory(course=course, neutral=True)
    UnitFactory(course=course, themes=[ThemeFactory()])
    assert lacking(anew(course), Severity.WARNING) == ["units/1/themes"]
    tagged = CourseFactory(themes=[ThemeFactory()])
    UnitFactory(course=tagged)
    assert lacking(anew(tagged), Severity.WARNING) == []


# Curricula


def test_a_curriculum_needs_modules_and_each_something_placed():
    curriculum = CurriculumFactory()
    assert lacking(anew(curriculum)) == ["modules"]
    ModuleFactory(curriculum=curriculum, title="")
    assert lacking(anew(curriculum)) == ["modules/1/placements", "modules/1/title"]


def test_a_placement_needs_one_target_that_is_published():
    curriculum = CurriculumFactory()
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, course=CourseFactory())
    PlacementFactory(module=module)
    PlacementFactory(module=module, course=CourseFactory(live=False))
    PlacementFactory(module=module, case=CaseFactory(archived_at=timezone.now(), live=False))
    assert lacking(anew(curriculum)) == [
        "modules/1/placements/2/course",
        "modules/1/placements/3/course",
        "modules/1/placements/4/case",
    ]
    both = Placement(course=CourseFactory(), case=CaseFactory())
    assert [problem.field for problem in both.problems()] == ["case"]


def test_targets_are_read_together_however_many(django_assert_num_queries):
    def revision(count):
        curriculum = CurriculumFactory()
        module = ModuleFactory(curriculum=curriculum)
        for _ in range(count):
            PlacementFactory(module=module, course=CourseFactory())
            PlacementFactory(module=module, case=CaseFactory())
        return anew(curriculum).save_revision()

    for count in (1, 20):
        obj = revision(count).as_object()
        with django_assert_num_queries(2):
            assert obj.problems() == []


# Everything that goes out asks


@pytest.mark.parametrize("kind", ["case", "course", "curriculum"])
def test_no_incomplete_revision_is_published(kind):
    obj = drafted(kind)
    obj.title = ""
    revision = obj.save_revision(clean=False)
    with pytest.raises(IncompleteError):
        revision.publish()
    assert not anew(obj).live


def test_no_incomplete_revision_is_scheduled():
    obj = drafted("case")
    obj.summary, obj.go_live_at = "", timezone.now() + timedelta(days=1)
    revision = obj.save_revision()
    with pytest.raises(IncompleteError):
        revision.publish()
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


# The editor says it at the row


@pytest.fixture
def chair():
    return signed_in("committee_chair")


def posted(client, obj, data, action):
    edit = admin_url(obj, "edit")
    return client.post(edit, form_on(client.get(edit)) | data | action)


@pytest.mark.parametrize("action", [SUBMIT, PUBLISH])
def test_the_editor_of_a_case_says_what_is_missing(chair, action):
    case = drafted("case")
    refused = posted(chair, case, {"summary": "", "facts_as_of": "", "themes": ""}, action)
    assert errors_on(refused) == [
        "Say in two or three sentences what the case is about.",
        "Give 1 to 5 themes: people find it by them.",
        "Say to which date the events are told.",
    ]
    assert not anew(case).live


def test_a_draft_may_lack_all_that(chair):
    case = drafted("case")
    answer = posted(chair, case, {"summary": "", "body": "", "facts_as_of": "", "themes": ""}, {})
    assert answer.status_code == 302
    assert lacking(anew(case).latest_revision.as_object()) == ["body", "facts_as_of", "summary", "themes"]


@pytest.mark.parametrize("action", [SUBMIT, PUBLISH])
def test_a_complete_case_goes_on(chair, action):
    case = drafted("case")
    assert posted(chair, case, {}, action).status_code == 302


def test_the_editor_says_it_when_something_new_is_submitted_at_once():
    lecturer = signed_in("lecturer")
    add = admin_url(CaseStudy, "add")
    data = form_on(lecturer.get(add)) | {"code": "NEW-1", "title": "New", "body": "Text."}
    refused = lecturer.post(add, data | SUBMIT)
    assert "Give 1 to 5 themes: people find it by them." in errors_on(refused)
    assert not CaseStudy.objects.exists()


@pytest.mark.parametrize("action", [SUBMIT, PUBLISH])
def test_the_editor_of_a_course_asks_for_a_unit(chair, action):
    course = anew(CourseFactory(live=False))
    course.save_revision()
    refused = posted(chair, course, {}, action)
    assert "Add at least one unit." in errors_on(refused)
    assert posted(chair, course, {}, {}).status_code == 302


def test_the_last_unit_may_not_be_deleted_before_it_goes_out(chair):
    course = drafted("course")
    assert "Add at least one unit." in errors_on(posted(chair, course, {"units-0-DELETE": "1"}, SUBMIT))


@pytest.mark.parametrize("action", [SUBMIT, PUBLISH])
def test_the_editor_of_a_curriculum_says_it_at_the_row(chair, action):
    curriculum = drafted("curriculum")
    CaseStudy.objects.update(live=False, title="The flood")
    refused = posted(chair, curriculum, {}, action)
    assert errors_on(refused) == [
        "What stands here is not published: publish it first, or choose something else.",
    ]
    assert 'id="inline_child_modules-0-placements-0"' in refused.content.decode()


def test_a_module_without_placements_says_so(chair):
    curriculum = drafted("curriculum")
    edit = admin_url(curriculum, "edit")
    data = form_on(chair.get(edit))
    prefix = with_row(data, "modules", title="Empty", summary="", code="")
    with_formset(data, f"{prefix}-placements")
    assert "Place at least one course or case in the module." in errors_on(chair.post(edit, data | SUBMIT))
    assert chair.post(edit, data).status_code == 302


def test_a_curriculum_without_modules_says_so(chair):
    curriculum = drafted("curriculum")
    refused = posted(chair, curriculum, {"modules-0-DELETE": "1"}, SUBMIT)
    assert "Add at least one module." in errors_on(refused)


def test_an_incomplete_object_can_be_returned_in_the_editor():
    from tests.editing.reviewing import review_of, submitted

    curriculum = submitted("curriculum")
    CaseStudy.objects.update(live=False)
    client = Client()
    client.force_login(UserFactory(roles=["committee_member"]))
    edit = admin_url(curriculum, "edit")
    data = form_on(client.get(edit)) | {
        "action-workflow-action": "true",
        "workflow-action-name": "reject",
        "workflow-action-extra-data": '{"comment": "The case is gone."}',
    }
    assert client.post(edit, data).status_code == 302
    assert review_of(curriculum).status == "needs_changes"


# The clock


def scheduled(obj):
    """The object, scheduled while it was complete, its day reached."""
    obj = with_draft(obj, obj.owner, go_live_at=timezone.now() + timedelta(days=1))
    obj.latest_revision.publish()
    revision, now = anew(obj).scheduled_revision, timezone.now()
    content = revision.content | {"go_live_at": now.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now, content=content)
    return anew(obj)


def test_the_clock_publishes_what_is_complete():
    obj = scheduled(drafted("case"))
    due_jobs()["scheduled-publishing"](timezone.now())
    assert anew(obj).live
    assert ModelLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 1


def test_the_clock_skips_what_lacks_something_and_tells_whose_it_is(django_capture_on_commit_callbacks):
    owner = UserFactory(roles=["committee_member"], language="en")
    curriculum = scheduled(drafted("curriculum", owner))
    other = scheduled(drafted("case"))
    placed = CaseFactory(live=False, title="The flood")
    content = curriculum.scheduled_revision.content
    content["modules"][0]["placements"][0]["case"] = placed.pk
    Revision.objects.filter(pk=curriculum.scheduled_revision.pk).update(content=content)
    for _ in range(2):
        due_jobs()["scheduled-publishing"](timezone.now())
    curriculum = anew(curriculum)
    assert not curriculum.live
    assert curriculum.scheduled_revision is None
    assert curriculum.get_lock() is None
    assert anew(other).live
    held = ModelLogEntry.objects.get(action="editing.publish.held")
    assert held.data == {"problems": ["modules/1/placements/1/case"]}
    assert held.message == "Not published by the clock, because something was missing"
    assert tell_held.func(held.revision_id) == 1
    (sent,) = [message for message in mail.outbox if message.subject.startswith("Not published")]
    assert sent.to == [owner.email]
    assert "- 1.1: What stands here is not published" in sent.body
    assert admin_url(curriculum, "edit") in sent.body


def test_holding_back_is_rolled_back_as_a_whole(monkeypatch):
    obj = scheduled(drafted("case"))
    revision = obj.scheduled_revision

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("editing.holding.log", broken)
    with pytest.raises(RuntimeError):
        hold_back(revision=revision, problems=[])
    assert anew(obj).scheduled_revision == revision
