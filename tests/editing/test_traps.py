"""Ten traps of Wagtail: that ours is right, and that the stock way is still wrong.

Where the second half of a pair fails after an upgrade, Wagtail has changed: our cure may be able to go.
"""

from decimal import Decimal

import pytest
from django.conf import global_settings
from django.conf import settings as site_settings
from django.db import connection
from django.db.migrations.exceptions import CircularDependencyError
from django.db.migrations.loader import MigrationLoader
from modelcluster.forms import clusterform_factory
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, ReferenceIndex, TaskState, WorkflowState
from wagtail.snippets.views import snippets

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum, Module, Placement, Unit
from editing.exceptions import IncompleteError, NewerDraft
from editing.queries import uses_of
from editing.review import submit
from tests.editing.stock import stock_answer
from tests.editing.writers import LOADED, PUBLISH, change, draft_of, layout, opened, saved
from tests.editor import admin_url, form_on, signed_in
from tests.factories import CaseFactory, CourseFactory, UnitFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def chair():
    return signed_in("committee_chair", is_superuser=True)


# 1. The form for a copy takes what is sent to it, and writes it onto the original.


def test_1_ours_nothing_can_be_sent_to_the_form_for_a_copy(chair):
    case = CaseFactory(title="Original")
    data = form_on(chair.get(admin_url(case, "copy"))) | {"title": "Copy"}
    assert chair.post(admin_url(case, "copy"), data).status_code == 405
    assert CaseStudy.objects.get().title == "Original"


def test_1_stock_the_original_is_overwritten(chair):
    case = CaseFactory(title="Original")
    data = form_on(chair.get(admin_url(case, "copy"))) | {"title": "Copy"}
    stock_answer(snippets.CopyView, CaseStudy, chair.user, data, case.pk)
    assert CaseStudy.objects.get().title == "Copy"


# 2. An approval in the editor saves a new revision first, so that the first step is asked again.


def in_review():
    curriculum = layout(1, 1)
    obj = Curriculum.objects.get()
    obj.title = "Changed"
    obj.save_revision(user=UserFactory(roles=["committee_member"]))
    submit(by=obj.latest_revision.user, obj=obj)
    return curriculum


APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}


def test_2_ours_an_approval_in_the_editor_reaches_the_second_step():
    assert site_settings.WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT is True
    curriculum = in_review()
    revision = curriculum.revisions.get()
    member, chair = signed_in("committee_member"), signed_in("committee_chair")
    assert saved(member, curriculum, opened(member, curriculum) | APPROVE).status_code == 302
    assert curriculum.revisions.get() == revision
    assert [state.status for state in TaskState.objects.order_by("pk")] == ["approved", "in_progress"]
    assert saved(chair, curriculum, opened(chair, curriculum) | APPROVE).status_code == 302
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    assert Curriculum.objects.get().title == "Changed"


def test_2_ours_what_an_approver_changed_is_not_approved_with_it():
    curriculum = in_review()
    member = signed_in("committee_member")
    answer = saved(member, curriculum, opened(member, curriculum) | APPROVE | {"title": "Mine"})
    assert form_on(answer)["title"] == "Mine"
    assert "You have changed the text." in answer.content.decode()
    assert curriculum.revisions.count() == 1
    assert TaskState.objects.get().status == "in_progress"


def test_2_ours_who_comes_second_with_an_approval_is_told():
    curriculum = in_review()
    first, second = signed_in("committee_member"), signed_in("committee_member")
    pages = [opened(client, curriculum) | APPROVE for client in (first, second)]
    assert saved(first, curriculum, pages[0]).status_code == 302
    answer = saved(second, curriculum, pages[1])
    assert "This step of the review is over" in answer.content.decode()
    assert curriculum.revisions.count() == 1
    assert TaskState.objects.filter(status="approved").count() == 1


def test_2_stock_the_editor_saves_a_revision_before_the_approval():
    curriculum = in_review()
    member = signed_in("committee_member")
    data = opened(member, curriculum) | APPROVE
    with pytest.raises(NewerDraft):
        stock_answer(snippets.EditView, Curriculum, member.user, data, curriculum.pk)
    assert curriculum.revisions.count() == 2


# 3. A protected foreign key inside a cluster: a draft that names what is gone cannot be opened.


@pytest.fixture
def orphan():
    """The content of a draft whose case is gone."""
    course = CourseFactory()
    case = CaseFactory()
    UnitFactory(course=course, case=case)
    revision = Course.objects.get().save_revision()
    Unit.objects.update(case=None)
    case.delete()
    return revision


