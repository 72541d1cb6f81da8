"""Who may pass an object on: to which institution, to which owner, and with which clearance."""

import pytest

from cases.models import CaseStudy
from editing.handover import keep_standing, refusals, standing
from tests.editor import admin_url, errors_on, form_on, signed_in
from tests.factories import CaseFactory, InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = "You cannot hand this to another institution. Ask a member of the committee."
NOT_AN_EDITOR = "Name somebody who may edit this, and whose clearance allows to read it."
NO_COLLEAGUE = "Name another editor of the same institution."
NOBODY = "Name the person who answers for this."
SAVE = {"action-edit": "Save"}


@pytest.fixture
def ours():
    return InstitutionFactory(code="ours")


@pytest.fixture
def theirs():
    return InstitutionFactory(code="theirs")


def posted(client, obj, **changes):
    """Save the form of an object with something changed in it."""
    data = form_on(client.get(admin_url(obj, "edit")))
    return client.post(admin_url(obj, "edit"), {**data, **changes})


def created(client, **values):
    data = form_on(client.get(admin_url(CaseStudy, "add")))
    return client.post(admin_url(CaseStudy, "add"), {**data, "code": "NEW-1", "title": "New", **values})


def refused(response, message):
    return response.status_code == 200 and message in errors_on(response)


def draft_of(obj):
    return CaseStudy.objects.get(pk=obj.pk).get_latest_revision_as_object()


def test_an_institutions_editor_keeps_its_objects_there(ours, theirs):
    editor = signed_in("provider_editor", edits_for=ours)
    case = CaseFactory(institution=ours)

    assert refused(posted(editor, case, institution=str(theirs.pk)), ELSEWHERE)
    assert refused(posted(editor, case, institution=""), ELSEWHERE)
    assert posted(editor, case, title="Renamed").status_code == 302
    assert draft_of(case).institution == ours
    assert draft_of(case).title == "Renamed"


def test_an_institutions_editor_moves_objects_between_those_they_edit_for(ours, theirs):
    editor = signed_in("provider_editor", edits_for=ours)
    editor.user.groups.add(theirs.editors)
    case = CaseFactory(institution=ours)

    assert posted(editor, case, institution=str(theirs.pk)).status_code == 302
    assert draft_of(case).institution == theirs


def test_a_new_object_begins_at_home(ours, theirs):
    editor = signed_in("provider_editor", edits_for=ours, institution="ours")

    assert refused(created(editor, institution=str(theirs.pk)), ELSEWHERE)
    assert created(editor, institution="").status_code == 302
    assert CaseStudy.objects.get(code="NEW-1").owner == editor.user


def test_a_lecturer_chooses_the_institution_of_their_account_or_none(ours, theirs):
    lecturer = signed_in("lecturer", institution="OURS")
    case = CaseFactory(owner=lecturer.user)

    assert refused(posted(lecturer, case, institution=str(theirs.pk)), ELSEWHERE)
    assert posted(lecturer, case, institution=str(ours.pk)).status_code == 302
    assert posted(lecturer, case, institution="").status_code == 302


def test_what_a_member_of_the_committee_has_decided_may_stay(ours, theirs):
    member = signed_in("committee_member")
    lecturer = signed_in("lecturer")
    case = CaseFactory(owner=lecturer.user, institution=ours)

    assert posted(member, case, institution=str(theirs.pk)).status_code == 302
    assert posted(lecturer, case, title="Renamed").status_code == 302
    assert draft_of(case).institution == theirs


def test_a_copy_stays_at_home_too(ours, theirs):
    lecturer = signed_in("lecturer")
    case = CaseFactory(owner=lecturer.user, institution=theirs)
    data = form_on(lecturer.get(admin_url(case, "copy")))

    def copied(**changes):
        return lecturer.post(admin_url(CaseStudy, "add"), {**data, "code": "COPY-1", **changes})

    assert refused(copied(institution=str(theirs.pk)), ELSEWHERE)
    assert copied().status_code == 302
    assert CaseStudy.objects.get(code="COPY-1").institution is None


