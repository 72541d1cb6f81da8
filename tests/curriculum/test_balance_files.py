"""The files of one curriculum's balance: the same numbers as everywhere, and all that is behind them."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from math import fsum
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cases.models import CaseStudy
from curriculum.dossier.tables import table_keys
from curriculum.enums import LinkState
from curriculum.models import BalanceSnapshot
from curriculum.snapshots import record_publication
from tests.curriculum.worked_example import worked_example
from tests.editor import signed_in
from tests.factories import LinkFactory

pytestmark = pytest.mark.django_db
DAY = {"as_of": "2026-01-01"}


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def example():
    return worked_example()


def answer(client, curriculum, **parameters):
    return client.get(reverse("curriculum_balance", args=[curriculum.code]), {**DAY, **parameters})


def sheets(client, curriculum, **parameters):
    """Each sheet as a list of dictionaries."""
    book = load_workbook(BytesIO(answer(client, curriculum, export="xlsx", **parameters).content))
    found = {}
    for sheet in book:
        heads, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found


def csv_rows(client, curriculum, table, **parameters):
    text = answer(client, curriculum, export="csv", table=table, **parameters).content.decode()
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize("parameters", [{}, {"self_study": "counted"}])
def test_page_command_workbook_and_snapshot_have_the_same_numbers(
    committee, example, parameters, monkeypatch
):
    page = BeautifulSoup(answer(committee, example, **parameters).content, "html.parser")
    printed = page.find(class_="praxis-measures").tbody.find_all("tr")
    on_page = {
        key: float(row.data["value"])
        for key, row in zip(
            [row["Key"] for row in sheets(committee, example, **parameters)["measures"]], printed, strict=True
        )
    }

    in_file = {row["Key"]: row["Value"] for row in sheets(committee, example, **parameters)["measures"]}
    in_csv = {
        row["Key"]: float(row["Value"]) for row in csv_rows(committee, example, "measures", **parameters)
    }

    assert on_page == in_file == in_csv
    out = StringIO()
    call_command(
        "balance_report",
        curriculum=[example.code],
        as_of=DAY["as_of"],
        count_self_study=bool(parameters),
        format="json",
        stdout=out,
    )
    (told,) = json.loads(out.getvalue())
    assert {key: told[key] for key in on_page} == on_page
    figures = {row["Name"]: row["Value"] for row in sheets(committee, example, **parameters)["figures"]}
    names = ("coverage_shelf", "coverage_graded", "hhi", "effective_cases", "mean_gap")
    assert {name: told[name] for name in names} == {name: figures[name] for name in names}
    summary = {row["Name"]: row["Value"] for row in sheets(committee, example, **parameters)["summary"]}
    assert (summary["hours_theory"], summary["headline"]) == (told["hours"]["theory"], told["headline"])
    limits = {
        row["Key"]: row["Within limits from"] for row in sheets(committee, example, **parameters)["measures"]
    }
    assert limits["practice_share"] == told["band"][0]
    if not parameters:
        monkeypatch.setattr(timezone, "localdate", lambda: date.fromisoformat(DAY["as_of"]))
        record_publication([example.pk])
        kept = BalanceSnapshot.objects.latest("pk")
        assert {key: kept.results[key] for key in told if key != "warnings"} == {
            key: value for key, value in told.items() if key != "warnings"
        }


def test_a_sceptic_recomputes_the_measures_from_the_file(committee, example):
    found = sheets(committee, example)
    counted = [row for row in found["elements"] if row["Part"]]
    theory = [row for row in counted if row["Part"] == "theory"]
    practice = [row for row in counted if row["Part"] == "practice"]
    measured = {row["Key"]: row["Value"] for row in found["measures"]}

    def hours(rows):
        return fsum(row["Hours"] for row in rows)

    assert measured["practice_share"] == hours(practice) / hours(counted)
    assert measured["linkage_coverage"] == hours(row for row in theory if row["Covered"]) / hours(theory)
    assert measured["orphan_practice"] == (
        hours(row for row in practice if row["Serves no theory here"]) / hours(practice)
    )
    covering = {
        row["Number"]: {
            link["Case"] for link in found["links"] if link["Theory"] == row["Number"] and link["Covers"]
        }
        for row in theory
    }
    alone = {
        case["Case"]: hours(row for row in theory if covering[row["Number"]] == {case["Case"]})
        for case in found["cases"]
    }
    assert measured["knockout_loss"] == max(alone.values()) / hours(theory)
    near = [row for row in theory if row["Covered"] and row["Gap to the nearest practice"] <= 6]
    assert measured["sequence_fit"] == hours(near) / hours(row for row in theory if row["Covered"])
    fresh = {case["Case"]: case["Freshness"] for case in found["cases"]}
    assert measured["timeliness_index"] == pytest.approx(
        fsum(row["Hours"] * fresh[row["Case"]] for row in practice) / hours(practice), abs=1e-12
    )
    assert measured["thematic_divergence"] == pytest.approx(
        fsum(row["Adds to the mismatch"] for row in found["themes"]), abs=1e-12
    )


def test_every_sheet_is_there_with_what_decides(committee, example):
    course = example.modules.first().placements.first().course
    LinkFactory(course=course, unit="T1", case=CaseStudy.objects.get(code="beta"), state=LinkState.REJECTED)

    found = sheets(committee, example)

    assert tuple(found) == table_keys()
    summary = {row["Name"]: row["Value"] for row in found["summary"]}
    assert summary["code"] == "worked-example"
    assert "as of 2026-01-01" in summary["shown"]
    assert {row["Standing"] for row in found["elements"]} == {"counted", "self_study"}
    assert {"Theory": "1.1.1", "Practice": None, "Case": "beta"}.items() <= found["links"][-1].items()
    assert found["links"][-1]["Because"] == "rejected"
    cases = {row["Case"]: row for row in found["cases"]}
    assert cases["alpha"]["Age in years"] == 2
    assert cases["alpha"]["Last current day"].isoformat().startswith("2030-01-01")
    assert cases["delta"]["State"] == "classic without review date"
    policy = {row["Key"]: row["Value"] for row in found["policy"]}
    assert (policy["practice_low"], policy["gap_hours"]) == (0.35, 6)
    assert {row["Key"] for row in found["lists"]} >= {"uncovered", "orphans", "self_study"}


def test_all_tables_come_as_csv_in_one_archive(committee, example):
    response = answer(committee, example, export="csv")

    assert response["Content-Type"] == "application/zip"
    assert 'filename="balance-worked-example-2026-01-01.zip"' in response["Content-Disposition"]
    with ZipFile(BytesIO(response.content)) as archive:
        assert archive.namelist() == [f"{key}.csv" for key in table_keys()]
        elements = archive.read("elements.csv").decode()
    assert elements == answer(committee, example, export="csv", table="elements").content.decode()


def test_no_cell_can_be_taken_for_a_formula(committee, example):
    CaseStudy.objects.filter(code="alpha").update(title="=HYPERLINK(1)")

    found = load_workbook(BytesIO(answer(committee, example, export="xlsx").content))["cases"]
    cell = next(cell for row in found for cell in row if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
    assert "'=HYPERLINK(1)" in [row["Title"] for row in csv_rows(committee, example, "cases")]


def test_names_that_the_reader_may_not_see_are_in_no_file(example):
    for code in ("alpha", "gamma"):
        CaseStudy.objects.filter(code=code).update(title=f"MARKER {code}", clearance=3)
    cleared, plain = signed_in("committee_member", clearance=3), signed_in("committee_member")

    seen, unseen = sheets(cleared, example), sheets(plain, example)

    assert "MARKER alpha" in str(seen)
    for word in ("MARKER", "alpha", "gamma"):
        assert word not in str(unseen)
    assert [row["Case"] for row in unseen["cases"]] == [
        "restricted case 1",
        "beta",
        "restricted case 2",
        "delta",
    ]
    assert [row["Value"] for row in seen["measures"]] == [row["Value"] for row in unseen["measures"]]
    with ZipFile(BytesIO(answer(plain, example, export="csv").content)) as archive:
        texts = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "MARKER" not in texts
    assert "restricted case 2" in texts
    (last,) = [row for row in csv_rows(plain, example, "cases") if row["Practice hours"] == "2.0"][:1]
    assert last["Case"] == "restricted case 2"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"export": "pdf"}, "There is no file of this kind. Download XLSX or CSV."),
        ({"export": "csv", "table": "secrets"}, "There is no such table. These are the tables: summary,"),
        ({"export": "xlsx", "as_of": "soon"}, "Write the day as year, month and day"),
    ],
)
def test_what_cannot_be_downloaded_is_explained(committee, example, parameters, message):
    response = answer(committee, example, **parameters)

    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    assert message in page.find(class_="praxis-problem").get_text()
    assert "export=pdf" not in str(page.find(class_="praxis-links"))


def test_a_file_of_what_is_not_published_is_refused_in_words(committee, example):
    example.live = False
    example.save()

    response = answer(committee, example, view="live", export="xlsx")

    assert response.status_code == 400
    assert "not published now" in response.content.decode()
