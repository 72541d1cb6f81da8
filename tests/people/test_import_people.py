# ruff: noqa: E501 - a table of cases reads best with one case a line
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from exchange.formats import writing
from exchange.outcome import Outcome
from people.exchange.roster import PERSON, ROSTER, UNIT, GuardedPeopleImport, PeopleImport
from people.models import SendingUnit, User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

UNITS = [
    {"type": "unit", "code": "TAX-1", "name": "First office", "parent": "TAX"},
    {"type": "unit", "code": "TAX", "name": "Tax bureau"},
]
EDITOR = {
    "type": "person",
    "email": "Li@Example.org",
    "name": "Li Na",
    "unit": "tax-1",
    "category": "special",
    "clearance": 2,
    "roles": ["provider_editor", "lecturer"],
    "institution": "ACADEMY-A",
    "language": "zh-hans",
}
TRAINEE = {"type": "person", "email": "wang@example.org", "name": "Wang", "roles": ["trainee"]}
ROSTER_RECORDS = [EDITOR, TRAINEE, *UNITS]


def load(folder: Path, *records: Any, **options: Any) -> Outcome:
    file = folder / "people.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return PeopleImport(file, **options).run()


def said(outcome: Outcome) -> list[str]:
    return [
        f"{each.place.row} {each.column} {each.value}: {each.message}"
        for each in outcome.problems.errors.shown
    ]


def groups(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def rows() -> dict[str, list[Any]]:
    return {
        "users": list(User.objects.order_by("pk").values()),
        "units": list(SendingUnit.objects.order_by("pk").values()),
        "groups": sorted(User.groups.through.objects.values_list("user__email", "group__name")),
        "log": [ModelLogEntry.objects.count()],
    }


def test_people_and_units_are_made(tmp_path: Path) -> None:
    outcome = load(tmp_path, *ROSTER_RECORDS)
    assert said(outcome) == []
    assert outcome.created == {"unit": 2, "person": 2}
    editor = User.objects.get(email="li@example.org")
    assert (editor.name, editor.unit.code, editor.unit.parent.code) == ("Li Na", "TAX-1", "TAX")
    assert (editor.category, editor.clearance, editor.institution) == ("special", 2, "ACADEMY-A")
    assert (editor.language, editor.is_active) == ("zh-hans", True)
    assert not editor.has_usable_password()
    assert groups(editor) == {"Provider editors", "Lecturers", "institution:academy-a"}
    assert ModelLogEntry.objects.for_instance(editor).get().action == "wagtail.create"
    assert mail.outbox == []


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, *ROSTER_RECORDS)
    before = rows()
    outcome = load(tmp_path, *ROSTER_RECORDS)
    assert outcome.unchanged == {"unit": 2, "person": 2}
    assert rows() == before


def test_a_trial_writes_nothing(tmp_path: Path) -> None:
    before = rows()
    assert load(tmp_path, *ROSTER_RECORDS, dry_run=True).created.total() == 4
    assert rows() == before


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with writing(file, ROSTER) as writer:
        for unit in UNITS:
            writer.write(UNIT, unit)
        for person in (EDITOR, TRAINEE):
            writer.write(PERSON, {**person, "active": True})
    assert said(PeopleImport(file).run()) == []
    before = rows()
    assert load(tmp_path, *ROSTER_RECORDS).updated == {}
    assert rows() == before


def test_a_record_is_the_whole_truth_of_a_person(tmp_path: Path) -> None:
    load(tmp_path, *ROSTER_RECORDS)
    other = Group.objects.create(name="Choir")
    user = User.objects.get(email="li@example.org")
    user.groups.add(other)
    user.set_password("kept-123456")
    user.save()
    outcome = load(tmp_path, {"type": "person", "email": "li@example.org", "name": "Li"})
    assert outcome.updated == {"person": 1}
    user = User.objects.get(email="li@example.org")
    assert groups(user) == {"Choir"}
    assert (user.name, user.unit, user.clearance, user.institution) == ("Li", None, 0, "")
    assert user.check_password("kept-123456")
    assert ModelLogEntry.objects.for_instance(user).latest("pk").action == "wagtail.edit"


def test_people_are_made_inactive_and_never_deleted(tmp_path: Path) -> None:
    load(tmp_path, *ROSTER_RECORDS)
    load(tmp_path, {**TRAINEE, "active": False})
    assert not User.objects.get(email="wang@example.org").is_active
    assert User.objects.count() == 2


