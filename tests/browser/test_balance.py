"""The balance in a real browser: the panel beside the editor, and the page without scripts and in print."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.editing_people import AUTOSAVE_LISTENS_AFTER

pytestmark = pytest.mark.browser

COMMITTEE = "committee@example.org"
CURRICULA = "/admin/snippets/curriculum/curriculum/"
PAGE = "/admin/balance/new-officials-induction-2026/"
AT_ONCE = 1.0
"""Seconds after the answer to a save in which the panel must be drawn again."""


def test_the_panel_is_drawn_again_within_a_second_of_an_automatic_save(visit):
    page = visit(CURRICULA, email=COMMITTEE)
    page.get_by_role("link", name="Grass-roots disputes: from complaint to settlement").first.click()
    page.wait_for_timeout(AUTOSAVE_LISTENS_AFTER)
    page.locator("[data-side-panel-toggle=balance]").click()
    panel = page.locator("[data-praxis-balance]")
    expect(panel).to_contain_text("Within limits: Balanced")
    answers: list[float] = []
    page.on("response", lambda answer: answers.append(time.monotonic()) if _is_save(answer) else None)

    page.locator("#id_modules-0-placements-0-hours").fill("9")
    expect(panel).to_contain_text("Watch: Fragile", timeout=30_000)
    drawn = time.monotonic()

    assert len(answers) == 1
    assert drawn - answers[0] < AT_ONCE
    changes = panel.locator(".praxis-changes")
    expect(changes).to_contain_text("Dependence on one case 23.3%")
    expect(changes).to_contain_text("measures unchanged")
    assert Axe().run(page, context="[data-praxis-balance]").response["violations"] == []


def _is_save(answer):
    return answer.request.method == "POST" and "/edit/" in answer.url


def test_the_page_works_without_scripts(visit):
    page = visit("/admin/reports/balance/", email=COMMITTEE, scripts=False)
    page.get_by_role("link", name="Induction for newly appointed officials").click()
    assert page.url.endswith(PAGE)
    expect(page.locator(".praxis-pill").first).to_have_text("Act: Out of sequence")

    page.locator("select[name=view]").select_option("draft")
    page.locator("input[name=as_of]").fill("2026-02-03")
    page.get_by_role("button", name="Show").click()

    assert "view=draft" in page.url
    expect(page.locator("caption").first).to_contain_text("as of 2026-02-03")
    page.locator("#list-optional summary").click()
    expect(page.locator("#list-optional li").first).to_be_visible()


def test_in_print_everything_is_open_and_nothing_of_the_admin_is_there(visit):
    page = visit(f"{PAGE}?print=1", email=COMMITTEE, color_scheme="dark")
    page.emulate_media(media="print")

    for hidden in (".sidebar", ".praxis-filters", ".praxis-links", ".praxis-link-bar"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("details:not([open])").count() == 0
    for heading in ("#measures", "#order", "#map", "#cases", "#themes", "#lists", "#policy"):
        expect(page.locator(heading)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("width", [1280, 375])
def test_marks_at_the_ends_are_whole_and_nothing_runs_off_the_screen(visit, width):
    page = visit(PAGE, email=COMMITTEE, width=width)

    shown = page.evaluate("getComputedStyle(document.querySelector('.praxis-measure')).overflow")
    assert shown == "visible"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
