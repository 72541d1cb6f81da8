"""New passwords by mail, and changing one's own."""

from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client
from django.utils import timezone

from people.models import AuditEntry, Session, User
from people.tokens import invitation_tokens
from tests.factories import UserFactory
from tests.people.conftest import (
    PASSWORD,
    actions,
    browser_of,
    link_in_mail,
    sign_in,
    with_password,
    without_token,
)

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "another-long-phrase", "new_password2": "another-long-phrase"}
ASK = "/en/new-password/"


def follow(client, link, data=None):
    """Open a link as a browser does, and send the form behind it."""
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], data or NEW)


def test_a_link_comes_by_mail_and_works_once(person, posted):
    answer = Client().post(ASK, {"email": "LI@example.org"})
    assert (answer.status_code, answer["Location"]) == (302, "/en/new-password/sent/")
    assert mail.outbox[0].to == ["li@example.org"]
    assert mail.outbox[0].subject == "A new password for Praxis"

    link = link_in_mail()
    done = follow(Client(), link)

    assert (done.status_code, done["Location"]) == (302, "/en/sign-in/")
    person.refresh_from_db()
    assert person.check_password(NEW["new_password1"])
    assert actions(about=person)[-2:] == ["reset_asked", "password_changed"]
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_the_mail_is_in_the_language_of_its_reader(posted):
    with_password(email="wang@example.org", language="zh-hans")
    with_password(email="ada@example.org", language="")

    Client().post(ASK, {"email": "wang@example.org"})
    Client().post("/zh-hans/new-password/", {"email": "ada@example.org"})

    assert [link_in_mail(0).split("/")[1], link_in_mail(1).split("/")[1]] == ["zh-hans", "zh-hans"]


