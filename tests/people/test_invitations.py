"""Invitations: from the admin one by one and in bulk, and from the command line."""

import json
import smtplib
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.actions.invitations import invite, send_invitations
from people.exceptions import NotInvitable
from people.models import User
from tests.editor import form_on, signed_in
from tests.factories import SendingUnitFactory, UserFactory
from tests.people.conftest import actions, browser_of, link_in_mail, with_password

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "a-first-long-phrase", "new_password2": "a-first-long-phrase"}


@pytest.fixture
def operator():
    return signed_in("operator", name="Idris Vaughan")


@pytest.fixture
def broken(monkeypatch):
    """A mail server that refuses these addresses."""
    refused = set()
    send = EmailBackend.send_messages

    def send_messages(self, messages):
        if any(message.to[0] in refused for message in messages):
            raise smtplib.SMTPRecipientsRefused({})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return refused


def accept(link, client=None):
    client = client or Client()
    page = client.get(link, follow=True)
    return client.post(page.redirect_chain[-1][0], NEW) if page.redirect_chain else page


def test_somebody_invited_chooses_a_password_and_is_signed_in(posted, operator):
    account = UserFactory(email="new@example.org", name="New Person")
    url = reverse("wagtailusers_users:invite", args=[account.pk])
    assert "new@example.org" in operator.get(url).content.decode()

    answer = operator.post(url)

    assert answer.status_code == 302
    assert mail.outbox[0].to == ["new@example.org"]
    assert "Idris Vaughan has made an account for you" in mail.outbox[0].body
    client = Client()
    done = accept(link_in_mail(), client)
    assert (done.status_code, done["Location"]) == (302, "/en/account/")
    page = client.get("/en/account/").content.decode()
    assert "Welcome. Your password is set" in page
    account.refresh_from_db()
    assert account.check_password(NEW["new_password1"])
    found = actions(about=account)
    assert found[:2] == ["account_made", "invited"]
    assert set(found[2:]) == {"invitation_accepted", "password_changed", "sign_in"}


def test_an_invitation_works_once(posted):
    account = UserFactory()
    invite(by=None, account=account)
    accept(link_in_mail())
    page = Client().get(link_in_mail(), follow=True).content.decode()
    assert "This link does not work any more" in page
    assert "ask the people who look after accounts for another invitation" in page


@pytest.mark.parametrize(("days", "works"), [(13, True), (15, False)])
def test_an_invitation_works_for_two_weeks(posted, monkeypatch, days, works):
    invite(by=None, account=UserFactory())
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(days=days))
    assert (accept(link_in_mail()).status_code == 302) is works


def test_a_closed_account_accepts_no_invitation(posted):
    account = UserFactory()
    invite(by=None, account=account)
    User.objects.filter(pk=account.pk).update(is_active=False)
    assert "does not work any more" in accept(link_in_mail()).content.decode()


def test_an_invitation_is_not_for_a_browser_of_somebody_else(posted):
    account = UserFactory()
    invite(by=None, account=account)
    browser = browser_of(with_password(name="Wang"))

    page = accept(link_in_mail(), browser).content.decode()

    assert "You are signed in as Wang. Sign out first" in page
    account.refresh_from_db()
    assert not account.has_usable_password()


def test_the_invitation_is_in_the_language_of_the_new_person(posted):
    invite(by=None, account=UserFactory(language="zh-hans"))
    assert link_in_mail().startswith("/zh-hans/invitation/")


@pytest.mark.parametrize(
    "state",
    [{"is_active": False}, {"erased_at": timezone.now(), "is_active": False}, {"password": "md5$x$y"}],
)
def test_who_needs_no_invitation_gets_none(state, operator):
    account = UserFactory(**state)
    with pytest.raises(NotInvitable):
        invite(by=None, account=account)
    url = reverse("wagtailusers_users:invite", args=[account.pk])
    assert "needs no invitation" in operator.get(url).content.decode()
    operator.post(url)
    assert mail.outbox == []


def test_a_new_account_is_invited_at_once_unless_a_password_is_typed(posted, operator):
    url = reverse("wagtailusers_users:add")
    data = form_on(operator.get(url))
    assert data["invite"] == ["on"]

    operator.post(url, data | {"email": "one@example.org", "name": "One"})
    typed = {"password1": "a-long-phrase-for-this", "password2": "a-long-phrase-for-this"}
    operator.post(url, data | {"email": "two@example.org", "name": "Two"} | typed)
    operator.post(url, data | {"email": "three@example.org", "name": "Three", "invite": ""})

    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    assert not User.objects.get(email="one@example.org").has_usable_password()
    assert User.objects.get(email="two@example.org").has_usable_password()
    assert User.objects.get(email="three@example.org").invited_at is None


