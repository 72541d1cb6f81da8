"""What the balance report said is kept: at each publication, and by night when something changed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Revision

from cases.models import CaseStudy
from curriculum.balance.frozen import ENGINE_VERSION
from curriculum.balance.loaders import load_layouts
from curriculum.balance.record import record
from curriculum.balance.report import reports
from curriculum.history import recompute
from curriculum.models import BalanceCheck, BalancePolicy, BalanceSnapshot, Curriculum
from curriculum.snapshots import record_changes, record_publication
from editing.signals import published_together
from tests.editing.reviewing import answered, submitted
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make(code="X", **fields):
    """A curriculum of one lecture and one case on the same theme."""
    theme = ThemeFactory()
    curriculum = CurriculumFactory(code=code, **fields)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory(themes=[theme])
    UnitFactory(course=course, hours=Decimal(2))
    PlacementFactory(module=module, course=course)
    case = CaseFactory(themes=[theme], facts_as_of=timezone.localdate() - timedelta(days=100))
    PlacementFactory(module=module, case=case, hours=Decimal(1))
    return curriculum


def night(days=0):
    return record_changes(timezone.now() + timedelta(days=days))


def test_publishing_keeps_what_the_report_says():
    curriculum = make()
    curriculum.save_revision().publish()
    snapshot = BalanceSnapshot.objects.get()
    (found,) = reports(load_layouts(as_of=timezone.localdate()))
    assert snapshot.results == record(found)
    assert (snapshot.curriculum, snapshot.occasion, snapshot.view) == (curriculum, "published", "live")
    assert (snapshot.headline, snapshot.as_of) == (found.verdict.headline, timezone.localdate())
    assert snapshot.engine_version == ENGINE_VERSION
    assert recompute(snapshot).agrees


def test_every_publication_is_kept_even_one_without_a_change():
    curriculum = make()
    for _ in range(2):
        curriculum.save_revision().publish()
    first, second = BalanceSnapshot.objects.order_by("pk")
    assert first.input_hash == second.input_hash


def test_a_publication_by_the_clock_is_kept():
    curriculum = make(live=False)
    curriculum.go_live_at = timezone.now() - timedelta(hours=1)
    revision = curriculum.save_revision()
    revision.approved_go_live_at = curriculum.go_live_at
    revision.save()
    call_command("publish_scheduled")
    curriculum.refresh_from_db()
    assert curriculum.live
    assert BalanceSnapshot.objects.get().curriculum == curriculum


def test_a_publication_by_an_approved_review_is_kept():
    curriculum = answered(submitted("curriculum"), UserFactory(roles=["committee_member"]))
    assert not BalanceSnapshot.objects.exists()
    curriculum = answered(curriculum, UserFactory(roles=["committee_chair"]))
    assert curriculum.live
    snapshot = BalanceSnapshot.objects.get()
    assert (snapshot.curriculum, snapshot.occasion, snapshot.view) == (curriculum, "published", "live")
    assert recompute(snapshot).agrees


def test_a_review_that_is_not_approved_leaves_nothing():
    curriculum = submitted("curriculum")
    chair = UserFactory(roles=["committee_chair"])
    assert not answered(curriculum, chair, "reject", "More practice.").live
    assert not BalanceSnapshot.objects.exists()


def test_an_approved_draft_that_waits_for_its_day_is_kept_on_that_day():
    day = timezone.now() + timedelta(days=1)
    curriculum = submitted("curriculum", go_live_at=day)
    for role in ("committee_member", "committee_chair"):
        curriculum = answered(curriculum, UserFactory(roles=[role]))
    assert not curriculum.live
    assert not BalanceSnapshot.objects.exists()
    revision, now = curriculum.scheduled_revision, timezone.now()
    content = revision.content | {"go_live_at": now.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now, content=content)
    call_command("publish_scheduled")
    assert BalanceSnapshot.objects.get().curriculum == curriculum


def test_what_is_not_published_leaves_nothing():
    make(live=False).save_revision()
    assert record_publication(Curriculum.objects.values_list("pk", flat=True)) == 0
    assert not BalanceSnapshot.objects.exists()


def test_a_publication_that_is_taken_back_takes_its_snapshot_along():
    curriculum = make()

    with transaction.atomic():
        curriculum.save_revision().publish()
        assert BalanceSnapshot.objects.exists()
        transaction.set_rollback(True)
    assert not BalanceSnapshot.objects.exists()


def test_an_import_keeps_one_of_every_curriculum_that_it_publishes(tmp_path):
    make("one")
    make("two")
    make("draft", live=False)
    file = tmp_path / "library.jsonl"
    call_command("export_content", str(file), "--view", "draft", stdout=StringIO())
    Curriculum.objects.update(title="Old title")
    call_command("import_content", str(file), stdout=StringIO())
    kept = BalanceSnapshot.objects.values_list("curriculum__code", "occasion")
    assert sorted(kept) == [("one", "published"), ("two", "published")]


def test_many_published_together_cost_as_many_queries_as_few():
    def asked(pks):
        with CaptureQueriesContext(connection) as queries:
            published_together.send(sender=Curriculum, pks=pks)
        return len(queries)

    pks = [make(f"c{number}").pk for number in range(8)]
    few = asked(pks[:2])
    assert asked(pks) == few
    assert BalanceSnapshot.objects.count() == 10


def test_the_first_night_records_everything_live_and_the_second_nothing():
    make("live")
    make("draft", live=False)
    assert night() == 1
    assert BalanceSnapshot.objects.get().occasion == "first"
    assert night() == 0
    assert night(days=1) == 0
    assert [(check.checked, check.stored) for check in BalanceCheck.objects.order_by("day")] == [
        (1, 1),
        (1, 0),
    ]


def change_case(**fields):
    CaseStudy.objects.update(**fields)


CHANGES = {
    "a case lapsed": lambda: change_case(facts_as_of=date(2010, 1, 1)),
    "a case was withdrawn": lambda: change_case(live=False),
    "hours changed": lambda: Curriculum.objects.get().modules.get().placements.update(hours=Decimal(3)),
    "a tag moved": lambda: CaseStudy.objects.get().theme_items.update(tag=ThemeFactory()),
    "a policy came into force": lambda: PolicyFactory(category=Curriculum.objects.get().category),
    "a link was rejected": lambda: LinkFactory(
        course=Curriculum.objects.get().modules.get().placements.exclude(course=None).get().course,
        unit="u",
        case=CaseStudy.objects.get(),
        state="rejected",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_night_keeps_a_snapshot_when_something_changed(change):
    curriculum = make()
    curriculum.modules.get().placements.exclude(course=None).get().course.units.update(code="u")
    night()
    CHANGES[change]()
    assert night(days=1) == 1
    assert BalanceSnapshot.objects.first().occasion == "changed"


def test_a_lapse_is_found_although_no_input_changed():
    make()
    night()
    assert night(days=365 * 6) == 1
    last, first = BalanceSnapshot.objects.all()
    assert last.input_hash == first.input_hash
    assert last.results["orphan_units"] != first.results["orphan_units"]


def test_a_figure_that_only_drifts_is_no_reason():
    make()
    night()
    assert night(days=30) == 0


def test_words_are_no_reason():
    make()
    night()
    Curriculum.objects.update(title="Another title")
    CaseStudy.objects.update(title="Another title")
    assert night(days=1) == 0


def test_the_night_asks_as_many_questions_for_many_as_for_few():
    def asked(days):
        with CaptureQueriesContext(connection) as queries:
            assert night(days)
        return len(queries)

    make("a")
    few = asked(0)
    for number in range(6):
        make(f"more-{number}")
    assert asked(1) == few


def test_an_old_snapshot_is_computed_again_after_everything_changed():
    make()
    PolicyFactory(category=Curriculum.objects.get().category)
    night()
    CaseStudy.objects.update(live=False, facts_as_of=date(2001, 1, 1), title="gone")
    BalancePolicy.objects.all().delete()
    found = recompute(BalanceSnapshot.objects.get())
    assert (found.agrees, found.same_engine, found.differences) == (True, True, ())


def test_a_snapshot_that_was_tampered_with_is_found_out():
    make()
    night()
    snapshot = BalanceSnapshot.objects.get()
    snapshot.results["practice_share"] += 1e-9
    snapshot.results["orphan_units"] = ["made/up"]
    found = recompute(snapshot)
    assert not found.agrees
    assert [difference.name for difference in found.differences] == ["orphan_units", "practice_share"]


def test_a_snapshot_of_a_newer_program_says_so():
    make()
    night()
    snapshot = BalanceSnapshot.objects.get()
    snapshot.inputs["format"] = 99
    found = recompute(snapshot)
    assert (found.agrees, found.readable) == (False, False)


def test_a_deleted_curriculum_takes_its_history_along():
    make()
    night()
    Curriculum.objects.get().delete()
    assert not BalanceSnapshot.objects.exists()


def test_the_day_is_that_of_the_site_not_of_greenwich(settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    make()
    record_changes(datetime(2026, 5, 1, 20, 0, tzinfo=UTC))
    assert BalanceCheck.objects.get().day == timezone.localdate(datetime(2026, 5, 1, 20, 0, tzinfo=UTC))
