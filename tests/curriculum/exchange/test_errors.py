# ruff: noqa: E501 - a table of cases reads best with one case a line
"""What is refused, with its place and a sentence; the database stays as it was."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.curriculum.exchange.library import (
    CASES,
    CATEGORY,
    COURSES,
    CURRICULA,
    INSTITUTION,
    LIBRARY,
    LINKS,
    POLICIES,
    THEMES,
    UNITS,
    counts,
    load,
    load_records,
    said,
)
from tests.exchange.workbooks import cell, make, sheet_xml

pytestmark = pytest.mark.django_db

CASE, COURSE, CURRICULUM, LINK = CASES[2], COURSES[0], CURRICULA[0], LINKS[0]
# Two days, so that a run at midnight finds it in the future too.
TOMORROW = (timezone.localdate() + timedelta(days=2)).isoformat()


def theme(code: str, **fields: Any) -> dict[str, Any]:
    return {"type": "theme", "code": code, "label_en": code, **fields}


def with_unit(**fields: Any) -> dict[str, Any]:
    return {**COURSE, "units": [{**UNITS[0], **fields}]}


def with_placements(*placements: dict[str, Any]) -> dict[str, Any]:
    return {**CURRICULUM, "modules": [{"code": "m1", "title": "m", "placements": list(placements)}]}


ERRORS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([theme("a", label_en="")], ["1 label_en : Give a label in at least one language"]),
    ([theme("a", broader="b"), theme("b", broader="c"), theme("c", broader="A")], ["1 broader b: Following this field leads in a circle: a > b > c > a."]),
    ([theme("a", broader="a")], ["1 broader a: Following this field leads in a circle: a > a."]),
    ([theme("land", broader="征地")], ["1 broader 征地: Following this field leads in a circle: land > 征地 > land."]),
    ([theme("a", replaced_by="b"), theme("b", replaced_by="a")], ["1 replaced_by b: Following this field"]),
    ([theme("a", broader="gone")], ["1 broader gone: No theme has this code, in the file or in the database."]),
    ([theme("a"), theme("A")], ["2 code A: This record stands in row 1 already."]),
    ([theme("a b")], ["1 code a b: Expected a code of letters, digits"]),
    ([theme("a", colour="red")], ["1 colour red: This field is not known here."]),
    ([theme("a", broder="land")], ["1 broder land: This field is not known here. Did you mean “broader”?"]),
    ([{**INSTITUTION, "kind": "univercity"}], ["1 kind univercity: Expected one of the known words. Did you mean “university”?"]),
    ([{**INSTITUTION, "country": "China"}], ["1 country China: Expected at most 2 characters"]),
    ([{**INSTITUTION, "country": "cn"}], ["1 country cn: Expected the two capital letters"]),
    ([{**INSTITUTION, "url": "example.org"}], ["1 url example.org: Expected an address that begins with http"]),
    ([{**CATEGORY, "practice_low": 0.3}], ["1 practice_low 0.3: Give both practice_low and practice_high, or neither."]),
    ([{**POLICIES[0], "practice_high": None}], ["1 practice_low 0.35: Give both"]),
    ([{**CATEGORY, "practice_low": 0.5, "practice_high": 0.4}], ["1 practice_low 0.5: practice_low must not be above"]),
    ([{**CATEGORY, "practice_low": 0.5, "practice_high": 1.4}], ["1 practice_high 1.4: Expected a number from 0 to 1."]),
    ([{**POLICIES[0], "orphan_practice_amber": 0.01}], ["1 orphan_practice_amber 0.01: orphan_practice_amber must not be below"]),
    ([{**POLICIES[0], "sequence_fit_amber": 0.9}], ["1 sequence_fit_amber 0.9: sequence_fit_amber must not be above"]),
    ([{**POLICIES[0], "category": "gone"}], ["1 category gone: No category has this code"]),
    ([POLICIES[0], POLICIES[0]], ["2 category special: This record stands in row 1 already."]),
    ([{**CATEGORY, "practice_low": 0.1, "practice_high": 0.2}, POLICIES[0]], ["1 category special: This record stands in row 2 already."]),
    ([{**CASE, "facts_as_of": TOMORROW}], [f"1 facts_as_of {TOMORROW}: The facts cannot be later than today."]),
    ([{**CASE, "is_classic": True}], ["1 classic_reason None: Say in classic_reason why this case is a classic"]),
    ([{**CASE, "body": "x" * 200_001}], ["1 body xxx"]),
    ([{**CASE, "body": "[" * 300}], ["1 body [[["]),
    ([{**CASE, "restricted_to": ["everyone"]}], ["1 restricted_to everyone: Expected unit:CODE, institution:CODE"]),
    ([{**CASE, "restricted_to": ["institution:GONE"]}], ["1 restricted_to institution:GONE: No institution has this code."]),
    ([{**CASE, "clearance": 4}], ["1 clearance 4: Expected a whole number from 0 to 3."]),
    ([{**CASE, "owner": "somebody"}], ["1 owner somebody: Expected an e-mail address"]),
    ([{**CASE, "language": "fr"}], ["1 language fr: Expected one of: en, zh-hans."]),
    ([{**CASE, "title": None, "status": "live"}], ["1 title None: A value is required here."]),
    ([{**CASE, "themes": ["land", "gone", "LAND"]}], ["1 themes LAND: Expected every entry once"]),
    ([{**CASE, "themes": ["gone", "lost"]}], ["1 themes gone: No theme has this code", "1 themes lost: No theme has this code"]),
    ([{**CASE, "suggested_hours": -1}], ["1 suggested_hours -1: Expected a number from 0 to 999999"]),
    ([{**CASE, "suggested_hours": 0.0000001}], ["1 suggested_hours 1E-7: Expected at most 6 digits"]),
    ([{**CASE, "translation_of": "beta"}], ["1 translation_of beta: Following this field leads in a circle: beta > beta."]),
    ([{**CASES[0], "translation_of": "alpha-zh"}], ["1 translation_of alpha-zh: Following this field leads in a circle: alpha > alpha-zh > alpha."]),
    ([with_unit(hours="three")], ["1 units[0].hours three: Expected a number from 0 to 999999, for example 2.5."]),
    ([with_unit(hours=None)], ["1 units[0].hours None: A value is required here."]),
    ([with_unit(case="gone")], ["1 units[0].case gone: No case has this code"]),
    ([with_unit(themes=["gone"])], ["1 units[0].themes gone: No theme has this code"]),
    ([with_unit(delivery_method="lectures")], ["1 units[0].delivery_method lectures: Expected one of the known words. Did you mean “lecture”?"]),
    ([with_unit(practice_fraction=1.5)], ["1 units[0].practice_fraction 1.5: Expected a number from 0 to 1."]),
    ([{**COURSE, "units": [UNITS[0], {**UNITS[1], "code": "t1"}]}], ["1 units[1].code t1: Another one in CT has this code."]),
    ([with_placements({"course": "CT"}, {"case": "alpha"}, {"course": "ct", "optional": True})], ["1 modules[0].placements[2].course ct: This course is placed in the curriculum already."]),
    ([with_placements({"course": "CT", "delivery_method": "lecture"})], ["1 modules[0].placements[0].delivery_method lecture: The units of a course have their own"]),
    ([with_placements({"course": "CT", "content_category": "knowledge"})], ["1 modules[0].placements[0].content_category knowledge: The units of a course"]),
    ([with_placements({"course": "CT", "case": "alpha"})], ["1 modules[0].placements[0].case alpha: Place a course or a case, not both."]),
    ([with_placements({"hours": 2})], ["1 modules[0].placements[0].course None: Say what is placed here"]),
    ([with_placements({"case": "gone"})], ["1 modules[0].placements[0].case gone: No case has this code"]),
    ([{**CURRICULUM, "modules": [{"code": "m", "title": "m"}, {"code": "M", "title": "n"}]}], ["1 modules[1].code M: Another one in SP-07 has this code."]),
    ([{**CURRICULUM, "derived_from": "sp-08"}], ["1 derived_from SP-08: Following this field leads in a circle: SP-07 > SP-08 > SP-07."]),
    ([LINK, {**LINK, "course": "ct", "state": "rejected"}], ["2 course ct T1 alpha: This record stands in row 1 already."]),
    ([{**LINK, "unit": "T9"}], ["1 unit T9: The course CT has no unit with this code."]),
    ([{**LINK, "course": "gone"}], ["1 course gone: No course has this code"]),
    ([{**LINK, "state": "suggested"}], ["1 state suggested: Expected one of: confirmed, rejected."]),
    ([{**COURSE, "units": []}, LINK], ["2 unit T1: The course CT has no unit with this code."]),
]  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY)) == []


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("records", "expected"), ERRORS, ids=[lines[0][:60] for _records, lines in ERRORS])
def test_an_error_names_place_value_and_remedy(
    tmp_path: Path, records: list[dict[str, Any]], expected: list[str]
) -> None:
    before = counts()
    outcome = load_records(tmp_path, *records)
    lines = said(outcome)
    assert len(lines) == len(expected)
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=True)] == expected
    assert all(line.endswith((".", "?")) for line in lines)
    assert counts() == before
    assert outcome.as_dict()["created"] == {}


def test_all_errors_come_in_one_go_and_two_hundred_are_shown(tmp_path: Path) -> None:
    records = [theme(f"t{number}", broader="gone", generic="x") for number in range(150)]
    links = [{**LINK, "unit": f"u{number}"} for number in range(150)]
    outcome = load_records(tmp_path, *records, *links)
    data = outcome.as_dict()
    # The themes have a wrong value and a broader theme that nobody has, the links a course and a case.
    assert data["error_count"] == 2 * 150 + 2 * 150
    assert len(data["errors"]) == 200


def test_a_text_that_cannot_be_rendered_is_an_error_of_its_record(tmp_path: Path, monkeypatch) -> None:
    def refuse(text: str) -> str:
        raise ValidationError("Use fewer levels.")

    monkeypatch.setattr("curriculum.exchange.content_handlers.render_markdown", refuse)
    assert said(load_records(tmp_path, CASE)) == ["1 body # One\\n\\ntext: Use fewer levels."]


def test_a_text_that_cannot_be_rendered_is_named_beside_other_errors(tmp_path: Path) -> None:
    lines = said(load_records(tmp_path, {**CASE, "body": "[" * 300, "clearance": 9}))
    assert [line.split()[1] for line in lines] == ["clearance", "body"]


def test_a_record_with_errors_can_still_be_referred_to(tmp_path: Path) -> None:
    outcome = load_records(tmp_path, theme("a", generic="x"), theme("b", broader="a"))
    assert len(said(outcome)) == 1


def test_a_unit_with_errors_can_still_be_linked(tmp_path: Path) -> None:
    outcome = load_records(
        tmp_path, *THEMES, INSTITUTION, *CASES, with_unit(hours="x", themes=["gone"]), LINK
    )
    assert [line.split(":")[0] for line in said(outcome)] == ["9 units[0].hours x", "9 units[0].themes gone"]
    file = tmp_path / "units.xlsx"
    sheets = {
        "courses": [["code", "title", "language"], ["CT", "Course", "en"]],
        "units": [
            ["course", "order", "code", "title", "hours", "delivery_method"],
            ["CT", "?", "T1", "t", "x", "y"],
        ],
        "cases": [["code", "title", "language"], ["alpha", "A", "en"]],
        "links": [["course", "unit", "case", "state"], ["CT", "T1", "alpha", "confirmed"]],
    }
    make(
        file,
        {name: sheet_xml([[cell(text) for text in row] for row in rows]) for name, rows in sheets.items()},
    )
    outcome = load(file)
    assert [each.place.sheet for each in outcome.problems.errors.shown] == ["units"] * 3


def test_a_circle_through_the_database_is_seen(tmp_path: Path) -> None:
    load_records(tmp_path, theme("a"), theme("b", broader="a"), theme("c", broader="b"))
    (error,) = said(load_records(tmp_path, theme("a", broader="C")))
    assert "a > c > b > a" in error


def test_a_broken_circle_is_none(tmp_path: Path) -> None:
    load_records(tmp_path, theme("a"), theme("b", broader="a"))
    assert said(load_records(tmp_path, theme("a", broader="b"), theme("b"))) == []


@pytest.mark.usefixtures("library")
def test_one_bad_row_keeps_all_others_out(tmp_path: Path) -> None:
    before = counts()
    assert (
        len(said(load_records(tmp_path, *(theme(f"n{n}") for n in range(20)), theme("x", broader="gone"))))
        == 1
    )
    assert counts() == before


def test_themes_needed_by_nobody_else_are_unknown(tmp_path: Path) -> None:
    outcome = load_records(tmp_path, *THEMES, {**COURSE, "institution": None})
    assert {line.split(":")[0] for line in said(outcome)} == {"5 units[2].case beta"}
