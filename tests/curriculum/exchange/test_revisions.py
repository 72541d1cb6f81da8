import json
from pathlib import Path

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision, Task, Workflow, WorkflowState, WorkflowTask

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from people.models import User
from tests.curriculum.exchange.library import CASES, COURSES, CURRICULA, LIBRARY, load_records, said
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LIVE = [(CaseStudy, "alpha"), (Course, "CT"), (Curriculum, "SP-07")]
DRAFTS = [(CaseStudy, "beta"), (Course, "CT-ZH"), (Curriculum, "SP-08")]
POINTERS = {"latest_revision", "live_revision"}


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY)) == []


def actions(obj) -> list[str]:
    return list(ModelLogEntry.objects.for_instance(obj).order_by("pk").values_list("action", flat=True))


def as_stored(content: dict) -> dict:
    """A content as a revision stores it, without what the revision cannot know: itself."""
    stored = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return {name: value for name, value in stored.items() if name not in POINTERS}


@pytest.mark.parametrize(("model", "code"), LIVE)
def test_what_is_imported_as_live_has_one_revision_and_one_log_entry(model, code) -> None:
    obj = model.objects.get(code=code)
    revision = obj.revisions.get()
    assert obj.live
    assert not obj.has_unpublished_changes
    assert obj.latest_revision == obj.live_revision == revision
    assert obj.first_published_at == obj.last_published_at == revision.created_at
    assert revision.object_str == str(obj)
    assert actions(obj) == ["wagtail.publish"]
    assert ModelLogEntry.objects.for_instance(obj).get().revision == revision


@pytest.mark.parametrize(("model", "code"), DRAFTS)
def test_a_draft_has_one_revision_and_is_not_live(model, code) -> None:
    obj = model.objects.get(code=code)
    assert not obj.live
    assert obj.has_unpublished_changes
    assert obj.latest_revision == obj.revisions.get()
    assert obj.live_revision is None
    assert obj.first_published_at is None
    assert actions(obj) == ["wagtail.create"]


@pytest.mark.parametrize(("model", "code"), LIVE + DRAFTS)
def test_a_revision_holds_what_the_object_itself_would_write(model, code) -> None:
    obj = model.objects.get(code=code)
    assert as_stored(obj.latest_revision.content) == as_stored(obj.serializable_data())
    assert as_stored(obj.latest_revision.as_object().serializable_data()) == as_stored(
        obj.serializable_data()
    )


def test_an_editor_goes_on_from_the_revision(tmp_path: Path) -> None:
    course = Course.objects.get(code="CT")
    unit_pks = dict(course.units.values_list("code", "pk"))
    draft = course.latest_revision.as_object()
    draft.title = "Changed in the editor"
    draft.units.all()[0].title = "Changed unit"
    revision = draft.save_revision()
    revision.publish()
    course.refresh_from_db()
    assert course.title == "Changed in the editor"
    assert dict(course.units.values_list("code", "pk")) == unit_pks
    assert load_records(tmp_path, COURSES[0]).updated == {"course": 1}
    course.refresh_from_db()
    assert course.title == COURSES[0]["title"]
    assert course.revisions.count() == 3


def test_the_rows_behind_everything_keep_their_keys(tmp_path: Path) -> None:
    curriculum = Curriculum.objects.get(code="SP-07")
    modules = dict(curriculum.modules.values_list("code", "pk"))
    keys = [p.key for module in curriculum.modules.all() for p in module.placements.all()]
    units = dict(Course.objects.get(code="CT").units.values_list("code", "pk"))
    items = list(Course.objects.get(code="CT").theme_items.values_list("pk", "tag__code"))
    changed = json.loads(json.dumps([CURRICULA[0], COURSES[0]]))
    changed[0]["modules"].reverse()
    changed[0]["modules"][2]["placements"].insert(1, {"case": "alpha", "hours": 9})
    changed[0]["modules"][2]["placements"].insert(0, {"case": "beta"})
    del changed[1]["units"][3]
    changed[1]["units"].insert(0, {"code": "NEW", "title": "n", "hours": 1, "delivery_method": "online"})
    changed[1]["themes"] = ["land"]
    assert load_records(tmp_path, *changed).updated == {"curriculum": 1, "course": 1}
    curriculum.refresh_from_db()
    assert [module.code for module in curriculum.modules.all()] == ["m3", "m2", "m1"]
    assert dict(curriculum.modules.values_list("code", "pk")) == modules
    m1 = [(p.target_code, p.key) for p in _placements(curriculum, "m1")]
    # The first placement of alpha in m1 keeps its key; the second one is new.
    assert m1[1:3] == [("CT", keys[0]), ("alpha", keys[1])]
    assert len({key for _target, key in m1}) == 4
    now = dict(Course.objects.get(code="CT").units.values_list("code", "pk"))
    assert {code: pk for code, pk in now.items() if code != "NEW"} == {
        c: pk for c, pk in units.items() if c != "Z"
    }
    kept = Course.objects.get(code="CT").theme_items.values_list("pk", "tag__code")
    assert list(kept) == [item for item in items if item[1] == "land"]


def _placements(curriculum: Curriculum, module: str):
    placements = list(curriculum.modules.get(code=module).placements.select_related("course", "case"))
    for placement in placements:
        placement.target_code = (placement.course or placement.case).code
    return placements


def test_a_placement_keeps_the_key_that_a_draft_gave_it(tmp_path: Path) -> None:
    curriculum = Curriculum.objects.get(code="SP-07")
    draft = curriculum.latest_revision.as_object()
    module = draft.modules.all()[1]
    module.placements.create(case=CaseStudy.objects.get(code="beta"), key="given", sort_order=9)
    draft.save_revision()
    record = json.loads(json.dumps(CURRICULA[0]))
    record["modules"][1]["placements"].append({"case": "beta"})
    load_records(tmp_path, record)
    assert [p.key for p in _placements(curriculum, "m2")][1] == "given"


