"""Cases in the editor, as lecturers and the committee use it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from cases.models import CaseStudy
from tests.editor import admin_url, errors_on, form_on, signed_in
from tests.factories import CaseFactory, InstitutionFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "action-publish"}


def created(client, **fields):
    data = form_on(client.get(admin_url(CaseStudy, "add"))) | {"code": "C-1", "title": "The road"} | fields
    return client.post(admin_url(CaseStudy, "add"), data)


def test_a_lecturer_writes_a_case_and_owns_it():
    lecturer = signed_in("lecturer", institution="academy")
    academy = InstitutionFactory(code="academy")
    ThemeFactory(code="LAND")

    created(lecturer, body="# The road", themes="LAND", facts_as_of="2026-01-01")

    case = CaseStudy.objects.get()
    assert (case.owner, case.institution, case.live) == (lecturer.user, academy, False)
    assert [theme.code for theme in case.themes.all()] == ["LAND"]
    assert "The road</h2>" in case.body_html


def test_a_lecturer_cannot_publish():
    lecturer = signed_in("lecturer")

    created(lecturer, **PUBLISH)

    assert not CaseStudy.objects.get().live


COMPLETE = {"summary": "It rose.", "body": "# The road", "facts_as_of": "2026-01-01", "licence": "CC-BY-4.0"}


@pytest.mark.parametrize(("role", "live"), [("committee_chair", True), ("committee_member", False)])
def test_of_the_committee_only_the_chair_publishes_at_once(role, live):
    ThemeFactory(code="LAND")

    created(signed_in(role), **COMPLETE, themes="LAND", **PUBLISH)

    assert CaseStudy.objects.get().live is live


def test_the_owner_is_named_by_address():
    committee = signed_in("committee_member")
    owner = UserFactory(email="rosa@example.org")
    created(committee, owner=" Rosa@Example.org ")
    case = CaseStudy.objects.get()
    assert case.owner == owner

    edit = admin_url(case, "edit")
    assert form_on(committee.get(edit))["owner"] == "rosa@example.org"
    answer = committee.post(edit, form_on(committee.get(edit)) | {"owner": "nobody@example.org"})
    assert errors_on(answer) == ["No account has the address “nobody@example.org”. Check the spelling."]


def test_nobody_asks_for_more_clearance_than_their_own():
    committee = signed_in("committee_member", clearance=1)

    assert errors_on(created(committee, clearance="2")) == [
        "You cannot ask for more clearance than your own, which is 1: internal."
    ]
    assert created(committee, clearance="1").status_code == 302


def test_readers_are_listed_one_a_line_and_checked():
    committee = signed_in("committee_member")

    assert errors_on(created(committee, audience="restricted", restricted_to="unit:A\r\neverybody")) == [
        "“everybody” is not a reader. Write unit:CODE, institution:CODE or person:E-MAIL."
    ]
    created(committee, audience="restricted", restricted_to="unit:A\r\nperson:a@example.org")
    assert CaseStudy.objects.get().restricted_to == ["unit:A", "person:a@example.org"]


def test_the_audience_is_chosen_by_its_consequence():
    page = BeautifulSoup(signed_in("lecturer").get(admin_url(CaseStudy, "add")).content, "html.parser")

    labels = [" ".join(label.get_text().split()) for label in page.find(id="id_audience").find_all("label")]

    assert "Educators: trainees will not find it in search, lists or counts" in labels
    assert page.find("input", attrs={"name": "audience", "checked": True})["value"] == "trainees"


def test_codes_are_needed_even_in_a_draft():
    (error, *_others) = errors_on(created(signed_in("lecturer"), code=""))

    assert error == "This field is required."


def test_a_licence_from_a_file_stays():
    case = CaseFactory(
        licence="OGL-UK-3.0", summary="It rose.", themes=[ThemeFactory()], institution=InstitutionFactory()
    )
    committee = signed_in("committee_chair")
    edit = admin_url(case, "edit")

    committee.post(edit, form_on(committee.get(edit)) | {"title": "Renamed"} | PUBLISH)

    case.refresh_from_db()
    assert (case.title, case.licence) == ("Renamed", "OGL-UK-3.0")


def test_facts_of_the_future_and_classics_without_a_reason_are_refused():
    committee = signed_in("committee_member")
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert errors_on(created(committee, facts_as_of=tomorrow.isoformat())) == [
        "The facts cannot be later than today."
    ]
    assert errors_on(created(committee, is_classic="on")) == ["Say why this case is a classic."]


def test_the_listing_shows_age_currency_and_audience():
    CaseFactory(title="Young", facts_as_of=timezone.localdate() - timedelta(days=30), audience="educators")
    CaseFactory(title="Old", facts_as_of=date(2001, 2, 3))
    CaseFactory(title="Undated", facts_as_of=None)
    page = BeautifulSoup(signed_in("lecturer").get(admin_url(CaseStudy, "list")).content, "html.parser")

    rows = {}
    for row in page.find("table", class_="listing").find("tbody").find_all("tr"):
        cells = [" ".join(cell.get_text().split()) for cell in row.find_all("td")]
        rows[row.find("a").get_text().strip()] = cells[3:6]

    assert rows["Old"][:2] == ["2001-02-03", "Too old"]
    assert rows["Undated"][1] == "Date missing"
    assert rows["Young"][1] == "Current"
    assert rows["Young"][2].startswith("Educators")


@pytest.mark.parametrize(
    ("currency", "titles"), [(["current"], ["Young"]), (["too_old", "date_missing"], ["Old", "Undated"])]
)
def test_cases_are_filtered_by_currency(currency, titles):
    CaseFactory(title="Young", facts_as_of=timezone.localdate() - timedelta(days=30))
    CaseFactory(title="Old", facts_as_of=date(2001, 2, 3))
    CaseFactory(title="Undated", facts_as_of=None)
    url = admin_url(CaseStudy, "list")
    page = BeautifulSoup(signed_in("lecturer").get(url, {"currency": currency}).content, "html.parser")

    links = page.find("table", class_="listing").find("tbody").find_all("td", class_="title")

    assert sorted(link.find("a").get_text().strip() for link in links) == titles


def test_a_lecturer_does_not_find_what_is_kept_for_others():
    CaseFactory(title="For all")
    CaseFactory(title="For one unit", audience="restricted", restricted_to=["unit:A"])

    page = signed_in("lecturer").get(admin_url(CaseStudy, "list")).content.decode()

    assert "For all" in page
    assert "For one unit" not in page
