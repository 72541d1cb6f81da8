"""People who leave: their account is closed, and what they own gets another owner."""

import pytest
from django.urls import reverse

from cases.models import CaseStudy
from people import audit, ownership
from people.actions import leaving
from people.actions.leaving import deactivate, set_active
from people.exceptions import NewOwnerNeeded, NewOwnerRefused
from people.models import AuditEntry, Session, User
from tests.editor import form_on, signed_in
from tests.factories import CaseFactory, CourseFactory, UserFactory
from tests.people.conftest import actions, browser_of, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def operator():
    return signed_in("operator")


@pytest.fixture
def lecturer():
    return with_password(email="leaves@example.org", name="Rose Adair", roles=["lecturer"])


@pytest.fixture
def heir():
    return UserFactory(name="Lin Zhixia", roles=["lecturer"])


def page_of(account):
    return reverse("wagtailusers_users:leaving", args=[account.pk])


def test_what_is_owned_is_counted_shown_and_handed_over(operator, lecturer, heir):
    for _ in range(2):
        CaseFactory(owner=lecturer, title="A secret title")
    CourseFactory(owner=lecturer, title="A secret title")
    browser = browser_of(lecturer)

    first = operator.get(page_of(lecturer)).content.decode()
    assert "What Rose Adair owns" in first
    assert "A secret title" not in first
    assert "This will happen" not in first

    second = operator.get(page_of(lecturer), {"new_owner": heir.pk}).content.decode()
    assert "All of it belongs to Lin Zhixia" in second
    assert "1 session ends now." in second
    assert User.objects.get(pk=lecturer.pk).is_active

    answer = operator.post(page_of(lecturer), {"new_owner": heir.pk}, follow=True)
    assert "3 objects now belong to Lin Zhixia." in answer.content.decode()

    lecturer = User.objects.get(pk=lecturer.pk)
    assert not lecturer.is_active
    assert lecturer.has_role("lecturer")
    assert set(CaseStudy.objects.values_list("owner", flat=True)) == {heir.pk}
    assert browser.get("/en/account/").status_code == 302
    assert not Session.objects.filter(user=lecturer).exists()
    assert actions(about=lecturer, by=operator.user) == ["handed_over", "deactivated", "sessions_ended"]
    details = AuditEntry.objects.get(action="handed_over").details
    assert (sum(details["counts"].values()), details["to"]) == (3, heir.pk)


def test_somebody_who_owns_nothing_just_goes_and_comes_back(operator, lecturer):
    page = operator.get(page_of(lecturer)).content.decode()
    assert "owns nothing that would need another owner" in page
    operator.post(page_of(lecturer))
    assert not User.objects.get(pk=lecturer.pk).is_active

    assert "Reactivate" in operator.get(page_of(lecturer)).content.decode()
    operator.post(page_of(lecturer))

    assert User.objects.get(pk=lecturer.pk).is_active
    assert actions(about=lecturer, by=operator.user) == ["deactivated", "activated"]


def test_nothing_happens_without_a_new_owner(operator, lecturer):
    CaseFactory(owner=lecturer)
    answer = operator.post(page_of(lecturer))
    assert answer.status_code == 200
    assert User.objects.get(pk=lecturer.pk).is_active
    with pytest.raises(NewOwnerNeeded):
        deactivate(by=operator.user, account=lecturer)
    assert User.objects.get(pk=lecturer.pk).is_active


@pytest.mark.parametrize("who", ["trainee", "inactive", "oneself", "the same"])
def test_not_everybody_may_take_over(operator, lecturer, who):
    CaseFactory(owner=lecturer)
    operator.user.groups.add(*lecturer.groups.all())
    person = {
        "trainee": lambda: UserFactory(roles=["trainee"]),
        "inactive": lambda: UserFactory(roles=["lecturer"], is_active=False),
        "oneself": lambda: operator.user,
        "the same": lambda: lecturer,
    }[who]()

    answer = operator.post(page_of(lecturer), {"new_owner": person.pk})

    assert "Select a valid choice" in answer.content.decode()
    with pytest.raises(NewOwnerRefused):
        deactivate(by=User.objects.get(pk=operator.user.pk), account=lecturer, new_owner=person)
    assert CaseStudy.objects.get().owner == lecturer