def test_a_lecturer_hands_over_to_a_colleague_only(ours):
    lecturer = signed_in("lecturer")
    case = CaseFactory(owner=lecturer.user, clearance=0)
    colleague, trainee = UserFactory(roles=["lecturer"]), UserFactory(roles=["trainee"])

    assert refused(posted(lecturer, case, owner=trainee.email), NOT_AN_EDITOR)
    assert refused(posted(lecturer, case, owner=""), NOBODY)
    assert posted(lecturer, case, owner=colleague.email).status_code == 302
    assert draft_of(case).owner == colleague


def test_nobody_hands_over_to_somebody_who_could_not_read_it():
    lecturer = signed_in("lecturer", clearance=2)
    case = CaseFactory(owner=lecturer.user, clearance=2)

    assert refused(posted(lecturer, case, owner=UserFactory(roles=["lecturer"]).email), NOT_AN_EDITOR)


def test_an_institutions_editor_hands_over_within_the_institution(ours, theirs):
    editor = signed_in("provider_editor", edits_for=ours)
    case = CaseFactory(institution=ours)
    outsider = UserFactory(roles=["provider_editor"], edits_for=theirs)
    colleague = UserFactory(roles=["provider_editor"], edits_for=ours)

    assert refused(posted(editor, case, owner=outsider.email), NO_COLLEAGUE)
    assert posted(editor, case, owner=colleague.email).status_code == 302


def test_not_even_the_committee_hands_over_to_an_account_that_is_not_in_use():
    member = signed_in("committee_member")
    case = CaseFactory()
    gone = UserFactory(roles=["lecturer"], is_active=False)

    words = "This account is not in use any more. Name somebody else."
    assert refused(posted(member, case, owner=gone.email), words)
    assert posted(member, case, owner=UserFactory(roles=["trainee"]).email).status_code == 302


def reverted(client, obj, revision):
    url = admin_url(obj, "revisions_revert", revision.pk)
    return client.post(url, {**form_on(client.get(url)), **SAVE})


def test_an_earlier_version_brings_no_institution_back(ours, theirs):
    editor = signed_in("provider_editor", edits_for=ours)
    case = CaseFactory(institution=theirs, title="Earlier")
    earlier = case.save_revision()
    case.institution, case.title = ours, "Later"
    case.save()
    case.save_revision()

    reverted(editor, case, earlier)

    assert draft_of(case).institution == ours


def test_an_earlier_version_brings_no_higher_clearance_back():
    lecturer = signed_in("lecturer", clearance=1)
    case = CaseFactory(owner=lecturer.user, clearance=3)
    earlier = case.save_revision()
    case.clearance = 1
    case.save()
    case.save_revision()

    reverted(lecturer, case, earlier)

    assert draft_of(case).clearance == 1


def test_what_cannot_come_back_is_put_back(ours, theirs):
    editor = UserFactory(roles=["provider_editor"], edits_for=ours)
    outsider = UserFactory(roles=["trainee"])
    case = CaseFactory(institution=theirs, owner=outsider, clearance=3)
    earlier = case.save_revision()
    case.institution, case.owner, case.clearance = ours, editor, 0
    case.save()
    case.save_revision()
    old = earlier.as_object()

    keep_standing(editor, old)

    assert (old.institution, old.owner, old.clearance) == (ours, editor, 0)


def test_what_stands_is_both_what_is_published_and_what_is_drafted(ours, theirs):
    case = CaseFactory(institution=ours)
    case.institution = theirs
    case.save_revision()

    assert {deed.institution for deed in standing(case)} == {ours.pk, theirs.pk}
    assert standing(CaseStudy()) == ()


def test_superusers_pass_on_everything(ours):
    root = UserFactory(is_superuser=True)

    assert refusals(root, CaseFactory(), ours, UserFactory(), 4) == {}
