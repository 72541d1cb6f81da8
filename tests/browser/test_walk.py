"""The first walk, in a real browser: the chair of the committee edits and publishes, a trainee reads."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CURRICULUM = "grassroots-mediation-2026"
PUBLIC = [
    "/{language}/",
    "/{language}/library/",
    "/{language}/library/?kind=case&kind=course",
    f"/{{language}}/curricula/{CURRICULUM}/",
    "/{language}/courses/mediation-foundations/",
    "/{language}/cases/one-window-forty-two-forms/",
    "/{language}/themes/land-requisition/",
    "/{language}/sign-in/",
]


def test_a_chair_edits_publishes_and_reads_the_report(visit):
    page = visit("/admin/", email="chair@example.org")
    page.goto("/admin/snippets/curriculum/curriculum/")
    page.get_by_role("link", name="Grass-roots disputes: from complaint to settlement").first.click()
    title = page.locator("#id_title")
    title.fill("Grass-roots disputes, renewed")
    page.get_by_role("button", name="Toggle actions, or more options").or_(
        page.locator("footer [data-w-dropdown-target=toggle]")
    ).first.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messages")).to_contain_text("published")
    page.goto("/admin/reports/balance/")
    row = page.locator("tr", has_text="Grass-roots disputes, renewed")
    expect(row).to_contain_text("45.5%")
    expect(page.locator("tr", has_text="Service hall practice")).to_contain_text("Too much practice")

    trainee = visit(f"/en/curricula/{CURRICULUM}/", email="trainee@example.org")
    expect(trainee.locator("h1")).to_have_text("Grass-roots disputes, renewed")
    trainee.get_by_role("link", name="The wall between two shops").first.click()
    expect(trainee.locator("h1")).to_have_text("The wall between two shops")


def test_a_trainee_has_no_admin(visit):
    page = visit("/admin/", email="trainee@example.org")
    expect(page.locator("main")).to_contain_text("You are signed in as Nora Feld")
    assert "/sign-in/" in page.url


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [375, 1280])
def test_public_pages_fit_the_screen_and_have_one_heading(visit, language, width):
    page = visit("/", width=width)
    for path in PUBLIC:
        page.goto(path.format(language=language))
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("html").get_attribute("lang") in {"en", "zh-Hans", "zh-hans"}


def test_the_visitor_chooses_the_language_and_stays_on_the_page(visit):
    page = visit("/en/themes/land-requisition/")
    page.get_by_role("button", name="中文").or_(page.get_by_role("link", name="中文")).first.click()
    assert "/zh-hans/themes/land-requisition/" in page.url
    expect(page.locator("h1")).to_contain_text("征")


def test_the_library_works_without_scripts(visit):
    page = visit("/en/library/", scripts=False)
    page.locator("input[name=kind][value=case]").check()
    page.get_by_role("button", name="Apply").first.click()
    assert "kind=case" in page.url
    expect(page.locator("main")).to_contain_text("Case")


def test_the_first_tab_leads_to_the_content(visit):
    page = visit("/en/library/")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused
    assert focused.startswith("#")