def test_an_account_that_waited_is_completed(tmp_path: Path) -> None:
    waiting = UserFactory(email="wang@example.org", name="wang@example.org", is_active=False)
    load(tmp_path, TRAINEE)
    waiting.refresh_from_db()
    assert (waiting.name, waiting.is_active) == ("Wang", True)
    assert groups(waiting) == {"Trainees"}


@pytest.mark.parametrize("superuser", [True, False])
def test_an_import_never_touches_a_superusers_rights(tmp_path: Path, superuser: bool) -> None:
    user = UserFactory(email="wang@example.org", is_superuser=superuser)
    assert said(load(tmp_path, TRAINEE)) == []
    user.refresh_from_db()
    assert user.is_superuser == superuser
    errors = said(load(tmp_path, {**TRAINEE, "active": False}))
    assert bool(errors) == superuser
    user.refresh_from_db()
    assert user.is_active == superuser


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{**UNITS[1], "parent": "tax"}], "1 parent TAX: Following this field leads in a circle: TAX > TAX."),
        ([{**UNITS[1], "parent": "TAX-1"}], "1 parent TAX-1: Following this field leads in a circle: TAX > TAX-1 > TAX."),
        ([{**UNITS[0], "parent": "GONE"}], "1 parent GONE: No unit has this code"),
        ([UNITS[1], UNITS[1]], "2 code TAX: This record stands in row 1 already."),
        ([{**UNITS[1], "name": " "}], "1 name  : A value is required here"),
        ([TRAINEE, {**TRAINEE, "email": "WANG@example.org"}], "2 email wang@example.org: This record stands in row 1"),
        ([{**TRAINEE, "email": "wang"}], "1 email wang: Expected an e-mail address"),
        ([{**TRAINEE, "unit": "GONE"}], "1 unit GONE: No unit has this code"),
        ([{**TRAINEE, "roles": ["trainees"]}], "1 roles trainees: Expected one of the known words. Did you mean “trainee”?"),
        ([{**TRAINEE, "roles": ["superuser"]}], "1 roles superuser: Expected one of"),
        ([{**TRAINEE, "clearance": 4}], "1 clearance 4: Expected a whole number from 0 to 3."),
        ([{**TRAINEE, "is_superuser": True}], "1 is_superuser True: This field is not known here."),
        ([{**TRAINEE, "active": "yes"}], "1 active yes: Expected true or false."),
        ([{**TRAINEE, "language": "en-GB"}], "1 language en-GB: Expected one of"),
    ],
)  # fmt: skip
def test_wrong_rows_are_named_and_nothing_changes(tmp_path: Path, records: list[Any], expected: str) -> None:
    load(tmp_path, *UNITS)
    before = rows()
    (error,) = said(load(tmp_path, *records))
    assert error.startswith(expected)
    assert rows() == before


def test_queries_do_not_grow_with_people(tmp_path: Path) -> None:
    def queries(first: int, number: int) -> int:
        people = [{**EDITOR, "email": f"p{first + n}@example.org"} for n in range(number)]
        with CaptureQueriesContext(connection) as context:
            load(tmp_path, *people)
        return len(context)

    load(tmp_path, *UNITS)
    queries(0, 1)
    assert queries(10, 2) == queries(100, 30)


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text(json.dumps(TRAINEE))
    out = io.StringIO()
    call_command("import_people", str(file), "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["created"] == {"person": 1}
    file.write_text("{}")
    with pytest.raises(CommandError, match="1 error: nothing changed") as refused:
        call_command("import_people", str(file), stdout=io.StringIO())
    assert refused.value.returncode == 1


def guarded(folder: Path, by: User, *records: Any) -> list[str]:
    file = folder / "people.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return said(GuardedPeopleImport(file, by=by).run())


def test_whoever_has_an_account_gives_no_more_than_they_have(tmp_path: Path) -> None:
    operator = UserFactory(email="op@example.org", clearance=1, roles=["operator"])
    strong = UserFactory(email="strong@example.org", name="Strong", clearance=3)
    record = {"type": "person", "email": "new@example.org", "name": "New", "clearance": 2}
    assert guarded(tmp_path, operator, record) == [
        "1 clearance 2: You cannot give more clearance than your own, which is 1."
    ]
    own = {
        "type": "person",
        "email": "op@example.org",
        "name": "Op",
        "roles": ["operator", "committee_chair"],
        "clearance": 1,
    }
    assert "This is your own account" in guarded(tmp_path, operator, own)[0]
    kept = {"type": "person", "email": strong.email, "name": "Renamed", "clearance": 3}
    assert guarded(tmp_path, operator, kept) == []
    assert User.objects.get(pk=strong.pk).name == "Renamed"
    assert guarded(tmp_path, UserFactory(is_superuser=True), record) == []
