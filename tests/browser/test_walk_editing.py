"""The long walk of a case, in both languages: from an invitation to an earlier text put back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Revision

from cases.models import CaseStudy
from people.models import User
from people.roles import ROLE_BY_CODE
from tests.browser.editing_people import (
    CASES,
    Editor,
    days_from_now,
    link_in_last_mail,
    readable,
    sign_in_by_keyboard,
    speaks,
    tab_to,
)

pytestmark = pytest.mark.browser

WRITER = "mei.lin@example.org"
NEW_PASSWORD = "seven herons over the weir"
CODE = "the-dry-standpipe"
TITLE = "The dry standpipe"
BETTER_TITLE = "The dry standpipe of Weir Lane"
REASON = "Say in the title where it happened. 请写明地点。"
SUMMARY = "A pump fails in August, and two villages ask one engineer to decide."


@pytest.fixture(params=["en", "zh-hans"])
def language(request, site) -> str:
    """The language that everybody in the walk reads."""
    speaks(
        request.param,
        "operator@example.org",
        "committee@example.org",
        "chair@example.org",
        "trainee@example.org",
    )
    return request.param


def test_a_case_from_the_invitation_of_its_writer_to_an_earlier_text(visit, site, language, mailoutbox):
    writer = Editor(invited(visit, site, language, mailoutbox))
    case = written(writer, language)
    reviewer = Editor(visit("/admin/reviews/", email="committee@example.org"))
    trainee = visit("/", email="trainee@example.org")
    public = f"/{language}/cases/{CODE}/"

    returned(reviewer, case)
    submitted_again(writer, case)
    approved(reviewer, case)
    case.refresh_from_db()
    assert case.scheduled_revision is not None
    assert not readable(trainee, public)

    the_day_comes(case)
    assert readable(trainee, public)
    expect(trainee.locator("h1")).to_have_text(BETTER_TITLE)
    trainee.goto(f"/{language}/library/?kind=case")
    expect(trainee.locator("main a", has_text=BETTER_TITLE)).to_have_count(1)

    merged(writer, reviewer, case)
    earlier_text_back(writer, case)
    into_the_bin_and_out(visit, case)
    assert not readable(trainee, public)


def invited(visit, site, language, mailoutbox):
    """The operator makes an account; its owner opens the link of the mail and chooses a password."""
    operator = Editor(visit("/admin/users/new/", email="operator@example.org"))
    page = operator.page
    assert page.locator("html").get_attribute("lang").lower() == language
    page.fill("#id_email", WRITER)
    page.fill("#id_name", "林梅")
    page.fill("#id_institution", "lanjiang-party-school")
    page.select_option("#id_language", language)
    lecturers = Group.objects.get(name=ROLE_BY_CODE["lecturer"].group)
    page.locator(f"input[name=groups][value='{lecturers.pk}']").check()
    operator.sends(page.locator("form[action*='/users/new/'] button[type=submit]").click, 200)
    expect(operator.message()).to_contain_text(WRITER)

    link, message = link_in_last_mail(site)
    assert message.to == [WRITER]
    assert f"/{language}/invitation/" in link
    page = visit(link)
    page.fill("input[name=new_password1]", NEW_PASSWORD)
    page.fill("input[name=new_password2]", NEW_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/account/")
    expect(page.locator("main")).to_contain_text(WRITER)

    page = visit(f"/{language}/sign-in/?next={CASES}add/")
    sign_in_by_keyboard(page, WRITER, NEW_PASSWORD)
    page.wait_for_url(f"**{CASES}add/")
    assert page.locator("html").get_attribute("lang").lower() == language
    return page


def written(writer, language):
    """The writer saves a draft, is told what is missing, adds it, sets a day, and submits."""
    page = writer.page
    page.fill("#id_code", CODE)
    page.fill("#id_title", TITLE)
    page.fill("#id_body", "# August\n\nThe pump failed on a Sunday.\n\n# Questions\n\n1. Who decides?")
    search = page.locator(".praxis-themes input")
    search.press_sequentially("requisition")
    expect(page.locator(".praxis-themes [role=option]").first).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    writer.fill_day("#id_facts_as_of", "2026-08-16")
    writer.save()
    expect(writer.message()).to_contain_text(TITLE)
    case = CaseStudy.objects.get(code=CODE)
    assert case.owner == User.objects.get(email=WRITER)

    writer.choose_action("action-submit")
    expect(page.locator(".error-message")).to_have_count(1)
    expect(page.locator("[data-field]:has(#id_summary) .error-message")).to_be_visible()
    page.fill("#id_summary", SUMMARY)
    page.select_option("#id_licence", "CC-BY-4.0")
    page.locator("[data-side-panel-toggle=status]").click()
    page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").click()
    page.fill("#id_go_live_at", days_from_now(9))
    # The calendar covers the button for a mouse.
    writer.send_by_keyboard(page.locator("#schedule-publishing-dialog button.action-save"))
    writer.choose_action("action-submit")
    case.refresh_from_db()
    assert case.current_workflow_state.status == "in_progress"
    return case


def returned(reviewer, case):
    """Somebody of the committee finds it in the list and returns it, without a mouse."""
    page = reviewer.page
    page.reload()
    reviewer.send_by_keyboard(page.locator(f"a[href$='/review/{case.pk}/']").first)
    expect(page.locator("main")).to_contain_text(TITLE)
    reason = page.locator("#id_return-comment")
    # Without a reason the browser leads back to the field.
    tab_to(page, page.locator("button[value=return]"))
    page.keyboard.press("Enter")
    expect(reason).to_be_focused()
    page.keyboard.type(REASON)
    reviewer.send_by_keyboard(page.locator("button[value=return]"))
    case.refresh_from_db()
    assert case.current_workflow_state.status == "needs_changes"


def submitted_again(writer, case):
    """The writer reads the reason above the editor, mends the title and submits again."""
    writer.open(f"{CASES}edit/{case.pk}/")
    expect(writer.message()).to_contain_text(REASON)
    writer.page.fill("#id_title", BETTER_TITLE)
    writer.choose_action("action-submit")
    case.refresh_from_db()
    assert case.current_workflow_state.status == "in_progress"


def approved(reviewer, case):
    """The committee approves, again without a mouse."""
    reviewer.open(f"{CASES}review/{case.pk}/")
    expect(reviewer.page.locator("main")).to_contain_text(BETTER_TITLE)
    reviewer.send_by_keyboard(reviewer.page.locator("button[value=approve]"))
    expect(reviewer.message()).to_contain_text(BETTER_TITLE)


def the_day_comes(case):
    """Time passes, and the clock publishes."""
    call_command("run_due", verbosity=0)
    case.refresh_from_db()
    assert not case.live
    day = timezone.now() - timedelta(minutes=1)
    CaseStudy.objects.filter(pk=case.pk).update(go_live_at=day)
    revision = case.scheduled_revision
    Revision.objects.filter(pk=revision.pk).update(
        approved_go_live_at=day, content=revision.content | {"go_live_at": day.isoformat()}
    )
    call_command("run_due", verbosity=0)
    case.refresh_from_db()
    assert case.live


def merged(writer, reviewer, case):
    """Two people have the case open; who saves second sees both texts and merges them with the keyboard."""
    for one in (writer, reviewer):
        one.open(f"{CASES}edit/{case.pk}/")
    writer.page.fill("#id_place", "Weir Lane")
    writer.page.fill("#id_summary", f"{SUMMARY} (the writer)")
    writer.save()
    page = reviewer.page
    page.fill("#id_title", f"{BETTER_TITLE}, 2026")
    page.fill("#id_summary", f"{SUMMARY} (the committee)")
    reviewer.save(expecting=409)
    latest = CaseStudy.objects.get(pk=case.pk).latest_revision.as_object()
    assert (latest.title, latest.summary) == (BETTER_TITLE, f"{SUMMARY} (the writer)")

    assert page.evaluate("document.activeElement.classList.contains('conflict__why')")
    expect(page.locator("fieldset.conflict__difference")).to_have_count(3)
    summary = page.locator("fieldset", has_text="(the committee)")
    tab_to(page, summary.locator("input[type=radio]").first)
    page.keyboard.press("ArrowDown")
    expect(summary.locator("input[value=theirs]")).to_be_checked()
    reviewer.send_by_keyboard(page.locator("button[value=merge]"))
    latest = CaseStudy.objects.get(pk=case.pk).latest_revision.as_object()
    assert latest.title == f"{BETTER_TITLE}, 2026"
    assert latest.summary == f"{SUMMARY} (the writer)"
    assert latest.place == "Weir Lane"


def earlier_text_back(writer, case):
    """The writer goes back to the text that was published."""
    published = CaseStudy.objects.get(pk=case.pk).live_revision
    writer.open(f"{CASES}history/{case.pk}/")
    link = writer.page.locator(f"a[href$='/history/{case.pk}/revisions/{published.pk}/revert/']:visible")
    for more in writer.page.locator("main table [data-w-dropdown-target=toggle]").all():
        more.press("Enter")
        if link.count():
            break
        writer.page.keyboard.press("Escape")
    writer.follow(link)
    expect(writer.page.locator("#id_title")).to_have_value(BETTER_TITLE)
    writer.save()
    latest = CaseStudy.objects.get(pk=case.pk).latest_revision
    assert latest.object_str == BETTER_TITLE
    assert latest.as_object().place == ""


def into_the_bin_and_out(visit, case):
    """A chair puts the published case into the bin and takes it out again, as a draft."""
    chair = Editor(visit(f"{CASES}delete/{case.pk}/", email="chair@example.org"))
    chair.sends(chair.page.locator("form button.serious").click, 200)
    expect(chair.message()).to_contain_text(BETTER_TITLE)
    case.refresh_from_db()
    assert case.archived_at
    assert not case.live
    chair.open("/admin/bin/")
    chair.sends(chair.page.locator(f"form[action$='/{case.pk}/restore/'] button").click, 200)
    case.refresh_from_db()
    assert case.archived_at is None
    chair.open(f"{CASES}edit/{case.pk}/")
    expect(chair.page.locator("#id_title")).to_have_value(BETTER_TITLE)