def test_3_ours_the_draft_opens_without_what_is_gone(chair, orphan):
    assert orphan.as_object().units.get().case is None
    assert opened(chair, Course.objects.get())["units-0-case"] == ""


def test_3_stock_the_draft_cannot_be_opened(orphan):
    with pytest.raises(Exception, match="on_delete"):
        ClusterableModel.from_serializable_data.__func__(Course, orphan.content)


def test_3_ours_a_use_in_a_draft_only_is_known():
    case, course = CaseFactory(), CourseFactory()
    course.units = [Unit(title="New", case=case)]
    course.save_revision()
    assert [use.holder for group in uses_of(case) for use in group.uses] == [course]


def test_3_stock_a_use_in_a_draft_only_is_not_known():
    case, course = CaseFactory(), CourseFactory()
    course.units = [Unit(title="New", case=case)]
    course.save_revision()
    ReferenceIndex.create_or_update_for_object(Course.objects.get())
    assert not ReferenceIndex.get_references_to(case).exists()


# 4. A revision whose rows were deleted and published cannot be put back.


@pytest.fixture
def deleted(chair):
    course = CourseFactory()
    UnitFactory(course=course, code="u1")
    UnitFactory(course=course, code="u2")
    change(chair, course)
    saved(chair, course, opened(chair, course) | {"units-0-DELETE": "on"} | PUBLISH)
    assert Unit.objects.get().code == "u2"
    return course.revisions.order_by("pk").first()


def test_4_ours_the_rows_come_back(chair, deleted):
    course = Course.objects.get()
    address = admin_url(course, "revisions_revert", deleted.pk)
    assert chair.post(address, form_on(chair.get(address))).status_code == 302
    assert [unit.code for unit in draft_of(course).units.all()] == ["u1", "u2"]


def unit_form(obj, data=None):
    form_class = clusterform_factory(
        Course, fields=["title"], formsets={"units": {"fields": ["title"], "extra": 0}}
    )
    return form_class(data, instance=obj)


def sent_by(form):
    """What a browser sends of a stock form that nobody touched."""
    rows = form.formsets["units"]
    data = {
        "title": form.instance.title,
        **{f"units-{k}": v for k, v in rows.management_form.initial.items()},
    }
    for number, row in enumerate(rows.forms):
        data |= {
            f"units-{number}-title": row.instance.title,
            f"units-{number}-id": row.instance.pk or "",
            f"units-{number}-ORDER": number + 1,
        }
    return data


def test_4_stock_a_hidden_field_has_an_error(deleted):
    form = unit_form(deleted.as_object(), sent_by(unit_form(deleted.as_object())))
    assert not form.is_valid()
    assert form.formsets["units"].errors[0].keys() == {"id"}


# 5. Publishing asks nothing of a revision.


@pytest.fixture
def half_filled():
    course = CourseFactory(live=False)
    UnitFactory(course=course, hours=None)
    return Course.objects.get().save_revision()


def test_5_ours_nothing_half_filled_is_published(chair, half_filled):
    with pytest.raises(IncompleteError):
        half_filled.publish()
    course = Course.objects.get()
    for action in ("action-publish", "action-submit"):
        answer = saved(chair, course, opened(chair, course) | {action: action})
        assert "hours" in answer.context["form"].formsets["units"].errors[0]
    course.refresh_from_db()
    assert (course.live, course.current_workflow_state, course.revisions.count()) == (False, None, 1)


def test_5_stock_it_is_published(half_filled):
    DraftStateMixin.publish(Course.objects.get(), half_filled)
    assert Course.objects.get().live
    assert Unit.objects.get().hours is None


# 6. A stale save wins.


@pytest.fixture
def stale(chair):
    """A form that somebody has open while another one saves."""
    case = CaseFactory(title="Old")
    change(chair, case)
    data = opened(chair, case) | {"title": "Mine"}
    change(signed_in("committee_chair", is_superuser=True), case, title="Theirs")
    return case, data


def test_6_ours_a_stale_save_is_stopped(chair, stale):
    case, data = stale
    assert saved(chair, case, data).status_code == 409
    assert draft_of(case).title == "Theirs"


def test_6_stock_a_stale_save_wins(chair, stale):
    case, data = stale
    assert stock_answer(snippets.EditView, CaseStudy, chair.user, data, case.pk).status_code == 302
    assert draft_of(case).title == "Mine"


