"""One's own data: downloaded, and erased."""

import json

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision
from wagtail.users.models import UserProfile

from cases.models import CaseStudy
from editing.models import SavedFilter
from people import audit, personal_data
from people.actions import erasing
from people.actions.erasing import ask_erasure, erase, export_data
from people.actions.leaving import deactivate
from people.enums import AuditAction
from people.exceptions import ErasureRefused
from people.models import AuditEntry, Session, User
from people.personal_data import register_personal_data
from tests.editor import signed_in
from tests.factories import CaseFactory, SendingUnitFactory, UserFactory
from tests.people.conftest import PASSWORD, actions, browser_of, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def trainee():
    return with_password(
        email="nora.feld@example.org",
        name="Nora Feld",
        roles=["trainee"],
        unit=SendingUnitFactory(code="HALL"),
        category="special",
        former_emails="\nn.f@example.net\n",
    )


def download(browser):
    return browser.post("/en/account/data/download/")


def test_the_download_holds_all_that_is_kept(trainee):
    browser = browser_of(trainee)
    SavedFilter.objects.create(owner=trainee, listing="cases.casestudy", name="Mine", query="q=x")

    answer = download(browser)

    assert answer["Content-Disposition"].startswith('attachment; filename="praxis-20')
    assert "private" in answer["Cache-Control"]
    data = json.loads(answer.content)
    assert data["account"]["email"] == "nora.feld@example.org"
    assert data["account"]["former_emails"] == ["n.f@example.net"]
    assert (data["account"]["unit"], data["account"]["roles"]) == ("HALL", ["Trainees"])
    assert data["saved_filters"] == [{"listing": "cases.casestudy", "name": "Mine", "query": "q=x"}]
    assert len(data["sessions"]) == 1
    assert [entry["action"] for entry in data["log"]][-1] == "data_exported"
    assert data["owned"]["cases.casestudy"] == []
    assert actions(by=trainee)[-1] == "data_exported"


def test_the_download_tells_nothing_about_others_and_no_secret(trainee):
    operator = with_password(roles=["operator"], name="Idris")
    audit.record(AuditAction.CLEARANCE_CHANGED, by=operator, about=trainee, details={"old": 0, "new": 1})
    audit.record(AuditAction.EMAIL_CHANGED, by=operator, about=UserFactory(), details={"new": "secret@x.org"})

    theirs = download(browser_of(trainee)).content.decode()
    operators = download(browser_of(operator)).content.decode()

    assert "Idris" not in theirs
    assert "secret@x.org" not in operators
    assert trainee.password not in theirs
    assert Session.objects.filter(user=trainee).get().session_key not in theirs


def test_a_download_needs_a_form_and_an_account(trainee):
    assert browser_of(trainee).get("/en/account/data/download/").status_code == 405
    assert Client().post("/en/account/data/download/").status_code == 302


def test_a_download_that_cannot_be_noted_does_not_happen(trainee, monkeypatch):
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        export_data(by=trainee)


