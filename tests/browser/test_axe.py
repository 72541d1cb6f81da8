"""No page of ours breaks a rule of axe, runs off the screen or lacks its heading.

Each is looked at on a desktop and on a phone, light and dark.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from curriculum.models.runs import ExportRun, ImportRun
from curriculum.tasks import check_import, make_export
from editing import archiving
from editing.models import SavedFilter
from people.models import User
from praxis.demo.reviews import WAITING
from tests.browser.editing_people import CASES, Editor

pytestmark = pytest.mark.browser

COMMITTEE, CHAIR = "committee@example.org", "chair@example.org"
OPERATOR, TRAINEE = "operator@example.org", "trainee@example.org"
SCREENS = [(1280, "light"), (1280, "dark"), (375, "dark"), (375, "light")]
BROKEN = '{"type": "theme", "code": "no label"}\n{"type": "case", "code": 7}\nnot JSON\n'

RESULTS = {"resultTypes": ["violations", "incomplete"]}

WAGTAILS_OWN = [
    # aria-allowed-role: the heading that says how many rows a filter or a search has found.
    "#listing-results h2[role=alert]",
]
"""Markup of Wagtail's that breaks a rule, by selector, each with the rule. Nothing of ours stands here."""


def unreadable(undecided: list[dict]) -> list[str]:
    """Texts in the colour of what is behind them, which axe takes for hidden on purpose and leaves open."""
    return [
        str(node["target"])
        for rule in undecided
        if rule["id"] == "color-contrast"
        for node in rule["nodes"]
        if any((check["data"] or {}).get("messageKey") == "equalRatio" for check in node["any"])
    ]


def faults(page: Page) -> list[str]:
    """What is wrong with an open page, on each screen: one line for each rule and place."""
    context = {"exclude": [[selector] for selector in WAGTAILS_OWN]}
    found = []
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # Half-way from light to dark nothing has contrast.
        page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")
        where = f"{page.url}, {width} px, {scheme}"
        answer = Axe().run(page, context=context, options=RESULTS).response
        for rule in answer["violations"]:
            found += [
                f"{where}: {rule['id']} {node['target']} {node['html'][:160]}" for node in rule["nodes"]
            ]
        found += [f"{where}: unreadable {target}" for target in unreadable(answer["incomplete"])]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{where}: wider than the screen")
    if (count := page.locator("h1").count()) != 1:
        found.append(f"{page.url}: {count} first headings")
    return found


def faults_of(page: Page, paths: list[str]) -> list[str]:
    """What is wrong with the pages of these addresses, which must be there."""
    found = []
    for path in paths:
        answer = page.goto(path)
        found += faults(page) if answer.status == 200 else [f"{path}: {answer.status}"]
    return found


@pytest.fixture
def library(site) -> dict[str, int]:
    """Keys of what the pages are about: a case with history, one under review, one in the bin."""
    committee = User.objects.get(email=COMMITTEE)
    case = CaseStudy.objects.get(code="a-village-says-no-to-the-road")
    case.summary = f"{case.summary} Revised."
    case.save_revision(user=committee, log_action=True)
    archiving.archive(
        by=User.objects.get(email=CHAIR), obj=CaseStudy.objects.get(code="green-foam-on-the-zhi")
    )
    SavedFilter.objects.create(
        owner=User.objects.get(email=CHAIR),
        listing=CaseStudy._meta.label_lower,
        name="Cases in English",
        query="language=en",
    )
    return {
        "case": case.pk,
        "waiting": CaseStudy.objects.get(code=WAITING).pk,
        "course": Course.objects.get(code="mediation-foundations").pk,
        "curriculum": Curriculum.objects.get(code="grassroots-mediation-2026").pk,
    }


def test_editing_and_reviewing(visit, library):
    case, course, curriculum = library["case"], library["course"], library["curriculum"]
    paths = [
        "/admin/",
        "/admin/reviews/",
        f"{CASES}review/{library['waiting']}/",
        "/admin/history/",
        f"{CASES}history/{case}/",
        f"{CASES}inspect/{case}/",
        f"{CASES}usage/{case}/",
        f"/admin/snippets/curriculum/course/usage/{course}/",
        f"/admin/snippets/curriculum/curriculum/review/{curriculum}/",
    ]
    assert faults_of(visit("/admin/", email=COMMITTEE), paths) == []


