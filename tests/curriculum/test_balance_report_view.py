"""The balance report in the admin: who opens it, what it says, how it is sorted, filtered and downloaded."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from people.roles import ROLES
from tests.editor import admin_url, signed_in
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
BAND = {"practice_low": Decimal("0.35"), "practice_high": Decimal("0.55")}
READERS = {"committee_member", "committee_chair", "provider_editor", "training_manager"}


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def category():
    return PolicyFactory(category=CategoryFactory(code="topic", label_en="Special topic"), **BAND).category


def curriculum_of(category, theory, practice, *, tagged=True, **fields):
    """A curriculum with so many hours; its theory is covered by its practice."""
    theme = [ThemeFactory()] if tagged else []
    curriculum = CurriculumFactory(category=category, **fields)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory(themes=theme)
    UnitFactory(course=course, hours=Decimal(theory))
    PlacementFactory(module=module, course=course)
    case = CaseFactory(themes=theme, facts_as_of=date(2026, 1, 1))
    PlacementFactory(module=module, case=case, hours=Decimal(practice))
    return curriculum


@pytest.fixture
def four(category):
    """One to act on, one to watch, one without a verdict, one in balance."""
    return {
        "act": curriculum_of(category, 9, 1, title="All theory"),
        "watch": curriculum_of(category, 6.8, 3.2, title="Bit much"),
        "no_verdict": curriculum_of(category, 5, 5, title="Untagged", tagged=False),
        "within": curriculum_of(category, 5.8, 4.2, title="Fine as it is"),
    }


def report(client, **parameters):
    response = client.get(reverse("balance_report"), parameters)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page):
    return [
        row.find("th").find("a").get_text() for row in page.find(class_="praxis-balance").tbody.find_all("tr")
    ]


def text(element):
    return " ".join(element.get_text().split())


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_only_readers_of_curricula_open_the_report(role):
    client = signed_in(role)
    may = role in READERS

    for name in ("balance_report", "balance_report_results"):
        assert (client.get(reverse(name)).status_code == 200) is may
    for kind in ("csv", "xlsx"):
        assert (client.get(reverse("balance_report"), {"export": kind}).status_code == 200) is may
    home = client.get(reverse("wagtailadmin_home"))
    assert (reverse("balance_report") in home.content.decode()) is may


def test_the_worst_stand_first_and_the_summary_counts_them(committee, four):
    page = report(committee)

    assert titles(page) == ["All theory", "Bit much", "Fine as it is", "Untagged"]
    summary = page.find(class_="praxis-report__summary")
    assert text(summary) == "4 curricula: 1 act, 1 watch, 1 within limits, 1 no verdict"
    assert [text(pill) for pill in page.find_all(class_="praxis-pill")] == [
        "Act: Too much theory",
        "Watch: Too much theory",
        "Within limits: Balanced",
        "No verdict",
    ]


def test_the_numbers_of_the_summary_filter(committee, four):
    links = [link["href"] for link in report(committee).find(class_="praxis-report__summary").find_all("a")]

    shown = [titles(BeautifulSoup(committee.get(link).content, "html.parser")) for link in links]

    assert shown == [["All theory"], ["Bit much"], ["Fine as it is"], ["Untagged"]]
    filtered = BeautifulSoup(committee.get(links[0]).content, "html.parser")
    assert text(filtered.find(class_="praxis-report__summary")).startswith("4 curricula: 1 act")
    assert filtered.find(attrs={"aria-current": "true"}).get_text() == "1 act"


def test_a_row_shows_figures_with_their_limits_and_reasons(committee, category):
    curriculum_of(category, 7.5, 2.5, title="Bit much", institution=InstitutionFactory(name="Academy A"))

    row = report(committee).find(class_="praxis-balance").tbody.tr

    cells = [text(cell) for cell in row.find_all("td")]
    assert "Academy A" in text(row.th)
    assert cells[1] == "Act 25.0% 2.5 of 10 h; band 35–55%"
    assert cells[2] == "100.0% Every theory unit has a current case"
    assert cells[3] == "0.0% All practice serves theory that is taught here"
    assert cells[8:11] == ["7.5", "2.5", "10"]
    assert len(row.find_all("svg", class_="praxis-measure--small")) == 7


def test_what_has_no_figure_is_a_dash_with_its_reason(committee, category):
    CurriculumFactory(category=category, title="Empty")

    cells = [text(cell) for cell in report(committee).find(class_="praxis-balance").tbody.find_all("td")]

    assert cells[0] == "No verdict No timed units yet."
    assert cells[1] == "No figure – No counted hours"
    assert cells[2] == "No figure – No theory hours"


def test_the_caption_names_view_day_and_policies(committee, category):
    other = CategoryFactory(code="free", label_en="Free")
    curriculum_of(category, 6, 4)
    curriculum_of(other, 6, 4)

    caption = text(report(committee, as_of="2026-06-01").find(id="balance-caption"))

    assert caption == (
        "Live view: everything as published, as of 2026-06-01. Self-study not counted. "
        "Policies in force: from the beginning (Special topic); no policy on this day (Free)."
    )


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("-practice_share", ["All theory", "Bit much", "Untagged", "Fine as it is", "Empty"]),
        ("practice_share", ["Fine as it is", "Untagged", "Bit much", "All theory", "Empty"]),
        ("title", ["All theory", "Bit much", "Empty", "Fine as it is", "Untagged"]),
        ("-title", ["Untagged", "Fine as it is", "Empty", "Bit much", "All theory"]),
        ("password", ["All theory", "Bit much", "Fine as it is", "Untagged", "Empty"]),
    ],
)
def test_it_is_sorted_by_distance_from_the_limits(committee, category, four, ordering, expected):
    CurriculumFactory(category=category, title="Empty")

    shown = titles(report(committee, ordering=ordering))

    # Without a verdict there is no order among the last two.
    assert shown == expected or (ordering == "password" and set(shown[3:]) == set(expected[3:]))


def test_a_head_says_how_it_sorts_and_turns_round(committee, four):
    plain = {text(head): head for head in report(committee).find_all("th", scope="col")}
    assert "aria-sort" not in plain["Practice"].attrs

    first = BeautifulSoup(committee.get(plain["Covered"].a["href"]).content, "html.parser")
    sorted_head = first.find("th", attrs={"aria-sort": "descending"})
    assert text(sorted_head) == "Covered"
    turned = BeautifulSoup(committee.get(sorted_head.a["href"]).content, "html.parser")
    assert text(turned.find("th", attrs={"aria-sort": "ascending"})) == "Covered"


def test_it_is_filtered_by_category_and_institution(committee, category):
    academy = InstitutionFactory(code="academy")
    curriculum_of(category, 6, 4, title="One", institution=academy)
    curriculum_of(category, 6, 4, title="Two")
    curriculum_of(CategoryFactory(code="other"), 6, 4, title="Three", institution=academy)

    assert sorted(titles(report(committee, category="topic"))) == ["One", "Two"]
    assert sorted(titles(report(committee, institution="academy"))) == ["One", "Three"]
    assert titles(report(committee, category="topic", institution="academy")) == ["One"]
    page = report(committee, category="topic", institution="academy")
    assert page.find("select", attrs={"name": "category"}).find("option", selected=True)["value"] == "topic"


def test_the_draft_view_shows_drafts(committee, category):
    curriculum = curriculum_of(category, 6, 4, title="As published")
    curriculum.title = "As drafted"
    curriculum.save_revision()
    curriculum_of(category, 6, 4, title="Never published", live=False)

    assert titles(report(committee)) == ["As published"]
    assert sorted(titles(report(committee, view="draft"))) == ["As drafted", "Never published"]


def test_the_day_decides_on_policies_and_cases(committee):
    category = CategoryFactory()
    PolicyFactory(category=category, effective_from=date(2026, 1, 1), **BAND)
    curriculum_of(category, 9, 1)

    assert "Too much theory" in text(report(committee, as_of="2026-01-01"))
    assert "Too much theory" not in text(report(committee, as_of="2025-12-31"))


def test_a_day_that_is_none_is_explained_and_kept(committee, four):
    page = report(committee, as_of="31 June")

    assert "Write the day as year, month and day" in text(page.find(class_="praxis-problem"))
    assert page.find("input", attrs={"name": "as_of"})["value"] == "31 June"
    assert len(titles(page)) == 4


def test_curricula_that_the_reader_may_not_read_are_not_there(committee, category):
    curriculum_of(category, 6, 4, title="Open")
    curriculum_of(category, 6, 4, title="Hidden", clearance=3)

    page = report(committee)

    assert titles(page) == ["Open"]
    assert "1 curriculum:" in text(page.find(class_="praxis-report__summary"))


def test_each_reader_gets_the_links_that_are_open_to_them(four):
    member, manager = signed_in("committee_member"), signed_in("training_manager")
    act = four["act"]
    page = reverse("curriculum_balance", args=[act.code])
    inspect = admin_url(act, "inspect")

    def links(client):
        return [link["href"] for link in report(client).find(class_="praxis-balance").tbody.th.find_all("a")]

    assert links(member) == [page, admin_url(act, "edit")]
    assert links(manager) == [page, inspect]
    assert [manager.get(link).status_code for link in (page, inspect)] == [200, 200]


def downloaded(client, kind, **parameters):
    response = client.get(reverse("balance_report"), {"export": kind, **parameters})
    return b"".join(response.streaming_content)


def test_downloads_hold_the_rows_of_the_page_in_its_order(committee, four):
    asked = {"ordering": "-title", "level": "act"}
    rows = list(csv.DictReader(StringIO(downloaded(committee, "csv", ordering="-title").decode())))
    assert [row["Title"] for row in rows] == titles(report(committee, ordering="-title"))

    (row,) = csv.DictReader(StringIO(downloaded(committee, "csv", **asked).decode()))
    sheet = load_workbook(BytesIO(downloaded(committee, "xlsx", **asked))).active
    heads, values = sheet.iter_rows(values_only=True)
    assert list(heads) == list(row)
    typed = {head: "" if value is None else str(value) for head, value in zip(heads, values, strict=True)}
    assert typed == {head: value.removesuffix(".0") for head, value in row.items()}
    assert row["Level"] == "Act"
    assert row["Headline"] == "Too much theory"
    assert row["Practice share"] == "0.1"
    assert (row["Practice share: lower limit"], row["Practice share: upper limit"]) == ("0.35", "0.55")
    assert row["Theory with a case: upper limit"] == ""
    assert row["As of"] == timezone.localdate().isoformat()


def test_downloads_cannot_be_taken_for_formulas(committee, category):
    curriculum_of(category, 6, 4, title="=HYPERLINK(1)")

    (row,) = csv.DictReader(StringIO(downloaded(committee, "csv").decode()))
    assert row["Title"] == "'=HYPERLINK(1)"
    cell = load_workbook(BytesIO(downloaded(committee, "xlsx"))).active["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


@pytest.mark.parametrize("parameters", [{}, {"view": "draft"}, {"export": "csv"}])
def test_it_asks_as_many_questions_for_many_curricula_as_for_few(committee, category, parameters):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            response = committee.get(reverse("balance_report"), parameters)
            if response.streaming:
                b"".join(response.streaming_content)
        return len(queries)

    for _ in range(2):
        curriculum_of(category, 6, 4).save_revision()
    asked()
    few = asked()
    for _ in range(12):
        curriculum_of(category, 9, 1, institution=InstitutionFactory()).save_revision()

    assert asked() == few


def test_an_empty_report_says_what_belongs_there(committee, category):
    curriculum_of(category, 5.8, 4.2)
    assert "No curriculum has this verdict." in text(report(committee, level="act"))
    assert "No curriculum is published here." in text(
        report(committee, institution=InstitutionFactory().code)
    )


def test_a_flag_that_is_worse_than_the_headline_gets_its_own_pill(committee, category):
    curriculum = CurriculumFactory(category=category)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory(themes=[ThemeFactory()])
    UnitFactory(course=course, hours=Decimal("6.8"))
    PlacementFactory(module=module, course=course)
    PlacementFactory(module=module, case=CaseFactory(themes=[ThemeFactory()]), hours=Decimal("3.2"))

    pills = [text(pill) for pill in report(committee).find_all(class_="praxis-pill")]

    assert pills == ["Watch: Too much theory", "Act: Disconnected", "Act: Skewed"]


def test_rule_48_names_of_hidden_cases_are_in_no_page_and_no_file(category):
    """Verdicts and reasons that would name a case: it is old, and everything hangs on it."""
    curriculum = CurriculumFactory(category=category, title="Fragile")
    module = ModuleFactory(curriculum=curriculum)
    theme = ThemeFactory(label_en="Land use", label_zh="土地利用")
    course = CourseFactory(themes=[theme])
    for _ in range(3):
        UnitFactory(course=course, hours=Decimal("2"))
    PlacementFactory(module=module, course=course)
    hidden = CaseFactory(
        code="marker-code", title="marker title", clearance=3, themes=[theme], facts_as_of=date(2021, 6, 1)
    )
    PlacementFactory(module=module, case=hidden, hours=Decimal("4"))
    knows = signed_in("committee_chair", clearance=3)
    reader = signed_in("training_manager")
    asked = {"as_of": "2026-01-01"}

    for client, may in ((knows, True), (reader, False)):
        page = client.get(reverse("balance_report"), asked).content.decode()
        table = downloaded(client, "csv", **asked).decode()
        sheet = load_workbook(BytesIO(downloaded(client, "xlsx", **asked))).active
        cells = str(list(sheet.iter_rows(values_only=True)))
        for found in (page, table, cells):
            assert ("marker" in found) is may
            assert ("restricted case 1" in found) is not may
        figures = [cell for cell in cells.split(", ") if cell.replace(".", "").isdigit()]
        assert figures[:3] == ["0.4", "0.35", "0.55"]


def test_themes_are_called_by_their_labels(committee, category):
    curriculum = CurriculumFactory(category=category)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory(themes=[ThemeFactory(code="theme-code", label_en="Land use")])
    UnitFactory(course=course, hours=Decimal("5.5"))
    PlacementFactory(module=module, course=course)
    PlacementFactory(module=module, case=CaseFactory(themes=[ThemeFactory()]), hours=Decimal("4.5"))

    table = downloaded(committee, "csv").decode()

    assert "Land use (no practice)" in table
    assert "theme-code" not in table


def test_it_is_filtered_by_a_measure_outside_its_limits(committee, four):
    assert titles(report(committee, measure="practice_share")) == ["All theory", "Bit much"]
    assert titles(report(committee, measure="linkage_coverage")) == ["Untagged"]
    page = report(committee, measure="practice_share")
    assert text(page.find(class_="praxis-report__summary")) == "2 curricula: 1 act, 1 watch"
    within = page.find(class_="praxis-report__summary").a["href"]
    assert "measure=practice_share" in within


def test_it_is_filtered_by_drafts_that_differ(committee, four):
    four["watch"].title = "Changed"
    four["watch"].save_revision()

    assert titles(report(committee, differs="yes")) == ["Bit much"]
    assert "Bit much" not in titles(report(committee, differs="no"))
    assert len(titles(report(committee, differs="no"))) == 3


def test_nobody_learns_of_drafts_that_they_may_not_see(four):
    academy = InstitutionFactory(code="academy")
    four["watch"].save_revision()
    editor = signed_in("provider_editor", institution=academy)

    assert "differs" not in str(report(signed_in("training_manager")).find("form"))
    assert report(editor, differs="yes").find(class_="praxis-balance") is None
    assert len(titles(report(editor, differs="no"))) == 4


def test_self_study_is_counted_on_request(committee, category):
    curriculum = curriculum_of(category, 6, 4)
    UnitFactory(course=curriculum.modules.get().placements.first().course, hours=Decimal(10), self_study=True)

    plain, counted = report(committee), report(committee, self_study="counted")

    assert text(plain.find(class_="praxis-balance").tbody.find_all("td")[1]).startswith("40.0%")
    assert "20.0%" in text(counted.find(class_="praxis-balance").tbody.find_all("td")[1])
    assert "With self-study counted." in text(counted.find(id="balance-caption"))
    (row,) = csv.DictReader(StringIO(downloaded(committee, "csv", self_study="counted").decode()))
    assert (row["Practice share"], row["Self-study"]) == ("0.2", "Counted")


def test_a_day_without_neighbours_in_the_calendar_is_refused(committee, four):
    page = report(committee, as_of="9999-12-31")

    assert "Choose a day from 1950 to 2199." in text(page.find(class_="praxis-problem"))
    assert len(titles(page)) == 4
