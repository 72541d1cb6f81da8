"""Signing in: what is told, what is not, and how often one may try."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from people.models import AuditEntry, Session
from tests.factories import UserFactory
from tests.people.conftest import PASSWORD, actions, sign_in, with_password, without_token

pytestmark = pytest.mark.django_db


def test_signing_in_and_out_is_noted_with_the_network_address(person):
    client, answer = sign_in(person)
    assert answer.status_code == 302
    client.post("/en/sign-out/")

    entry = AuditEntry.objects.get(action="sign_in")
    assert (entry.by, entry.about, entry.address) == (person, person, "127.0.0.1")
    assert actions(by=person)[-2:] == ["sign_in", "sign_out"]
    assert not Session.objects.filter(user=person).exists()


def test_a_wrong_password_is_noted_on_the_account_and_without_what_was_typed(person):
    sign_in(person, "a-wrong-password")
    Client().post("/en/sign-in/", {"username": "my-secret-password", "password": "x"})

    known, unknown = AuditEntry.objects.filter(action="sign_in_failed").order_by("pk")
    assert (known.about, known.by) == (person, None)
    assert (unknown.about, unknown.details) == (None, {})


@pytest.mark.parametrize("state", ["wrong", "inactive", "uninvited"])
def test_the_answer_does_not_tell_whether_there_is_an_account(person, state):
    if state == "inactive":
        person.is_active = False
    if state == "uninvited":
        person.set_unusable_password()
    person.save()
    password = PASSWORD if state == "inactive" else "a-wrong-password"

    _client, known = sign_in(person, password)
    person.email = "no@example.org"
    _client, unknown = sign_in(person, password)

    assert known.status_code == unknown.status_code == 200
    assert without_token(known).replace("li@", "no@") == without_token(unknown)


def test_after_ten_wrong_passwords_one_has_to_wait(person):
    for _ in range(10):
        _client, answer = sign_in(person, "a-wrong-password")
        assert answer.status_code == 200

    client, answer = sign_in(person)

    assert answer.status_code == 429
    assert 800 < int(answer["Retry-After"]) <= 900
    page = BeautifulSoup(answer.content, "html.parser")
    assert "There were too many tries" in page.find(role="alert").get_text()
    assert "Please wait 15 minutes" in page.find(role="alert").get_text()
    assert page.find("input", attrs={"name": "username"})["value"] == person.email
    assert page.title.get_text().startswith("Error:")
    assert not client.session.get("_auth_user_id")
    sign_in(person)
    assert actions(action="limited", about=person) == ["limited"]


def test_somebody_without_an_account_has_to_wait_alike(person):
    def answers(email):
        stranger = UserFactory.build(email=email)
        return [sign_in(stranger, "wrong")[1] for _ in range(12)]

    known, unknown = answers(person.email), answers("no@example.org")

    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown]
    assert known[-1].status_code == 429
    assert without_token(known[-1]).replace("li@", "no@") == without_token(unknown[-1])


def test_signing_in_clears_the_wrong_tries_of_the_account(person):
    for _ in range(9):
        sign_in(person, "a-wrong-password")
    assert sign_in(person)[1].status_code == 302
    for _ in range(9):
        sign_in(person, "a-wrong-password")
    assert sign_in(person)[1].status_code == 302


def test_one_client_has_so_many_tries_for_all_accounts_together(person):
    client = Client()
    data = {"password": "wrong"}
    answers = [
        client.post("/en/sign-in/", data | {"username": f"p{number}@example.org"}).status_code
        for number in range(61)
    ]
    assert answers == [200] * 60 + [429]
    assert sign_in(person)[1].status_code == 429
    elsewhere = client.post(
        "/en/sign-in/", {"username": person.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.9"
    )
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil.example"]
)
def test_nobody_is_sent_to_another_site(person, target):
    _client, answer = sign_in(person, next=target)
    assert answer["Location"] == "/"


def test_one_is_sent_where_one_was_going(person):
    assert sign_in(person, next="/en/library/?q=water")[1]["Location"] == "/en/library/?q=water"


def test_the_key_of_the_session_changes_at_sign_in(person):
    client = Client()
    session = client.session
    session["before"] = "kept"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted

    sign_in(person, client=client)

    assert client.session.session_key != planted
    assert client.session["before"] == "kept"
    assert not Session.objects.filter(pk=planted).exists()


def test_another_person_gets_nothing_of_the_session_before(person):
    client, _answer = sign_in(person)
    session = client.session
    session["private"] = "of Li"
    session.save()

    sign_in(with_password(email="wang@example.org"), client=client)

    assert "private" not in client.session


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/admin/login/", "/en/sign-in/"),
        ("/admin/login/?next=/admin/users/", "/en/sign-in/?next=%2Fadmin%2Fusers%2F"),
        ("/admin/password_reset/", "/en/new-password/"),
        ("/admin/password_reset/confirm/MQ/x-y/", "/en/new-password/"),
    ],
)
def test_the_pages_of_the_admin_for_this_lead_to_ours(path, target):
    for answer in (Client().get(path), Client().post(path, {"username": "x", "password": "y"})):
        assert (answer.status_code, answer["Location"]) == (302, target)


def test_signing_in_takes_the_same_few_queries_for_known_and_unknown(person, django_assert_max_num_queries):
    for account in (person, UserFactory.build(email="no@example.org")):
        with django_assert_max_num_queries(14):
            sign_in(account, "wrong")
