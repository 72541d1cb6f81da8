"""Makes the pictures of the README and the guides from a fresh demo: `make screenshots` (needs Chromium)."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PORT = 8765
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "praxis-demo-2026"
CASES = "/admin/snippets/cases/casestudy/"
COURSES = "/admin/snippets/curriculum/course/"

Step = Callable[[Page], None]
"""What is done on a page before its picture is taken."""


def nothing(page: Page) -> None:
    """Take the page as it opens."""


def first_waiting_review(page: Page) -> None:
    """Open the review that waits longest."""
    page.locator("main td a[href*='/review/']").first.click()


def down_to_the_answer(page: Page) -> None:
    """The end of that review, where it is answered."""
    first_waiting_review(page)
    page.fill("#id_return-comment", "Please say who answers for the figures of the last section.")
    page.locator(".praxis-decide").scroll_into_view_if_needed()


def case(title: str) -> Step:
    """Open a case of this title from the list."""

    def open_case(page: Page) -> None:
        page.get_by_role("link", name=title).first.click()

    return open_case


def conflict(page: Page) -> None:
    """Save a case that a member of the committee has saved since it was opened."""
    case("The column nobody owned")(page)
    browser = page.context.browser
    assert browser is not None  # noqa: S101  # the window was opened by one
    other = signed_in(browser, COMMITTEE)
    other.goto(page.url)
    other.fill("#id_summary", "One column in a shared table, three offices, and nobody who would mend it.")
    _save(other)
    other.close()
    page.fill("#id_summary", "A county shares its data, all but one column that nobody calls their own.")
    page.fill("#id_place", "The data office of Qingzhi county (invented)")
    _save(page)


def _save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("footer button.action-save").first.click()


def several(page: Page) -> None:
    """Look at what a new day of review would do to three cases."""
    for box in page.locator("main tbody input[type=checkbox]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Change the chosen ones").click()
    page.fill("input[name=review_by]", "2029-06-30")
    page.locator("main form[method=post] button[type=submit]").first.click()


def new_person(page: Page) -> None:
    """Fill in an account for somebody who is then invited."""
    page.fill("#id_email", "mei.lin@example.org")
    page.fill("#id_name", "Lin Mei")
    page.fill("#id_institution", "lanjiang-party-school")
    page.get_by_label("Lecturer").check()
    page.locator("#id_email").scroll_into_view_if_needed()


def faulty_file(page: Page) -> None:
    """Upload a file with mistakes, and wait until it is checked."""
    rows = (
        '{"type": "theme", "code": "night shifts", "label_en": "Night shifts"}\n'
        '{"type": "case", "code": "the-lamp", "title": "The lamp", "facts_as_of": "last spring"}\n'
    )
    page.set_input_files(
        "input[type=file]", {"name": "autumn.jsonl", "mimeType": "text/plain", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Upload and check").click()
    for _try in range(60):
        if page.locator("table caption, .praxis-problem").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise SystemExit("The file was not checked: does the task worker run?")


COMMITTEE, LECTURER, PROVIDER, OPERATOR = (
    f"{name}@example.org" for name in ("committee", "lecturer", "provider", "operator")
)
PICTURES: tuple[tuple[str, str, str, Step], ...] = (
    ("curriculum.png", COMMITTEE, "/en/curricula/grassroots-mediation-2026/", nothing),
    ("balance-report.png", COMMITTEE, "/admin/reports/balance/", nothing),
    ("guides/committee-balance.png", COMMITTEE, "/admin/balance/new-officials-induction-2026/", nothing),
    ("guides/committee-reviews.png", COMMITTEE, "/admin/reviews/", nothing),
    ("guides/committee-review.png", COMMITTEE, "/admin/reviews/", first_waiting_review),
    ("guides/committee-answer.png", COMMITTEE, "/admin/reviews/", down_to_the_answer),
    ("guides/committee-history.png", COMMITTEE, "/admin/history/", nothing),
    ("guides/lecturer-cases.png", LECTURER, f"{CASES}?owner=me", nothing),
    ("guides/lecturer-returned.png", LECTURER, CASES, case("A hearing with empty chairs")),
    ("guides/lecturer-new.png", LECTURER, f"{CASES}add/", nothing),
    ("guides/lecturer-several.png", LECTURER, f"{CASES}?owner=me", several),
    ("guides/provider-courses.png", PROVIDER, COURSES, nothing),
    ("guides/provider-conflict.png", PROVIDER, CASES, conflict),
    ("guides/operator-person.png", OPERATOR, "/admin/users/new/", new_person),
    ("guides/operator-people.png", OPERATOR, "/admin/users/", nothing),
    ("guides/operator-import.png", OPERATOR, "/admin/exchange/import/", faulty_file),
    ("guides/operator-health.png", OPERATOR, "/admin/health/", nothing),
)
"""Of each picture: its file, who looks, at which address, and what is done there before."""


@contextmanager
def demo() -> Iterator[None]:
    """A served demo in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PRAXIS_VAR_DIR": folder, "PRAXIS_LOG_LEVEL": "WARNING"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"], ["run_due"]):
            subprocess.run([*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        started = [
            subprocess.Popen([*manage, *command], env=environment)  # noqa: S603
            for command in (["runserver", "--noreload", str(PORT)], ["db_worker", "--no-reload"])
        ]
        try:
            _wait()
            yield
        finally:
            for process in started:
                process.terminate()
                process.wait()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(SITE)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The demo server did not start.")


def signed_in(browser: Browser, email: str) -> Page:
    """A window of somebody who has just signed in."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
    page.goto(f"{SITE}/en/sign-in/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


def main() -> None:
    """Take each picture, those of the first person first."""
    (IMAGES / "guides").mkdir(parents=True, exist_ok=True)
    with demo(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        windows: dict[str, Page] = {}
        for name, email, path, step in PICTURES:
            page = windows.get(email) or windows.setdefault(email, signed_in(browser, email))
            page.goto(SITE + path)
            step(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / name)
            print(IMAGES / name)
        browser.close()


if __name__ == "__main__":
    main()