@pytest.fixture
def written_over(chair):
    """A form that is saved by itself while something else writes into its revision, under the same number."""
    case = CaseFactory(title="Old")
    first = saved(chair, case, opened(chair, case) | {"title": "Mine"}, **JSON).json()
    data = opened(chair, case) | {"title": "Mine, later", "overwrite_revision_id": first["revision_id"]}
    draft = draft_of(case)
    draft.title = "The board's"
    draft.save_revision(user=chair.user, overwrite_revision=case.revisions.get())
    return case, data


def test_6_ours_a_revision_that_was_written_over_is_another_one(chair, written_over):
    case, data = written_over
    answer = saved(chair, case, data, **JSON)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_revision")
    assert "nothing is written over" in answer.json()["error_message"]
    assert draft_of(case).title == "The board's"


def test_6_stock_it_counts_as_the_same(chair, written_over):
    case, data = written_over
    answer = stock_answer(snippets.EditView, CaseStudy, chair.user, data, case.pk, **JSON)
    assert answer.status_code == 200
    assert draft_of(case).title == "Mine, later"


def test_6_ours_an_open_form_learns_which_revision_it_holds_now(chair):
    case = CaseFactory()
    change(chair, case)
    form = opened(chair, case)
    answer = saved(chair, case, form | {"title": "Once"}, **JSON).json()
    latest = CaseStudy.objects.get().latest_revision
    assert [answer["field_updates"][name] for name in LOADED] == [
        str(latest.pk),
        latest.created_at.isoformat(),
    ]
    form |= answer["field_updates"]
    again = saved(chair, case, form | {"title": "Twice", "overwrite_revision_id": latest.pk}, **JSON).json()
    assert again["revision_id"] == latest.pk
    # Without scripts, or after them: the button saves the same form.
    assert saved(chair, case, form | again["field_updates"] | {"title": "Thrice"}).status_code == 302
    assert draft_of(case).title == "Thrice"


def test_6_ours_autosave_writes_into_nothing_that_people_decided_about(chair):
    case = CaseFactory()
    form = opened(chair, case)
    first = saved(chair, case, form | {"title": "Once"}, **JSON).json()
    revision = case.revisions.get()
    DraftStateMixin.publish(CaseStudy.objects.get(), revision)
    form |= first["field_updates"] | {"title": "Twice", "overwrite_revision_id": first["revision_id"]}
    second = saved(chair, case, form, **JSON).json()
    assert second["revision_id"] != first["revision_id"]
    revision.refresh_from_db()
    assert revision.content["title"] == "Once"


def test_6_stock_autosave_writes_into_the_revision_that_is_live(chair):
    case = CaseFactory()
    form = opened(chair, case)
    first = saved(chair, case, form | {"title": "Once"}, **JSON).json()
    revision = case.revisions.get()
    DraftStateMixin.publish(CaseStudy.objects.get(), revision)
    form |= first["field_updates"] | {"title": "Twice", "overwrite_revision_id": first["revision_id"]}
    stock_answer(snippets.EditView, CaseStudy, chair.user, form, case.pk, **JSON)
    revision.refresh_from_db()
    assert CaseStudy.objects.get().live_revision == revision
    assert revision.content["title"] == "Twice"


# 7. Rows that only a draft has are made anew at each save, without what the form does not ask for.


@pytest.fixture
def drafted():
    course = CourseFactory()
    course.units = [Unit(title="New", neutral=True, hours=Decimal(1))]
    course.save_revision()
    return Course.objects.get()


def test_7_ours_nothing_of_such_a_row_is_lost(chair, drafted):
    (before,) = drafted.latest_revision.content["units"]
    change(chair, drafted, title="Other")
    (after,) = draft_of(drafted).latest_revision.content["units"]
    for row in (before, after):
        row["hours"] = Decimal(row["hours"])
        del row["sort_order"]
    assert after == before


@pytest.mark.parametrize("model", [Unit, Module, Placement])
def test_7_ours_the_form_asks_for_every_column_of_a_row(chair, model):
    root = Course if model is Unit else Curriculum
    formsets = root.snippet_viewset.get_edit_handler().get_form_class().formsets
    if model is Placement:
        formsets = formsets["modules"].form.formsets
    form = formsets[{Unit: "units", Module: "modules", Placement: "placements"}[model]].form
    columns = {field.name for field in model._meta.concrete_fields}
    assert columns - set(form.base_fields) == {"id", "sort_order"} | (
        columns & {"course", "curriculum", "module"}
    ) - {"course" if model is Placement else ""}


