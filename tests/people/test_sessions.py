"""The list of one's sessions, and ending them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from people import audit, sessions
from people.actions.sessions import end_session, end_sessions
from people.models import AuditEntry, Session
from people.sessions import SEEN_EVERY, SessionStore, handle_of
from tests.people.conftest import actions, browser_of, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4) AppleWebKit/605.1.15 Version/17.4 Safari/604.1"
PAGE = "/en/account/devices/"


def cards(browser):
    page = BeautifulSoup(browser.get(PAGE).content, "html.parser")
    return [" ".join(card.get_text(" ").split()) for card in page.find_all("li", class_="device")]


def test_a_session_knows_whose_it_is_and_where_it_began(person):
    browser_of(person, **{"user-agent": FIREFOX})
    session = Session.objects.get()
    assert (session.user, session.browser, session.system) == (person, "Firefox", "Linux")
    assert session.address == "127.0.0.1"


def test_the_list_tells_this_device_from_the_others(person):
    browser_of(person, **{"user-agent": PHONE})
    browser_of(with_password())
    found = cards(browser_of(person, **{"user-agent": FIREFOX}))
    assert len(found) == 2
    assert found[0].startswith("Firefox on Linux This device Signed in 20")
    assert found[1].startswith("Safari on iPhone Signed in 20")
    assert found[1].endswith("Sign out")


def test_no_page_holds_the_key_of_a_session(person):
    browser_of(person)
    browser = browser_of(person)
    page = browser.get(PAGE).content.decode()
    for session in Session.objects.all():
        assert session.session_key not in page


def test_one_device_is_signed_out(person):
    here, there = browser_of(person), browser_of(person)
    handle = handle_of(there.session.session_key)

    answer = here.post(PAGE, {"device": handle}, follow=True)

    assert "That device is signed out." in answer.content.decode()
    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200
    assert actions(by=person)[-1] == "sessions_ended"


def test_nobody_ends_the_session_of_somebody_else(person):
    victim = browser_of(with_password())
    browser_of(person).post(PAGE, {"device": handle_of(victim.session.session_key)})
    assert victim.get(PAGE).status_code == 200


def test_everywhere_is_everywhere(person):
    here, there, other = browser_of(person), browser_of(person), browser_of(with_password())

    answer = here.post(PAGE, {"everywhere": "1"}, follow=True)

    assert "You are signed out everywhere." in answer.content.decode()
    assert [browser.get(PAGE).status_code for browser in (here, there, other)] == [302, 302, 200]


def test_saving_a_session_keeps_where_it_began_and_says_whose_it_becomes(person):
    browser = browser_of(person, **{"user-agent": FIREFOX})
    began = Session.objects.get().created_at
    session = browser.session
    session["more"] = 1
    session.save()
    stored = Session.objects.get()
    assert (stored.created_at, stored.browser, stored.user) == (began, "Firefox", person)
    assert SessionStore(stored.session_key).load()["more"] == 1


def test_last_use_is_kept_coarsely(person, monkeypatch, django_assert_num_queries):
    browser = browser_of(person)
    began = Session.objects.get().seen_at
    with django_assert_num_queries(1):
        SessionStore(browser.session.session_key).load()
    assert Session.objects.get().seen_at == began

    later = timezone.now() + SEEN_EVERY
    monkeypatch.setattr(sessions.timezone, "now", lambda: later)
    with django_assert_num_queries(2):
        SessionStore(browser.session.session_key).load()
    assert Session.objects.get().seen_at == later


def test_a_session_that_is_over_opens_nothing_and_is_not_listed(person):
    old, browser = browser_of(person), browser_of(person)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    assert old.get(PAGE).status_code == 302
    assert len(cards(browser)) == 1


def test_a_session_of_nobody_belongs_to_nobody():
    store = SessionStore()
    store["language"] = "en"
    store.create()
    assert Session.objects.get().user is None
    assert SESSION_KEY not in SessionStore(store.session_key)


def test_the_list_takes_the_same_queries_for_many(person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = browser_of(person)
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    expected = len(few)
    for _ in range(8):
        browser_of(person)
    with django_assert_num_queries(expected):
        browser.get(PAGE)


def test_an_end_that_cannot_be_noted_does_not_happen(person, monkeypatch):
    browser = browser_of(person)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    handle = handle_of(browser.session.session_key)
    with pytest.raises(RuntimeError):
        end_session(by=person, handle=handle)
    with pytest.raises(RuntimeError):
        end_sessions(by=person, account=person)
    assert Session.objects.count() == 1


def test_ending_nothing_notes_nothing(person):
    assert end_sessions(by=person, account=person) == 0
    assert not AuditEntry.objects.filter(action="sessions_ended").exists()
