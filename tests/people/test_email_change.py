"""Another e-mail address: asked for, confirmed from its mailbox, and without any change of what one reads."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from people import audit
from people.actions import addresses
from people.actions.addresses import ask_email_change, confirm_email_change
from people.exceptions import AddressRefused, LinkSpent
from people.models import AuditEntry, User
from people.tokens import make_email_token
from tests.editor import errors_on, form_on, signed_in
from tests.factories import CaseFactory, UserFactory
from tests.people.conftest import (
    PASSWORD,
    actions,
    browser_of,
    link_in_mail,
    sign_in,
    with_password,
    without_token,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ASK = "/en/account/email/"


def restricted_to(*readers, **fields):
    return CaseFactory(audience="restricted", restricted_to=list(readers), **fields)


def reads(account):
    return set(CaseStudy.objects.readable_by(User.objects.get(pk=account.pk)))


def ask(browser, email="new@example.org", password=PASSWORD):
    return browser.post(ASK, {"email": email, "password": password})


def test_the_new_mailbox_confirms_and_the_old_one_is_told(person, posted):
    browser = browser_of(person)
    assert ask(browser, "New@Example.org").status_code == 302
    question, word = mail.outbox
    assert (question.to, word.to) == (["new@example.org"], ["li@example.org"])
    assert "li@example.org" not in question.body
    assert "Li Na" not in question.body
    assert "new@example.org" in word.body

    link = link_in_mail(0)
    assert "From now on you sign in with new@example.org." in browser.get(link).content.decode()
    person.refresh_from_db()
    assert person.email == "li@example.org"

    assert browser.post(link).status_code == 302

    person.refresh_from_db()
    assert (person.email, person.former_addresses) == ("new@example.org", ["li@example.org"])
    assert (mail.outbox[2].to, "no longer works" in mail.outbox[2].body) == (["li@example.org"], True)
    assert actions(about=person)[-2:] == ["email_change_asked", "email_changed"]
    assert AuditEntry.objects.get(action="email_changed").details == {
        "old": "li@example.org",
        "new": "new@example.org",
    }
    assert sign_in(person)[1].status_code == 302


def test_a_link_works_without_being_signed_in_but_not_for_somebody_else(person, posted):
    token = make_email_token(person, "new@example.org")
    other = browser_of(with_password(email="wang@example.org"))
    for answer in (other.get(f"{ASK}{token}/"), other.post(f"{ASK}{token}/")):
        assert "This link is for another account" in answer.content.decode()
    assert Client().post(f"{ASK}{token}/").status_code == 302
    person.refresh_from_db()
    assert person.email == "new@example.org"


def test_a_link_works_once_even_when_the_address_is_changed_back(person, posted):
    first = make_email_token(person, "new@example.org")
    confirm_email_change(token=first)
    person.refresh_from_db()
    confirm_email_change(token=make_email_token(person, "li@example.org"))

    with pytest.raises(LinkSpent):
        confirm_email_change(token=first)
    person.refresh_from_db()
    assert (person.email, person.former_addresses) == ("li@example.org", ["new@example.org"])


@pytest.mark.parametrize("spent_by", ["time", "password", "deactivation", "forgery"])
def test_a_link_is_spent(person, posted, monkeypatch, spent_by):
    token = make_email_token(person, "new@example.org")
    match spent_by:
        case "time":
            later = timezone.now() + timedelta(days=1, seconds=5)
            monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
        case "password":
            person.set_password("another-long-phrase")
            person.save()
        case "deactivation":
            User.objects.filter(pk=person.pk).update(is_active=False)
        case "forgery":
            token = token[:-3] + "abc"
    with pytest.raises(LinkSpent):
        confirm_email_change(token=token)
    assert "does not work any more" in Client().post(f"{ASK}{token}/").content.decode()


def test_asking_needs_the_password_and_is_limited(person, posted):
    browser = browser_of(person)
    page = ask(browser, password="wrong").content.decode()
    assert "This is not your password. Type it again." in page
    assert mail.outbox == []

    codes = [ask(browser, f"n{number}@example.org").status_code for number in range(5)]

    assert codes == [302] * 4 + [429]


def test_the_answer_does_not_tell_that_an_address_is_somebodys(person, posted):
    with_password(email="wang@example.org")
    browser = browser_of(person)

    def answer(email):
        ask(browser, email)
        return without_token(browser.get("/en/account/"))

    assert answer("wang@example.org").replace("wang@", "lang@") == answer("lang@example.org")
    told, *others = mail.outbox
    assert told.to == ["wang@example.org"]
    assert "Somebody wanted to use this address" in told.body
    assert [message.to for message in others] == [["lang@example.org"], ["li@example.org"]]


def test_readers_named_by_the_address_before_stay_readers(person, posted):
    case = restricted_to("person:Li@example.org")
    assert reads(person) == {case}

    confirm_email_change(token=make_email_token(person, "new@example.org"))

    assert reads(person) == {case}
    with pytest.raises(AddressRefused):
        User(email="li@example.org").check_address("li@example.org")


@pytest.mark.parametrize("where", ["published", "draft"])
def test_nobody_comes_to_read_by_changing_the_address(person, posted, where):
    case = restricted_to("person:new@example.org" if where == "published" else "person:x@example.org")
    if where == "draft":
        case.restricted_to = ["person:new@example.org"]
        case.save_revision()
    browser = browser_of(person)
    ask(browser)

    answer = browser.post(link_in_mail(0))

    assert "This address cannot be used yet" in answer.content.decode()
    person.refresh_from_db()
    assert (person.email, reads(person)) == ("li@example.org", set())


def test_one_can_go_back_to_an_address_of_ones_own_that_is_named(person, posted):
    case = restricted_to("person:li@example.org")
    confirm_email_change(token=make_email_token(person, "new@example.org"))
    person.refresh_from_db()

    confirm_email_change(token=make_email_token(person, "li@example.org"))

    assert reads(person) == {case}


def test_an_address_that_nothing_names_can_pass_to_somebody_else(person, posted):
    confirm_email_change(token=make_email_token(person, "new@example.org"))
    operator = signed_in("operator")
    url = reverse("wagtailusers_users:add")

    operator.post(url, form_on(operator.get(url)) | {"email": "li@example.org", "name": "Li Wei"})

    assert User.objects.get(email="li@example.org").name == "Li Wei"
    person.refresh_from_db()
    assert person.former_addresses == []


def test_an_address_that_content_names_does_not_pass_to_somebody_else(person, posted):
    restricted_to("person:li@example.org", title="A secret title")
    confirm_email_change(token=make_email_token(person, "new@example.org"))
    operator = signed_in("operator")
    url = reverse("wagtailusers_users:add")

    answer = operator.post(url, form_on(operator.get(url)) | {"email": "li@example.org", "name": "Li Wei"})

    assert errors_on(answer) == [
        "This was the address of Li Na, and 1 object still names it as a reader. "
        "Name new@example.org there first."
    ]
    assert "A secret title" not in answer.content.decode()


def test_an_operator_asks_for_an_account_in_use_and_the_mailbox_confirms(person, posted):
    operator = signed_in("operator")
    url = reverse("wagtailusers_users:edit", args=[person.pk])

    answer = operator.post(url, form_on(operator.get(url)) | {"email": "new@example.org", "name": "Li Nan"})

    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.email, person.name) == ("li@example.org", "Li Nan")
    assert AuditEntry.objects.get(action="email_change_asked").by == operator.user
    assert Client().post(link_in_mail(0)).status_code == 302
    person.refresh_from_db()
    assert person.email == "new@example.org"


def test_an_operator_is_told_why_an_address_cannot_be_asked_for(person, posted):
    with_password(email="wang@example.org")
    restricted_to("person:named@example.org")
    operator = signed_in("operator")
    url = reverse("wagtailusers_users:edit", args=[person.pk])
    data = form_on(operator.get(url))

    taken = operator.post(url, data | {"email": "wang@example.org"})
    named = operator.post(url, data | {"email": "named@example.org"})

    assert errors_on(taken) == ["Another account has this address."]
    assert "1 object names this address as a reader" in errors_on(named)[0]
    assert mail.outbox == []


def test_the_address_of_an_account_that_nobody_uses_is_corrected_at_once(posted):
    account = UserFactory(email="lo@example.org")
    case = restricted_to("person:lo@example.org")
    operator = signed_in("operator")
    url = reverse("wagtailusers_users:edit", args=[account.pk])

    operator.post(url, form_on(operator.get(url)) | {"email": "li@example.org"})

    account.refresh_from_db()
    assert (account.email, account.former_addresses) == ("li@example.org", ["lo@example.org"])
    assert reads(account) == {case}
    entry = AuditEntry.objects.get(action="email_changed")
    assert (entry.by, entry.details["new"]) == (operator.user, "li@example.org")


def test_a_change_that_fails_changes_nothing(person, posted, monkeypatch):
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        confirm_email_change(token=make_email_token(person, "new@example.org"))
    person.refresh_from_db()
    assert (person.email, person.former_emails) == ("li@example.org", "")
    assert mail.outbox == []


def test_asking_that_fails_sends_nothing(person, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(addresses, "get_language", fail)
    with django_capture_on_commit_callbacks() as waiting, pytest.raises(RuntimeError):
        ask_email_change(by=person, account=person, email="new@example.org")
    assert waiting == []
    assert not AuditEntry.objects.filter(action="email_change_asked").exists()


def fail(*args, **kwargs):
    raise RuntimeError