def everything_stored() -> str:
    """The text of every row of the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def leave_traces(trainee):
    """What an account leaves in the tables over the years."""
    browser = browser_of(trainee)
    SavedFilter.objects.create(owner=trainee, listing="cases.casestudy", name="Mine", query="q=x")
    profile = UserProfile.get_for_user(trainee)
    profile.avatar.save("nora.png", ContentFile(b"x"))
    log(trainee, "wagtail.edit")
    audit.record(
        AuditAction.EMAIL_CHANGED,
        by=trainee,
        about=trainee,
        details={"old": "n.f@example.net", "new": trainee.email},
    )
    case = CaseFactory(audience="restricted", restricted_to=["person:Nora.Feld@example.org", "unit:HALL"])
    case.save_revision()
    case.restricted_to = ["person:n.f@example.net"]
    case.save_revision()
    return browser, case, profile.avatar.name


def test_a_trainee_is_erased_at_once_and_nothing_names_them_any_more(trainee, posted, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser, _case, picture = leave_traces(trainee)
    before = everything_stored()
    assert "Nora Feld" in before
    assert "nora.feld" in before.lower()
    assert "n.f@example.net" in before

    answer = browser.post("/en/account/data/erase/", {"password": PASSWORD}, follow=True)

    assert "Your data are erased" in answer.content.decode()
    after = everything_stored()
    for trace in ("Nora", "nora.feld", "n.f@example.net", "127.0.0.1", "Mine"):
        assert trace.lower() not in after.lower()
    erased = User.objects.get(pk=trainee.pk)
    assert erased.name == f"Erased person {trainee.pk}"
    assert erased.email.endswith("@erased.invalid")
    assert (erased.is_active, erased.unit, erased.category) == (False, None, "")
    assert not erased.has_usable_password()
    assert erased.roles == []
    assert not default_storage.exists(picture)
    assert mail.outbox[0].to == ["nora.feld@example.org"]
    assert browser.get("/en/account/").status_code == 302


def test_readers_that_content_names_are_named_by_the_erased_address(trainee, posted, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _browser, case, _picture = leave_traces(trainee)
    ask_erasure(by=trainee)
    email = User.objects.get(pk=trainee.pk).email
    case = CaseStudy.objects.get(pk=case.pk)
    assert case.restricted_to == [f"person:{email}", "unit:HALL"]
    assert f"|person:{email}|" in case.tokens
    kept = Revision.objects.filter(content_type=ContentType.objects.get_for_model(CaseStudy)).order_by("pk")
    assert [revision.content["restricted_to"] for revision in kept] == [
        [f"person:{email}", "unit:HALL"],
        [f"person:{email}"],
    ]
    follower = UserFactory(email="nora.feld@example.org")
    assert not CaseStudy.objects.readable_by(follower).exists()


def test_what_happened_is_kept_without_the_name(trainee, posted):
    operator = UserFactory(roles=["operator"])
    audit.record(AuditAction.CLEARANCE_CHANGED, by=operator, about=trainee, details={"old": 0, "new": 1})
    ask_erasure(by=trainee)
    entry = AuditEntry.objects.get(action="clearance_changed")
    assert (entry.details, entry.about_id, entry.by) == ({"old": 0, "new": 1}, trainee.pk, operator)
    assert actions(about=trainee)[-2:] == ["erasure_asked", "erased"]
    assert not ModelLogEntry.objects.for_instance(trainee).exclude(label__startswith="Erased").exists()


def test_erasure_needs_the_password_which_cannot_be_guessed(trainee, posted):
    browser = browser_of(trainee)
    codes = [browser.post("/en/account/data/erase/", {"password": "wrong"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert browser.get("/en/account/data/erase/").status_code == 200
    assert User.objects.get(pk=trainee.pk).name == "Nora Feld"


def test_somebody_with_work_here_asks_and_operators_see_to_it(posted):
    manager = with_password(roles=["training_manager", "trainee"], name="Shu Wenjing")
    browser = browser_of(manager)
    page = browser.get("/en/account/data/erase/").content.decode()
    assert "Ask for erasure" in page

    browser.post("/en/account/data/erase/", {"password": PASSWORD})
    browser.post("/en/account/data/erase/", {"password": PASSWORD})

    assert "You asked for it on" in browser.get("/en/account/data/").content.decode()
    assert actions(by=manager, action="erasure_asked") == ["erasure_asked"]
    operator = signed_in("operator")
    listed = operator.get(reverse("wagtailusers_users:index"), {"wants_erasure": "true"}).content.decode()
    assert "Shu Wenjing" in listed
    url = reverse("wagtailusers_users:erase", args=[manager.pk])
    assert "Shu Wenjing asked for this on" in operator.get(url).content.decode()
    wrong = operator.post(url, {"email": "somebody@example.org"})
    assert "This is not the address of this account." in wrong.content.decode()
    assert User.objects.get(pk=manager.pk).erased_at is None

    operator.post(url, {"email": manager.email})

    assert User.objects.get(pk=manager.pk).name == f"Erased person {manager.pk}"
    assert AuditEntry.objects.get(action="erased").by == operator.user
    assert "Shu Wenjing" not in operator.get(reverse("wagtailusers_users:index")).content.decode()


def test_whoever_owns_content_hands_it_over_first(posted):
    lecturer = with_password(roles=["lecturer"])
    CaseFactory(owner=lecturer)
    browser, operator = browser_of(lecturer), signed_in("operator")
    page = browser.get("/en/account/data/erase/").content.decode()
    assert "You own 1 object. Somebody else has to take it over first" in page
    answer = browser.post("/en/account/data/erase/", {"password": PASSWORD})
    assert "which has to be handed over first" in answer.content.decode()
    url = reverse("wagtailusers_users:erase", args=[lecturer.pk])
    assert "This account owns 1 object" in operator.post(url, {"email": lecturer.email}).content.decode()
    assert User.objects.get(pk=lecturer.pk).erased_at is None


def test_an_administrator_and_an_erased_person_are_not_erased(trainee, posted):
    superuser = UserFactory(is_superuser=True)
    with pytest.raises(ErasureRefused, match="administrator"):
        erase(by=superuser, account=superuser)
    with pytest.raises(ErasureRefused, match="administrator"):
        ask_erasure(by=superuser)
    ask_erasure(by=trainee)
    with pytest.raises(ErasureRefused, match="already"):
        erase(by=superuser, account=trainee)


@pytest.mark.parametrize("role", ["committee_chair", "lecturer", "trainee"])
def test_erasing_others_is_for_operators_only(role, trainee, posted):
    url = reverse("wagtailusers_users:erase", args=[trainee.pk])
    signed_in(role).post(url, {"email": trainee.email})
    assert User.objects.get(pk=trainee.pk).erased_at is None


@pytest.mark.parametrize("step", ["_empty", "rename_reader"])
def test_it_all_goes_or_nothing(trainee, monkeypatch, step, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    leave_traces(trainee)
    before = everything_stored()
    monkeypatch.setattr(erasing, step, fail)
    with pytest.raises(RuntimeError):
        ask_erasure(by=trainee)
    assert everything_stored() == before


def test_a_mail_that_cannot_be_sent_undoes_nothing(trainee, posted, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise OSError("no mail server")

    monkeypatch.setattr(erasing.mails, "send_erased", refuse)
    ask_erasure(by=trainee)
    assert User.objects.get(pk=trainee.pk).erased_at
    assert "could not be sent" in caplog.text


def test_sorts_of_data_are_registered_once_under_a_name(monkeypatch):
    monkeypatch.setattr(personal_data, "_registered", {})
    register_personal_data("notes", repr, print)
    register_personal_data("notes", repr, print)
    with pytest.raises(ValueError, match="notes"):
        register_personal_data("notes", str, print)


def fail(*args, **kwargs):
    raise RuntimeError


def test_the_history_of_a_hand_over_forgets_the_name_too(posted):
    operator = UserFactory(roles=["operator"])
    left, heir = (
        UserFactory(name="Rose Adair", roles=["lecturer"]),
        UserFactory(roles=["lecturer"], name="Lin"),
    )
    case = CaseFactory(owner=left)
    deactivate(by=operator, account=left, new_owner=heir)
    assert "Rose Adair" in str(personal_data.everything_about(left)["handed_over"])

    erase(by=operator, account=left)

    data = ModelLogEntry.objects.for_instance(case).get(action="praxis.hand_over").data
    assert (data["from"], data["to"]) == (f"Erased person {left.pk}", "Lin")
