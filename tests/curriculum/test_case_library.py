"""The report on the library of cases: what nobody uses, what lapses soon, what much hangs on."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from curriculum.case_library import lapsing_soon, most_depended_on, shelf_orphans
from people.roles import ROLES
from tests.editor import signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 6, 1)
READERS = {"committee_member", "committee_chair", "lecturer", "provider_editor", "training_manager"}
LISTS = ("orphans", "lapsing", "depended")


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"])


def placed(case=None, course=None, **fields):
    """A curriculum in which one thing is placed."""
    curriculum = CurriculumFactory(**{k: v for k, v in fields.items() if k not in ("optional", "hours")})
    rest = {k: v for k, v in fields.items() if k in ("optional", "hours")}
    PlacementFactory(module=ModuleFactory(curriculum=curriculum), case=case, course=course, **rest)
    return curriculum


def codes(rows):
    return [row.code for row in rows]


# Used nowhere


def test_a_case_is_used_where_it_is_placed_or_named_by_a_unit_of_a_placed_course(member):
    cases = {name: CaseFactory(code=name, title=name) for name in ("free", "placed", "named", "optional")}
    placed(cases["placed"])
    placed(cases["optional"], optional=True)
    course = CourseFactory()
    UnitFactory(course=course, case=cases["named"])
    placed(course=course)

    assert codes(shelf_orphans(member, TODAY)) == ["free"]


def test_drafts_unplaced_courses_and_the_bin_are_no_use(member):
    cases = {name: CaseFactory(code=name, title=name) for name in ("a", "b", "c", "d", "e")}
    placed(cases["a"], live=False)
    UnitFactory(course=CourseFactory(), case=cases["b"])
    draft = CourseFactory(live=False)
    UnitFactory(course=draft, case=cases["c"])
    placed(course=draft)
    placed(cases["d"], live=False, archived_at=timezone.now())
    placed(cases["e"], expire_at=timezone.now() - timedelta(days=1))

    assert codes(shelf_orphans(member, TODAY)) == ["a", "b", "c", "d", "e"]


def test_only_published_current_cases_are_missed(member):
    CaseFactory(code="current")
    CaseFactory(code="draft", live=False)
    CaseFactory(code="undated", facts_as_of=None)
    CaseFactory(code="overdue", review_by=date(2026, 5, 31))
    CaseFactory(code="old", facts_as_of=date(2020, 5, 31))
    CaseFactory(code="classic", facts_as_of=date(1990, 1, 1), is_classic=True, review_by=TODAY)

    assert sorted(codes(shelf_orphans(member, TODAY))) == ["classic", "current"]


def test_the_use_of_a_translation_is_the_use_of_the_case(member):
    original = CaseFactory(code="original")
    translation = CaseFactory(code="translation", translation_of=original)
    CaseFactory(code="third", translation_of=translation)
    placed(translation)

    assert codes(shelf_orphans(member, TODAY)) == []


# Lapsing


def test_cases_lapse_by_review_day_or_by_age_within_ninety_days(member):
    CaseFactory(code="today", review_by=TODAY)
    CaseFactory(code="in-90", review_by=TODAY + timedelta(days=90))
    CaseFactory(code="in-91", review_by=TODAY + timedelta(days=91))
    CaseFactory(code="gone", review_by=TODAY - timedelta(days=1))
    CaseFactory(code="aging", facts_as_of=date(2020, 7, 1), review_by=date(2026, 12, 31))
    CaseFactory(code="classic", facts_as_of=date(2020, 7, 1), is_classic=True, review_by=date(2026, 12, 31))

    rows = lapsing_soon(member, TODAY)

    assert [(row.code, row.until, str(row.limit)) for row in rows] == [
        ("today", TODAY, "review by"),
        ("aging", date(2026, 7, 1), "age limit"),
        ("in-90", TODAY + timedelta(days=90), "review by"),
    ]


def test_a_lapsing_case_comes_with_the_curricula_that_use_it(member):
    case = CaseFactory(review_by=TODAY)
    translation = CaseFactory(translation_of=case, review_by=date(2030, 1, 1))
    course = CourseFactory()
    UnitFactory(course=course, case=translation)
    first = placed(case, code="a", title="A")
    PlacementFactory(module=first.modules.get(), course=course)
    placed(course=course, code="b", title="B")
    placed(case, code="secret", clearance=3)

    (row,) = lapsing_soon(member, TODAY)

    assert [one.code for one in row.curricula] == ["a", "b"]
    assert (row.hidden, row.count) == (1, 3)


# Most depended on


def taught(*cases, hours=2, **fields):
    """A curriculum with a lecture that these cases cover."""
    theme = ThemeFactory()
    course = CourseFactory()
    UnitFactory(course=course, hours=Decimal(hours), themes=[theme], code="u1")
    curriculum = placed(course=course, **fields)
    for case in cases:
        PlacementFactory(module=curriculum.modules.get(), case=case, hours=Decimal(1))
        LinkFactory(course=course, unit="u1", case=case)
    return curriculum


def test_those_come_first_on_which_most_curricula_hang_with_hours_and_loads(member):
    a, b, c = (CaseFactory(code=code) for code in "abc")
    taught(a, hours=2, code="one")
    taught(a, hours=3, code="two")
    taught(b, hours=9, code="three")
    taught(b, c, hours=4, code="shared")

    rows = most_depended_on(member, TODAY)

    assert [(row.code, row.count, row.alone, row.load) for row in rows] == [("a", 2, 5, 5), ("b", 1, 9, 11)]
    assert [(one.code, one.hours) for one in rows[0].curricula] == [("two", 3), ("one", 2)]


def test_a_case_and_its_translation_carry_together_under_the_original(member):
    original = CaseFactory(code="original", title="Original")
    translation = CaseFactory(code="translation", translation_of=original)
    taught(original, translation, hours=3)
    orphaned = CaseFactory(code="unpublished", live=False)
    only = CaseFactory(code="only", translation_of=orphaned)
    taught(only, hours=1)

    rows = most_depended_on(member, TODAY)

    assert [(row.code, row.alone) for row in rows] == [("original", 3), ("only", 1)]


def test_drafts_and_cases_that_are_not_current_carry_nothing(member):
    taught(CaseFactory(), live=False)
    taught(CaseFactory(facts_as_of=None))
    taught(CaseFactory(review_by=TODAY - timedelta(days=1)))

    assert most_depended_on(member, TODAY) == []


# Names


def test_figures_are_the_same_for_all_and_names_only_for_those_who_may_see_them():
    case = CaseFactory(
        code="zq-case", title="Zq case", clearance=3, institution=InstitutionFactory(name="Zq")
    )
    taught(case, hours=2, code="zq-curriculum", title="Zq curriculum", clearance=3)
    CaseFactory(code="zq-shelf", title="Zq shelf", clearance=3, review_by=timezone.localdate())
    cleared = signed_in("committee_member", clearance=3)
    for role in READERS:
        reader = signed_in(role)
        for name in LISTS:
            own, theirs = table(reader, name), table(cleared, name)
            assert len(own) == len(theirs) == 1
            assert own[0][0] == "restricted case 1"
            for said in (str(own), downloaded(reader, name, "csv"), downloaded(reader, name, "xlsx")):
                assert "restricted case 1" in said
                assert "zq" not in said.casefold()
    assert table(cleared, "depended")[0][2] == "1 curriculum Zq curriculum zq-curriculum · 2 h"
    assert table(reader, "depended")[0][2] == "1 curriculum 1 of them is not yours to see"


def downloaded(client, name, kind):
    answer = client.get(reverse("case_library_report"), {"list": name, "export": kind})
    content = b"".join(answer)
    if kind == "csv":
        return content.decode()
    return str([[cell.value for cell in line] for line in load_workbook(BytesIO(content)).active.iter_rows()])


# The page


def text(element):
    return " ".join(element.get_text().split())


def page_of(client, **asked):
    response = client.get(reverse("case_library_report"), asked)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def table(client, name):
    found = page_of(client, list=name).find(class_="praxis-library")
    return [[text(cell) for cell in row.find_all(["th", "td"])] for row in found.tbody.find_all("tr")]


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_the_report_is_for_those_who_see_cases_in_the_admin(role):
    client = signed_in(role)
    may = role in READERS

    for name in ("case_library_report", "case_library_report_results"):
        assert (client.get(reverse(name)).status_code == 200) is may
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("case_library_report"), {"export": kind, "list": "depended"})
        assert (answer.status_code == 200) is may
    assert (
        reverse("case_library_report") in client.get(reverse("wagtailadmin_home")).content.decode()
    ) is may


def test_three_lists_under_one_address():
    client = signed_in("committee_member")
    CaseFactory(title="Alone", review_by=timezone.localdate())

    for asked, sentence in (
        ({}, "1 current case is used in no published curriculum."),
        ({"list": "nonsense"}, "1 current case is used in no published curriculum."),
        ({"list": "lapsing"}, "1 case lapses in the next 90 days."),
        ({"list": "depended"}, "No theory of a published curriculum hangs on a single case."),
    ):
        page = page_of(client, **asked)
        assert text(page.find(class_="praxis-lead")) == sentence
        assert len(page.find(class_="praxis-links").find_all("a", attrs={"aria-current": "page"})) == 1
    assert table(client, "lapsing")[0][3] == "no curriculum"


def test_titles_lead_to_the_editor_of_those_who_may_change_the_case():
    client = signed_in("lecturer")
    mine, other = CaseFactory(title="A", owner=client.user), CaseFactory(title="B")

    links = [link["href"] for link in page_of(client).find(class_="praxis-library").find_all("a")]

    assert [f"/edit/{mine.pk}/" in links[0], f"/inspect/{other.pk}/" in links[1]] == [True, True]


def test_pages_keep_the_list():
    client = signed_in("committee_member")
    for _ in range(51):
        CaseFactory(review_by=timezone.localdate())

    page = page_of(client, list="lapsing")

    assert len(page.find(class_="praxis-library").tbody.find_all("tr")) == 50
    following = [a["href"] for a in page.find_all("a", href=True) if "p=2" in a["href"]]
    assert following
    assert all("list=lapsing" in href for href in following)
    assert len(page_of(client, list="lapsing", p=2).find(class_="praxis-library").tbody.find_all("tr")) == 1


def test_downloads_hold_the_rows_of_their_list():
    client = signed_in("committee_member")
    case = CaseFactory(code="a", title="=danger", review_by=date(2031, 1, 1))
    taught(case, hours="2.5", code="cur")
    url = reverse("case_library_report")

    answer = client.get(url, {"list": "depended", "export": "csv"})
    written = b"".join(answer).decode()
    (row,) = csv.DictReader(StringIO(written))
    assert answer["Content-Disposition"].startswith('attachment; filename="cases-depended')
    assert (row["Code"], row["Title"], row["Curricula"], row["Load in hours"]) == (
        "a",
        "'=danger",
        "1",
        "2.5",
    )
    assert (row["Current until"], row["Which curricula"]) == ("2031-01-01", "cur")
    sheet = load_workbook(BytesIO(b"".join(client.get(url, {"list": "depended", "export": "xlsx"})))).active
    cells = dict(zip(*[[cell.value for cell in line] for line in sheet.iter_rows()], strict=True))
    assert (cells["Title"], cells["Theory hours with no other case"]) == ("=danger", 2.5)
    assert list(csv.reader(StringIO(b"".join(client.get(url, {"export": "csv"})).decode())))[1:] == []


@pytest.mark.parametrize("name", LISTS)
def test_as_many_queries_for_many_cases_as_for_one(name):
    client = signed_in("committee_member")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            count = len(table(client, name))
        return count, len(captured)

    def more():
        CaseFactory(owner=UserFactory(), institution=InstitutionFactory())
        taught(CaseFactory(review_by=timezone.localdate(), owner=UserFactory()))

    more()
    queries()
    few = queries()
    for _ in range(9):
        more()
    many = queries()

    assert (few[0], many[0]) == (1, 10)
    assert few[1] == many[1]