def test_the_page_is_closed_for_oneself_for_superusers_and_for_other_roles(operator, lecturer, heir):
    superuser = UserFactory(is_superuser=True)
    for account in (operator.user, superuser):
        assert operator.get(page_of(account)).status_code == 302
        operator.post(page_of(account))
        assert User.objects.get(pk=account.pk).is_active
    for role in ("committee_chair", "lecturer", "trainee"):
        client = signed_in(role)
        assert client.get(page_of(lecturer)).status_code == 302
        client.post(page_of(lecturer))
    assert User.objects.get(pk=lecturer.pk).is_active


@pytest.mark.parametrize("step", ["hand_over", "set_active"])
def test_it_all_happens_or_nothing(operator, lecturer, heir, monkeypatch, step):
    CaseFactory(owner=lecturer)

    def fail(*args, **kwargs):
        raise RuntimeError

    if step == "hand_over":
        original = ownership.hand_over

        def half(**kwargs):
            original(**kwargs)
            raise RuntimeError

        monkeypatch.setattr(ownership, "hand_over", half)
    else:
        monkeypatch.setattr(leaving, "end_sessions", fail)
    with pytest.raises(RuntimeError):
        deactivate(by=operator.user, account=lecturer, new_owner=heir)

    assert CaseStudy.objects.get().owner == lecturer
    assert User.objects.get(pk=lecturer.pk).is_active
    assert actions(about=lecturer, by=operator.user) == []


def test_closing_that_cannot_be_noted_does_not_happen(lecturer, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(audit, "record_all", fail)
    with pytest.raises(RuntimeError):
        set_active(by=None, accounts=[lecturer], active=False)
    assert User.objects.get(pk=lecturer.pk).is_active


def test_closing_what_is_closed_notes_nothing(lecturer):
    assert set_active(by=None, accounts=[lecturer], active=False) == 1
    assert set_active(by=None, accounts=[lecturer], active=False) == 0
    assert actions(about=lecturer, action="deactivated") == ["deactivated"]


@pytest.mark.parametrize("way", ["form", "bulk"])
def test_other_ways_of_closing_an_account_end_its_sessions_too(operator, lecturer, way):
    browser = browser_of(lecturer)
    if way == "form":
        url = reverse("wagtailusers_users:edit", args=[lecturer.pk])
        data = form_on(operator.get(url))
        del data["is_active"]
        operator.post(url, data)
    else:
        url = reverse("wagtail_bulk_action", args=["people", "user", "set_active_state"])
        operator.post(f"{url}?id={lecturer.pk}", {"mark_as_active": "False"})
    assert not User.objects.get(pk=lecturer.pk).is_active
    assert not Session.objects.filter(user=lecturer).exists()
    assert browser.get("/en/account/").status_code == 302
    assert AuditEntry.objects.get(action="deactivated").by == operator.user


def test_things_with_owners_are_registered_once_under_a_name():
    with pytest.raises(ValueError, match="content"):
        ownership.register_owned("content", dict, deactivate)


def test_accounts_are_not_deleted():
    superuser, account = signed_in(is_superuser=True), UserFactory()
    superuser.post(reverse("wagtailusers_users:delete", args=[account.pk]))
    superuser.post(f"{reverse('wagtail_bulk_action', args=['people', 'user', 'delete'])}?id={account.pk}")
    assert User.objects.filter(pk=account.pk).exists()
    page = superuser.get(reverse("wagtailusers_users:edit", args=[account.pk])).content.decode()
    assert reverse("wagtailusers_users:delete", args=[account.pk]) not in page
