"""What an import does beyond records: policies of categories, signals, tasks, trials of the rules."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import CaseStudy
from curriculum.exchange.importing import ContentImport
from curriculum.models import BalancePolicy, Course, TheoryCaseLink
from curriculum.signals import content_imported
from providers.models import Institution
from tests.curriculum.exchange.library import (
    CASES,
    CATEGORY,
    COURSES,
    CURRICULA,
    INSTITUTION,
    LIBRARY,
    POLICIES,
    THEMES,
    dump,
    load_records,
    said,
)
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def warnings(outcome) -> list[str]:
    return [f"{each.column} {each.value}: {each.message}" for each in outcome.problems.warnings.shown]


def test_the_short_form_of_a_category_is_its_first_policy(tmp_path: Path) -> None:
    short = {**CATEGORY, "practice_low": 0.3, "practice_high": 0.5}
    outcome = load_records(tmp_path, short)
    assert outcome.created == {"category": 1, "policy": 1}
    policy = BalancePolicy.objects.get()
    assert (policy.practice_low, policy.practice_high, policy.effective_from) == (
        Decimal("0.3"),
        Decimal("0.5"),
        None,
    )
    assert policy.half_life_years == 5
    assert load_records(tmp_path, short).unchanged == {"category": 1, "policy": 1}
    assert [record["type"] for record in dump(tmp_path)] == ["category", "policy"]
    assert "practice_low" not in dump(tmp_path)[0]


def test_the_short_form_leaves_other_values_of_the_policy_alone(tmp_path: Path) -> None:
    load_records(tmp_path, CATEGORY, *POLICIES)
    outcome = load_records(
        tmp_path, {**CATEGORY, "practice_low": 0.2, "practice_high": 0.8, "effective_from": "2025-01-01"}
    )
    assert outcome.updated == {"policy": 1}
    policy = BalancePolicy.objects.get(effective_from="2025-01-01")
    assert (policy.practice_low, policy.half_life_years) == (Decimal("0.2"), Decimal("4.5"))


def test_a_category_without_the_short_form_has_no_policy(tmp_path: Path) -> None:
    load_records(tmp_path, CATEGORY)
    assert not BalancePolicy.objects.exists()


def test_editors_groups_are_made_or_found(tmp_path: Path) -> None:
    from django.contrib.auth.models import Group

    waiting = Group.objects.create(name="institution:academy-a")
    load_records(tmp_path, INSTITUTION, {**INSTITUTION, "code": "B"})
    assert Institution.objects.get(code="ACADEMY-A").editors == waiting
    assert Institution.objects.get(code="B").editors.name == "institution:b"


def test_a_theme_may_be_broader_and_a_replacement_at_once(tmp_path: Path) -> None:
    load_records(
        tmp_path,
        {"type": "theme", "code": "a", "label_en": "a", "broader": "b"},
        {"type": "theme", "code": "b", "label_en": "b", "replaced_by": "a", "retired": True},
    )
    assert Theme.objects.get(code="a").broader.replaced_by.code == "a"
    load_records(tmp_path, {"type": "theme", "code": "a", "label_en": "a"})
    assert Theme.objects.get(code="a").broader is None


def test_a_signal_names_what_changed_inside_the_transaction(tmp_path: Path) -> None:
    heard = []

    def listener(sender, changed, **kwargs) -> None:
        heard.append(
            (sender, changed, connection.in_atomic_block, set(CaseStudy.objects.values_list("pk", flat=True)))
        )

    content_imported.connect(listener)
    try:
        load_records(tmp_path, *LIBRARY)
        load_records(tmp_path, *LIBRARY)
        load_records(tmp_path, {**CASES[0], "title": "Other"}, *CASES[1:])
    finally:
        content_imported.disconnect(listener)
    assert len(heard) == 2
    sender, changed, inside, cases = heard[0]
    assert sender is ContentImport
    assert inside
    assert set(changed[CaseStudy]) == cases
    assert len(changed[TheoryCaseLink]) == 2
    assert heard[1][1] == {CaseStudy: [CaseStudy.objects.get(code="alpha").pk]}


def test_a_listener_that_fails_undoes_everything(tmp_path: Path) -> None:
    def listener(**kwargs) -> None:
        raise RuntimeError

    content_imported.connect(listener)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            load_records(tmp_path, *LIBRARY)
    finally:
        content_imported.disconnect(listener)
    assert dump(tmp_path) == []


def test_references_are_indexed_afterwards(tmp_path: Path, django_capture_on_commit_callbacks) -> None:
    from django_tasks import default_task_backend
    from wagtail.models import ReferenceIndex

    from curriculum.exchange.references import update_references

    default_task_backend.clear()
    with django_capture_on_commit_callbacks(execute=True):
        load_records(tmp_path, *LIBRARY)
    tasks = {result.args[0]: result.args[1] for result in default_task_backend.results}
    assert set(tasks) >= {"cases.CaseStudy", "curriculum.Course", "curriculum.Curriculum"}
    course = Course.objects.get(code="CT")
    update_references.func(*("curriculum.Course", [course.pk, 0]))
    found = ReferenceIndex.get_references_to(CaseStudy.objects.get(code="beta"))
    assert found.count() == 1


def test_hours_that_have_no_effect_are_warned_of(tmp_path: Path) -> None:
    empty = {"type": "course", "code": "E", "title": "E", "language": "en"}
    layout = [{"code": "m", "title": "m", "placements": [{"course": "E", "hours": 3}, {"case": "alpha-zh"}]}]
    load_records(tmp_path, *LIBRARY)
    outcome = load_records(tmp_path, empty, {**CURRICULA[1], "modules": layout})
    placed = [line for line in warnings(outcome) if "hours" in line]
    assert len(placed) == 2
    again = load_records(tmp_path, {**CURRICULA[1], "modules": layout, "title": "Other"})
    assert len(warnings(again)) == 2
    timed = [{"code": "m", "title": "m", "placements": [{"course": "CT", "hours": 3}, {"case": "alpha"}]}]
    assert warnings(load_records(tmp_path, {**CURRICULA[1], "modules": timed})) == []


def test_rows_inside_that_vanish_altogether_are_warned_of(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    outcome = load_records(tmp_path, {**COURSES[0], "units": []}, {**CURRICULA[0], "modules": []})
    assert warnings(outcome) == [
        "units CT: The record lists no units, so the import removes all units of this course (4).",
        "modules SP-07: The record lists no modules, so the import removes all modules of this curriculum"
        " (3).",
    ]
    assert not Course.objects.get(code="CT").units.exists()


@pytest.mark.django_db(transaction=True)
def test_only_writing_keeps_others_from_writing(tmp_path: Path) -> None:
    inside: dict[str, set[bool]] = {}

    def on_step(step: str, done: int, total: int) -> None:
        inside.setdefault(step, set()).add(connection.in_atomic_block)

    load_records(tmp_path, *LIBRARY, on_step=on_step)
    assert inside == {"Reading": {False}, "Checking": {False}, "Writing": {True}}


def test_links_to_many_stored_courses_cost_no_more_queries(tmp_path: Path) -> None:
    load_records(
        tmp_path,
        *LIBRARY,
        *({**COURSES[0], "code": f"k{number}", "translation_of": None} for number in range(9)),
    )

    def queries(codes: list[str], state: str) -> int:
        links = [
            {"type": "link", "course": code, "unit": "T1", "case": "alpha", "state": state} for code in codes
        ]
        with CaptureQueriesContext(connection) as made:
            assert said(load_records(tmp_path, *links)) == []
        return len(made)

    assert queries(["k0"], "confirmed") == queries([f"k{number}" for number in range(1, 9)], "rejected")


def test_one_stranger_is_warned_of_once(tmp_path: Path) -> None:
    outcome = load_records(
        tmp_path, *({**CASES[2], "code": f"c{number}", "owner": "New@example.org"} for number in range(3))
    )
    assert warnings(outcome) == [
        "owner new@example.org: Nobody has this address. "
        "An inactive account without a password will be made for it."
    ]
    assert CaseStudy.objects.filter(owner__email="new@example.org").count() == 3


def test_a_link_takes_the_unit_of_a_draft(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    course = Course.objects.get(code="CT")
    draft = course.latest_revision.as_object()
    draft.units.create(code="NEW", title="n", sort_order=9)
    draft.save_revision()
    link = {"type": "link", "course": "ct", "unit": "new", "case": "alpha", "state": "confirmed"}
    assert said(load_records(tmp_path, link)) == []
    assert TheoryCaseLink.objects.get(unit="NEW").course == course


def test_a_link_that_a_file_changes_is_decided_anew(tmp_path: Path) -> None:
    load_records(tmp_path, *LIBRARY)
    before = TheoryCaseLink.objects.order_by("pk").first()
    assert before is not None
    link = {"type": "link", "course": before.course.code, "unit": before.unit, "case": before.case.code}
    load_records(tmp_path, {**link, "state": before.state, "reason": before.reason})
    before.refresh_from_db()
    decided = before.decided_at

    load_records(tmp_path, {**link, "state": before.state, "reason": "Looked at again."})

    before.refresh_from_db()
    assert before.reason == "Looked at again."
    assert before.decided_at > decided


def test_links_of_a_deleted_unit_are_kept_and_left_out_of_the_export(tmp_path: Path) -> None:
    from curriculum.exchange.exporting import Export

    load_records(tmp_path, *LIBRARY)
    load_records(tmp_path, {**COURSES[0], "units": COURSES[0]["units"][1:]})
    assert TheoryCaseLink.objects.count() == 2
    export = Export()
    export.write(tmp_path / "library.jsonl")
    assert export.left_out == 1
    assert len([record for record in dump(tmp_path) if record["type"] == "link"]) == 1


def test_unfinished_drafts_are_exported_and_imported_as_they_are(tmp_path: Path) -> None:
    layout = [{"code": "m", "title": "", "placements": [{"hours": 2}]}]
    unit = {"code": "u", "delivery_method": "lecture"}
    outcome = load_records(
        tmp_path,
        CATEGORY,
        {"type": "course", "code": "c", "language": "en", "status": "draft", "units": [unit]},
        {
            "type": "curriculum",
            "code": "k",
            "language": "en",
            "category": "special",
            "status": "draft",
            "modules": layout,
        },
    )
    assert said(outcome) == []
    first = dump(tmp_path)
    assert load_records(tmp_path, *first).unchanged.total() == 3


def test_queries_do_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    def queries(first: int, number: int) -> tuple[int, int]:
        cases = [
            {
                **CASES[0],
                "code": f"c{first + n}",
                "body": "x",
                "owner": None,
                "translation_of": None,
                "restricted_to": [],
            }
            for n in range(number)
        ]
        units = [
            {
                "code": "u",
                "title": "u",
                "hours": 1,
                "delivery_method": "lecture",
                "case": cases[0]["code"],
                "themes": ["land"],
            }
        ]
        courses = [{**COURSES[0], "code": f"k{first + n}", "units": units} for n in range(number)]
        with CaptureQueriesContext(connection) as made:
            assert said(load_records(tmp_path, *cases, *courses)) == []
        with CaptureQueriesContext(connection) as same:
            load_records(tmp_path, *cases, *courses)
        return len(made), len(same)

    load_records(tmp_path, *THEMES, INSTITUTION)
    few, few_again = queries(0, 2)
    many, many_again = queries(100, 14)
    assert (many, many_again) == (few, few_again)