def test_the_link_leads_to_the_site_and_not_to_the_host_of_the_request(person, posted, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(ASK, {"email": person.email}, headers={"host": "evil.example"})
    assert "https://praxis.example/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


@pytest.mark.parametrize("state", ["unknown", "inactive", "uninvited"])
def test_the_answer_is_the_same_where_there_is_nobody_to_write_to(person, posted, state):
    known = Client().post(ASK, {"email": person.email}, follow=True)
    mail.outbox.clear()
    other = with_password(email="other@example.org")
    if state == "unknown":
        User.objects.filter(pk=other.pk).delete()
    elif state == "inactive":
        User.objects.filter(pk=other.pk).update(is_active=False)
    else:
        other.set_unusable_password()
        other.save()

    answer = Client().post(ASK, {"email": "other@example.org"}, follow=True)

    assert answer.redirect_chain == known.redirect_chain
    assert without_token(answer) == without_token(known)
    assert mail.outbox == []


def test_known_and_unknown_take_the_same_queries(person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as known:
        Client().post(ASK, {"email": person.email})
    with django_assert_num_queries(len(known)):
        Client().post(ASK, {"email": "no@example.org"})


def test_somebody_who_lost_the_invitation_is_sent_another(posted):
    account = UserFactory(invited_at=timezone.now())
    Client().post(ASK, {"email": account.email})
    assert "/invitation/" in link_in_mail()


def test_asking_is_limited_alike_for_known_and_unknown(person, posted):
    def answers(email):
        return [Client().post(ASK, {"email": email}) for _ in range(4)]

    known, unknown = answers(person.email), answers("no@example.org")

    assert [answer.status_code for answer in known] == [302, 302, 302, 429]
    assert [answer.status_code for answer in unknown] == [302, 302, 302, 429]
    assert without_token(known[-1]) == without_token(unknown[-1])
    assert len(mail.outbox) == 3


def test_a_link_is_too_old_after_two_hours(person, posted, monkeypatch):
    Client().post(ASK, {"email": person.email})
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(
        PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(hours=2, seconds=5)
    )
    assert "does not work any more" in follow(Client(), link_in_mail()).content.decode()


@pytest.mark.parametrize("spent_by", ["sign-in", "address", "deactivation"])
def test_a_link_is_spent_by_what_happens_to_the_account(person, posted, spent_by):
    Client().post(ASK, {"email": person.email})
    match spent_by:
        case "sign-in":
            sign_in(person)
        case "address":
            User.objects.filter(pk=person.pk).update(email="new@example.org")
        case "deactivation":
            User.objects.filter(pk=person.pk).update(is_active=False)
    assert "does not work any more" in follow(Client(), link_in_mail()).content.decode()


def test_a_link_does_not_open_another_account_or_as_an_invitation(person, posted):
    other = with_password(email="wang@example.org")
    Client().post(ASK, {"email": person.email})
    mine = link_in_mail().split("/")
    Client().post(ASK, {"email": other.email})
    theirs = link_in_mail().split("/")

    mixed = "/".join([*mine[:3], theirs[3], *mine[4:]])
    for link in (mixed, "/".join(mine).replace("new-password", "invitation")):
        assert "does not work any more" in follow(Client(), link).content.decode()
    assert not invitation_tokens.check_token(person, mine[4])


def test_a_link_is_not_for_a_browser_in_which_somebody_else_is_signed_in(person, posted):
    Client().post(ASK, {"email": person.email})
    browser = browser_of(with_password(email="wang@example.org"))

    page = follow(browser, link_in_mail())

    assert "This link is for another account" in page.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_links_that_do_not_work_are_counted_and_one_that_works_always_works(person, posted):
    codes = [Client().get(f"/en/new-password/MQ/abc-{number}/").status_code for number in range(11)]
    assert codes == [200] * 10 + [429]
    for number in range(60):
        Client().get(f"/en/new-password/Mg{number}/abc-def/")
    held = Client().get("/en/new-password/NTU/abc-def/")
    assert (held.status_code, "Please wait" in held.content.decode()) == (429, True)

    Client().post(ASK, {"email": person.email})
    assert follow(Client(), link_in_mail()).status_code == 302


def test_a_new_password_ends_all_sessions(person, posted):
    browser = browser_of(person)
    Client().post(ASK, {"email": person.email})
    # The sign-in was before the link.
    follow(Client(), link_in_mail())
    assert browser.get("/en/account/").status_code == 302
    assert not Session.objects.filter(user=person).exists()


def test_weak_passwords_are_refused_with_what_to_do(person, posted):
    Client().post(ASK, {"email": person.email})
    page = follow(Client(), link_in_mail(), {"new_password1": "12345678", "new_password2": "12345678"})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()


def change(browser, old=PASSWORD, **data):
    return browser.post("/en/account/password/", {"old_password": old, **NEW, **data})


def test_changing_the_password_keeps_this_browser_and_ends_the_others(person):
    here, elsewhere = browser_of(person), browser_of(person)

    answer = change(here)

    assert (answer.status_code, answer["Location"]) == (302, "/en/account/")
    assert here.get("/en/account/").status_code == 200
    assert elsewhere.get("/en/account/").status_code == 302
    assert Session.objects.filter(user=person).count() == 1
    entry = AuditEntry.objects.filter(action="password_changed", about=person).latest("pk")
    assert entry.by == person


def test_the_present_password_cannot_be_guessed(person):
    browser = browser_of(person)
    assert [change(browser, "wrong").status_code for _ in range(11)] == [200] * 10 + [429]
    assert change(browser).status_code == 429
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_admins_own_page_changes_it_too_and_ends_the_others():
    account = with_password(email="op@example.org", roles=["operator"])
    here, elsewhere = browser_of(account), browser_of(account)
    data = {
        "name_email-name": "Op",
        "locale-preferred_language": "en",
        "locale-current_time_zone": "UTC",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "password-old_password": PASSWORD,
        "password-new_password1": "another-long-phrase",
        "password-new_password2": "another-long-phrase",
    }

    assert here.post("/admin/account/", data).status_code == 302

    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert Session.objects.filter(user=account).count() == 1
