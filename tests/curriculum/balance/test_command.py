"""`manage.py balance_report`: its formats, and how it refuses."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CaseStudy
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def run(*arguments):
    out = io.StringIO()
    call_command("balance_report", *arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments):
    return json.loads(run("--format", "json", *arguments))


def as_csv(*arguments):
    return list(csv.DictReader(io.StringIO(run("--format", "csv", *arguments))))


def make(code, theory="2", practice="1", **fields):
    """A curriculum of one lecture and one case on the same theme."""
    theme = ThemeFactory()
    curriculum = CurriculumFactory(code=code, **fields)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory()
    UnitFactory(course=course, hours=Decimal(theory), themes=[theme])
    PlacementFactory(module=module, course=course)
    if practice is not None:
        case = CaseFactory(themes=[theme], facts_as_of=date(2024, 3, 1))
        PlacementFactory(module=module, case=case, hours=Decimal(practice))
    return curriculum


def test_json_has_the_promised_keys_and_is_not_rounded():
    make("X", title="Grass roots 基层", category=PolicyFactory().category)
    (found,) = as_json("--as-of", "2026-01-01")
    assert found["code"] == "X"
    assert found["title"] == "Grass roots 基层"
    assert found["category"].startswith("category-")
    assert (found["view"], found["as_of"]) == ("live", "2026-01-01")
    assert {"theory": 2, "practice": 1, "self_study": 0, "total": 3}.items() <= found["hours"].items()
    assert found["practice_share"] == 1 / 3
    assert found["band"] == [0.35, 0.55]
    assert found["linkage_coverage"] == 1
    assert (found["headline"], found["flags"]) == ("THEORY_HEAVY", ["THEORY_HEAVY"])


def test_unknown_figures_are_null_and_empty_never_zero():
    CurriculumFactory(code="empty")
    (found,) = as_json()
    assert (found["practice_share"], found["linkage_coverage"], found["band"]) == (None, None, None)
    (line,) = as_csv()
    assert (line["practice_share"], line["linkage_coverage"], line["band_low"]) == ("", "", "")
    assert line["headline"] == "NO_DATA"


def test_a_curriculum_without_flags_is_balanced():
    make("fine", "2", "2", category=PolicyFactory().category)
    (found,) = as_json("--as-of", "2026-01-01")
    assert (found["headline"], found["headline_colour"], found["flags"]) == ("BALANCED", "green", [])
    assert "Balanced" in run("--as-of", "2026-01-01")


def test_csv_has_one_line_a_curriculum_with_exact_figures():
    make("X", category=PolicyFactory().category)
    make("Y", practice=None)
    lines = {line["code"]: line for line in as_csv("--as-of", "2026-01-01")}
    assert lines.keys() == {"X", "Y"}
    assert float(lines["X"]["practice_share"]) == 1 / 3
    assert (lines["X"]["band_low"], lines["X"]["band_high"]) == ("0.35", "0.55")
    assert (lines["Y"]["headline"], lines["Y"]["flags"]) == ("DISCONNECTED", "DISCONNECTED")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formulas(start):
    CurriculumFactory(title=f"{start}1+1")
    assert f"'{start}1+1" in run("--format", "csv")


def test_the_table_is_aligned_with_chinese_titles_too():
    make("A", title="Short", category=PolicyFactory().category)
    make("B", title="基层治理", practice=None)
    head, first, second = run("--as-of", "2026-01-01").splitlines()[2:]
    assert head.split() == ["Code", "Title", "Theory", "Practice", "Share", "Band", "Covered", "Verdict"]
    assert first.split() == ["A", "Short", "2", "1", "33.3%", "35–55%", "100.0%", "Too", "much", "theory"]
    assert second.split() == ["B", "基层治理", "2", "0", "0.0%", "–", "0.0%", "Disconnected"]
    assert head.index("Verdict") == first.index("Too much theory")
    assert head.index("Verdict") == second.index("Disconnected") + len("基层治理")


def test_the_table_says_what_it_shows():
    assert run("--as-of", "2026-01-01", "--view", "draft").splitlines() == [
        "Balance of theory and practice: draft, as of 2026-01-01",
        "There are no curricula to report on.",
    ]


def test_the_day_moves_the_dates():
    make("X")
    assert as_json("--as-of", "2030-03-01")[0]["linkage_coverage"] == 1
    assert as_json("--as-of", "2030-03-02")[0]["linkage_coverage"] == 0


def test_without_a_day_it_is_today():
    make("X")
    assert as_json()[0]["as_of"] == timezone.localdate().isoformat()


def test_curricula_are_chosen_by_code_whatever_the_case():
    for code in ("Alpha", "Beta", "Gamma"):
        make(code)
    found = as_json("--curriculum", "alpha", "--curriculum", "GAMMA")
    assert [entry["code"] for entry in found] == ["Alpha", "Gamma"]


def test_the_draft_view_also_reports_drafts():
    make("draft", live=False)
    assert as_json() == []
    assert [(entry["code"], entry["view"]) for entry in as_json("--view", "draft")] == [("draft", "draft")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--curriculum", "X", "nowhere", "lost"), "no curriculum with the code nowhere, lost"),
        (("--as-of", "1.1.2026"), "“1.1.2026” is not a date. Write it as 2026-01-31."),
        (("--as-of", "2026-02-30"), "is not a date"),
        (("--curriculum", "hidden"), "Not published: hidden"),
        (("--view", "old"), "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, message):
    make("X")
    make("hidden", live=False)
    with pytest.raises(CommandError, match=message):
        run(*arguments)


def test_the_number_of_queries_does_not_depend_on_the_number_of_curricula():
    def count():
        with CaptureQueriesContext(connection) as queries:
            run("--format", "json")
        return len(queries)

    make("first")
    few = count()
    for number in range(5):
        make(f"more-{number}")
    assert count() == few


PROMISED = {
    "code",
    "title",
    "category",
    "view",
    "as_of",
    "hours",
    "practice_share",
    "band",
    "linkage_coverage",
    "coverage_shelf",
    "coverage_graded",
    "orphan_practice",
    "knockout_loss",
    "knockout_case",
    "loads",
    "hhi",
    "effective_cases",
    "sequence_fit",
    "mean_gap",
    "timeliness_index",
    "thematic_divergence",
    "divergence_by_theme",
    "colours",
    "headline",
    "headline_colour",
    "flags",
    "warnings",
    "content_shares",
    "content_colours",
    "orphan_units",
    "orphan_placements",
    "practice_without_case",
    "untagged_units",
    "undated_cases",
    "hours_needed",
    "policy",
}


def test_json_has_every_promised_key():
    make("X")
    (found,) = as_json()
    assert found.keys() >= PROMISED
    assert found["hours_needed"].keys() == {
        "add_practice",
        "swap_to_practice",
        "add_theory",
        "swap_to_theory",
    }
    assert found["hours"].keys() >= {"theory", "practice", "self_study", "total"}


def test_json_warns_with_a_code_and_a_sentence():
    make("X")
    (warning,) = as_json()[0]["warnings"]
    assert warning["code"] == "no_band"
    assert warning["message"].endswith("the share is only reported.")


def test_self_study_is_counted_on_request():
    curriculum = make("X", theory="2", practice="1")
    course = curriculum.modules.get().placements.exclude(course=None).get().course
    UnitFactory(course=course, hours=Decimal(3), self_study=True)
    assert as_json()[0]["hours"]["total"] == 3
    (found,) = as_json("--count-self-study")
    assert (found["hours"]["total"], found["hours"]["self_study"]) == (6, 3)
    assert found["count_self_study"] is True


def with_hidden_case():
    """A curriculum whose only case is for the committee's eyes, and what must not be read of it."""
    curriculum = make("X")
    case = curriculum.modules.get().placements.exclude(case=None).get().case
    CaseStudy.objects.filter(pk=case.pk).update(code="marker-code", title="marker title", clearance=3)
    return curriculum


