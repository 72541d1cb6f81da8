import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, Page, sync_playwright

from praxis.management.commands.load_demo import PASSWORD

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser(django_db_setup) -> Iterator[Browser]:
    from django.db import connection

    from tests.conftest import CHROMIUM, missing

    if not CHROMIUM.exists():
        missing("Chromium (apt-get install chromium)")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    contents = connection._test_serialized_contents
    with sync_playwright() as playwright:
        # Beside that loop this thread has another connection, which must know what to roll back to as well.
        connection._test_serialized_contents = contents
        yield playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(transactional_db, django_db_serialized_rollback, live_server) -> str:
    """The address of a site that serves the demo."""
    call_command("load_demo", verbosity=0)
    return live_server.url


@contextmanager
def requests_under_way() -> Iterator[list[bool]]:
    """A list with one entry for each request that the site is answering."""
    under_way: list[bool] = []

    def begin(**kwargs: object) -> None:
        under_way.append(True)

    def end(**kwargs: object) -> None:
        if under_way:
            under_way.pop()

    request_started.connect(begin)
    request_finished.connect(end)
    try:
        yield under_way
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(end)


@pytest.fixture
def visit(browser, site) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody, and fail the test on any script error or breach of the content policy."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str, *, email: str = "", width: int = 1280, scripts: bool = True, **options) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=scripts, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        if email:
            page.goto("/en/sign-in/")
            page.fill("input[name=username]", email)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            # The next address must not be asked for before the answer to the sign-in is there.
            page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto(path)
        return page

    with requests_under_way() as under_way:
        yield open_page
        for context in contexts:
            context.close()
        # An editor that is closed still says so; the tables must not be emptied under that request.
        quiet_since = time.monotonic()
        deadline = quiet_since + 20
        while time.monotonic() < min(deadline, quiet_since + 1):
            if under_way:
                quiet_since = time.monotonic()
            time.sleep(0.05)
    assert complaints == []
