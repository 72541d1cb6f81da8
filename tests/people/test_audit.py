"""The audit log: what is noted whichever way it is done, and the report."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import Collection, GroupCollectionPermission

from people import audit
from people.audit import forget_old_entries
from people.due import due_jobs
from people.enums import AuditAction
from people.exceptions import AppendOnly
from people.exchange.roster import PeopleImport
from people.models import AuditEntry, User
from people.wording import details_words
from tests.editor import form_on, signed_in
from tests.factories import SendingUnitFactory, UserFactory
from tests.people.conftest import actions, browser_of, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REPORT = "/admin/reports/audit/"


@pytest.fixture
def operator():
    return signed_in("operator", name="Idris Vaughan", clearance=2)


@pytest.fixture
def superuser():
    return signed_in(is_superuser=True)


def told(account):
    """What was noted about an account since it was made: who, what, and the details."""
    entries = AuditEntry.objects.filter(about=account).exclude(action="account_made").order_by("pk")
    return [(entry.by, entry.action, entry.details) for entry in entries]


def group(code):
    names = {"lecturer": "Lecturers", "trainee": "Trainees", "committee_chair": "Committee chairs"}
    return Group.objects.get(name=names[code])


def test_the_form_of_an_account_notes_every_right(operator):
    account = UserFactory(roles=["trainee"])
    unit = SendingUnitFactory(code="HALL")
    AuditEntry.objects.forget_before(timezone.now())
    url = reverse("wagtailusers_users:edit", args=[account.pk])
    changed = {"clearance": "2", "unit": unit.pk, "institution": "A", "groups": [group("lecturer").pk]}

    operator.post(url, form_on(operator.get(url)) | changed)

    by = operator.user
    assert told(account) == [
        (by, "clearance_changed", {"old": 0, "new": 2}),
        (by, "affiliation_changed", {"field": "unit", "old": None, "new": "HALL"}),
        (by, "affiliation_changed", {"field": "institution", "old": "", "new": "A"}),
        (by, "roles_changed", {"removed": ["Trainees"]}),
        (by, "roles_changed", {"added": ["Lecturers"]}),
    ]


def test_making_administrators_is_noted(superuser):
    account = UserFactory()
    url = reverse("wagtailusers_users:edit", args=[account.pk])
    superuser.post(url, form_on(superuser.get(url)) | {"is_superuser": "on"})
    assert told(account) == [(superuser.user, "superuser_changed", {"old": False, "new": True})]


def test_a_new_account_is_noted_with_its_roles(operator):
    url = reverse("wagtailusers_users:add")
    data = {"email": "new@example.org", "name": "New", "invite": "", "groups": [group("lecturer").pk]}
    operator.post(url, form_on(operator.get(url)) | data)
    entries = AuditEntry.objects.filter(about__email="new@example.org").order_by("pk")
    assert [(entry.by, entry.action) for entry in entries] == [
        (operator.user, "account_made"),
        (operator.user, "roles_changed"),
    ]


def test_assigning_a_role_to_many_is_noted_for_each(operator):
    accounts = [UserFactory(), UserFactory(), UserFactory(roles=["lecturer"])]
    AuditEntry.objects.forget_before(timezone.now())
    url = reverse("wagtail_bulk_action", args=["people", "user", "assign_role"])
    ids = "&".join(f"id={account.pk}" for account in accounts)
    page = BeautifulSoup(operator.get(f"{url}?{ids}").content, "html.parser")
    assert "Lecturer" in [option.get_text(strip=True) for option in page.find_all("option")]

    operator.post(f"{url}?{ids}", {"role": group("lecturer").pk})

    expected = [(operator.user, "roles_changed", {"added": ["Lecturers"]})]
    assert [told(account) for account in accounts] == [expected, expected, []]


def test_the_page_of_a_group_notes_its_permissions_and_its_name(superuser):
    trainees = group("trainee")
    collection = Collection.get_first_root_node()
    permission = Permission.objects.get(codename="view_theme")
    url = reverse("wagtailusers_groups:edit", args=[trainees.pk])
    assert superuser.get(url).status_code == 200
    formsets = {
        f"{prefix}-{name}": value
        for prefix in (
            "page_permissions",
            "collection_permissions",
            "document_permissions",
            "image_permissions",
            "collection_mgmt_permissions",
            "workflow_permissions",
        )
        for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MAX_NUM_FORMS", 1000))
    }
    data = {"name": "Learners", "permissions": [permission.pk], **formsets}

    assert superuser.post(url, data).status_code == 302
    GroupCollectionPermission.objects.create(
        group=trainees, collection=collection, permission=Permission.objects.get(codename="add_image")
    ).delete()

    entries = AuditEntry.objects.filter(action="group_changed").order_by("pk")
    assert [(entry.details, entry.by) for entry in entries] == [
        ({"group": "Trainees", "renamed": "Learners"}, superuser.user),
        ({"group": "Learners", "added": ["themes.view_theme"]}, superuser.user),
        ({"group": "Trainees", "added": ["add_image"]}, None),
        ({"group": "Trainees", "removed": ["add_image"]}, None),
    ]


def test_deleting_a_group_is_noted_for_its_members(superuser):
    account = UserFactory()
    choir = Group.objects.create(name="Choir")
    account.groups.add(choir)
    superuser.post(reverse("wagtailusers_groups:delete", args=[choir.pk]))
    assert told(account)[-1] == (superuser.user, "roles_changed", {"removed": ["Choir"]})
    assert AuditEntry.objects.get(action="group_changed").details == {"group": "Choir", "deleted": True}


def test_permissions_of_one_account_are_noted():
    account = UserFactory()
    account.user_permissions.add(Permission.objects.get(codename="view_theme"))
    account.user_permissions.clear()
    assert [details for _by, _action, details in told(account)] == [
        {"added": ["themes.view_theme"]},
        {"removed": ["themes.view_theme"]},
    ]


def test_an_import_notes_the_same(tmp_path, operator):
    account = UserFactory(email="li@example.org", name="Li", roles=["trainee"])
    browser = browser_of(with_password(email="wang@example.org", name="Wang"))
    AuditEntry.objects.forget_before(timezone.now())
    file = tmp_path / "people.jsonl"
    records = [
        {"type": "person", "email": "li@example.org", "name": "Li", "roles": ["lecturer"], "clearance": 1},
        {"type": "person", "email": "wang@example.org", "name": "Wang", "active": False},
        {"type": "person", "email": "new@example.org", "name": "New", "roles": ["trainee"]},
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))

    PeopleImport(file, by=operator.user).run()

    by = operator.user
    assert sorted(told(account), key=str) == sorted(
        [
            (by, "clearance_changed", {"old": 0, "new": 1}),
            (by, "roles_changed", {"added": ["Lecturers"]}),
            (by, "roles_changed", {"removed": ["Trainees"]}),
        ],
        key=str,
    )
    wang = User.objects.get(email="wang@example.org")
    assert [action for _by, action, _details in told(wang)] == ["deactivated", "sessions_ended"]
    assert browser.get("/en/account/").status_code == 302
    assert actions(about__email="new@example.org") == ["roles_changed", "account_made"]


def test_an_import_refuses_an_address_that_somebody_had_before(tmp_path):
    UserFactory(email="new@example.org", former_emails="\nold@example.org\n")
    file = tmp_path / "people.jsonl"
    file.write_text(json.dumps({"type": "person", "email": "old@example.org", "name": "Li"}) + "\n")
    outcome = PeopleImport(file).run()
    assert [error.column for error in outcome.problems.errors.shown] == ["email"]
    assert not User.objects.filter(email="old@example.org").exists()


def test_saving_what_gives_no_right_notes_nothing_and_asks_nothing(django_assert_num_queries):
    account = UserFactory()
    with django_assert_num_queries(1):
        account.save(update_fields=["last_login"])
    assert told(account) == []


def test_the_log_is_only_added_to():
    audit.record(AuditAction.SIGNED_IN, by=None, about=None)
    entry = AuditEntry.objects.get()
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="sign_out"),
    ):
        with pytest.raises(AppendOnly):
            change()
    assert AuditEntry.objects.get().action == "sign_in"


def test_entries_are_let_go_after_two_years(settings):
    now = timezone.now()
    for days in (700, 740):
        entry = audit.entry(AuditAction.SIGNED_IN, by=None, about=None)
        entry.at = now - timedelta(days=days)
        audit.record_all([entry])
    assert due_jobs()["audit"].function is forget_old_entries
    assert forget_old_entries(now) == 1
    assert forget_old_entries(now) == 0
    settings.PRAXIS_AUDIT_DAYS = 10
    assert forget_old_entries(now) == 1


@pytest.mark.parametrize(
    ("action", "details", "text"),
    [
        ("roles_changed", {"added": ["Lecturers", "institution:a"]}, "Given: Lecturer, Editor for a"),
        ("roles_changed", {"removed": ["Choir"]}, "Taken away: Choir"),
        ("clearance_changed", {"old": 0, "new": 3}, "0: open became 3: secret"),
        ("superuser_changed", {"old": False, "new": True}, "Is now an administrator"),
        ("affiliation_changed", {"field": "unit", "old": None, "new": "A"}, "Sending unit: none became A"),
        (
            "affiliation_changed",
            {"field": "institution", "old": "A", "new": ""},
            "Institution: A became none",
        ),
        ("email_changed", {"old": "a@x.org", "new": "b@x.org"}, "a@x.org became b@x.org"),
        ("limited", {"purpose": "sign_in"}, "While signing in"),
        ("sessions_ended", {"count": 2}, "2 sessions"),
        ("handed_over", {"counts": {"cases": 2, "courses": 1}, "to": 1}, "cases: 2, courses: 1"),
        ("group_changed", {"group": "Trainees", "renamed": "X"}, "Trainee is now called X"),
        ("group_changed", {"group": "Choir", "deleted": True}, "Choir was deleted"),
        ("group_changed", {"group": "Choir", "added": ["a.b"]}, "Choir may now: a.b"),
        ("group_changed", {"group": "Choir", "removed": ["a.b"]}, "Choir may no longer: a.b"),
        ("sign_in", {}, ""),
    ],
)
def test_details_are_told_in_words(action, details, text):
    assert details_words(action, details) == text


class TestReport:
    def rows(self, client, **query):
        page = BeautifulSoup(client.get(REPORT, query).content, "html.parser")
        body = page.find("table", class_="listing").find("tbody")
        return [
            [cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in body.find_all("tr")
        ]

    @pytest.fixture
    def entries(self, operator):
        AuditEntry.objects.forget_before(timezone.now())
        rose = UserFactory(name="Rose Adair", email="rose@example.org")
        AuditEntry.objects.forget_before(timezone.now())
        audit.record(
            AuditAction.CLEARANCE_CHANGED, by=operator.user, about=rose, details={"old": 0, "new": 2}
        )
        audit.record(AuditAction.SIGN_IN_FAILED, by=None, about=rose)
        other = audit.entry(AuditAction.SIGNED_IN, by=UserFactory(name="Other"), about=None)
        other.at, other.address = timezone.now() - timedelta(days=40), "192.0.2.7"
        audit.record_all([other])
        return rose

    def test_it_tells_who_did_what_to_whom(self, operator, entries):
        found = self.rows(operator, person="rose")
        assert [row[1:5] for row in found] == [
            ["Sign-in failed", "", "Rose Adair", ""],
            ["Clearance changed", "Idris Vaughan", "Rose Adair", "0: open became 2: confidential"],
        ]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"action": "sign_in_failed"}, ["Sign-in failed"]),
            ({"person": "rose@"}, ["Sign-in failed", "Clearance changed"]),
            ({"address": "192.0.2"}, ["Signed in"]),
            ({"at_to": (timezone.now() - timedelta(days=30)).date().isoformat()}, ["Signed in"]),
        ],
    )
    def test_filters(self, operator, entries, query, expected):
        assert [row[1] for row in self.rows(operator, **query)] == expected

    def test_the_filters_that_are_on_are_named(self, operator, entries):
        query = {"action": "sign_in_failed", "person": "rose", "address": "192", "at_from": "2026-01-01"}
        page = operator.get(REPORT, query).content.decode()
        assert "Sign-in failed" in page

    def test_downloads(self, operator, entries):
        answer = operator.get(REPORT, {"export": "csv", "action": "clearance_changed"})
        rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))
        assert rows[0][:3] == ["When", "What", "Who"]
        assert rows[1][1:] == [
            "Clearance changed",
            "Idris Vaughan",
            operator.user.email,
            "Rose Adair",
            "rose@example.org",
            "0: open became 2: confidential",
            "",
        ]
        answer = operator.get(REPORT, {"export": "xlsx"})
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        assert sheet.max_row >= 4

    def test_a_name_is_no_formula(self, operator):
        audit.record(AuditAction.SIGNED_IN, by=UserFactory(name="=cmd()"), about=None)
        answer = operator.get(REPORT, {"export": "csv"})
        assert b"'=cmd()" in b"".join(answer.streaming_content)

    @pytest.mark.parametrize("url", [REPORT, f"{REPORT}results/", f"{REPORT}?export=csv"])
    def test_it_is_for_operators_and_superusers(self, operator, superuser, url):
        assert operator.get(url).status_code == superuser.get(url).status_code == 200
        for role in ("committee_chair", "committee_member", "lecturer", "training_manager", "trainee"):
            assert signed_in(role).get(url).status_code == 302

    def test_the_menu_shows_it_to_those_only(self, operator):
        assert REPORT in operator.get("/admin/").content.decode()
        assert REPORT not in signed_in("committee_chair").get("/admin/").content.decode()

    def test_many_pages_take_the_same_queries(self, operator, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        operator.get(REPORT)
        with CaptureQueriesContext(connection) as few:
            operator.get(REPORT)
        expected = len(few)
        for _ in range(60):
            audit.record(AuditAction.ROLES_CHANGED, by=UserFactory(), about=UserFactory())
        with django_assert_num_queries(expected):
            assert len(self.rows(operator)) == 50