def test_listings_and_the_bin(visit, library):
    kind, chosen = CaseStudy._meta.model_name, f"id={library['case']}&id={library['waiting']}"
    paths = [
        CASES,
        f"{CASES}?language=en",
        f"{CASES}?q=nothing+of+the+kind",
        "/admin/snippets/curriculum/course/",
        "/admin/snippets/curriculum/curriculum/",
        "/admin/snippets/themes/theme/",
        "/admin/snippets/themes/theme/?q=requisition",
        f"/admin/change-several/{kind}/?{chosen}",
        "/admin/bin/",
        f"{CASES}delete/{library['case']}/",
        f"/admin/snippets/curriculum/course/delete/{library['course']}/",
    ]
    chair = visit("/admin/", email=CHAIR)
    assert faults_of(chair, paths) == []
    archived = CaseStudy.objects.exclude(archived_at=None).get()
    assert faults_of(chair, [f"/admin/bin/{kind}/{archived.pk}/restore/"]) == []


def test_what_a_form_answers_with(visit, library):
    """The conflict page, and the preview of a change of several rows."""
    first, second = (Editor(visit(f"{CASES}edit/{library['case']}/", email=COMMITTEE)) for _two in range(2))
    first.page.fill("#id_place", "Plum Hollow")
    first.page.fill("#id_title", "A village says yes")
    first.save()
    second.page.fill("#id_title", "A village says no, and then yes")
    second.save(expecting=409)
    assert faults(second.page) == []

    first.open(f"/admin/change-several/casestudy/?id={library['case']}&id={library['waiting']}")
    first.page.fill("input[name=review_by]", "2029-12-31")
    first.sends(first.page.locator("main form[method=post] button[type=submit]").first.click, 200)
    assert first.page.locator("button[value=apply]").count() == 1
    assert faults(first.page) == []


def test_reports_and_files(visit, library, tmp_path, settings):
    settings.PRAXIS_EXCHANGE_ROOT = tmp_path
    page = visit("/admin/", email=COMMITTEE)
    paths = [
        "/admin/reports/balance/",
        "/admin/reports/balance/?view=draft&level=act",
        "/admin/reports/balance/?measure=sequence_fit&differs=no&as_of=soon",
        "/admin/balance/grassroots-mediation-2026/",
        "/admin/balance/new-officials-induction-2026/?print=1",
        "/admin/balance/finance-and-data-2026/?view=draft&as_of=soon",
        "/admin/reports/site-history/",
        "/admin/reports/workflow/",
        "/admin/reports/workflow_tasks/",
        "/admin/exchange/import/",
        "/admin/exchange/export/",
    ]
    assert faults_of(page, paths) == []
    editor = Editor(page)
    broken = tmp_path / "broken.jsonl"
    broken.write_text(BROKEN)
    editor.open("/admin/exchange/import/")
    page.set_input_files("input[type=file]", broken)
    editor.sends(page.locator("form[enctype] button[type=submit]").click, 200)
    # The page of a run that goes on asks for itself again.
    page.route(page.url, lambda route: route.fulfill(status=204))
    waiting = faults(page)
    page.unroute(page.url)
    check_import.call(str(ImportRun.objects.get().pk))
    refused = faults_of(page, [reverse("exchange_import_run", args=[ImportRun.objects.get().pk])])
    assert [*waiting, *refused] == []
    editor.open("/admin/exchange/export/")
    editor.sends(page.locator("form[action*=export] button[type=submit]").first.click, 200)
    run = ExportRun.objects.get()
    make_export(str(run.pk))
    assert faults_of(page, [reverse("exchange_export_run", args=[run.pk])]) == []


def test_people_and_operation(visit, site):
    trainee = User.objects.get(email=TRAINEE).pk
    invited = User.objects.create_user("invited@example.org", name="Somebody invited").pk
    paths = [
        "/admin/users/",
        "/admin/users/new/",
        f"/admin/users/edit/{trainee}/",
        f"/admin/users/invite/{invited}/",
        f"/admin/users/leaving/{trainee}/",
        f"/admin/users/erase/{trainee}/",
        "/admin/sending_units/",
        "/admin/health/",
        "/admin/reports/audit/",
        "/admin/exchange/import/",
        "/admin/exchange/export/",
        "/admin/account/",
    ]
    assert faults_of(visit("/admin/health/", email=OPERATOR), paths) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_ones_own_account(visit, language):
    paths = ["", "password/", "email/", "devices/", "data/", "data/erase/"]
    page = visit("/", email=TRAINEE)
    assert faults_of(page, [f"/{language}/account/{path}" for path in paths]) == []
    anybody = ["sign-in/", "new-password/", "new-password/sent/", "account/erased/", "account/email/x/"]
    page = visit("/")
    assert faults_of(page, [f"/{language}/{path}" for path in anybody]) == []
    page.goto(f"/{language}/sign-in/")
    page.fill("input[name=username]", TRAINEE)
    page.fill("input[name=password]", "not this one")
    page.click("main button[type=submit]")
    expect(page.locator("main [role=alert]")).to_be_visible()
    assert faults(page) == []
