"""People at work in the admin, for walks in a browser.

Things are found by address, name or role, so that the language does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from wagtail.users.models import UserProfile

from people.models import User
from praxis.management.commands.load_demo import PASSWORD

CASES = "/admin/snippets/cases/casestudy/"
AUTOSAVE_LISTENS_AFTER = 2_300
"""Milliseconds: the editor's automatic saving takes no notice of what happens before."""


def speaks(language: str, *addresses: str) -> None:
    """Give accounts a language for the site and for the admin."""
    User.objects.filter(email__in=addresses).update(language=language)
    for account in User.objects.filter(email__in=addresses):
        UserProfile.objects.update_or_create(user=account, defaults={"preferred_language": language})


def link_in_last_mail(site: str) -> tuple[str, Any]:
    """The link of the newest mail, on the site that is served here, and the mail."""
    message = mail.outbox[-1]
    found = re.search(r"https?://[^/\s]+(/\S+)", message.body)
    assert found, message.body
    return site + found[1], message


def focused(page: Page) -> str:
    """What has the focus, for messages: tag, id and name."""
    return str(
        page.evaluate(
            "(e => `${e.tagName}#${e.id}[${e.getAttribute('name') || ''}]`)(document.activeElement)"
        )
    )


def tab_to(page: Page, goal: Locator, *, at_most: int = 60) -> None:
    """Press Tab until something has the focus; fails when it cannot be reached so."""
    passed = []
    for _press in range(at_most):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        passed.append(focused(page))
    raise AssertionError(f"Tab does not lead there, only to {passed}")


def sees_focus(page: Page) -> bool:
    """Whether what has the focus is drawn with a ring."""
    script = "(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none')"
    return bool(page.evaluate(f"{script}(getComputedStyle(document.activeElement))"))


@dataclass
class Editor:
    """Somebody with a page of the admin open."""

    page: Page

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def follow(self, link: Locator) -> None:
        """Click a link."""
        self.sends(link.first.click, 200)

    def fill_day(self, selector: str, value: str) -> None:
        """Type a date, and close the calendar, which opens a little later and covers what lies below."""
        self.page.fill(selector, value)
        calendar = self.page.locator(".xdsoft_datetimepicker:visible")
        expect(calendar).to_have_count(1)
        # Escape does nothing to it.
        self.page.locator("#id_title").click()
        expect(calendar).to_have_count(0)

    def save(self, *, expecting: int = 200) -> None:
        """Save a draft with the button of the editor."""
        button = self.page.locator("footer button.action-save, .footer button.action-save").first
        self.sends(button.click, expecting)

    def choose_action(self, name: str, *, expecting: int = 200) -> None:
        """Choose one of the further actions of the editor by its name in the form."""
        button = self.page.locator(f"button[name={name}]")
        if not button.first.is_visible():
            self.page.locator("footer [data-w-dropdown-target=toggle]").first.click()
        self.sends(button.first.click, expecting)

    def press(self, value: str, *, expecting: int = 200) -> None:
        """Press the button of a plain form that sends this value."""
        self.sends(self.page.locator(f"button[value={value}]").click, expecting)

    def send_by_keyboard(self, button: Locator, *, expecting: int = 200) -> None:
        """Go to a button with Tab and press Enter."""
        tab_to(self.page, button)
        assert sees_focus(self.page), f"no ring around {focused(self.page)}"
        self.sends(lambda: self.page.keyboard.press("Enter"), expecting)

    def sends(self, act: Any, expecting: int) -> None:
        """Do what asks for another page, and wait for it."""
        with self.page.expect_navigation() as navigation:
            act()
        answer = navigation.value
        assert answer is not None
        assert answer.status == expecting, f"{self.page.url}: {answer.status}"

    def settle(self) -> None:
        """Wait until automatic saving listens, as a person who begins to read does."""
        self.page.wait_for_timeout(AUTOSAVE_LISTENS_AFTER)

    def saved_by_itself(self) -> Any:
        """Wait for the answer to an automatic save, as what it sent."""
        return self.page.expect_response(
            lambda answer: (
                answer.request.method == "POST"
                and "application/json" in answer.headers.get("content-type", "")
            ),
            timeout=20_000,
        )

    def message(self) -> Locator:
        """The messages above the page."""
        return self.page.locator(".messages")


def sign_in_by_keyboard(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in without a mouse, from the top of the sign-in page."""
    tab_to(page, page.locator("input[name=username]"))
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    assert focused(page).endswith("[password]"), focused(page)
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def readable(page: Page, path: str) -> bool:
    """Whether the public site shows a reader this page: absent and forbidden look alike."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status in {200, 404}, answer.status
    return answer.status == 200


def days_from_now(days: int) -> str:
    """A moment some days from now as the editor's fields write it."""
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")