def test_rule_48_a_user_gets_the_same_figures_and_not_the_names():
    with_hidden_case()
    reader = UserFactory(roles=["training_manager"])
    everything, theirs = run("--format", "json"), run("--format", "json", "--user", reader.email)
    assert "marker-code" in everything
    assert "marker" not in theirs
    assert theirs.replace("restricted case 1", "marker-code") == everything
    assert json.loads(theirs)[0]["loads"] == {"restricted case 1": 2.0}
    for kind in ("csv", "table"):
        assert "marker" not in run("--format", kind, "--user", reader.email)


def test_a_user_gets_the_curricula_that_they_may_see():
    make("open")
    make("hidden", clearance=3)
    reader = UserFactory(roles=["training_manager"])
    assert [found["code"] for found in as_json("--user", reader.email)] == ["open"]
    assert as_json("--user", reader.email, "--view", "draft") == []
    with pytest.raises(CommandError, match="no curriculum with the code hidden"):
        run("--user", reader.email, "--curriculum", "hidden")
    with pytest.raises(CommandError, match=r"no account with the address nobody@example\.org"):
        run("--user", "nobody@example.org")


def test_a_draft_of_a_case_is_named_only_to_those_who_may_change_it():
    institution = InstitutionFactory()
    writer = UserFactory(roles=["provider_editor"])
    institution.editors.user_set.add(writer)
    curriculum = make("X", institution=institution)
    CaseStudy.objects.update(code="marker-code", has_unpublished_changes=True)
    asked = ("--format", "json", "--user", writer.email, "--view")
    assert "marker-code" in run(*asked, "live")
    drafts = run(*asked, "draft")
    assert "marker" not in drafts
    assert json.loads(drafts)[0]["code"] == curriculum.code
    assert "restricted case 1" in drafts
