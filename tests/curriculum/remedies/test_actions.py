"""Deciding about suggestions: one revision of the draft and its undoing, refusals, calls; all or nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import ModelLogEntry

from curriculum.models import CallState, CaseCall, Curriculum, DecisionState, Placement, RemedyDecision
from curriculum.remedies import actions
from curriculum.remedies.actions import Row, draft_state
from curriculum.remedies.exceptions import (
    AlreadyPlaced,
    CallClosed,
    CaseGone,
    Locked,
    NothingToUndo,
    Overtaken,
    ReasonMissing,
)
from curriculum.remedies.queries import decisions_for
from editing.review import submit
from tests.curriculum.remedies.world import World, world
from tests.factories import CaseFactory, UserFactory
from tests.factories.complete import CompleteCurriculumFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

K2 = Row("k2", Decimal(4), 0, 3)


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"])


@pytest.fixture
def worked() -> World:
    return world()


def fresh(curriculum: Curriculum) -> Curriculum:
    return Curriculum.objects.select_related("latest_revision").get(pk=curriculum.pk)


def accepted(curriculum, by, *rows, **fields):
    here = fresh(curriculum)
    return actions.accept(
        by=by,
        curriculum=here,
        what="place:k2",
        rows=rows or (K2,),
        **{"shown": draft_state(here), **fields},
    )


def codes(curriculum, *, draft=True):
    obj = fresh(curriculum).latest_revision.as_object() if draft else Curriculum.objects.get(pk=curriculum.pk)
    return [
        placement.course.code if placement.course else placement.case.code
        for module in obj.modules.all()
        for placement in sorted(module.placements.all(), key=lambda placement: placement.sort_order)
    ]


BEFORE = ["CT", "alpha", "CU", "beta", "CV", "delta"]
AFTER = ["CT", "alpha", "CU", "k2", "beta", "CV", "delta"]


def test_accepting_writes_one_revision_and_nothing_that_is_published(worked, member):
    decision = accepted(worked.curriculum, member)

    assert fresh(worked.curriculum).revisions.count() == 1
    assert codes(worked.curriculum) == AFTER
    assert codes(worked.curriculum, draft=False) == BEFORE
    assert fresh(worked.curriculum).has_unpublished_changes
    assert decision.revision == fresh(worked.curriculum).latest_revision
    entry = ModelLogEntry.objects.get(action="praxis.suggestion.accept")
    assert (entry.user, entry.revision, entry.content_changed) == (member, decision.revision, True)


def test_hours_are_written_only_where_they_differ_from_the_case(worked, member):
    accepted(worked.curriculum, member, K2, Row("k4", Decimal(1), 0, 3))

    draft = fresh(worked.curriculum).latest_revision.as_object()
    hours = {
        placement.case.code: placement.hours
        for placement in draft.modules.get().placements.all()
        if placement.case
    }
    assert (hours["k2"], hours["k4"]) == (None, 1)
    assert codes(worked.curriculum)[2:6] == ["CU", "k2", "k4", "beta"]


def test_a_second_suggestion_goes_on_with_the_draft(worked, member):
    accepted(worked.curriculum, member)
    accepted(worked.curriculum, member, Row("k4", Decimal(2), 0, 6))

    assert codes(worked.curriculum) == [*AFTER[:6], "k4", "delta"]


def test_undoing_is_another_revision_that_restores(worked, member):
    decision = accepted(worked.curriculum, member)

    actions.undo(by=member, decision=decision)

    assert codes(worked.curriculum) == BEFORE
    assert fresh(worked.curriculum).revisions.count() == 2
    assert decisions_for(worked.curriculum).accepted == ()
    with pytest.raises(NothingToUndo):
        actions.undo(by=member, decision=decision)


def test_undoing_leaves_what_others_did_since(worked, member):
    decision = accepted(worked.curriculum, member)
    accepted(worked.curriculum, UserFactory(roles=["committee_chair"]), Row("k4", Decimal(2), 0, 7))

    actions.undo(by=member, decision=decision)

    assert codes(worked.curriculum) == [*BEFORE, "k4"]


def test_a_draft_that_was_never_published_is_written_as_the_editor_does(member):
    worked = world(live=False)
    accepted(worked.curriculum, member)

    assert codes(worked.curriculum) == AFTER
    assert Placement.objects.filter(module__curriculum=worked.curriculum).count() == 7
    assert not fresh(worked.curriculum).live


def test_a_card_is_overtaken_by_any_change_of_the_draft(worked, member):
    state = draft_state(fresh(worked.curriculum))
    worked.curriculum.save_revision()
    with pytest.raises(Overtaken):
        accepted(worked.curriculum, member, shown=state)

    # A coalesced draft keeps its number, not its time.
    here = fresh(worked.curriculum)
    state = draft_state(here)
    here.latest_revision.created_at += timedelta(seconds=1)
    here.latest_revision.save()
    with pytest.raises(Overtaken):
        accepted(worked.curriculum, member, shown=state)
    assert not RemedyDecision.objects.exists()


def test_a_case_that_is_placed_already_is_refused(worked, member):
    with pytest.raises(AlreadyPlaced):
        accepted(worked.curriculum, member, Row("alpha", Decimal(3), 0, 0))
    assert fresh(worked.curriculum).latest_revision is None


def test_a_case_that_is_gone_or_hidden_is_refused(worked, member):
    worked.cases["k2"].unpublish()
    with pytest.raises(CaseGone):
        accepted(worked.curriculum, member)
    with pytest.raises(CaseGone):
        accepted(worked.curriculum, member, Row("nothing", Decimal(1), 0, 0))
    CaseFactory(code="secret", clearance=3)
    with pytest.raises(CaseGone):
        accepted(worked.curriculum, member, Row("secret", Decimal(1), 0, 0))


@pytest.mark.parametrize("role", ["lecturer", "trainee", "training_manager", "operator", "provider_editor"])
def test_who_may_not_change_the_curriculum_decides_nothing(worked, member, role):
    person = UserFactory(roles=[role])
    decision = accepted(worked.curriculum, member)
    rejection = actions.reject(by=member, curriculum=worked.curriculum, what="place:k1", reason="No.")
    acts = (
        lambda: accepted(worked.curriculum, person),
        lambda: actions.undo(by=person, decision=decision),
        lambda: actions.reject(by=person, curriculum=worked.curriculum, what="place:k1", reason="No."),
        lambda: actions.take_back(by=person, decision=rejection),
        lambda: actions.commission(
            by=person, curriculum=worked.curriculum, what="x", title="x", themes=["C"], hours=Decimal(2)
        ),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert codes(worked.curriculum) == AFTER


def test_a_locked_curriculum_is_left_alone(worked, member):
    worked.curriculum.locked, worked.curriculum.locked_by = True, UserFactory()
    worked.curriculum.locked_at = timezone.now()
    worked.curriculum.save()

    with pytest.raises(Locked):
        accepted(worked.curriculum, member)


def test_what_is_under_review_is_left_alone():
    writer = UserFactory(roles=["committee_member"])
    curriculum = CompleteCurriculumFactory(owner=writer)
    curriculum.save_revision(user=writer)
    submit(by=writer, obj=fresh(curriculum))
    CaseFactory(code="k2")

    with pytest.raises(Locked):
        accepted(curriculum, writer, Row("k2", Decimal(1), 0, 0))


def test_a_rejection_needs_a_reason_and_is_remembered_until_taken_back(worked, member):
    with pytest.raises(ReasonMissing):
        actions.reject(by=member, curriculum=worked.curriculum, what="place:k2", reason="  ")

    decision = actions.reject(by=member, curriculum=worked.curriculum, what="place:k2", reason=" Too long. ")

    assert decisions_for(worked.curriculum).rejected_keys == {"place:k2"}
    assert (decision.reason, decision.state) == ("Too long.", DecisionState.REJECTED)
    assert ModelLogEntry.objects.get(action="praxis.suggestion.reject").data["reason"] == "Too long."
    actions.take_back(by=member, decision=decision)
    assert decisions_for(worked.curriculum).rejected_keys == frozenset()
    with pytest.raises(NothingToUndo):
        actions.take_back(by=member, decision=decision)


def test_a_call_is_answered_once(worked, member):
    call = actions.commission(
        by=member, curriculum=worked.curriculum, what="place:new:C", title="C", themes=["C"], hours=Decimal(3)
    )
    assert [theme.code for theme in call.themes.all()] == ["C"]
    assert decisions_for(worked.curriculum).called == {"place:new:C"}
    lecturer = UserFactory(roles=["lecturer"])
    with pytest.raises(PermissionDenied):
        actions.withdraw_call(by=lecturer, call=call)

    actions.answer_call(by=lecturer, call=call, case=worked.cases["k1"])

    call = CaseCall.objects.get()
    assert (call.state, call.answered_by) == (CallState.ANSWERED, worked.cases["k1"])
    with pytest.raises(CallClosed):
        actions.withdraw_call(by=member, call=call)


def test_a_call_is_withdrawn_by_who_may_change_the_curriculum(worked, member):
    call = actions.commission(
        by=member, curriculum=worked.curriculum, what="x", title="C", themes=["C"], hours=Decimal(3)
    )

    actions.withdraw_call(by=UserFactory(roles=["committee_chair"]), call=call)

    assert CaseCall.objects.get().state == CallState.WITHDRAWN


@pytest.mark.parametrize("act", ["accept", "undo", "reject", "take_back", "commission"])
def test_when_the_log_cannot_be_written_nothing_is(worked, member, monkeypatch, act):
    decision = accepted(worked.curriculum, member)
    rejection = actions.reject(by=member, curriculum=worked.curriculum, what="place:k1", reason="No.")

    def broken(*args, **kwargs):
        raise RuntimeError("The log is full.")

    monkeypatch.setattr(actions, "log", broken)
    acts = {
        "accept": lambda: accepted(worked.curriculum, member, Row("k4", Decimal(2), 0, 0)),
        "undo": lambda: actions.undo(by=member, decision=decision),
        "reject": lambda: actions.reject(by=member, curriculum=worked.curriculum, what="x", reason="No."),
        "take_back": lambda: actions.take_back(by=member, decision=rejection),
        "commission": lambda: actions.commission(
            by=member, curriculum=worked.curriculum, what="x", title="x", themes=["C"], hours=Decimal(2)
        ),
    }
    with pytest.raises(RuntimeError):
        acts[act]()

    assert fresh(worked.curriculum).revisions.count() == 1
    assert codes(worked.curriculum) == AFTER
    assert RemedyDecision.objects.filter(taken_back_at=None).count() == 2
    assert not CaseCall.objects.exists()