def test_7_stock_what_the_form_does_not_ask_for_is_reset(drafted):
    form = unit_form(
        drafted.latest_revision.as_object(), sent_by(unit_form(drafted.latest_revision.as_object()))
    )
    assert form.is_valid()
    (unit,) = form.save(commit=False).units.all()
    assert (unit.title, unit.neutral) == ("New", False)


# 8. A large form has more fields than Django lets pass.


def fields_of_large_form(chair):
    """As many fields as 15 modules with 12 placements have, counted on a small form."""
    per_placement = sum(name.startswith("modules-0-placements-0-") for name in opened(chair, layout(1, 1)))
    return {f"field-{number}": "" for number in range(15 * 12 * per_placement)}


def test_8_ours_a_form_with_180_placements_gets_through(chair):
    curriculum = layout(1, 1)
    data = opened(chair, curriculum) | fields_of_large_form(chair)
    assert saved(chair, curriculum, data).status_code == 302


def test_8_stock_it_is_refused(chair, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = global_settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    curriculum = layout(1, 1)
    data = fields_of_large_form(chair)
    assert saved(chair, curriculum, data).status_code == 400


# 9. What one asks for as the latest revision is the live object, whose rows are read anew each time.


def renamed(draft):
    for unit in draft.units.all():
        unit.title = "Renamed"
    draft.save_revision()
    return draft_of(draft).units.get().title


def test_9_ours_changes_of_rows_last():
    UnitFactory(course=CourseFactory())
    assert renamed(Course.objects.get().get_latest_revision_as_object()) == "Renamed"
    assert renamed(Course.objects.get().get_latest_revision_as_object()) == "Renamed"


def test_9_stock_changes_of_rows_are_lost():
    unit = UnitFactory(course=CourseFactory())
    draft = DraftStateMixin.get_latest_revision_as_object(Course.objects.get())
    assert renamed(draft) == unit.title


# 10. A user model of one's own in an app that also has drafts: the migrations wait for each other.


def test_10_ours_the_first_migration_of_people_needs_no_model_with_drafts():
    graph = MigrationLoader(connection).graph
    before = {app for app, _name in graph.forwards_plan(("people", "0001_initial"))}
    assert before <= {"people", "auth", "contenttypes"}
    graph.ensure_not_cyclic()


def test_10_stock_wagtail_still_waits_for_the_user_model():
    graph = MigrationLoader(connection).graph
    latest = max(name for app, name in graph.nodes if app == "wagtailcore")
    graph.add_dependency(None, ("people", "0001_initial"), ("wagtailcore", latest))
    with pytest.raises(CircularDependencyError):
        graph.ensure_not_cyclic()


# Autosave


def test_autosave_keeps_a_calm_pace(chair):
    assert site_settings.WAGTAIL_AUTOSAVE_INTERVAL >= 3000
    case = CaseFactory()
    for address in (admin_url(case, "edit"), admin_url(CaseStudy, "add")):
        assert f'data-w-autosave-interval-value="{site_settings.WAGTAIL_AUTOSAVE_INTERVAL}"' in (
            chair.get(address).content.decode()
        )


def test_autosave_makes_nothing_without_a_code_and_a_title(chair):
    add = admin_url(Course, "add")
    data = form_on(chair.get(add))
    for half in ({}, {"code": "NEW-1"}, {"title": "New"}):
        answer = chair.post(add, data | half, **JSON)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_error")
    assert not Course.objects.exists()
    answer = chair.post(add, data | {"code": "NEW-1", "title": "New"}, **JSON)
    assert answer.status_code == 200
    assert not Course.objects.get().live


def test_autosave_keeps_half_filled_rows_and_does_not_double_them(chair):
    course = CourseFactory()
    UnitFactory(course=course)
    form = opened(chair, course) | {"units-0-hours": "", "units-0-title": ""}
    for _time in range(2):
        answer = saved(chair, course, form, **JSON).json()
        assert answer["success"], answer
        form |= answer["field_updates"] | {"overwrite_revision_id": answer["revision_id"]}
    (unit,) = draft_of(course).units.all()
    assert (unit.hours, unit.title) == (None, "")
    assert course.revisions.count() == 1


def test_autosave_gives_way_where_a_number_is_no_number(chair):
    course = CourseFactory()
    UnitFactory(course=course)
    answer = saved(chair, course, opened(chair, course) | {"units-0-hours": "two"}, **JSON)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_error")
    assert not course.revisions.exists()
