"""One's own account on the public site."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.users.models import UserProfile

from people.models import User
from praxis.middleware import PUBLIC_POLICY
from tests.factories import SendingUnitFactory
from tests.people.conftest import browser_of, with_password

pytestmark = pytest.mark.django_db
OWN = (
    "/en/account/",
    "/en/account/password/",
    "/en/account/email/",
    "/en/account/devices/",
    "/en/account/data/",
    "/en/account/data/erase/",
)
OPEN = (
    "/en/sign-in/",
    "/en/new-password/",
    "/en/new-password/sent/",
    "/en/new-password/MQ/a-b/",
    "/en/invitation/MQ/a-b/",
    "/en/account/email/spent/",
    "/en/account/erased/",
)


@pytest.fixture
def browser():
    account = with_password(
        email="nora@example.org", name="Nora Feld", roles=["trainee"], unit=SendingUnitFactory(name="Hall")
    )
    browser = browser_of(account)
    browser.user = account
    return browser


@pytest.mark.parametrize("path", OWN)
def test_the_pages_ask_to_sign_in_and_lead_back(path):
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/en/sign-in/?next={path}")


@pytest.mark.parametrize("path", OWN + OPEN)
def test_the_pages_are_kept_by_nobody_and_hold_no_script(browser, path):
    client = browser if path in OWN else Client()
    answer = client.get(path)
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == PUBLIC_POLICY
    assert not page.find_all("script")
    assert not page.find_all(style=True)
    assert len(page.find_all("h1")) == 1
    if path not in ("/en/account/erased/",):
        assert "no-store" in answer["Cache-Control"]
    for field in page.find("main").find_all(["input", "select"]):
        if field.get("type") != "hidden":
            assert page.find("label", attrs={"for": field["id"]}), field


def test_it_shows_who_one_is(browser):
    text = BeautifulSoup(browser.get("/en/account/").content, "html.parser").main.get_text(" ", strip=True)
    for words in ("You sign in with nora@example.org.", "Trainee", "Hall", "0: open"):
        assert words in text


def test_the_name_in_the_header_leads_there(browser):
    page = BeautifulSoup(browser.get("/en/library/").content, "html.parser")
    link = page.header.find("a", class_="masthead__who")
    assert (link["href"], link.get_text()) == ("/en/account/", "Nora Feld Account")


def test_name_and_language_are_changed_for_site_mails_and_admin(browser):
    UserProfile.get_for_user(browser.user)

    answer = browser.post("/en/account/", {"name": "Nora F.", "language": "zh-hans"})

    assert answer["Location"] == "/zh-hans/account/"
    assert answer.cookies["django_language"].value == "zh-hans"
    account = User.objects.get(pk=browser.user.pk)
    assert (account.name, account.language) == ("Nora F.", "zh-hans")
    assert account.wagtail_userprofile.preferred_language == "zh-hans"


def test_nothing_else_can_be_changed_there(browser):
    browser.post(
        "/en/account/",
        {"name": "Nora", "language": "en", "email": "x@example.org", "clearance": "3", "is_superuser": "on"},
    )
    account = User.objects.get(pk=browser.user.pk)
    assert (account.email, account.clearance, account.is_superuser) == ("nora@example.org", 0, False)


def test_an_empty_name_is_told_at_the_field_and_the_header_keeps_the_name(browser):
    answer = browser.post("/en/account/", {"name": "", "language": "en"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.title.get_text().startswith("Error:")
    assert page.find(role="alert").find("a")["href"] == "#id_name"
    assert page.find("input", id="id_name")["aria-invalid"] == "true"
    assert page.find(id="id_name_error") is not None
    assert "Nora Feld" in page.header.get_text()


def test_the_admin_speaks_the_language_of_the_account_from_the_first_visit():
    account = with_password(roles=["lecturer"], language="zh-hans")
    assert UserProfile.get_for_user(account).preferred_language == "zh-hans"


@pytest.mark.parametrize("path", OWN)
def test_the_pages_take_few_queries(browser, path, django_assert_max_num_queries):
    browser.get(path)
    with django_assert_max_num_queries(12):
        browser.get(path)
