"""The editor's own scripts, and the report without any, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from curriculum.models import Curriculum

pytestmark = pytest.mark.browser

COMMITTEE = "committee@example.org"
CURRICULA = "/admin/snippets/curriculum/curriculum/"


def open_curriculum(visit):
    page = visit(CURRICULA, email=COMMITTEE)
    page.get_by_role("link", name="Grass-roots disputes: from complaint to settlement").first.click()
    return page


def test_new_rows_get_keys_that_an_automatic_save_keeps(visit):
    page = open_curriculum(visit)
    # Automatic saving takes no notice of what happens in the first two seconds of a page.
    page.wait_for_timeout(3000)
    page.locator("#id_modules-ADD").click()
    page.locator("#id_modules-3-title").fill("After the dispute")
    page.locator("#id_modules-3-placements-ADD").click()
    key = page.locator("#id_modules-3-placements-0-key").input_value()
    assert re.fullmatch("[0-9a-f]{12}", key)

    page.locator("#id_modules-3-placements-0-case-chooser .unchosen button").click()
    page.locator(".modal input[name=q]").fill("wall")
    page.locator(".modal").get_by_role("link", name="The wall between two shops").click()

    heading = page.locator("#inline_child_modules-3-placements-0-panel-heading")
    expect(heading).to_contain_text("The wall between two shops")
    expect(page.locator("#inline_child_modules-3-panel-heading")).to_contain_text("After the dispute")
    page.locator("[data-side-panel-toggle=hours]").click()
    expect(page.locator(".praxis-hours")).to_contain_text("4 After the dispute", timeout=30_000)
    drafted = Curriculum.objects.get(code="grassroots-mediation-2026").latest_revision.as_object()
    assert [placement.key for placement in drafted.modules.last().placements.all()] == [key]


def test_themes_are_chosen_with_the_keyboard_and_unknown_ones_named(visit):
    page = visit("/admin/snippets/cases/casestudy/add/", email=COMMITTEE)
    page.locator("#id_code").fill("new-case")
    page.locator("#id_title").fill("New case")
    search = page.locator(".praxis-themes input")
    search.press_sequentially("requisition")
    expect(page.locator(".praxis-themes [role=option]").first).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.locator(".praxis-themes__chosen li")).to_have_count(1)

    search.press_sequentially("moonlight")
    expect(page.locator(".praxis-themes [role=option]")).to_have_text("No theme is called that")
    search.press("Escape")
    expect(page.locator(".praxis-themes [role=listbox]")).to_be_hidden()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".error-message").first).to_contain_text("There is no theme called “moonlight”")

    page.get_by_role("button", name="Remove moonlight").click()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("created")
    expect(page.locator(".praxis-themes__chosen li")).to_have_count(1)


def test_the_report_works_without_scripts(visit):
    page = visit("/admin/reports/balance/", email=COMMITTEE, scripts=False)
    everything = page.locator(".praxis-balance tbody tr").count()

    page.locator(".praxis-report__summary a").first.click()
    assert "level=act" in page.url
    chosen = page.locator(".praxis-balance tbody tr").count()
    assert 0 < chosen < everything

    page.locator("select[name=view]").select_option("draft")
    page.get_by_role("button", name="Show").click()
    assert "view=draft" in page.url
    expect(page.locator("#balance-caption")).to_contain_text("Draft view")
    page.get_by_role("link", name="Covered").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Covered")


@pytest.mark.parametrize("width", [375, 1280])
def test_the_report_and_the_tree_fit_the_screen(visit, width):
    page = visit("/admin/reports/balance/", email=COMMITTEE, width=width)
    for path in ("/admin/reports/balance/", "/admin/snippets/themes/theme/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('#listing-results').scrollWidth") <= width