def test_live_to_draft_withdraws_and_back_publishes(tmp_path: Path) -> None:
    case = CaseStudy.objects.get(code="alpha")
    published = case.first_published_at
    load_records(tmp_path, {**CASES[0], "status": "draft"})
    case.refresh_from_db()
    assert (case.live, case.has_unpublished_changes, case.live_revision) == (False, True, None)
    assert actions(case)[-1] == "wagtail.unpublish"
    assert load_records(tmp_path, {**CASES[0], "status": "draft"}).unchanged == {"case": 1}
    load_records(tmp_path, {**CASES[0], "status": "draft", "title": "Other"})
    assert actions(case)[-1] == "wagtail.edit"
    load_records(tmp_path, CASES[0])
    case.refresh_from_db()
    assert case.live
    assert case.first_published_at == published
    assert actions(case)[-1] == "wagtail.publish"
    assert case.revisions.count() == 4


def test_an_unpublished_draft_of_a_live_object_is_left_alone_when_the_text_is_the_same(
    tmp_path: Path,
) -> None:
    case = CaseStudy.objects.get(code="alpha")
    draft = case.latest_revision.as_object()
    draft.title = "A colleague's draft"
    draft.save_revision()
    assert load_records(tmp_path, CASES[0]).unchanged == {"case": 1}
    case.refresh_from_db()
    assert case.has_unpublished_changes
    assert case.latest_revision.content["title"] == "A colleague's draft"


def test_a_draft_is_compared_with_its_latest_revision(tmp_path: Path) -> None:
    case = CaseStudy.objects.get(code="beta")
    draft = case.latest_revision.as_object()
    draft.title = "Edited since"
    draft.save_revision()
    assert load_records(tmp_path, {**CASES[2], "title": "Edited since"}).unchanged == {"case": 1}
    assert load_records(tmp_path, CASES[2]).updated == {"case": 1}


def test_dates_of_publishing_give_way_to_live(tmp_path: Path) -> None:
    now = timezone.now()
    CaseStudy.objects.filter(code="beta").update(
        go_live_at=now + timezone.timedelta(days=1), expire_at=now - timezone.timedelta(days=1)
    )
    case = CaseStudy.objects.get(code="beta")
    case.latest_revision.approved_go_live_at = now + timezone.timedelta(days=1)
    case.latest_revision.save()
    load_records(tmp_path, {**CASES[2], "status": "live"})
    assert CaseStudy.objects.in_window().filter(code="beta").exists()
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


def test_publishing_ends_a_review(tmp_path: Path) -> None:
    case, user = CaseStudy.objects.get(code="beta"), UserFactory()
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=Task.objects.create(name="Read"))
    review = workflow.start(case, user)
    load_records(tmp_path, {**CASES[2], "status": "live"})
    review.refresh_from_db()
    assert review.status == WorkflowState.STATUS_CANCELLED


def test_a_locked_object_is_not_changed(tmp_path: Path) -> None:
    CaseStudy.objects.filter(code="alpha").update(locked=True)
    assert said(load_records(tmp_path, CASES[0])) == []
    errors = said(load_records(tmp_path, {**CASES[0], "title": "Other"}))
    assert errors == ["1 code alpha: It is locked. Unlock it before the import."]
    assert CaseStudy.objects.get(code="alpha").title == CASES[0]["title"]


def test_an_import_signs_with_the_person_who_does_it(tmp_path: Path) -> None:
    user = UserFactory()
    load_records(tmp_path, {**CASES[0], "title": "Other"}, by=user)
    case = CaseStudy.objects.get(code="alpha")
    assert case.latest_revision.user == user
    assert ModelLogEntry.objects.for_instance(case).latest("pk").user == user


def test_owner_readers_and_html_follow(tmp_path: Path) -> None:
    case = CaseStudy.objects.get(code="alpha")
    owner = User.objects.get(email="owner@example.org")
    assert case.owner == owner
    assert not owner.is_active
    assert not owner.has_usable_password()
    assert {f"user:{owner.pk}", "unit:tax-bureau", "institution:academy-a"} <= set(case.tokens.split("|"))
    before = case.tokens
    case.set_tokens()
    assert case.tokens == before
    assert "<h3" in case.body_html


def test_something_that_changed_meanwhile_stops_the_import(tmp_path: Path, monkeypatch) -> None:
    from curriculum.exchange.importing import ContentImport

    write = ContentImport._write

    def late(self, job) -> None:
        case = CaseStudy.objects.get(code="alpha")
        case.save_revision()
        write(self, job)

    monkeypatch.setattr(ContentImport, "_write", late)
    outcome = load_records(
        tmp_path, {**CASES[0], "title": "Other"}, {"type": "theme", "code": "n", "label_en": "n"}
    )
    assert ["changed while the file was being checked" in line for line in said(outcome)] == [True]
    assert CaseStudy.objects.get(code="alpha").title == CASES[0]["title"]


def test_the_same_code_made_meanwhile_stops_the_import(tmp_path: Path, monkeypatch) -> None:
    from curriculum.exchange.importing import ContentImport
    from tests.factories import ThemeFactory

    write = ContentImport._write

    def late(self, job) -> None:
        ThemeFactory(code="n")
        write(self, job)

    monkeypatch.setattr(ContentImport, "_write", late)
    outcome = load_records(tmp_path, {"type": "theme", "code": "N", "label_en": "n"})
    assert "Import the file again" in said(outcome)[0]
