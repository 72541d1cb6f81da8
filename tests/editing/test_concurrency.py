"""Several people save at once: what was answered with success is there; nothing is written over unseen."""

import random
import threading
import time
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from wagtail.models import Revision, TaskState

from cases.models import CaseStudy
from editing.models.review import shown_state
from editing.views.edit import EditView
from tests.concurrency import at_once, shared_database
from tests.editing.reviewing import state_of, submitted
from tests.editing.writers import LOADED, opened, saved
from tests.editor import admin_url, form_on, signed_in
from tests.factories import CaseFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

WRITERS = 8
SAVES = 25
BY_ITSELF = {"headers": {"Accept": "application/json"}}


@pytest.fixture(autouse=True)
def database(request, tmp_path):
    request.getfixturevalue("transactional_db")
    with shared_database(tmp_path):
        yield


@pytest.fixture
def writers():
    return [signed_in("committee_chair", is_superuser=True) for _number in range(WRITERS)]


@pytest.fixture
def case(writers):
    case = CaseFactory(title="Start")
    saved(writers[0], case, opened(writers[0], case))
    return case


def loaded(obj):
    """What a form that is opened now says it was loaded from."""
    pk, created_at = (
        Revision.objects.for_instance(obj).order_by("-created_at").values_list("pk", "created_at").first()
    )
    return dict(zip(LOADED, (str(pk), created_at.isoformat()), strict=True))


def titles(obj):
    return [one.content["title"] for one in Revision.objects.for_instance(obj).order_by("pk")]


def test_eight_writers_lose_nothing(writers, case):
    """Each reloads when somebody else was first; every title that was saved is in the history, once."""
    form = opened(writers[0], case)
    answers = []

    def write(client, number):
        tosses = random.Random(number)
        for turn in range(SAVES):
            while True:
                data = form | loaded(case) | {"title": f"{number}-{turn}"}
                status = saved(client, case, data).status_code
                answers.append(status)
                if status == 302:
                    break
                assert status == 409
                # Whoever sees the page reads it: at once again, all would keep meeting.
                time.sleep(tosses.uniform(0.5, 2))

    at_once([lambda c=client, n=number: write(c, n) for number, client in enumerate(writers)])
    expected = {f"{number}-{turn}" for number in range(WRITERS) for turn in range(SAVES)}
    assert answers.count(302) == WRITERS * SAVES
    assert answers.count(409) > 0
    assert len(titles(case)) == WRITERS * SAVES + 1
    assert set(titles(case)) == {*expected, "Start"}


def together(writers, case, form, titles, **headers):
    """The answers to several people who send the same page at the same moment."""
    return [
        answer.status_code
        for answer in at_once(
            [
                lambda c=client, t=title: saved(c, case, form | {"title": t}, **headers)
                for client, title in zip(writers, titles, strict=True)
            ]
        )
    ]


def test_of_stale_saves_none_writes_over_anything(writers, case):
    """Rounds of people with the same page, some by the button and most by themselves: one is first."""
    form = opened(writers[0], case)
    rounds = 100 // (WRITERS - 1) + 1
    for turn in range(rounds):
        mine = [f"{turn}-{number}" for number in range(WRITERS)]
        kind, won, lost = ({}, 302, 409) if turn < 2 else (BY_ITSELF, 200, 400)
        answers = together(writers, case, form | loaded(case), mine, **kind)
        assert sorted(answers) == sorted([won] + [lost] * (WRITERS - 1))
        assert titles(case)[-1] == mine[answers.index(won)]
        assert len(titles(case)) == turn + 2
    assert rounds * (WRITERS - 1) >= 100


def test_without_the_check_they_are_written_over(writers, case):
    """The control: what the test above would see if nothing were compared."""
    form = opened(writers[0], case)
    with mock.patch.object(EditView, "is_out_of_date", False):
        answers = together(writers, case, form, [str(number) for number in range(WRITERS)])
    assert answers == [302] * WRITERS
    assert len(titles(case)) == WRITERS + 1


def in_the_editor(client, obj):
    data = opened(client, obj)
    data |= {"action-workflow-action": "true", "workflow-action-name": "approve"}
    return lambda: saved(client, obj, data)


def on_the_page_of_the_review(client, obj):
    data = {"act": "approve", "shown": shown_state(state_of(obj).revision), "approve-comment": ""}
    return lambda: client.post(admin_url(obj, "review"), data, follow=True)


TOLD = ("before you did", "is over", "has ended", "not needed any more")


@pytest.mark.parametrize(
    "ways",
    [
        (in_the_editor, in_the_editor),
        (on_the_page_of_the_review, on_the_page_of_the_review),
        (in_the_editor, on_the_page_of_the_review),
    ],
    ids=["editor", "page", "both"],
)
def test_of_two_approvals_at_once_one_wins_and_the_other_is_told(ways):
    case = submitted("case")
    members = [signed_in("committee_member") for _number in ways]
    answers = at_once([way(client, case) for way, client in zip(ways, members, strict=True)])
    assert TaskState.objects.filter(status="approved").count() == 1
    assert CaseStudy.objects.get(pk=case.pk).live
    winner = TaskState.objects.get(status="approved").finished_by
    told = [
        any(words in answer.content.decode() for words in TOLD)
        for client, answer in zip(members, answers, strict=True)
        if client.user != winner
    ]
    assert told == [True]


def holding(obj, release):
    """Write into an object and keep everybody waiting until told otherwise."""
    ready = threading.Event()

    def hold():
        try:
            with transaction.atomic():
                CaseStudy.objects.filter(pk=obj.pk).update(place="Held")
                ready.set()
                release.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert ready.wait(10)
    return thread


@pytest.fixture
def impatient(monkeypatch):
    """Wait for others no longer than a moment."""
    monkeypatch.setattr("editing.row_locks.LONGEST_WAIT", 1)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute("PRAGMA busy_timeout = 300")


def test_who_waits_too_long_gets_a_message_and_keeps_the_text(writers, case, impatient):
    form = opened(writers[0], case) | {"title": "Typed", "facts_as_of": "2024-01-01"}
    release = threading.Event()
    thread = holding(case, release)
    try:
        answer = saved(writers[0], case, form)
        by_itself = saved(writers[0], case, form, **BY_ITSELF)
    finally:
        release.set()
        thread.join()
    assert answer.status_code == 503
    assert "Nothing is lost: save again in a moment." in answer.content.decode()
    answer.status_code = 200
    given_back = form_on(answer)
    assert (given_back["title"], given_back["facts_as_of"]) == ("Typed", "2024-01-01")
    assert by_itself.status_code == 503
    assert by_itself.json()["error_code"] == "locked"
    assert titles(case) == ["Start"]
    assert saved(writers[0], case, given_back).status_code == 302
    assert titles(case) == ["Start", "Typed"]


def test_who_waits_a_little_is_served(writers, case):
    form = opened(writers[0], case) | {"title": "Typed"}
    release = threading.Event()
    thread = holding(case, release)
    threading.Timer(0.3, release.set).start()
    assert saved(writers[0], case, form).status_code == 302
    thread.join()
    assert titles(case) == ["Start", "Typed"]
