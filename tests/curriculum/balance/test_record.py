"""The report as plain data, its slices, and names that a reader may not see (rule 48)."""

from __future__ import annotations

import json
from datetime import date

from curriculum.balance.composition import Slice, by_content_category, by_method
from curriculum.balance.measures import MEASURES
from curriculum.balance.names import Names
from curriculum.balance.policy import Policy
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.timetable import timetable
from tests.curriculum.balance.layouts import case, course, layout, placed, unit, worked_example

SECRET = case("secret-code", "E", title="Secret title", visible=False)
HUSHED = case("hushed-code", "E", title="Hushed title", visible=False)


def test_hours_by_method_and_by_category_are_two_axes() -> None:
    found = timetable(
        layout(
            unit("a", 2, method="lecture", content_category="theory_education"),
            unit("b", 4, method="workshop", content_category="theory_education"),
            unit("c", 1, method="lecture"),
            placed(case("alpha"), 3, content_category="job_competence"),
        )
    )
    assert by_method(found) == (
        Slice("workshop", 2, 2),
        Slice("lecture", 3, 0),
        Slice("case_discussion", 0, 3),
    )
    assert by_content_category(found) == (
        Slice("theory_education", 4, 2),
        Slice("job_competence", 0, 3),
        Slice(None, 1, 0),
    )
    assert by_method(found)[0].total == 4


def test_what_is_unknown_is_null_and_never_zero() -> None:
    plain = json.loads(json.dumps(record(report(layout(policy=Policy())))))
    assert (plain["practice_share"], plain["linkage_coverage"], plain["band"]) == (None, None, None)
    assert set(plain["colours"].values()) == set(plain["content_colours"].values()) == {None}
    assert plain["colours"].keys() == {measure.key for measure in MEASURES}
    assert (plain["knockout_case"], plain["loads"], plain["divergence_by_theme"]) == (None, {}, {})
    assert (plain["headline"], plain["headline_colour"]) == ("NO_DATA", None)
    assert (plain["untagged_share"], plain["coverage_shelf"], plain["category"]) == (None, None, None)
    assert plain["hours"]["total"] == 0
    assert set(plain["hours_needed"].values()) == {None}


def test_the_record_survives_json_with_its_policy_and_lists() -> None:
    base = layout(
        placed(course(code="H", visible=False)),
        unit("t", 2, "B"),
        unit("u", None, ""),
        placed(None),
        policy=Policy(effective_from=date(2025, 9, 1)),
    )
    plain = json.loads(json.dumps(record(report(base))))
    assert plain["policy"]["effective_from"] == "2025-09-01"
    assert plain["policy"]["linkage_coverage_green"] == 0.8
    assert plain["left_out"] == [{"number": "1.1", "course": "H"}, {"number": "1.4", "course": None}]
    assert plain["orphan_units"] == ["K-t/t", "K-u/u"]
    assert (plain["untagged_units"], plain["untimed_units"]) == (["K-u/u"], ["K-u/u"])
    assert plain["hours_by_delivery_method"] == [{"key": "lecture", "theory": 2, "practice": 0}]


def test_every_measure_stands_in_the_record_under_its_key() -> None:
    plain = record(report(worked_example(), count_self_study=True))
    assert {measure.key for measure in MEASURES} <= plain.keys()
    assert plain["count_self_study"] is True


def test_rule_48_figures_stay_and_names_go() -> None:
    base = layout(
        unit("t", 2),
        placed(SECRET, 2, delivery_method="workshop"),
        placed(HUSHED, 2, delivery_method="workshop"),
        placed(SECRET, 1, delivery_method="workshop"),
    )
    found = report(base)
    open_record, masked = record(found), record(found, Names(visible={"alpha"}))
    assert open_record["orphan_units"] == ["K-t/t", "secret-code", "hushed-code", "secret-code"]
    assert masked["orphan_units"] == [
        "K-t/t",
        "restricted case 1",
        "restricted case 2",
        "restricted case 1",
    ]
    assert "secret" not in json.dumps(masked)
    lists = {"orphan_units", "orphan_placements", "items_without_category", "warnings"}
    assert {key: open_record[key] for key in open_record.keys() - lists} == {
        key: masked[key] for key in masked.keys() - lists
    }


def test_rule_48_titles_follow_the_same_numbers() -> None:
    names = Names(visible={"alpha"}, restricted="case no. {}".format)
    items = timetable(
        layout(unit("t", 2, title="Land law"), placed(SECRET, 2), placed(case("alpha"), 1))
    ).items
    assert [names.item_title(item) for item in items] == ["Land law", "case no. 1", ""]
    assert [names.identifier(item) for item in items] == ["K-t/t", "case no. 1", "alpha"]
    assert Names().title(SECRET) == "Secret title"