def test_a_mail_server_that_refuses_is_told_of_and_the_account_stays(posted, operator, broken):
    broken.add("one@example.org")
    url = reverse("wagtailusers_users:add")
    answer = operator.post(
        url, form_on(operator.get(url)) | {"email": "one@example.org", "name": "One"}, follow=True
    )
    assert "The mail server did not take the invitation to one@example.org" in answer.content.decode()
    account = User.objects.get(email="one@example.org")
    assert account.invited_at is None
    assert actions(about=account, action="invitation_failed") == ["invitation_failed"]


def test_one_refused_mail_does_not_stop_the_others(posted, broken):
    accounts = [UserFactory() for _ in range(3)]
    broken.add(accounts[1].email)

    outcome = send_invitations(by=None, accounts=accounts)

    assert (outcome.sent, outcome.failed) == (2, [accounts[1]])
    assert [message.to[0] for message in mail.outbox] == [accounts[0].email, accounts[2].email]
    assert list(User.objects.waiting_for_invitation()) == [accounts[1]]


def test_many_are_invited_at_once_those_with_a_password_left_out(posted, operator):
    waiting, ready = UserFactory(), with_password()
    url = reverse("wagtail_bulk_action", args=["people", "user", "invite"])
    address = f"{url}?id={waiting.pk}&id={ready.pk}&id={operator.user.pk}"
    page = operator.get(address).content.decode()
    assert f"{waiting.email}</li>" in page
    assert "These have a password already" in page

    operator.post(address)

    assert [message.to for message in mail.outbox] == [[waiting.email]]


def test_all_in_a_filtered_list_are_those_that_the_filter_leaves(posted, operator):
    unit = SendingUnitFactory(code="A")
    inside = UserFactory(unit=SendingUnitFactory(code="B", parent=unit))
    UserFactory()
    url = reverse("wagtail_bulk_action", args=["people", "user", "invite"])

    operator.post(f"{url}?unit={unit.pk}&id=all")

    assert [message.to for message in mail.outbox] == [[inside.email]]


@pytest.mark.parametrize("role", ["committee_chair", "lecturer", "trainee"])
def test_invitations_are_for_operators_only(role, posted):
    client, account = signed_in(role), UserFactory()
    client.post(reverse("wagtailusers_users:invite", args=[account.pk]))
    client.post(f"{reverse('wagtail_bulk_action', args=['people', 'user', 'invite'])}?id={account.pk}")
    assert mail.outbox == []


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "people.jsonl"
        people = [
            {"type": "person", "email": f"{name}@example.org", "name": name, "roles": ["trainee"]}
            for name in ("one", "two", "three")
        ]
        people.append({"type": "person", "email": "gone@example.org", "name": "Gone", "active": False})
        file.write_text("".join(json.dumps(record) + "\n" for record in people))
        return file

    def run(self, file, *options):
        out, err = StringIO(), StringIO()
        try:
            call_command("import_people", str(file), *options, stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), err.getvalue(), str(error)
        return out.getvalue(), err.getvalue(), ""

    def test_everybody_new_in_the_file_is_invited_once(self, file, posted):
        UserFactory(email="other@example.org")
        assert "3 invitations sent." in self.run(file, "--invite")[0]
        assert sorted(message.to[0] for message in mail.outbox) == [
            "one@example.org",
            "three@example.org",
            "two@example.org",
        ]
        assert "0 invitations sent." in self.run(file, "--invite")[0]
        assert len(mail.outbox) == 3

    def test_without_being_asked_it_sends_nothing(self, file, posted):
        self.run(file)
        self.run(file, "--invite", "--dry-run")
        assert mail.outbox == []

    def test_a_second_run_sends_what_the_first_could_not(self, file, posted, broken):
        broken.add("two@example.org")
        out, err, error = self.run(file, "--invite")
        assert "2 invitations sent." in out
        assert "two@example.org" in err
        assert error == "1 invitation could not be sent. Run the command again to try once more."

        broken.clear()
        assert "1 invitation sent." in self.run(file, "--invite")[0]
        assert len(mail.outbox) == 3

    def test_whoever_has_a_password_or_signed_in_is_left_alone(self, file, posted):
        with_password(email="one@example.org")
        UserFactory(email="two@example.org", last_login=timezone.now())
        self.run(file, "--invite")
        assert [message.to for message in mail.outbox] == [["three@example.org"]]

    def test_nothing_goes_out_when_the_import_fails(self, file, posted):
        file.write_text(file.read_text() + json.dumps({"type": "person", "email": "x"}) + "\n")
        assert "nothing changed" in self.run(file, "--invite")[2]
        assert mail.outbox == []

    def test_json_stays_one_document(self, file, posted):
        out, err, _error = self.run(file, "--invite", "--format", "json")
        assert json.loads(out)["created"] == {"person": 4}
        assert "3 invitations sent." in err
