"""What an import through the admin may write: the rights of the editor hold, row by row."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision, Workflow, WorkflowState

from cases.models import CaseStudy
from curriculum.exchange.importing import GuardedContentImport
from curriculum.exchange.preview import Recorder, noted_changes
from curriculum.exchange.rights import Rights
from curriculum.models import Course, Curriculum, TheoryCaseLink
from exchange.outcome import Outcome
from people.models import User
from providers.models import Institution
from tests.curriculum.exchange.library import (
    CASES,
    COURSES,
    CURRICULA,
    INSTITUTION,
    LIBRARY,
    LINKS,
    THEMES,
    UNITS,
    counts,
    dump,
    lines,
    load_records,
    said,
)
from tests.factories import CaseFactory, CourseFactory, InstitutionFactory, UserFactory
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FOREIGN = "You may not change this one."
TAKEN = "This code is taken by something that you may not see."
BIN = "It is in the bin."
OPEN_CASE = {"type": "case", "code": "open", "title": "Open", "language": "en", "audience": "public"}


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY, OPEN_CASE)) == []


@pytest.fixture
def chair() -> User:
    return UserFactory(roles=["committee_chair"], clearance=3)


@pytest.fixture
def member() -> User:
    return UserFactory(roles=["committee_member"], clearance=3)


@pytest.fixture
def operator() -> User:
    return UserFactory(roles=["operator"], clearance=3)


@pytest.fixture
def editor() -> User:
    academy = Institution.objects.get(code="ACADEMY-A")
    return UserFactory(roles=["provider_editor"], edits_for=academy, clearance=2, institution="ACADEMY-A")


def guarded(folder: Path, by: User, *records: dict[str, Any], **options: Any) -> Outcome:
    file = lines(folder / "guarded.jsonl", *records)
    return GuardedContentImport(file, by=User.objects.get(pk=by.pk), **options).run()


def starts(outcome: Outcome, *expected: str) -> None:
    """Assert what the errors begin with."""
    found = said(outcome)
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == list(expected), found


def test_a_members_import_of_what_is_live_becomes_a_draft(tmp_path: Path, member: User) -> None:
    live = dump(tmp_path)
    case, course = {**CASES[0], "title": "New title"}, {**COURSES[0], "summary": "New", "units": UNITS[:1]}
    curriculum = {**CURRICULA[0], "modules": CURRICULA[0]["modules"][::-1]}
    outcome = guarded(tmp_path, member, case, course, curriculum)
    assert said(outcome) == []
    assert outcome.updated == {"case": 1, "course": 1, "curriculum": 1}
    assert dump(tmp_path) == live
    drafted = {record["code"]: record for record in dump(tmp_path, drafts=True) if "code" in record}
    assert drafted["alpha"]["title"] == "New title"
    assert drafted["alpha"]["status"] == "draft"
    assert [unit["code"] for unit in drafted["CT"]["units"]] == ["T1"]
    assert [module["code"] for module in drafted["SP-07"]["modules"]] == ["m3", "m2", "m1"]
    for model, code in ((CaseStudy, "alpha"), (Course, "CT"), (Curriculum, "SP-07")):
        obj = model.objects.get(code=code)
        assert (obj.live, obj.has_unpublished_changes) == (True, True)
        assert obj.latest_revision != obj.live_revision
        assert obj.latest_revision.user == member
        assert ModelLogEntry.objects.for_instance(obj).order_by("-pk")[0].action == "wagtail.edit"


def test_a_draft_that_was_imported_can_be_published_and_says_what_the_file_said(
    tmp_path: Path, member: User
) -> None:
    changed = {**CURRICULA[0], "title": "Changed", "modules": CURRICULA[0]["modules"][1::-1]}
    assert said(guarded(tmp_path, member, changed)) == []
    curriculum = Curriculum.objects.get(code="SP-07")
    keys = {placement.key for module in curriculum.modules.all() for placement in module.placements.all()}
    curriculum.latest_revision.publish()
    (record,) = [record for record in dump(tmp_path) if record.get("code") == "SP-07"]
    assert (record["title"], record["modules"]) == ("Changed", changed["modules"])
    again = Curriculum.objects.get(code="SP-07")
    assert keys == {placement.key for module in again.modules.all() for placement in module.placements.all()}


def test_a_second_import_by_a_member_changes_nothing(tmp_path: Path, member: User) -> None:
    changed = [
        {**CASES[0], "title": "New"},
        {**COURSES[0], "units": UNITS[:2]},
        {**CURRICULA[0], "modules": []},
    ]
    new = {"type": "case", "code": "new", "title": "n", "language": "en"}
    assert said(guarded(tmp_path, member, *changed, new)) == []
    before = counts()
    outcome = guarded(tmp_path, member, *changed, new)
    assert (outcome.created, outcome.updated) == ({}, {})
    assert counts() == before


def test_a_draft_is_written_on_top_of_a_draft(tmp_path: Path, member: User) -> None:
    course = Course.objects.get(code="CT")
    course.title = "Drafted"
    course.save_revision()
    assert said(guarded(tmp_path, member, {**COURSES[0], "summary": "From the file"})) == []
    assert Course.objects.get(code="CT").revisions.count() == 3
    draft = Course.objects.get(code="CT").latest_revision.as_object()
    assert (draft.title, draft.summary, draft.units.count()) == (COURSES[0]["title"], "From the file", 4)
    assert {unit.pk for unit in draft.units.all()} == set(course.units.values_list("pk", flat=True))
    again = guarded(tmp_path, member, {**COURSES[0], "summary": "From the file", "units": UNITS[1:]})
    assert again.updated == {"course": 1}
    draft = Course.objects.get(code="CT").latest_revision.as_object()
    assert [unit.code for unit in draft.units.all()] == ["T2", "M1", "Z"]


def test_what_a_member_adds_is_a_draft_and_what_a_chair_adds_is_live(
    tmp_path: Path, member: User, chair: User
) -> None:
    for person, is_live in ((member, False), (chair, True)):
        code = f"by-{person.pk}"
        assert said(guarded(tmp_path, person, {**OPEN_CASE, "code": code})) == []
        case = CaseStudy.objects.get(code=code)
        assert (case.live, case.has_unpublished_changes) == (is_live, not is_live)


def test_a_chair_publishes_and_withdraws(tmp_path: Path, chair: User) -> None:
    assert said(guarded(tmp_path, chair, {**OPEN_CASE, "title": "Other"})) == []
    case = CaseStudy.objects.get(code="open")
    assert (case.title, case.live, case.latest_revision) == ("Other", True, case.live_revision)
    assert said(guarded(tmp_path, chair, {**OPEN_CASE, "title": "Other", "status": "draft"})) == []
    assert not CaseStudy.objects.get(code="open").live


def test_a_member_withdraws_nothing(tmp_path: Path, member: User) -> None:
    outcome = guarded(tmp_path, member, {**OPEN_CASE, "status": "draft"})
    assert outcome.unchanged == {"case": 1}
    assert CaseStudy.objects.get(code="open").live


def test_an_editor_writes_the_institutions_objects_and_no_others(tmp_path: Path, editor: User) -> None:
    own = {**CASES[0], "title": "Changed by its editor"}
    assert said(guarded(tmp_path, editor, own)) == []
    before = counts()
    starts(guarded(tmp_path, editor, {**OPEN_CASE, "title": "Mine now"}), f"1 code open: {FOREIGN}")
    assert counts() == before


def test_an_unchanged_foreign_row_is_no_error(tmp_path: Path, editor: User) -> None:
    outcome = guarded(tmp_path, editor, OPEN_CASE)
    assert said(outcome) == []
    assert outcome.unchanged == {"case": 1}


def test_a_foreign_draft_cannot_be_guessed(tmp_path: Path, editor: User) -> None:
    case = CaseStudy.objects.get(code="open")
    case.title = "A secret draft"
    case.save_revision()
    right = guarded(tmp_path, editor, {**OPEN_CASE, "title": "A secret draft"})
    wrong = guarded(tmp_path, editor, {**OPEN_CASE, "title": "Something else"})
    starts(right, f"1 code open: {FOREIGN}")
    starts(wrong, f"1 code open: {FOREIGN}")
    assert (right.updated, right.unchanged) == (wrong.updated, wrong.unchanged)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"institution": "OTHER"}, "1 institution OTHER: Name an institution that you edit for: ACADEMY-A."),
        ({"institution": None}, "1 institution None: Name an institution that you edit for: ACADEMY-A."),
        ({"clearance": 3}, "1 clearance 3: You cannot ask for more clearance than your own, which is 2."),
        ({"owner": "nobody@example.org"}, "1 owner nobody@example.org: Nobody has this address."),
    ],
)
def test_an_editor_hands_nothing_over(
    tmp_path: Path, editor: User, changes: dict[str, Any], expected: str
) -> None:
    InstitutionFactory(code="OTHER")
    before = counts()
    starts(guarded(tmp_path, editor, {**CASES[0], **changes}), expected)
    starts(guarded(tmp_path, editor, {**CASES[0], "code": "a-new-one", **changes}), expected)
    assert counts() == before


def test_an_editor_keeps_what_is_theirs_without_an_institution(tmp_path: Path, editor: User) -> None:
    mine = {**OPEN_CASE, "code": "mine", "owner": editor.email}
    assert said(guarded(tmp_path, editor, mine)) == []
    assert CaseStudy.objects.get(code="mine").owner == editor
    stranger = UserFactory()
    outcome = guarded(tmp_path, editor, {**mine, "owner": stranger.email})
    starts(outcome, f"1 owner {stranger.email}: Without an institution it must stay yours.")
    course = {**COURSES[1], "code": "mine", "institution": None}
    starts(guarded(tmp_path, editor, course), "1 institution None: Name an institution")


def test_what_one_may_not_see_is_neither_named_nor_used(tmp_path: Path, editor: User) -> None:
    CaseFactory(code="hidden", audience="restricted", clearance=3)
    starts(guarded(tmp_path, editor, {**OPEN_CASE, "code": "HIDDEN"}), f"1 code HIDDEN: {TAKEN}")
    hidden, absent = (
        guarded(tmp_path, editor, {**COURSES[0], "units": [{**UNITS[0], "case": code}]})
        for code in ("hidden", "absent")
    )
    assert [line.replace("hidden", "absent") for line in said(hidden)] == said(absent)
    placed = [{"code": "m", "title": "m", "placements": [{"case": "hidden"}]}]
    absent_placed = [{"code": "m", "title": "m", "placements": [{"case": "absent"}]}]
    hidden, absent = (
        guarded(tmp_path, editor, {**CURRICULA[0], "modules": modules}) for modules in (placed, absent_placed)
    )
    assert [line.replace("hidden", "absent") for line in said(hidden)] == said(absent)
    assert hidden.problems.warnings.total == absent.problems.warnings.total == 0


def test_what_uses_something_hidden_is_not_rewritten_without_it(tmp_path: Path, editor: User) -> None:
    CaseStudy.objects.filter(code="beta").update(audience="restricted", tokens="|role:committee_chair|")
    outcome = guarded(tmp_path, editor, {**COURSES[0], "summary": "Other", "units": UNITS[:2]})
    starts(outcome, "1 code CT: It uses something that you may not see")


def test_links_belong_to_the_editors_of_the_course(tmp_path: Path, editor: User, member: User) -> None:
    changed = {**LINKS[0], "reason": "Another reason."}
    assert said(guarded(tmp_path, editor, changed)) == []
    assert TheoryCaseLink.objects.get(unit="T1").by == editor
    other = CourseFactory(code="other")
    link = {"type": "link", "course": "other", "unit": "u", "case": "open", "state": "confirmed"}
    other.units.create(code="u", title="u", sort_order=0)
    other.save()
    starts(guarded(tmp_path, editor, link), f"1 course other: {FOREIGN}")
    assert said(guarded(tmp_path, member, link)) == []


def test_words_and_limits_are_for_roles_that_keep_them(tmp_path: Path, editor: User, member: User) -> None:
    theme = {**THEMES[3], "label_en": "High water"}
    starts(
        guarded(tmp_path, editor, theme, {**INSTITUTION, "summary": "?"}),
        "2 code ACADEMY-A: Your role does not let you write “institution” records.",
        "1 code flood: Your role does not let you write “theme” records.",
    )
    assert said(guarded(tmp_path, editor, THEMES[3], INSTITUTION)) == []
    assert said(guarded(tmp_path, member, theme)) == []
    assert Theme.objects.get(code="flood").label_en == "High water"


def test_an_operator_writes_drafts_of_everything(tmp_path: Path, operator: User) -> None:
    changed = [{**CASES[0], "title": "By the operator"}, {**COURSES[0], "summary": "By the operator"}]
    assert said(guarded(tmp_path, operator, *changed, {**OPEN_CASE, "code": "new"})) == []
    case = CaseStudy.objects.get(code="alpha")
    assert (case.title, case.live) == (CASES[0]["title"], True)
    assert case.latest_revision.content["title"] == "By the operator"
    assert not CaseStudy.objects.get(code="new").live


def test_an_operator_does_not_get_to_read_by_owning(tmp_path: Path, operator: User) -> None:
    starts(
        guarded(tmp_path, operator, {**CASES[0], "owner": operator.email}),
        f"1 owner {operator.email}: An owner reads what they own",
    )


def test_clearance_binds_an_operator_too(tmp_path: Path) -> None:
    low = UserFactory(roles=["operator"], clearance=1)
    starts(guarded(tmp_path, low, {**CASES[0], "title": "x"}), f"1 code alpha: {FOREIGN}")


def test_a_preview_shows_an_operator_no_values(tmp_path: Path, operator: User, member: User) -> None:
    records = [{**CASES[0], "title": "New", "place": "There"}, {**THEMES[3], "label_en": "High water"}]
    shown = {}
    for person in (operator, member):
        recorder = Recorder(tmp_path / "changes")
        guarded(tmp_path, person, *records, dry_run=True, watch=recorder)
        recorder.close()
        shown[person] = {
            change.code: [(field.name, field.old, field.new) for field in change.fields]
            for change in noted_changes(tmp_path / "changes", 0, 50)
        }
    assert shown[operator] == {
        "alpha": [("title", None, None), ("place", None, None)],
        "flood": [("label_en", "Floods", "High water")],
    }
    assert shown[member]["alpha"] == [
        ("title", CASES[0]["title"], "New"),
        ("place", CASES[0]["place"], "There"),
    ]


@pytest.mark.parametrize("role", ["committee_member", "committee_chair", "operator"])
def test_nobody_writes_into_a_review_or_a_schedule(tmp_path: Path, role: str) -> None:
    person = UserFactory(roles=[role], clearance=3)
    case = CaseStudy.objects.get(code="open")
    revision = case.save_revision(approved_go_live_at=timezone.now() + timezone.timedelta(days=1))
    assert revision.approved_go_live_at
    changed = {**OPEN_CASE, "title": "Changed"}
    starts(guarded(tmp_path, person, changed), "1 code open: It waits to be published.")
    Revision.objects.update(approved_go_live_at=None)
    workflow = Workflow.objects.create(name="Any")
    WorkflowState.objects.create(
        workflow=workflow,
        object_id=case.pk,
        content_type=case.get_content_type(),
        base_content_type=case.get_base_content_type(),
    )
    starts(guarded(tmp_path, person, changed), "1 code open: A review of it is in progress.")
    assert said(guarded(tmp_path, person, OPEN_CASE)) == []


def test_what_is_in_the_bin_is_named_by_nobody(tmp_path: Path, member: User, editor: User) -> None:
    CaseStudy.objects.filter(code="open").update(archived_at=timezone.now())
    changed = {**OPEN_CASE, "title": "Changed"}
    starts(guarded(tmp_path, member, changed), f"1 code open: {BIN}")
    starts(guarded(tmp_path, member, OPEN_CASE), f"1 code open: {BIN}")
    starts(load_records(tmp_path, changed), f"1 code open: {BIN}")
    used = {**COURSES[0], "units": [{**UNITS[0], "case": "open"}]}
    starts(load_records(tmp_path, used), "1 units[0].case open: What has this code is in the bin.")
    CaseStudy.objects.filter(code="open").update(tokens="|role:committee_chair|")
    starts(guarded(tmp_path, editor, changed), f"1 code open: {TAKEN}")


def test_nothing_in_the_bin_is_exported(tmp_path: Path) -> None:
    CaseStudy.objects.filter(code="alpha").update(archived_at=timezone.now())
    records = dump(tmp_path)
    assert "alpha" not in {record.get("code") for record in records}
    assert not [record for record in records if record["type"] == "link"]
    (curriculum,) = [record for record in records if record.get("code") == "SP-07"]
    assert [module.get("placements") for module in curriculum["modules"]] == [
        [{"course": "CT", "hours": 10}],
        None,
        None,
    ]
    (translation,) = [record for record in records if record.get("code") == "alpha-zh"]
    assert "translation_of" not in translation
    assert said(load_records(tmp_path, *records, dry_run=True)) == []


def test_rights_are_asked_in_as_many_queries_for_many_rows_as_for_few(tmp_path: Path, editor: User) -> None:
    academy = Institution.objects.get(code="ACADEMY-A")
    numbers = []
    for total in (3, 60):
        for number in range(total):
            CaseFactory(code=f"many-{total}-{number}", institution=academy)
        rows = [{**CASES[0], "code": f"many-{total}-{number}", "title": "Changed"} for number in range(total)]
        with CaptureQueriesContext(connection) as captured:
            assert said(guarded(tmp_path, editor, *rows)) == []
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_a_superuser_is_bound_by_nothing_but_the_bin(tmp_path: Path) -> None:
    root = UserFactory(is_superuser=True)
    assert Rights(root).publishes
    assert said(guarded(tmp_path, root, {**CASES[0], "title": "Root", "clearance": 3})) == []
    assert CaseStudy.objects.get(code="alpha").title == "Root"
