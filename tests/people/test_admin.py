"""Accounts and sending units in the admin."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.urls import reverse

from people.models import SendingUnit, User
from tests.editor import form_on, signed_in
from tests.factories import SendingUnitFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "wagtailusers_users:add"
PASSWORD = {"password1": "a-long-phrase-for-this", "password2": "a-long-phrase-for-this"}


@pytest.fixture
def operator():
    return signed_in("operator", clearance=1)


@pytest.fixture
def superuser():
    return signed_in(is_superuser=True)


def edit_url(account):
    return reverse("wagtailusers_users:edit", args=[account.pk])


def errors(response):
    page = BeautifulSoup(response.content, "html.parser").find("form", id="w-editor-form")
    return [" ".join(error.get_text().split()) for error in page.find_all(class_="error-message")]


def created(client, **fields):
    data = form_on(client.get(reverse(ADD))) | {"email": "New@Example.org", "name": "New Person"}
    return client.post(reverse(ADD), data | PASSWORD | fields)


def test_an_operator_makes_an_account(operator):
    unit = SendingUnitFactory()
    trainees = Group.objects.get(name="Trainees")

    created(operator, unit=unit.pk, category="induction", clearance="1", groups=[trainees.pk])

    account = User.objects.get(email="new@example.org")
    assert (account.name, account.unit, account.category, account.clearance) == (
        "New Person",
        unit,
        "induction",
        1,
    )
    assert account.has_role("trainee")
    assert account.check_password(PASSWORD["password1"])
    assert not account.is_superuser


def test_an_address_is_taken_in_any_spelling(operator):
    UserFactory(email="new@example.org")

    assert errors(created(operator)) == ["Person with this E-mail address already exists."]


def test_nobody_gives_more_clearance_than_their_own(operator):
    assert errors(created(operator, clearance="2")) == [
        "You cannot give more clearance than your own, which is 1: internal."
    ]
    account = UserFactory()
    data = form_on(operator.get(edit_url(account))) | {"clearance": "3"}
    assert errors(operator.post(edit_url(account), data)) == [
        "You cannot give more clearance than your own, which is 1: internal."
    ]


def test_only_superusers_make_superusers(operator, superuser):
    created(operator, is_superuser="on")
    account = User.objects.get(email="new@example.org")
    assert not account.is_superuser

    superuser.post(edit_url(account), form_on(superuser.get(edit_url(account))) | {"is_superuser": "on"})

    account.refresh_from_db()
    assert account.is_superuser


def test_nobody_takes_over_an_account_with_more_clearance(operator):
    account = UserFactory(clearance=2)
    account.set_password("the-former-phrase")
    account.save()
    data = form_on(operator.get(edit_url(account)))
    assert not {"email", "password1", "password2"} & data.keys()

    operator.post(edit_url(account), data | PASSWORD | {"email": "mine@example.org", "name": "Renamed"})

    changed = User.objects.get(pk=account.pk)
    assert (changed.name, changed.email, changed.clearance) == ("Renamed", account.email, 2)
    assert changed.check_password("the-former-phrase")


def test_the_account_of_a_superuser_is_out_of_reach(operator):
    account = UserFactory(is_superuser=True)

    assert operator.get(edit_url(account)).status_code == 302
    data = {"email": account.email, "name": "Taken over", "clearance": "0", **PASSWORD}
    assert operator.post(edit_url(account), data).status_code == 302
    account.refresh_from_db()
    assert account.name != "Taken over"
    assert edit_url(account) not in operator.get(reverse("wagtailusers_users:index")).content.decode()


def test_nobody_gives_themselves_roles_or_another_address(operator):
    data = form_on(operator.get(edit_url(operator.user)))
    assert not {"groups", "email", "is_superuser", "is_active"} & data.keys()

    chair = Group.objects.get(name="Committee chairs")
    operator.post(edit_url(operator.user), data | {"groups": [chair.pk], "email": "other@example.org"})

    account = User.objects.get(pk=operator.user.pk)
    assert account.email == operator.user.email
    assert [role.code for role in account.roles] == ["operator"]


def test_a_password_stays_unless_a_new_one_is_typed(operator):
    account = UserFactory()
    account.set_password("the-former-phrase")
    account.save()

    operator.post(edit_url(account), form_on(operator.get(edit_url(account))) | {"name": "Renamed"})

    account.refresh_from_db()
    assert account.name == "Renamed"
    assert account.check_password("the-former-phrase")


def test_the_listing_shows_names_units_and_roles_in_constant_queries(operator, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("wagtailusers_users:index")
    UserFactory(name="Rosa Vale", unit=SendingUnitFactory(name="Bureau 7"), roles=["lecturer"])
    page = operator.get(url).content.decode()
    assert all(text in page for text in ("Rosa Vale", "Bureau 7", "Lecturer"))
    with CaptureQueriesContext(connection) as few:
        operator.get(url)
    for _ in range(15):
        UserFactory(unit=SendingUnitFactory(), roles=["trainee"])

    with django_assert_num_queries(len(few)):
        operator.get(url)


def test_accounts_are_found_by_name(operator):
    UserFactory(name="Rosa Vale")
    UserFactory(name="Idris Moor")

    page = operator.get(reverse("wagtailusers_users:index"), {"q": "rosa"}).content.decode()

    assert "Rosa Vale" in page
    assert "Idris Moor" not in page


@pytest.mark.parametrize("role", ["committee_member", "lecturer", "training_manager"])
def test_accounts_are_for_operators_only(role):
    client = signed_in(role)

    for name in ("wagtailusers_users:index", ADD, "sending_units:index", "sending_units:add"):
        assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize(
    ("action", "fields"),
    [("assign_role", {"role": "Committee chairs"}), ("set_active_state", {"mark_as_active": "False"})],
)
def test_bulk_actions_leave_stronger_accounts_and_oneself_alone(operator, action, fields):
    weaker, stronger = UserFactory(), UserFactory(is_superuser=True)
    url = reverse("wagtail_bulk_action", args=["people", "user", action])
    ids = "&".join(f"id={account.pk}" for account in (weaker, stronger, operator.user))
    if "role" in fields:
        fields = {"role": Group.objects.get(name=fields["role"]).pk}

    operator.post(f"{url}?{ids}", fields)

    def touched(account):
        account = User.objects.get(pk=account.pk)
        return account.has_role("committee_chair") or not account.is_active

    assert [touched(account) for account in (weaker, stronger, operator.user)] == [True, False, False]


def test_people_change_their_own_name_but_not_their_address(operator):
    url = reverse("wagtailadmin_account")
    page = BeautifulSoup(operator.get(url).content, "html.parser")
    assert page.find("input", attrs={"name": "name_email-name"})["value"] == operator.user.name
    assert page.find("input", attrs={"name": "name_email-email"}) is None

    operator.post(
        url,
        {
            "name_email-name": "Idris Vaughan",
            "name_email-email": "other@example.org",
            "locale-preferred_language": "zh-hans",
            "locale-current_time_zone": "UTC",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
        },
    )

    account = User.objects.get(pk=operator.user.pk)
    assert (account.name, account.email) == ("Idris Vaughan", operator.user.email)


def test_sending_units_form_a_tree_without_circles(operator):
    above = SendingUnitFactory(code="A", name="Ministry")
    below = SendingUnitFactory(code="B", name="Bureau", parent=above)
    url = reverse("sending_units:edit", args=[above.pk])

    refused = operator.post(url, {"code": "A", "name": "Ministry", "parent": below.pk})

    assert "A unit cannot be part of itself: Ministry &gt; Bureau &gt; Ministry." in refused.content.decode()
    operator.post(reverse("sending_units:add"), {"code": "C", "name": "Desk", "parent": below.pk})
    assert SendingUnit.objects.get(code="C").parent == below
    assert "Desk" in operator.get(reverse("sending_units:index")).content.decode()


def listed(client, **query):
    page = BeautifulSoup(client.get(reverse("wagtailusers_users:index"), query).content, "html.parser")
    return {cell.get_text(strip=True) for cell in page.select("td.title .title-wrapper")}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"unit": "A"}, {"Above", "Below"}),
        ({"unit": "B"}, {"Below"}),
        ({"group": "Lecturers"}, {"Below"}),
        ({"is_active": "false"}, {"Gone"}),
        ({"never": "false"}, {"Above", "Idris"}),
        ({"invitation": "none"}, {"Gone", "Idris"}),
        ({"invitation": "waiting"}, {"Below"}),
        ({"invitation": "done"}, {"Above"}),
        ({"wants_erasure": "true"}, {"Gone"}),
    ],
)
def test_accounts_are_filtered(query, expected):
    from django.utils import timezone

    now = timezone.now()
    above = SendingUnitFactory(code="A")
    below = SendingUnitFactory(code="B", parent=above)
    UserFactory(name="Above", unit=above, password="md5$a$b", last_login=now)
    UserFactory(name="Below", unit=below, roles=["lecturer"], invited_at=now)
    UserFactory(name="Gone", is_active=False, erasure_asked_at=now)
    operator = signed_in("operator", name="Idris")
    if "unit" in query:
        query = {"unit": SendingUnit.objects.get(code=query["unit"]).pk}
    if "group" in query:
        query = {"group": Group.objects.get(name=query["group"]).pk}

    assert listed(operator, **query) == expected


def test_the_listing_tells_how_far_people_are_on_their_way(operator):
    from datetime import UTC, datetime

    UserFactory(name="Waits", invited_at=datetime(2026, 11, 3, tzinfo=UTC))
    UserFactory(name="Has one", password="md5$a$b")
    page = operator.get(reverse("wagtailusers_users:index")).content.decode()
    assert "Invited on 2026-11-03" in page
    assert "Never" in page


def test_roles_are_named_in_the_language_of_the_reader():
    from wagtail.users.models import UserProfile

    client = signed_in("operator")
    UserFactory(name="Rosa", roles=["lecturer"])
    profile = UserProfile.get_for_user(client.user)
    profile.preferred_language = "zh-hans"
    profile.save()
    page = client.get(reverse("wagtailusers_users:index")).content.decode()
    assert "教师" in page
    assert "Lecturers" not in page


def test_the_page_of_an_account_leads_to_what_can_be_done_about_it(operator):
    account = UserFactory()
    page = operator.get(edit_url(account)).content.decode()
    for name in ("invite", "leaving", "erase"):
        assert reverse(f"wagtailusers_users:{name}", args=[account.pk]) in page
    assert f"{reverse('audit_log')}?person=" in page
    own = operator.get(edit_url(operator.user)).content.decode()
    assert reverse("wagtailusers_users:leaving", args=[operator.user.pk]) not in own
