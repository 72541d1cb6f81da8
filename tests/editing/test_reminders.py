"""The mails of reviews and of the clock: to whom, in which language, once, and never in the way."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import TaskState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from cases.models import CaseStudy
from cases.reminders import remind_of_review_dates
from editing import mails, notices
from editing.models import Reminder
from editing.reminders import remind_of_reviews
from editing.review import submit, take_newest, withdraw
from people.due import due_jobs
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
from tests.editor import admin_url
from tests.factories import InstitutionFactory, UserFactory
from tests.factories.complete import CompleteCaseFactory

pytestmark = pytest.mark.django_db
IMMEDIATELY = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def told(settings, django_capture_on_commit_callbacks):
    """A function that does something and gives the mails that went out after it, by address."""
    settings.TASKS = IMMEDIATELY

    def run(act, *args, **kwargs):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return {message.to[0]: message for message in mail.outbox}

    return run


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"], name="Mira Member", language="en")


@pytest.fixture
def chair():
    return UserFactory(roles=["committee_chair"], name="Carl Chair", language="en")


# Reviews


def test_a_submission_asks_those_who_may_answer_and_nobody_else(told, member, chair):
    institution = InstitutionFactory()
    editor = UserFactory(roles=["provider_editor"], edits_for=institution)
    UserFactory(roles=["provider_editor"], edits_for=InstitutionFactory())
    UserFactory(roles=["committee_member"], is_active=False)
    UserFactory(is_superuser=True)
    UserFactory(roles=["trainee"])
    lecturer = UserFactory(roles=["lecturer"], name="Lena Lecturer")
    case = drafted("case", lecturer, institution=institution, title="A village says no")

    sent = told(submit, by=lecturer, obj=case)
    assert sent.keys() == {member.email, chair.email, editor.email}
    message = sent[member.email]
    assert message.subject == "Please review: A village says no"
    assert "Hello Mira Member," in message.body
    assert "Lena Lecturer has submitted “A village says no” (case) for review." in message.body
    assert f"http://localhost:8000{admin_url(case, 'review')}" in message.body
    assert message.content_subtype == "plain"


def test_who_may_not_read_it_is_not_asked(told):
    low = UserFactory(roles=["committee_member"])
    high = UserFactory(roles=["committee_member"], clearance=3)

    case = drafted("case", UserFactory(roles=["committee_chair"], clearance=3), clearance=3)
    sent = told(submit, by=case.owner, obj=case)
    assert high.email in sent
    assert low.email not in sent


def test_each_step_asks_its_own_people(told, member, chair):
    curriculum = submitted("curriculum")
    sent = told(answered, curriculum, member)
    assert sent.keys() == {chair.email, curriculum.owner.email}
    assert sent[chair.email].subject.startswith("Please review")
    assert sent[curriculum.owner.email].subject.startswith("One step further")


def test_a_return_brings_the_reason_to_the_writer(told, member):
    lecturer, case = lecturer_with_case()
    sent = told(answered, case, member, "reject", "Say <when> & where.")
    assert sent.keys() == {lecturer.email}
    body = sent[lecturer.email].body
    assert "Say <when> & where." in body
    assert f"http://localhost:8000{admin_url(case, 'edit')}" in body


def test_an_approval_is_told_to_the_writers_and_the_owner(told, member):
    owner, writer = UserFactory(), UserFactory(roles=["committee_chair"])
    case = anew(CompleteCaseFactory(live=False, owner=owner))
    case.save_revision(user=writer)
    submitter = UserFactory(roles=["committee_member"])

    submit(by=submitter, obj=anew(case))
    sent = told(answered, case, member, comment="Well told.")
    assert sent.keys() == {owner.email, writer.email, submitter.email}
    message = sent[writer.email]
    assert message.subject.startswith("Approved and published")
    assert "Well told." in message.body


def test_an_approval_that_schedules_names_the_day(told, member):
    case = submitted("case", go_live_at=timezone.now() + timedelta(days=7))
    sent = told(answered, case, member)
    day = f"{timezone.now() + timedelta(days=7):%Y-%m-%d}"
    assert sent[case.owner.email].subject.startswith(f"Approved, and scheduled for {day}")


def test_a_withdrawal_is_told_to_those_who_were_asked(told, member):
    lecturer, case = lecturer_with_case()
    sent = told(withdraw, by=lecturer, obj=case)
    assert sent.keys() == {member.email}
    assert sent[member.email].subject.startswith("No longer under review")


def test_those_who_returned_it_hear_nothing_of_a_withdrawal(told, member):
    lecturer, case = lecturer_with_case()
    case = answered(case, member, "reject", "No.")
    assert told(withdraw, by=lecturer, obj=case) == {}


def test_the_submitter_hears_when_somebody_else_ends_the_review(told, member):
    lecturer, case = lecturer_with_case()
    sent = told(review_of(case).cancel, user=member)
    assert lecturer.email in sent
    assert member.email not in sent


def test_a_review_that_goes_on_with_a_newer_draft_asks_again(told, member, chair):
    case = submitted("case")
    with_draft(case, case.owner)
    sent = told(take_newest, by=member, obj=case)
    assert sent.keys() == {chair.email}


# Language


def test_mails_are_written_in_the_language_of_the_receiver(told, monkeypatch):
    used = []
    monkeypatch.setattr(mails, "override", lambda language: used.append(language) or override(language))
    people = {
        UserFactory(roles=["committee_member"], language=language).email: language or "en"
        for language in ("en", "zh-hans", "")
    }
    case = drafted("case", UserFactory(roles=["lecturer"]))
    with override("zh-hans"):
        sent = told(submit, by=case.owner, obj=case)
    assert sent.keys() == people.keys()
    assert sorted(used) == sorted(people.values())
    assert "Hello" in sent[next(email for email, language in people.items() if language == "en")].body


# Never in the way


def test_a_mail_server_that_is_down_breaks_nothing(told, member, settings, caplog):
    lecturer, case = lecturer_with_case()
    settings.EMAIL_BACKEND = "tests.editing.test_reminders.Down"
    told(answered, case, member)
    assert anew(case).live
    assert "could not be sent" in caplog.text
    assert lecturer.email not in caplog.text


class Down:
    """A mail server that does not answer."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("No route to host")


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_breaks_nothing(member, monkeypatch):
    _lecturer, case = lecturer_with_case()

    class Broken:
        def enqueue(self, *args):
            raise RuntimeError

    monkeypatch.setattr(notices, "tell_answered", Broken())
    answered(case, member)
    assert anew(case).live


