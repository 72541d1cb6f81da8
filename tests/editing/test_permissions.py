"""The rule of rights itself: as lists, for one object, and asked about people."""

from importlib import import_module
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import WorkflowState
from wagtail.permissions import policy_registry

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from editing.permissions import (
    VERBS,
    ContentPolicy,
    allowed_to,
    archivable_by,
    changeable_by,
    mark_rights,
    may_answer,
    may_archive,
    may_change,
    may_publish,
    may_see_drafts,
    may_view,
    viewable_by,
    with_rights,
    with_verbs,
)
from editing.review import answer, submit
from people.roles import ROLES
from tests.editing.rights import KINDS, world_of
from tests.editor import admin_url, chooser_url, form_on, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    UserFactory,
)
from tests.factories.complete import CompleteCaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PUBLISH = {"action-publish": "action-publish"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_an_object_and_a_question_about_people_agree(kind):
    world = world_of(kind)
    policy = policy_registry.get_by_type(world.model)
    asked = {
        "change": may_change,
        "publish": may_publish,
        "view": may_view,
        "delete": may_archive,
    }
    for obj, verb in product(world.objects.values(), asked):
        able = set(policy.users_with_any_permission_for_instance([verb], obj))
        for user in world.people.values():
            listed = obj in policy.instances_user_has_permission_for(user, verb)
            assert (
                listed is asked[verb](user, obj) is policy.user_has_permission_for_instance(user, verb, obj)
            )
            assert listed is (verb in with_verbs(user, world.model.objects.filter(pk=obj.pk))[1])
            if verb != "view":
                assert listed is (user in able), (user, verb, obj)


def test_rows_carry_the_rights_of_the_reader(django_assert_num_queries):
    world = world_of("case")
    for user in world.people.values():
        rows = list(with_rights(user, CaseStudy.objects.order_by("pk")))
        bare = list(CaseStudy.objects.order_by("pk"))
        mark_rights(user, bare)
        for row, other in zip(rows, bare, strict=True):
            assert row.is_changeable is other.is_changeable is may_change(user, row)
            assert row.is_viewable is other.is_viewable is may_view(user, row)
            assert row.is_archivable is other.is_archivable is may_archive(user, row)
    with django_assert_num_queries(0):
        mark_rights(user, bare)


def test_strangers_and_accounts_that_are_not_in_use_may_nothing():
    case = CaseFactory(audience="public")
    gone = UserFactory(roles=["committee_chair"], is_active=False)

    for user in (AnonymousUser(), gone):
        assert not any(allowed_to(user, verb, CaseStudy.objects.all()).exists() for verb in VERBS)
        assert not may_answer(user, case)


def test_the_clearance_binds_those_who_edit_too():
    ours = InstitutionFactory()
    editor = UserFactory(roles=["provider_editor"], edits_for=ours, clearance=1)
    lecturer = UserFactory(roles=["lecturer"], clearance=1)
    member = UserFactory(roles=["committee_member"], clearance=1)
    for clearance, may in ((1, True), (2, False)):
        case = CaseFactory(institution=ours, owner=lecturer, clearance=clearance)
        assert [may_change(user, case) for user in (editor, lecturer, member)] == [may] * 3


def test_a_draft_gives_no_rights_and_takes_none():
    owner, other = UserFactory(roles=["lecturer"]), UserFactory(roles=["lecturer"])
    case = CaseFactory(owner=owner)
    case.owner = other
    case.save_revision()
    draft = CaseStudy.objects.get().get_latest_revision_as_object()

    assert may_change(owner, draft)
    assert not may_change(other, draft)


def test_an_editor_keeps_what_they_own_outside_any_institution():
    ours, theirs = InstitutionFactory(), InstitutionFactory()
    editor = UserFactory(roles=["provider_editor"], edits_for=ours)

    assert may_change(editor, CourseFactory(owner=editor))
    assert may_change(editor, CurriculumFactory(institution=ours))
    assert not may_change(editor, CourseFactory(owner=editor, institution=theirs))


def test_being_in_the_group_of_an_institution_is_not_the_role():
    ours = InstitutionFactory()
    member_only = UserFactory(roles=["training_manager"], edits_for=ours)

    assert not may_change(member_only, CaseFactory(institution=ours))


def test_nobody_publishes_around_a_review():
    case = CompleteCaseFactory(live=False)
    chair, root = UserFactory(roles=["committee_chair"]), UserFactory(is_superuser=True)
    case.save_revision(user=case.owner)
    assert may_publish(chair, case)
    assert may_publish(root, case)

    submit(by=root, obj=case)

    assert not may_publish(chair, case)
    assert not may_publish(root, case)


def test_whoever_approves_last_need_not_be_allowed_to_publish():
    case = CompleteCaseFactory(live=False)
    case.save_revision(user=case.owner)
    submit(by=UserFactory(is_superuser=True), obj=case)
    member = UserFactory(roles=["committee_member"])
    assert not may_publish(member, case)

    answer(by=member, state=WorkflowState.objects.get().current_task_state, action="approve")

    assert CaseStudy.objects.get().live


def test_who_is_asked_sees_the_draft_unless_the_clearance_forbids():
    case = CompleteCaseFactory(live=False, clearance=2)
    case.save_revision(user=case.owner)
    submit(by=UserFactory(is_superuser=True), obj=case)
    trusted, other = (UserFactory(roles=["committee_member"], clearance=level) for level in (2, 1))

    assert may_answer(trusted, case)
    assert not may_answer(other, case)
    assert may_see_drafts(trusted, case)
    assert not may_see_drafts(other, case)


def test_what_was_public_once_is_put_away_by_chairs_only():
    owner, chair = UserFactory(roles=["lecturer"]), UserFactory(roles=["committee_chair"])
    fresh = CaseFactory(owner=owner, live=False)
    withdrawn = CaseFactory(owner=owner, live=False, first_published_at=timezone.now())

    assert list(archivable_by(owner, CaseStudy.objects.all())) == [fresh]
    assert set(archivable_by(chair, CaseStudy.objects.all())) == {fresh, withdrawn}


def test_what_is_in_the_bin_is_nobodys():
    case = CaseFactory(archived_at=timezone.now())
    root = UserFactory(is_superuser=True)

    assert not viewable_by(root, CaseStudy.objects.all()).exists()
    assert not changeable_by(root, CaseStudy.objects.all()).exists()
    assert ContentPolicy(CaseStudy).users_with_any_permission_for_instance(["change"], case).count() == 0


def test_a_member_of_the_committee_who_asks_to_publish_saves_a_draft():
    member, case = signed_in("committee_member"), CompleteCaseFactory(title="As published")
    edit = admin_url(case, "edit")
    page = member.get(edit)
    assert 'value="action-publish"' not in page.content.decode()

    member.post(edit, form_on(page) | {"title": "As drafted"} | PUBLISH)

    case.refresh_from_db()
    assert (case.title, case.latest_revision.object_str) == ("As published", "As drafted")


def test_the_editor_offers_no_publication_during_a_review():
    chair, case = signed_in("committee_chair"), CompleteCaseFactory()
    edit = admin_url(case, "edit")
    case.title = "As drafted"
    case.save_revision(user=case.owner)
    assert 'value="action-publish"' in chair.get(edit).content.decode()

    submit(by=UserFactory(is_superuser=True), obj=CaseStudy.objects.get(pk=case.pk))

    page = chair.get(edit).content.decode()
    assert 'value="action-publish"' not in page
    assert admin_url(case, "unpublish") not in page


@pytest.mark.parametrize("view", ["unpublish", "delete", "lock", "edit"])
def test_what_is_sent_to_anothers_object_changes_nothing(view):
    lecturer = signed_in("lecturer")
    case = CompleteCaseFactory(title="Theirs")
    before = CaseStudy.objects.filter(pk=case.pk).values().get()

    lecturer.post(admin_url(case, view), {"title": "Mine", "code": case.code})

    assert CaseStudy.objects.filter(pk=case.pk).values().get() == before
    assert not case.revisions.exists()


def test_each_role_has_the_rights_on_kinds_of_content_that_were_decided():
    content = {model._meta.model_name: model for model in (Curriculum, Course, CaseStudy)}
    found = {}
    for role in ROLES:
        rights = Group.objects.get(name=role.group).permissions.filter(content_type__model__in=content)
        names = sorted(name.rpartition("_") for name in rights.values_list("codename", flat=True))
        found[role.code] = {kind: {verb for verb, _bar, name in names if name == kind} for kind in content}
    whole, writing = {"view", "add", "change", "lock", "unlock"}, {"view", "add", "change"}
    assert found == {
        "committee_member": dict.fromkeys(content, whole),
        "committee_chair": dict.fromkeys(content, whole | {"publish"}),
        "lecturer": {"curriculum": set(), "course": {"view"}, "casestudy": writing},
        "provider_editor": dict.fromkeys(content, writing),
        "training_manager": dict.fromkeys(content, frozenset({"view"})),
        "trainee": dict.fromkeys(content, frozenset()),
        "operator": dict.fromkeys(content, frozenset()),
    }


def test_the_rights_can_be_put_back():
    migration = import_module("praxis.migrations.0004_rights")
    members = Group.objects.get(name="Committee members").permissions
    editors = Group.objects.get(name="Provider editors").permissions
    after = (members.count(), editors.count())

    migration.backwards(apps, None)
    assert members.filter(codename="publish_course").exists()
    assert not editors.filter(codename="add_curriculum").exists()

    migration.forwards(apps, None)
    assert (members.count(), editors.count()) == after


def questions(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("role", ["lecturer", "provider_editor", "training_manager"])
def test_lists_ask_as_many_questions_for_many_rows_as_for_few(role):
    ours = InstitutionFactory()
    client = signed_in(role, edits_for=ours if role == "provider_editor" else None)
    urls = [admin_url(CaseStudy, "list"), chooser_url(CaseStudy, "choose_results")]
    urls.append(reverse("editing_site_history"))

    def populate(count):
        for number in range(count):
            fields = {"institution": ours} if number % 2 else {}
            CaseFactory(owner=client.user, **fields).save_revision(user=client.user, log_action=True)
            CourseFactory(**fields).save_revision(user=client.user, log_action=True)

    populate(2)
    for url in urls:
        client.get(url)
    few = [questions(client, url) for url in urls]
    populate(8)

    assert [questions(client, url) for url in urls] == few


def test_the_question_before_a_view_is_one_query(django_assert_num_queries):
    editor = UserFactory(roles=["lecturer"])
    case = CaseFactory(owner=editor)
    assert may_change(editor, case)  # roles, permissions and content types are known now

    with django_assert_num_queries(1):
        with_verbs(editor, CaseStudy.objects.filter(pk=case.pk))
