"""Who did what to which object, and when, in words."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log, registry
from wagtail.models import ModelLogEntry, Revision

from editing.review import submit, take_newest, withdraw
from editing.wording import LONGEST_REASON, PLAIN, WITH_DATA, with_steps
from people.due import due_jobs
from tests.editing.reviewing import anew, answered, drafted, lecturer_with_case, submitted, with_draft
from tests.editor import admin_url
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


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


def rows_of(response):
    """The cells of the table on a page, a list each row."""
    table = BeautifulSoup(response.content, "html.parser").find("table", class_="listing")
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in (table.find("tbody") or table).find_all("tr")
    ]


def words_of(obj):
    """What the history of an object says, the earliest first."""
    entries = with_steps(ModelLogEntry.objects.for_instance(obj).order_by("timestamp", "pk"))
    return [str(entry.message) for entry in entries]


# Words


def test_a_review_of_two_steps_is_told_in_words(member, chair):
    curriculum = submitted("curriculum")
    curriculum = answered(curriculum, member, comment="Fine.")
    curriculum = answered(curriculum, chair, "reject", "One module more.")
    submit(by=curriculum.owner, obj=with_draft(curriculum, curriculum.owner, summary="Newer"))
    withdraw(by=curriculum.owner, obj=curriculum)
    submit(by=curriculum.owner, obj=curriculum)
    with_draft(curriculum, curriculum.owner, summary="Newest")
    take_newest(by=curriculum.owner, obj=curriculum)
    answered(answered(curriculum, member), chair)
    assert words_of(curriculum) == [
        "Submitted for review",
        "Approved: step 1 of 2. Remark: Fine.",
        "Returned with a reason: One module more.",
        "Submitted for review again",
        "Withdrawn from review",
        "Submitted for review",
        "The review went on with the newest draft",
        "Approved: step 1 of 2",
        "Approved: step 2 of 2",
        "Published",
    ]


def test_a_review_of_one_step_needs_no_numbers(member):
    case = answered(submitted(), member)
    assert "Approved" in words_of(case)
    other = answered(submitted(), member, comment="Well told.")
    assert "Approved. Remark: Well told." in words_of(other)


def test_the_clock_has_words_of_its_own():
    case = with_draft(drafted(), UserFactory(), go_live_at=timezone.now() + timedelta(days=1))
    case.latest_revision.publish()
    revision, now = anew(case).scheduled_revision, timezone.now()
    content = revision.content | {"go_live_at": now.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now, content=content)
    due_jobs()["scheduled-publishing"](timezone.now())
    assert words_of(case)[0].startswith("Publication scheduled for ")
    assert words_of(case)[-1] == "Published by the clock"


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("wagtail.rename", {"title": {"old": "A", "new": "B"}}, "Renamed from “A” to “B”"),
        ("wagtail.rename", {}, "Renamed"),
        ("wagtail.copy", {"source": {"title": "A"}}, "Made as a copy of “A”"),
        ("wagtail.copy", {}, "Made as a copy"),
        ("wagtail.revert", {}, "Put an earlier version back"),
        ("wagtail.publish.schedule", {}, "Publication scheduled"),
        ("wagtail.workflow.reject", {}, "Returned"),
        ("wagtail.workflow.approve", {}, "Approved"),
        ("wagtail.create", {}, "Created"),
        ("wagtail.edit", {}, "Saved a draft"),
        ("wagtail.unpublish", {}, "Taken off the public site"),
        ("wagtail.unpublish.scheduled", {}, "Taken off the public site by the clock"),
    ],
)
def test_every_action_has_words_even_without_its_data(action, data, words):
    entry = log(drafted(), action, data=data)
    assert str(entry.message) == words


def test_a_version_that_was_put_back_is_named_by_its_date():
    entry = log(drafted(), "wagtail.revert", data={"revision": {"created": "2026-01-31T10:00:00Z"}})
    assert "2026" in str(entry.message)


def test_a_very_long_reason_is_cut_in_the_list():
    entry = log(drafted(), "wagtail.workflow.reject", data={"comment": "word " * 1000})
    assert len(str(entry.message)) < LONGEST_REASON + 100


def test_no_action_is_listed_twice_among_the_choices():
    actions = [action for action, _label in registry.get_choices()]
    assert len(actions) == len(set(actions))
    assert {*PLAIN, *WITH_DATA} <= set(actions)


# The history of one object


def test_the_history_of_an_object_is_filtered_by_person_and_action(member):
    lecturer, case = lecturer_with_case()
    answered(case, member, "reject", "Say when.")
    url = admin_url(case, "history")
    page = browser(member).get(url).content.decode()
    assert "Returned with a reason: Say when." in page
    assert "Submitted for review" in page
    only = rows_of(browser(member).get(url, {"user": lecturer.pk}))
    assert len(only) == 1
    assert "Submitted for review" in " ".join(only[0])
    returned = rows_of(browser(member).get(url, {"action": "wagtail.workflow.reject"}))
    assert len(returned) == 1


def test_the_history_numbers_the_steps(member, chair):
    curriculum = answered(submitted("curriculum"), member)
    page = browser(chair).get(admin_url(curriculum, "history")).content.decode()
    assert "Approved: step 1 of 2" in page


def test_the_reviews_of_an_object_bear_our_names(member):
    _lecturer, case = lecturer_with_case()
    listed = browser(member).get(admin_url(case, "workflow_history")).content.decode()
    assert "Review of a case" in listed
    assert "Review by the institution or the committee" in listed
    state = case.current_workflow_state
    detail = browser(member).get(admin_url(case, "workflow_history_detail", state.pk)).content.decode()
    assert "Review by the institution or the committee" in detail


# The history of everything


def test_everything_that_was_done_stands_in_one_list(member):
    lecturer, case = lecturer_with_case(title="A village says no")
    answered(case, member, "reject", "Say when.")
    first, second = rows_of(browser(member).get(reverse("history_of_all")))
    assert first[1:4] == [member.name, "A village says no Case", "Returned with a reason: Say when."]
    assert second[1:4] == [lecturer.name, "A village says no Case", "Submitted for review"]


def test_it_links_to_the_object_the_version_and_the_comparison(member):
    case = drafted("case", member)
    for title in ("Second", "Third"):
        case = anew(case)
        case.title = title
        case.save_revision(user=member, log_action=True)
    latest, earlier = Revision.objects.order_by("-pk")[:2]
    page = browser(member).get(reverse("history_of_all"))
    table = BeautifulSoup(page.content, "html.parser").find("table", class_="listing")
    links = [link["href"] for link in table.find_all("a")]
    assert links[:3] == [
        admin_url(case, "history"),
        admin_url(case, "revisions_view", latest.pk),
        admin_url(case, "revisions_compare", earlier.pk, latest.pk),
    ]
    for link in links[:3]:
        assert browser(member).get(link).status_code == 200


def test_it_is_narrowed_by_kind_person_and_action(member):
    lecturer, case = lecturer_with_case()
    answered(case, member, "reject", "Say when.")
    submitted("course")
    client, url = browser(member), reverse("history_of_all")
    assert len(rows_of(client.get(url))) == 3
    assert len(rows_of(client.get(url, {"kind": "casestudy"}))) == 2
    assert len(rows_of(client.get(url, {"person": member.pk}))) == 1
    assert len(rows_of(client.get(url, {"action": "wagtail.workflow.start", "kind": "course"}))) == 1
    assert len(rows_of(client.get(url, {"person": "x", "kind": "nothing"}))) == 3
    nothing = client.get(url, {"person": lecturer.pk, "kind": "course"}).content.decode()
    assert "Nothing that was done fits these filters." in nothing


def test_nobody_reads_the_history_of_what_they_may_not_change(member):
    lecturer, case = lecturer_with_case(title="A village says no")
    answered(case, member, "reject", "Say when.")
    stranger = UserFactory(roles=["lecturer"])
    page = browser(stranger).get(reverse("history_of_all")).content.decode()
    assert "A village says no" not in page
    assert "Nothing has been done yet." in page
    assert member.name not in page
    assert "Say when." in browser(lecturer).get(reverse("history_of_all")).content.decode()


@pytest.mark.parametrize("role", ["training_manager", "operator"])
def test_people_who_write_nothing_have_no_history(role):
    client = browser(UserFactory(roles=[role]))
    assert client.get(reverse("history_of_all")).status_code in {302, 403}


def test_it_asks_as_much_for_many_lines_as_for_few(member, django_assert_max_num_queries):
    def queries(count):
        for _ in range(count):
            for kind in ("case", "course", "curriculum"):
                answered(submitted(kind), member)
        client = browser(member)
        client.get(reverse("history_of_all"))
        with django_assert_max_num_queries(100) as captured:
            client.get(reverse("history_of_all"))
        return len(captured)

    assert queries(1) == queries(4)


def test_many_lines_are_put_on_pages(member):
    case = drafted()
    for _ in range(51):
        log(case, "wagtail.edit", user=member)
    first = browser(member).get(reverse("history_of_all"), {"action": "wagtail.edit"})
    assert len(rows_of(first)) == 50
    assert "?action=wagtail.edit&amp;p=2" in first.content.decode()
    assert len(rows_of(browser(member).get(reverse("history_of_all"), {"p": 2}))) == 1
