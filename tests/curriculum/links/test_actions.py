"""Deciding about links, taking it back, and giving a unit a theme: what is written, logged and refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import ModelLogEntry, Revision

from curriculum.enums import LinkState
from curriculum.links import actions
from curriculum.links.actions import PairKey, add_theme, decide, latest_change, states_now, undo
from curriculum.models import Course, LinkChange, TheoryCaseLink, UnitTheme
from people.models import User
from tests.curriculum.links.world import World
from tests.factories import (
    CaseFactory,
    InstitutionFactory,
    LinkFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CONFIRMED, REJECTED = LinkState.CONFIRMED, LinkState.REJECTED


@pytest.fixture
def world():
    return World()


@pytest.fixture
def member():
    return UserFactory(roles=["committee_member"], name="Mira Member")


def pair(world, case, unit="u1"):
    return PairKey(world.course.pk, unit, case.pk)


def states():
    rows = TheoryCaseLink.objects.order_by("unit", "case__code")
    return [(link.unit, link.case.code, link.state) for link in rows]


def history(course):
    return [
        str(entry.message)
        for entry in ModelLogEntry.objects.for_instance(course).order_by("timestamp", "pk")
        if entry.action.startswith("praxis.")
    ]


# Pairs in forms


@pytest.mark.parametrize("text", ["", "1", "1/u1", "1//2", "x/u1/2", "1/u1/x", "²/u1/2", f"{'9' * 30}/u1/1"])
def test_what_is_no_pair_is_nothing(text):
    assert PairKey.parse(text) is None


def test_a_pair_is_written_as_it_is_read():
    assert str(PairKey.parse("12/u.1-a/34")) == "12/u.1-a/34"


# Deciding


def test_a_decision_is_one_record_with_its_reason_for_every_link(world, member):
    UnitFactory(course=world.course, code="u2", title="Second unit")
    chosen = [pair(world, world.shared), pair(world, world.alike), pair(world, world.alike, "u2")]

    done = decide(by=member, pairs=chosen, state=CONFIRMED, reason=" It shows the law. ")

    assert states() == [
        ("u1", "alike", "confirmed"),
        ("u1", "shared", "confirmed"),
        ("u2", "alike", "confirmed"),
    ]
    for link in TheoryCaseLink.objects.all():
        assert (link.by, link.reason, link.decided_at) == (member, "It shows the law.", done.change.made_at)
    assert LinkChange.objects.count() == 1
    assert history(world.course) == [
        "Confirmed 3 links with cases (Compensation, Second unit). Reason: It shows the law."
    ]
    entry = ModelLogEntry.objects.get(action="praxis.links_confirm")
    assert entry.user == member
    assert entry.data["cases"] == sorted([world.shared.pk, world.alike.pk])


def test_the_history_says_it_without_the_names_of_cases(world, member):
    decide(by=member, pairs=[pair(world, world.shared)], state=REJECTED, reason="Too old.")

    assert history(world.course) == ["Rejected 1 link with a case (Compensation). Reason: Too old."]
    assert world.shared.title not in str(ModelLogEntry.objects.get(action="praxis.links_reject").data)


def test_many_units_are_counted_in_the_history(world, member):
    units = [UnitFactory(course=world.course, title=f"Unit {n}").code for n in range(7)]

    decide(by=member, pairs=[pair(world, world.shared, u) for u in units], state=CONFIRMED, reason="Yes.")

    assert history(world.course)[0].startswith("Confirmed 7 links with cases (")
    assert "and 2 more). Reason: Yes." in history(world.course)[0]


def test_nothing_is_decided_without_a_reason(world, member):
    with pytest.raises(actions.ReasonMissing):
        decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="  ")
    assert states() == []


def test_somebody_may_change_their_mind(world, member):
    first = decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Yes.")
    second = decide(by=member, pairs=[pair(world, world.shared)], state=REJECTED, reason="No.")

    assert states() == [("u1", "shared", "rejected")]
    assert second.change.rows[0]["before"] == {
        "state": "confirmed",
        "reason": "Yes.",
        "by": member.pk,
        "decided_at": first.change.made_at.isoformat(),
    }


def test_what_stands_already_is_not_written_again(world, member):
    LinkFactory(course=world.course, unit="u1", case=world.shared, state=CONFIRMED, reason="Old.")

    done = decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="New.")

    assert (done.change, done.left) == (None, 0)
    assert TheoryCaseLink.objects.get().reason == "Old."
    assert history(world.course) == []


def test_what_somebody_decided_since_the_preview_is_left(world, member):
    LinkFactory(course=world.course, unit="u1", case=world.shared, state=REJECTED, reason="Never.")
    both = [pair(world, world.shared), pair(world, world.alike)]

    done = decide(by=member, pairs=both, state=CONFIRMED, reason="Yes.", seen=dict.fromkeys(both, ""))

    assert done.left == 1
    assert states() == [("u1", "alike", "confirmed"), ("u1", "shared", "rejected")]


def test_a_decision_holds_for_a_case_and_its_translations(world, member):
    chinese = CaseFactory(code="zh", translation_of=world.shared, language="zh-hans")
    third = CaseFactory(code="third", translation_of=chinese)
    LinkFactory(course=world.course, unit="u1", case=third, state=REJECTED)
    LinkFactory(course=world.course, unit="u1", case=chinese, state=CONFIRMED)

    assert states_now([pair(world, world.shared)]) == {pair(world, world.shared): "rejected"}
    decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Both.")

    assert states() == [("u1", "third", "confirmed"), ("u1", "zh", "confirmed")]
    undo(by=member, change=LinkChange.objects.get())
    assert states() == [("u1", "third", "rejected"), ("u1", "zh", "confirmed")]


def test_one_pair_that_is_not_theirs_and_nothing_is_written(world):
    lecturer = UserFactory(roles=["lecturer"])
    mine = CaseFactory(owner=lecturer)

    with pytest.raises(PermissionDenied):
        decide(
            by=lecturer,
            pairs=[pair(world, mine), pair(world, world.shared)],
            state=CONFIRMED,
            reason="Yes.",
        )

    assert states() == []
    assert decide(by=lecturer, pairs=[pair(world, mine)], state=CONFIRMED, reason="Yes.").change


@pytest.mark.parametrize("fields", [{"audience": "restricted"}, {"live": False}, {"clearance": 3}])
def test_what_one_cannot_see_one_cannot_decide_about(world, member, fields):
    hidden = CaseFactory(**fields)
    if fields.get("audience"):
        member = UserFactory(roles=["provider_editor"])

    with pytest.raises(PermissionDenied):
        decide(by=member, pairs=[pair(world, hidden)], state=CONFIRMED, reason="Yes.")


def test_a_decision_that_fails_leaves_nothing_behind(world, member, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(actions, "log", fails)

    with pytest.raises(RuntimeError):
        decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Yes.")

    assert states() == []
    assert not LinkChange.objects.exists()


def test_rejections_survive_other_tags_and_come_back_with_their_unit(world, member):
    decide(by=member, pairs=[pair(world, world.shared)], state=REJECTED, reason="No.")

    UnitTheme.objects.all().delete()
    world.unit.delete()
    UnitFactory(course=world.course, code="u1", themes=[world.theme])

    assert states() == [("u1", "shared", "rejected")]


# Taking it back


def test_the_latest_decision_is_taken_back_whole(world, member):
    LinkFactory(course=world.course, unit="u1", case=world.shared, state=REJECTED, reason="Old.", by=None)
    before = TheoryCaseLink.objects.get()
    done = decide(
        by=member,
        pairs=[pair(world, world.shared), pair(world, world.alike)],
        state=CONFIRMED,
        reason="Yes.",
    )

    found = undo(by=member, change=done.change)

    assert (found.undone, found.left) == (2, 0)
    link = TheoryCaseLink.objects.get()
    assert (link.pk, link.state, link.reason, link.by, link.decided_at) == (
        before.pk,
        "rejected",
        "Old.",
        None,
        before.decided_at,
    )
    assert latest_change(member) is None
    assert history(world.course)[-1] == "Took back the decision about 2 links with cases (Compensation)"


def test_what_somebody_decided_since_is_not_taken_back(world, member):
    both = [pair(world, world.shared), pair(world, world.alike)]
    done = decide(by=member, pairs=both, state=CONFIRMED, reason="Yes.")
    other = UserFactory(roles=["committee_chair"])
    decide(by=other, pairs=both[:1], state=REJECTED, reason="No.")

    found = undo(by=member, change=done.change)

    assert (found.undone, found.left) == (1, 1)
    assert states() == [("u1", "shared", "rejected")]


def test_only_ones_own_latest_decision_can_be_taken_back_and_once(world, member):
    first = decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Yes.").change
    second = decide(by=member, pairs=[pair(world, world.alike)], state=CONFIRMED, reason="Yes.").change

    for by, change in ((member, first), (UserFactory(roles=["committee_chair"]), second)):
        with pytest.raises(actions.NothingToUndo):
            undo(by=by, change=change)
    undo(by=member, change=second)
    for change in (second, first):
        with pytest.raises(actions.NothingToUndo):
            undo(by=member, change=change)
    assert states() == [("u1", "shared", "confirmed")]


def test_what_is_not_theirs_any_more_is_not_taken_back(world):
    lecturer = UserFactory(roles=["lecturer"])
    mine = CaseFactory(owner=lecturer)
    done = decide(by=lecturer, pairs=[pair(world, mine)], state=CONFIRMED, reason="Yes.")
    mine.owner = UserFactory()
    mine.save()

    assert undo(by=lecturer, change=done.change).left == 1
    assert len(states()) == 1


def test_taking_back_that_fails_leaves_everything_as_it_was(world, member, monkeypatch):
    done = decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Yes.")

    def fails(*args, **kwargs):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(actions, "log", fails)
    with pytest.raises(RuntimeError):
        undo(by=member, change=done.change)

    assert states() == [("u1", "shared", "confirmed")]
    assert LinkChange.objects.get().undone_at is None


def test_a_person_who_leaves_takes_no_decision_along(world, member):
    decide(by=member, pairs=[pair(world, world.shared)], state=CONFIRMED, reason="Yes.")

    User.objects.filter(pk=member.pk).delete()

    assert states() == [("u1", "shared", "confirmed")]
    assert LinkChange.objects.get().made_by is None


# Adding a theme


def unit_themes(revision, code="u1"):
    unit = next(unit for unit in revision.as_object().units.all() if unit.code == code)
    return {item.tag.code for item in unit.theme_items.all()}


def test_a_theme_goes_into_one_new_draft_and_not_into_what_is_published(world, member):
    revision = add_theme(by=member, course=world.course, unit="u1", theme=world.second)

    assert unit_themes(revision) == {world.theme.code, world.second.code}
    assert set(world.unit.themes.all()) == {world.theme}
    course = Course.objects.get()
    assert course.has_unpublished_changes
    assert course.latest_revision == revision
    assert Revision.objects.count() == 1
    assert history(course) == ["Added the theme “Hearings” to the unit “Compensation”, as a draft"]
    entry = ModelLogEntry.objects.get(action="praxis.unit_theme")
    assert (entry.user, entry.revision) == (member, revision)


def test_the_history_names_the_theme_in_the_language_of_its_reader(world, member):
    theme = ThemeFactory(label_en="Hearings", label_zh="听证")
    add_theme(by=member, course=world.course, unit="u1", theme=theme)

    with override("zh-hans"):
        assert "听证" in history(world.course)[0]


def test_a_draft_that_is_there_already_is_gone_on_with(world, member):
    draft = world.course.get_latest_revision_as_object()
    draft.title = "Land law, new"
    draft.save_revision()
    world.course.refresh_from_db()

    revision = add_theme(by=member, course=world.course, unit="u1", theme=world.second)

    assert revision.as_object().title == "Land law, new"
    assert Revision.objects.count() == 2


def test_a_unit_with_the_themes_of_its_course_keeps_them(world, member):
    world.course.themes.add(world.theme)
    world.course.theme_items.commit()
    UnitFactory(course=world.course, code="bare")

    revision = add_theme(by=member, course=world.course, unit="bare", theme=world.second)

    assert unit_themes(revision, "bare") == {world.theme.code, world.second.code}


@pytest.mark.parametrize("scene", ["locked", "review", "scheduled", "there", "full", "gone", "retired"])
def test_a_theme_is_refused_in_words(world, member, scene):
    course, unit, theme, other = world.course, "u1", world.second, UserFactory()
    match scene:
        case "locked":
            Course.objects.update(locked=True, locked_by=other)
        case "review":
            course.save_revision(user=other)
            course.get_workflow().start(course, other)
        case "scheduled":
            course.save_revision(approved_go_live_at=timezone.now())
        case "there":
            theme = world.theme
        case "full":
            world.unit.themes.add(*[ThemeFactory() for _ in range(4)])
            world.unit.theme_items.commit()
        case "gone":
            unit = "u9"
        case "retired":
            theme = ThemeFactory(retired=True)
    revisions = Revision.objects.count()
    refusal = {
        "locked": actions.CourseLocked,
        "review": actions.CourseInReview,
        "scheduled": actions.CourseScheduled,
        "there": actions.ThemeThere,
        "full": actions.TooManyThemes,
        "gone": actions.UnitGone,
        "retired": actions.ThemeRetired,
    }[scene]

    with pytest.raises(refusal) as caught:
        add_theme(by=member, course=course, unit=unit, theme=theme)

    assert str(caught.value).endswith(".")
    assert Revision.objects.count() == revisions


def test_ones_own_lock_does_not_keep_one_out(world, member):
    Course.objects.update(locked=True, locked_by=member)

    assert add_theme(by=member, course=world.course, unit="u1", theme=world.second)


@pytest.mark.parametrize("role", ["lecturer", "provider_editor", "training_manager", "trainee"])
def test_only_who_may_change_the_course_gives_its_units_themes(world, role):
    stranger = UserFactory(roles=[role], edits_for=InstitutionFactory())

    with pytest.raises(PermissionDenied):
        add_theme(by=stranger, course=world.course, unit="u1", theme=world.second)


def test_a_theme_that_cannot_be_logged_is_not_added(world, member, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(actions, "log", fails)
    with pytest.raises(RuntimeError):
        add_theme(by=member, course=world.course, unit="u1", theme=world.second)

    assert not Revision.objects.exists()
    assert not Course.objects.get().has_unpublished_changes