def test_nothing_is_sent_before_the_commit(settings, member):
    settings.TASKS = IMMEDIATELY
    _lecturer, case = lecturer_with_case()
    answered(case, member)
    assert mail.outbox == []


def test_tasks_pass_over_what_is_gone():
    for task in (notices.tell_asked, notices.tell_answered, notices.tell_withdrawn):
        assert task.func(10**6, None) == 0
    assert notices.tell_held.func(10**6) == 0


def test_nobody_is_asked_about_what_has_been_answered_meanwhile(member):
    case = submitted()
    state = state_of(case)
    answered(case, member)
    assert notices.tell_asked.func(state.pk, None) == 0


def test_wagtails_own_notices_find_their_places_taken():
    """Wagtail sends before the commit, to its own groups; an upgrade that names them otherwise shows here."""
    for signal in (task_submitted, workflow_submitted, workflow_rejected, workflow_approved):
        receivers = [receiver[1]() for receiver in signal.receivers]
        assert receivers
        assert not [receiver for receiver in receivers if type(receiver).__module__ == "wagtail.admin.mail"]


# Reminders


def waited(obj, days):
    """Let a review have waited some days."""
    then = timezone.now() - timedelta(days=days)
    obj.revisions.update(created_at=then)
    TaskState.objects.filter(workflow_state__object_id=str(obj.pk)).update(started_at=then)
    return obj


@pytest.mark.parametrize(("days", "mails_sent"), [(2, 0), (3, 1), (9, 1), (40, 1)])
def test_a_review_that_waits_three_days_reminds_those_who_may_answer(told, member, days, mails_sent):
    _lecturer, case = lecturer_with_case(title="A village says no")
    waited(case, days)
    sent = told(remind_of_reviews, timezone.now())
    assert len(sent) == mails_sent
    for message in sent.values():
        assert message.to == [member.email]
        assert message.subject == "1 review waits for you"
        assert "A village says no (case), since" in message.body
        assert f"http://localhost:8000{admin_url(case, 'review')}" in message.body
        assert f"http://localhost:8000{reverse('reviews')}" in message.body


