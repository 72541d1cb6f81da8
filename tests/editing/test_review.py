"""Reviews: who answers, what an answer does, and everything that is refused, on each way to it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import ModelLogEntry, TaskState, Workflow, WorkflowContentType, WorkflowState

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from editing.exceptions import (
    AlreadyAnswered,
    IncompleteError,
    NewerDraft,
    NotYours,
    ReasonMissing,
    ReviewRefused,
)
from editing.models import ReviewTask
from editing.models.review import shown_state
from editing.review import answer, submit, take_newest, withdraw
from tests.editing.reviewing import (
    anew,
    answered,
    drafted,
    lecturer_with_case,
    review_of,
    state_of,
    submitted,
    with_draft,
)
from tests.editor import admin_url, form_on
from tests.factories import InstitutionFactory, UserFactory
from tests.factories.complete import CompleteCaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"], name="Mira Member")


@pytest.fixture
def chair():
    return UserFactory(roles=["committee_chair"], name="Carl Chair")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(obj):
    return admin_url(obj, "review")


def sent(client, obj, act, **fields):
    """The answer of the review page to one of its buttons."""
    shown = shown_state(state_of(obj).revision) if "shown" not in fields else fields.pop("shown")
    name = "return" if act == "return" else "approve"
    data = {"act": act, "shown": shown, f"{name}-comment": fields.pop("comment", "")}
    return client.post(page_of(obj), data | fields)


def messages_on(response):
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(" ".join(node.get_text().split()) for node in page.select(".messages, .praxis-problem"))


# The workflows


def test_each_kind_has_its_workflow_and_wagtails_own_rests():
    assigned = {
        row.content_type.model_class(): [task.specific for task in row.workflow.tasks]
        for row in WorkflowContentType.objects.select_related("workflow", "content_type")
    }
    shape = {model: [(task.role, task.by_institution) for task in tasks] for model, tasks in assigned.items()}
    one_step = [("committee_member", True)]
    assert shape == {
        CaseStudy: one_step,
        Course: one_step,
        Curriculum: [("committee_member", False), ("committee_chair", False)],
    }
    assert not Workflow.objects.filter(name="Moderators approval", active=True).exists()


def test_steps_are_called_in_the_readers_language():
    step = ReviewTask.objects.get(name="Committee chair")
    with override("en"):
        assert step.label == "Approval by the chair of the committee"
    assert ReviewTask(name="Something of one's own").label == "Something of one's own"


# Who answers


@pytest.mark.parametrize(
    ("roles", "of_institution", "answers"),
    [
        (["committee_member"], False, True),
        (["committee_chair"], False, True),
        (["provider_editor"], True, True),
        (["lecturer"], True, True),
        (["provider_editor"], False, False),
        (["lecturer"], False, False),
        (["training_manager"], False, False),
        (["trainee"], False, False),
        (["operator"], False, False),
    ],
)
@pytest.mark.parametrize("kind", ["case", "course"])
def test_cases_and_courses_are_answered_by_institution_or_committee(kind, roles, of_institution, answers):
    institution = InstitutionFactory()
    obj = submitted(kind, institution=institution)
    user = UserFactory(roles=roles, edits_for=institution if of_institution else None)
    assert state_of(obj).task.specific.may_answer(user, obj) is answers


@pytest.mark.parametrize(
    ("roles", "answers"),
    [(["committee_member"], True), (["committee_chair"], True), (["provider_editor"], False)],
)
def test_the_first_step_of_a_curriculum_is_the_committees(roles, answers):
    institution = InstitutionFactory()
    obj = submitted("curriculum", institution=institution)
    user = UserFactory(roles=roles, edits_for=institution)
    assert state_of(obj).task.specific.may_answer(user, obj) is answers


def test_the_second_step_of_a_curriculum_is_the_chairs(member, chair):
    obj = answered(submitted("curriculum"), member)
    step = state_of(obj).task.specific
    others = [member, UserFactory(roles=["committee_member"])]
    assert [step.may_answer(user, obj) for user in [chair, *others]] == [True, False, False]
    assert not obj.live
    assert answered(obj, chair).live


def test_one_chair_may_answer_both_steps(chair):
    obj = answered(submitted("curriculum"), chair)
    assert answered(obj, chair).live


def test_superusers_answer_but_not_about_their_own():
    root, other = UserFactory(is_superuser=True), UserFactory(is_superuser=True)
    obj = submitted("case", root)
    step = state_of(obj).task.specific
    assert [step.may_answer(user, obj) for user in (root, other)] == [False, True]


def test_nobody_answers_what_they_may_not_read(member):
    obj = submitted("case", UserFactory(roles=["committee_chair"], clearance=3), clearance=3)
    assert not state_of(obj).task.specific.may_answer(member, obj)
    member.clearance = 3
    assert state_of(obj).task.specific.may_answer(member, obj)


def test_inactive_people_answer_nothing(member):
    obj = submitted()
    member.is_active = False
    assert not state_of(obj).task.specific.may_answer(member, obj)


def test_nobody_answers_about_a_revision_that_they_wrote(member):
    writer = UserFactory(roles=["committee_member"])
    obj = drafted("case", writer)
    submit(by=member, obj=obj)
    step = state_of(obj).task.specific
    third = UserFactory(roles=["committee_member"])
    assert [step.may_answer(user, obj) for user in (member, writer, third)] == [False, False, True]


def test_who_submitted_first_does_not_answer_after_a_colleague_submits_again(member):
    first, colleague = (UserFactory(roles=["committee_member"]) for _ in range(2))
    obj = answered(submitted("case", first), member, "reject", "Too short.")
    submit(by=colleague, obj=with_draft(obj, colleague))
    step = state_of(obj).task.specific
    assert [step.may_answer(user, obj) for user in (first, colleague, member)] == [False, False, True]


# What an answer does


@pytest.mark.parametrize("kind", ["case", "course"])
def test_one_approval_publishes_without_the_right_to_publish(kind, member):
    obj = answered(submitted(kind), member)
    assert obj.live
    assert review_of(obj).status == WorkflowState.STATUS_APPROVED


def test_an_approval_schedules_what_is_to_come_later(member):
    later = timezone.now().replace(microsecond=0) + timedelta(days=7)
    obj = submitted(go_live_at=later)
    obj = answered(obj, member)
    assert not obj.live
    assert obj.scheduled_revision.approved_go_live_at == later


def test_a_live_object_stays_as_it_is_until_it_is_approved(member):
    obj = with_draft(CompleteCaseFactory(title="Old"), UserFactory(roles=["committee_member"]), title="New")
    submit(by=obj.latest_revision.user, obj=obj)
    assert anew(obj).title == "Old"
    assert answered(obj, member).title == "New"


def test_a_return_keeps_the_reason_and_unlocks_the_writer(member):
    lecturer, obj = lecturer_with_case()
    step = state_of(obj).task.specific
    assert step.locked_for_user(obj, lecturer)
    obj = answered(obj, member, "reject", "  Say when it happened.  ")
    state = review_of(obj).current_task_state
    assert (state.status, state.comment, state.finished_by) == ("rejected", "Say when it happened.", member)
    assert obj.get_lock() is None


@pytest.mark.parametrize("reason", ["", "   \n "])
def test_a_return_needs_a_reason(reason, member):
    obj = submitted()
    with pytest.raises(ReasonMissing):
        answer(by=member, state=state_of(obj), action="reject", comment=reason)
    assert state_of(obj).status == "in_progress"


def test_what_was_returned_begins_anew_at_the_first_step(member, chair):
    obj = answered(submitted("curriculum"), member)
    obj = answered(obj, chair, "reject", "One module more.")
    submit(by=obj.owner, obj=with_draft(obj, obj.owner))
    assert state_of(obj).task.name == "Committee member"
    assert WorkflowState.objects.count() == 1


def test_steps_that_approved_the_same_draft_are_not_asked_twice(member, chair):
    obj = answered(submitted("curriculum"), member)
    obj = answered(obj, chair, "reject", "A word with you first.")
    submit(by=obj.owner, obj=obj)
    assert state_of(obj).task.name == "Committee chair"


def test_a_writer_withdraws_and_submits_again(member):
    lecturer, obj = lecturer_with_case()
    withdraw(by=lecturer, obj=obj)
    assert review_of(obj).status == WorkflowState.STATUS_CANCELLED
    assert not TaskState.objects.filter(status="in_progress").exists()
    submit(by=lecturer, obj=obj)
    assert answered(obj, member).live


def test_those_who_are_asked_do_not_withdraw(member):
    obj = submitted()
    with pytest.raises(NotYours):
        withdraw(by=member, obj=obj)
    assert state_of(obj)


# What is refused


def test_only_who_may_change_something_submits_it():
    obj = drafted("case")
    with pytest.raises(NotYours):
        submit(by=UserFactory(roles=["lecturer"]), obj=obj)


def test_nothing_is_submitted_twice():
    obj = submitted()
    with pytest.raises(AlreadyAnswered):
        submit(by=obj.owner, obj=obj)


def test_without_a_change_there_is_nothing_to_review():
    obj = CompleteCaseFactory()
    with pytest.raises(ReviewRefused, match="Nothing has changed"):
        submit(by=UserFactory(roles=["committee_member"]), obj=obj)


def test_of_two_approvals_one_wins_and_the_other_is_told(member):
    obj = submitted()
    state = state_of(obj)
    stale = TaskState.objects.get(pk=state.pk)
    answer(by=member, state=state, action="approve")
    with pytest.raises(AlreadyAnswered, match="Mira Member approved this before you did"):
        answer(by=UserFactory(roles=["committee_member"]), state=stale, action="approve")
    assert ModelLogEntry.objects.filter(action="wagtail.workflow.approve").count() == 1


def test_a_withdrawn_review_takes_no_answer(member):
    lecturer, obj = lecturer_with_case()
    state = state_of(obj)
    withdraw(by=lecturer, obj=obj)
    with pytest.raises(AlreadyAnswered, match="ended this review"):
        answer(by=member, state=state, action="approve")


def test_a_newer_draft_blocks_the_answer_until_the_review_goes_on_with_it(member):
    obj = submitted()
    other = UserFactory(roles=["committee_member"])
    with_draft(obj, other)
    for action in ("approve", "reject"):
        with pytest.raises(NewerDraft):
            answer(by=member, state=state_of(obj), action=action, comment="Read it.")
    take_newest(by=member, obj=obj)
    assert state_of(obj).revision == anew(obj).latest_revision
    assert not state_of(obj).task.specific.may_answer(other, obj)
    assert answered(obj, member).title.endswith("changed")


def test_the_first_step_is_asked_again_about_a_newer_draft(member, chair):
    obj = answered(submitted("curriculum"), member)
    with_draft(obj, obj.owner)
    take_newest(by=chair, obj=obj)
    assert state_of(obj).task.name == "Committee member"


def test_a_draft_that_was_written_over_blocks_the_answer_too(member):
    obj = submitted()
    obj.title = "Written over"
    obj.save_revision(user=obj.owner, overwrite_revision=obj.latest_revision)
    with pytest.raises(NewerDraft):
        answer(by=member, state=state_of(obj), action="approve")


def test_the_newest_draft_is_not_taken_twice(member):
    obj = submitted()
    with pytest.raises(NewerDraft, match="under review already"):
        take_newest(by=member, obj=obj)


def test_an_answer_about_another_revision_than_was_read_is_refused(member):
    obj = submitted()
    with pytest.raises(NewerDraft):
        answer(by=member, state=state_of(obj), action="approve", shown="1 2026-01-01T00:00:00")


def test_nothing_incomplete_is_submitted_or_approved(member):
    obj = drafted("case")
    obj.summary = ""
    obj.save_revision(user=obj.owner)
    with pytest.raises(IncompleteError, match="two or three sentences"):
        submit(by=obj.owner, obj=obj)
    assert not WorkflowState.objects.exists()


def test_what_came_to_lack_something_is_returned_but_not_approved(member):
    obj = submitted("curriculum")
    CaseStudy.objects.update(live=False)
    with pytest.raises(IncompleteError, match=r"1\.1: .* is not published"):
        answer(by=member, state=state_of(obj), action="approve")
    assert review_of(answered(obj, member, "reject", "The case is gone.")).status == "needs_changes"


# All or nothing


def test_an_approval_that_fails_half_way_leaves_everything_as_it_was(member, monkeypatch):
    obj = submitted()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("wagtail.models.Revision.publish", broken)
    with pytest.raises(RuntimeError):
        answer(by=member, state=state_of(obj), action="approve")
    assert state_of(obj).status == "in_progress"
    assert not anew(obj).live
    assert not ModelLogEntry.objects.filter(action="wagtail.workflow.approve").exists()


def rows():
    """Everything that reviews have written."""
    return [
        list(model.objects.order_by("pk").values()) for model in (WorkflowState, TaskState, ModelLogEntry)
    ]


@pytest.mark.parametrize("act", ["submit", "again", "withdraw", "newest"])
def test_every_act_is_rolled_back_as_a_whole(act, member, monkeypatch):
    obj = drafted("case")
    if act in ("withdraw", "newest"):
        submit(by=obj.owner, obj=obj)
    if act == "again":
        submit(by=obj.owner, obj=obj)
        answered(obj, member, "reject", "No.")
    if act == "newest":
        with_draft(obj, obj.owner)
    before = [
        list(model.objects.order_by("pk").values()) for model in (WorkflowState, TaskState, ModelLogEntry)
    ]

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("wagtail.log_actions.LogActionRegistry.log", broken)
    calls = {"submit": submit, "again": submit, "withdraw": withdraw, "newest": take_newest}
    with pytest.raises(RuntimeError):
        calls[act](by=obj.owner, obj=obj)
    after = [
        list(model.objects.order_by("pk").values()) for model in (WorkflowState, TaskState, ModelLogEntry)
    ]
    assert after == before


# The page of a review


def test_the_page_shows_what_changes_and_takes_an_approval(member):
    lecturer, obj = lecturer_with_case()
    page = browser(member).get(page_of(obj))
    text = " ".join(
        BeautifulSoup(page.content, "html.parser").find(class_="praxis-review").get_text().split()
    )
    assert lecturer.name in text
    assert "everything is new" in text
    assert "Your answer" in text
    response = sent(browser(member), obj, "approve", comment="Well told.")
    assert response["Location"] == reverse("reviews")
    assert anew(obj).live
    assert review_of(obj).current_task_state.comment == "Well told."


def test_the_page_returns_with_a_reason_and_refuses_to_without(member):
    lecturer, obj = lecturer_with_case()
    refused = sent(browser(member), obj, "return", comment="  ")
    assert "Say why you return it" in refused.content.decode()
    assert state_of(obj)
    sent(browser(member), obj, "return", comment="Say when.")
    assert review_of(obj).status == WorkflowState.STATUS_NEEDS_CHANGES
    assert "Say when." in browser(lecturer).get(page_of(obj)).content.decode()


def test_the_page_tells_who_was_quicker(member):
    obj = submitted()
    shown = shown_state(state_of(obj).revision)
    late = UserFactory(roles=["committee_member"])
    answered(obj, member)
    response = sent(browser(late), obj, "approve", shown=shown)
    assert response.status_code == 409
    assert "Mira Member approved this before you did" in messages_on(response)


def test_the_page_keeps_what_was_typed_when_the_draft_has_gone_on(member):
    obj = submitted()
    shown = shown_state(state_of(obj).revision)
    with_draft(obj, obj.owner)
    response = sent(browser(member), obj, "return", shown=shown, comment="A long reason.")
    assert response.status_code == 409
    assert "newer draft" in messages_on(response)
    assert state_of(obj).status == "in_progress"
    page = browser(member).get(page_of(obj)).content.decode()
    assert "Review the newest draft instead" in page
    assert "Return with this reason" not in page
    browser(member).post(page_of(obj), {"act": "newest"})
    assert state_of(obj).revision == anew(obj).latest_revision


def test_the_page_offers_no_approval_of_what_is_incomplete(member):
    obj = submitted("curriculum")
    CaseStudy.objects.update(live=False)
    page = browser(member).get(page_of(obj)).content.decode()
    assert "Still missing" in page
    assert 'value="approve"' not in page
    response = sent(browser(member), obj, "approve")
    assert response.status_code == 409
    assert "is not published" in messages_on(response)


def test_a_writer_submits_and_withdraws_on_the_page():
    lecturer = UserFactory(roles=["lecturer"])
    obj = drafted("case", lecturer)
    client = browser(lecturer)
    assert 'value="submit"' in client.get(page_of(obj)).content.decode()
    client.post(page_of(obj), {"act": "submit"})
    page = client.get(page_of(obj)).content.decode()
    assert "somebody else answers" in page
    assert 'value="approve"' not in page
    client.post(page_of(obj), {"act": "withdraw"})
    assert review_of(obj).status == WorkflowState.STATUS_CANCELLED


def test_an_incomplete_draft_is_not_submitted_on_the_page():
    lecturer = UserFactory(roles=["lecturer"])
    obj = with_draft(drafted("case", lecturer), lecturer, summary="")
    client = browser(lecturer)
    assert 'value="submit"' not in client.get(page_of(obj)).content.decode()
    response = client.post(page_of(obj), {"act": "submit"})
    assert response.status_code == 409
    assert "two or three sentences" in messages_on(response)


def test_an_unknown_act_is_refused(member):
    assert browser(member).post(page_of(submitted()), {"act": "explode"}).status_code == 400


@pytest.mark.parametrize("roles", [["lecturer"], ["provider_editor"], ["training_manager"]])
def test_the_page_of_what_is_not_ones_own_is_not_there(roles):
    _lecturer, obj = lecturer_with_case()
    assert browser(UserFactory(roles=roles)).get(page_of(obj), follow=True).status_code == 404


def test_an_institutions_editor_answers_on_the_page():
    _lecturer, obj = lecturer_with_case()
    editor = UserFactory(roles=["provider_editor"], edits_for=obj.institution)
    sent(browser(editor), obj, "approve")
    assert anew(obj).live


# One's own submission, on every way


@pytest.fixture(params=["committee_member", "committee_chair", "superuser"])
def own(request):
    """Somebody who may answer anything but this, which they submitted."""
    if request.param == "superuser":
        user = UserFactory(is_superuser=True)
    else:
        user = UserFactory(roles=[request.param])
    return user, submitted("case", user)


def test_own_submission_is_refused_on_the_page(own):
    user, obj = own
    response = sent(browser(user), obj, "approve")
    assert response.status_code == 409
    assert "nobody answers about their own work" in messages_on(response)
    assert state_of(obj)


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_own_submission_is_refused_by_the_action_of_the_list(own, action):
    user, obj = own
    for view in ("workflow_action", "collect_workflow_action_data"):
        browser(user).post(admin_url(obj, view, action, state_of(obj).pk), {"comment": "Fine."})
    assert state_of(obj)
    assert not anew(obj).live


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_own_submission_is_refused_in_the_editor(own, action):
    user, obj = own
    edit = admin_url(obj, "edit")
    data = form_on(browser(user).get(edit)) | {
        "action-workflow-action": "true",
        "workflow-action-name": action,
        "workflow-action-extra-data": '{"comment": "Fine."}',
    }
    browser(user).post(edit, data)
    assert state_of(obj)
    assert not anew(obj).live


def test_own_submission_cannot_be_published_around_the_review(own):
    user, obj = own
    edit = admin_url(obj, "edit")
    browser(user).post(edit, form_on(browser(user).get(edit)) | {"action-publish": "action-publish"})
    assert not anew(obj).live
    assert state_of(obj)


def test_the_step_of_another_object_cannot_be_answered_through_ones_own_address(member):
    own, other = submitted("case", member), submitted("case")
    url = admin_url(other, "workflow_action", "approve", state_of(own).pk)
    browser(member).post(url, {"comment": ""})
    assert state_of(own)


# Wagtail's own address for an answer


def asked(obj, action, state):
    return admin_url(obj, "workflow_action", action, state.pk)


def test_an_answer_may_be_sent_straight_to_its_address(member):
    obj = submitted()
    response = browser(member).post(asked(obj, "approve", state_of(obj)), {"comment": "Fine."})
    assert response.status_code == 302
    assert anew(obj).live


@pytest.mark.parametrize(
    ("action", "comment", "words"),
    [
        ("reject", "", "Say why you return it"),
        ("approve", "", "newer draft"),
        ("reject", "No.", "newer draft"),
    ],
)
def test_it_refuses_in_words(member, action, comment, words):
    obj = submitted()
    if words == "newer draft":
        with_draft(obj, obj.owner)
    url, client = asked(obj, action, state_of(obj)), browser(member)
    response = client.post(url, {"comment": comment}, follow=True)
    assert words in messages_on(response)
    in_window = client.post(url, {"comment": comment}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert action == "approve" or words in in_window.json()["html"]
    assert state_of(obj)


def test_a_step_that_is_over_takes_no_answer_there(member):
    obj = submitted()
    late = state_of(obj)
    with_draft(obj, obj.owner)
    take_newest(by=member, obj=obj)
    response = browser(member).post(asked(obj, "approve", late), {"comment": ""}, follow=True)
    assert "ended this review before you answered" in messages_on(response)
    assert state_of(obj)


# The editor


def test_an_approval_in_the_editor_reaches_the_second_step(member, chair):
    obj = submitted("curriculum")
    for user in (member, chair):
        edit = admin_url(obj, "edit")
        data = form_on(browser(user).get(edit)) | {
            "action-workflow-action": "true",
            "workflow-action-name": "approve",
            "workflow-action-extra-data": "{}",
        }
        assert browser(user).post(edit, data).status_code == 302
    assert anew(obj).live


def test_the_reason_stands_above_the_editor_of_the_writer(member):
    lecturer, obj = lecturer_with_case()
    answered(obj, member, "reject", "Say <when> it happened.")
    page = browser(lecturer).get(admin_url(obj, "edit"))
    assert "Say &lt;when&gt; it happened." in page.content.decode()
    assert "Returned by Mira Member" in messages_on(page)


def test_the_editor_speaks_of_reviews_not_of_moderation(member):
    lecturer = UserFactory(roles=["lecturer"])
    obj = drafted("case", lecturer)

    def buttons():
        page = BeautifulSoup(browser(lecturer).get(admin_url(obj, "edit")).content, "html.parser")
        return {" ".join(one.get_text().split()) for one in page.select(".footer button, .footer a")}

    assert "Submit for review" in buttons()
    submit(by=lecturer, obj=obj)
    assert "Withdraw from review" in buttons()
    answered(obj, member, "reject", "Longer, please.")
    named = buttons()
    assert "Submit again" in named
    assert not {name for name in named if "moderation" in name.lower() or "workflow" in name.lower()}


def test_a_writer_submits_and_withdraws_in_the_editor():
    lecturer = UserFactory(roles=["lecturer"])
    obj = drafted("case", lecturer)
    edit, client = admin_url(obj, "edit"), browser(lecturer)
    client.post(edit, form_on(client.get(edit)) | {"action-submit": "action-submit"})
    assert state_of(obj).workflow_state.requested_by == lecturer
    client.post(edit, form_on(client.get(edit)) | {"action-cancel-workflow": "action-cancel-workflow"})
    assert review_of(obj).status == WorkflowState.STATUS_CANCELLED


def test_those_who_are_asked_do_not_withdraw_in_the_editor(member):
    obj = submitted()
    edit, client = admin_url(obj, "edit"), browser(member)
    page = client.get(edit)
    assert "Withdraw from review" not in page.content.decode()
    client.post(edit, form_on(page) | {"action-cancel-workflow": "action-cancel-workflow"})
    assert state_of(obj)


def test_the_question_before_publishing_ends_a_review_is_answered(chair):
    obj = submitted()
    url = admin_url(obj, "confirm_workflow_cancellation")
    answer_ = browser(chair).get(url, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer_.json()["step"] == "confirm"


def test_what_is_under_review_is_locked_for_its_writer_in_words():
    lecturer, obj = lecturer_with_case()
    page = browser(lecturer).get(admin_url(obj, "edit"))
    assert "withdraw it from review first" in messages_on(page)


# The lists


def test_the_list_shows_what_waits_for_whom(member, chair):
    _lecturer, obj = lecturer_with_case(title="A village says no")
    own = submitted("case", member, title="Of one's own")
    page = browser(member).get(reverse("reviews")).content.decode()
    assert "1 review waits for your answer." in page
    assert page.index("Waiting for you") < page.index("A village says no") < page.index("Submitted by you")
    assert page.index("Submitted by you") < page.index("Of one&#x27;s own")
    assert page_of(obj) in page
    both = browser(chair).get(reverse("reviews")).content.decode()
    assert "2 reviews wait for your answer." in both
    answered(own, chair, "reject", "Once more.")
    assert "Returned to the writer" in browser(member).get(reverse("reviews")).content.decode()


def test_the_list_says_what_belongs_there_when_it_is_empty():
    page = browser(UserFactory(roles=["lecturer"])).get(reverse("reviews")).content.decode()
    assert "Nothing waits for your answer." in page
    assert "appears here" in page
    assert "You have submitted nothing yet." in page


@pytest.mark.parametrize("role", ["training_manager", "operator"])
def test_people_who_write_nothing_have_no_list(role):
    client = browser(UserFactory(roles=[role]))
    assert client.get(reverse("reviews")).status_code in {302, 403}
    assert reverse("reviews") not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_menu_counts_what_waits(member):
    submitted()
    submitted("course")
    assert "Reviews (2)" in browser(member).get(reverse("wagtailadmin_home")).content.decode()


def test_the_dashboard_names_what_waits(member):
    _lecturer, obj = lecturer_with_case(title="A village says no")
    page = browser(member).get(reverse("wagtailadmin_home"))
    panel = BeautifulSoup(page.content, "html.parser").find(id="reviews-section")
    assert "A village says no" in panel.get_text()
    assert panel.find("a", href=page_of(obj))
    other = browser(UserFactory(roles=["lecturer"])).get(reverse("wagtailadmin_home"))
    assert "A village says no" not in other.content.decode()


def test_the_list_asks_as_much_for_many_as_for_few(member, django_assert_max_num_queries):
    def queries(count):
        for _ in range(count):
            submitted("case")
            submitted("course")
            submitted("case", member)
        client = browser(member)
        client.get(reverse("reviews"))
        with django_assert_max_num_queries(100) as captured:
            client.get(reverse("reviews"))
        return len(captured)

    assert queries(1) == queries(6)
