"""What a decision would do to the coverage of every curriculum, before it is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curriculum.balance.layout import LinkState
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.report import report
from curriculum.enums import LinkState as Choice
from curriculum.links.actions import PairKey, decide
from curriculum.links.effects import effects, words_for
from curriculum.models import Placement, TheoryCaseLink
from tests.curriculum.links.world import World
from tests.factories import CaseFactory, UnitFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"])


def found_for(world, user, case, state, unit="u1"):
    words = words_for([((world.course.code, unit), case.code)], state)
    return effects(user, {world.course.pk}, words)


def values(coverage):
    return coverage and (coverage.before.value, coverage.after.value)


def test_confirming_covers_what_only_reads_alike(world, member):
    world.curriculum(world.alike, code="a", title="A")

    found = found_for(world, member, world.alike, LinkState.CONFIRMED)

    assert [(row.curriculum.code, values(row.live), row.draft) for row in found.rows] == [("a", (0, 1), None)]
    assert found.changing == found.rows
    assert (found.unchanged, found.hidden) == (0, 0)
    assert TheoryCaseLink.objects.count() == 0


def test_rejecting_takes_away_what_a_theme_covers(world, member):
    world.curriculum(world.shared, code="a")

    found = found_for(world, member, world.shared, LinkState.REJECTED)

    assert [values(row.live) for row in found.rows] == [(1, 0)]


def test_what_a_preview_says_is_what_the_report_says_afterwards(world, member):
    UnitFactory(course=world.course, code="u2", hours=5)
    curriculum = world.curriculum(world.alike, world.shared)
    chosen = [(world.alike, "u1"), (world.alike, "u2")]
    words = words_for([((world.course.code, unit), case.code) for case, unit in chosen], LinkState.CONFIRMED)

    (row,) = effects(member, {world.course.pk}, words).rows
    pairs = [PairKey(world.course.pk, unit, case.pk) for case, unit in chosen]
    decide(by=member, pairs=pairs, state=Choice.CONFIRMED, reason="Yes.")

    (layout,) = load_layouts([curriculum.code], drafts=Drafts.NONE, as_of=timezone.localdate())
    assert row.live.after.value == report(layout)["linkage_coverage"].value
    assert values(row.live) == (2 / 7, 1)


def test_a_draft_is_shown_where_it_says_something_else(world, member):
    curriculum = world.curriculum(world.alike, code="a", title="Published")
    draft = curriculum.get_latest_revision_as_object()
    draft.title = "Drafted"
    module = draft.modules.all()[0]
    module.placements.set([p for p in module.placements.all() if p.case_id is None])
    draft.save_revision()
    world.curriculum(code="b", live=False, title="New")

    found = found_for(world, member, world.alike, LinkState.CONFIRMED)

    shown = {row.curriculum.code: (row.title, values(row.live), values(row.draft)) for row in found.rows}
    assert shown == {"a": ("Drafted", (0, 1), (0, 0)), "b": ("New", None, (0, 0))}
    assert found.unchanged == 1


def test_a_draft_that_places_the_course_only_now_is_found(world, member):
    curriculum = world.curriculum(world.alike)
    draft = curriculum.get_latest_revision_as_object()
    draft.save_revision()
    Placement.objects.filter(course__isnull=False).delete()

    found = found_for(world, member, world.alike, LinkState.CONFIRMED)

    assert [(values(row.live), values(row.draft)) for row in found.rows] == [(None, (0, 1))]


def test_curricula_that_the_reader_may_not_see_are_counted_only(world, member):
    world.curriculum(world.alike, code="secret", clearance=3)
    world.curriculum(world.alike, code="draft", live=False)
    lecturer = UserFactory(roles=["lecturer"])

    found = found_for(world, lecturer, world.alike, LinkState.CONFIRMED)
    assert (found.rows, found.hidden) == ((), 1)
    seen = found_for(world, member, world.alike, LinkState.CONFIRMED)
    assert ([row.curriculum.code for row in seen.rows], seen.hidden) == (["draft"], 1)


def test_a_word_about_a_case_holds_for_its_translation(world, member):
    translation = CaseFactory(translation_of=world.alike, facts_as_of="2026-11-01")
    world.curriculum(translation)

    found = found_for(world, member, world.alike, LinkState.CONFIRMED)

    assert [values(row.live) for row in found.rows] == [(0, 1)]


def test_as_many_queries_for_many_curricula_as_for_one(world, member):
    def queries():
        member.__dict__.pop("group_names", None)
        with CaptureQueriesContext(connection) as captured:
            found = found_for(world, member, world.alike, LinkState.CONFIRMED)
        return len(captured), len(found.rows)

    world.curriculum(world.alike).save_revision()
    queries()
    few = queries()
    for _ in range(6):
        curriculum = world.curriculum(world.alike, world.shared)
        draft = curriculum.get_latest_revision_as_object()
        draft.save_revision()
    many = queries()

    assert (few[1], many[1]) == (1, 7)
    assert few[0] == many[0]