def test_everything_that_waits_stands_in_one_mail_and_is_told_once(told, member):
    lecturer = UserFactory(roles=["lecturer"])
    for _ in range(3):
        waited(submitted("case", lecturer), 4)
    now = timezone.now()
    assert told(remind_of_reviews, now)[member.email].subject == "3 reviews wait for you"
    assert told(remind_of_reviews, now) == {}
    assert told(remind_of_reviews, now + timedelta(days=5)) == {}
    assert told(remind_of_reviews, now + timedelta(days=7))[member.email].subject == "3 reviews wait for you"
    assert Reminder.objects.count() == 6


def test_nobody_is_reminded_of_what_was_answered_or_withdrawn(told, member):
    case, other = submitted(), submitted()
    for obj in (case, other):
        waited(obj, 5)
    answered(case, member)
    withdraw(by=other.owner, obj=other)
    assert told(remind_of_reviews, timezone.now()) == {}


def test_the_writer_is_not_reminded_of_their_own_submission(told, member):
    case = submitted("case", member)
    waited(case, 5)
    assert told(remind_of_reviews, timezone.now()) == {}


def test_reminders_that_fail_half_way_are_not_recorded(member, monkeypatch):
    waited(submitted(), 5)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("editing.reminders.after_commit", broken)
    with pytest.raises(RuntimeError):
        remind_of_reviews(timezone.now())
    assert not Reminder.objects.exists()


@pytest.fixture
def owner():
    return UserFactory(roles=["lecturer"], language="en")


def test_review_dates_are_told_to_the_owner_once_when_due_and_once_when_overdue(told, owner):
    today = timezone.localdate()
    case = CompleteCaseFactory(owner=owner, title="Old", review_by=today + timedelta(days=60))
    CompleteCaseFactory(owner=owner, title="Young", review_by=today + timedelta(days=61))
    now = timezone.now()
    sent = told(remind_of_review_dates, now)
    assert sent[owner.email].subject == "1 of your cases wants another look"
    assert "Old: review by" in sent[owner.email].body
    assert "Young" not in sent[owner.email].body
    assert admin_url(case, "edit") in sent[owner.email].body
    assert told(remind_of_review_dates, now) == {}
    CaseStudy.objects.filter(title="Young").delete()
    assert told(remind_of_review_dates, now + timedelta(days=30)) == {}
    late = told(remind_of_review_dates, now + timedelta(days=61))
    assert "Old: the review was due on" in late[owner.email].body
    assert told(remind_of_review_dates, now + timedelta(days=90)) == {}


def test_a_new_review_date_is_told_of_again(told, owner):
    case = CompleteCaseFactory(owner=owner, review_by=date(2026, 1, 1))
    told(remind_of_review_dates, timezone.now())
    CaseStudy.objects.filter(pk=case.pk).update(review_by=date(2026, 2, 1))
    assert owner.email in told(remind_of_review_dates, timezone.now())


@pytest.mark.parametrize(
    "fields", [{"live": False}, {"archived_at": timezone.now()}, {"review_by": None}, {"owner": None}]
)
def test_no_other_case_is_told_of(told, owner, fields):
    CompleteCaseFactory(**{"owner": owner, "review_by": date(2026, 1, 1)} | fields)
    assert told(remind_of_review_dates, timezone.now()) == {}


def test_inactive_owners_hear_nothing(told):
    CompleteCaseFactory(owner=UserFactory(is_active=False), review_by=date(2026, 1, 1))
    assert told(remind_of_review_dates, timezone.now()) == {}


def test_the_clock_runs_both_jobs(told, member, owner):
    case = submitted("case", owner)
    waited(case, 4)
    CompleteCaseFactory(owner=owner, review_by=date(2026, 1, 1))
    jobs, now = due_jobs(), timezone.now()
    assert told(jobs["review-reminders"], now).keys() == {member.email}
    assert told(jobs["case-review-dates"], now).keys() == {owner.email}
