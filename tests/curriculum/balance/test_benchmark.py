"""The benchmark's library is a real one: its drafts say what its published rows say."""

import pytest

from benchmarks.balance import DAY, measure
from benchmarks.balance_data import Maker, Sizes
from cases.models import CaseStudy
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.models import Course, Curriculum, ProgrammeCategory, Unit
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SMALL = Sizes(curricula=6, placements=9, courses=10, units=25, cases=8, themes=60, links=12)


def records(drafts):
    return [record(report(layout)) for layout in load_layouts(drafts=drafts, as_of=DAY)]


def test_live_rows_and_drafts_of_the_same_content_give_the_same_figures():
    Maker(SMALL, seed=1).make()
    live, draft = records(Drafts.NONE), records(Drafts.ALL)
    assert [{**found, "view": None} for found in live] == [{**found, "view": None} for found in draft]
    assert any(found["linkage_coverage"] for found in live)


def test_the_library_has_the_sizes_asked_for_and_every_second_object_a_draft():
    Maker(SMALL, seed=2).make()
    assert (Curriculum.objects.count(), Course.objects.count(), Unit.objects.count()) == (6, 10, 25)
    for model in (Curriculum, Course, CaseStudy):
        drafts = model.objects.filter(has_unpublished_changes=True)
        assert drafts.count() == model.objects.count() // 2
        assert {draft.latest_revision.object_id for draft in drafts} == {str(draft.pk) for draft in drafts}


def test_a_seed_makes_the_same_library_again_and_another_one_another():
    def made(seed):
        Theme.objects.update(broader=None)
        for model in (Curriculum, Course, CaseStudy, ProgrammeCategory, Theme):
            model.objects.all().delete()
        Maker(SMALL, seed=seed).make()
        return records(Drafts.NONE)

    assert made(1) == made(1) != made(2)


def test_measuring_counts_items_and_queries():
    Maker(SMALL, seed=1).make()
    few, many = measure(Drafts.NONE, 2, 1), measure(Drafts.NONE, 6, 1)
    assert few.queries == many.queries
    assert few.items < many.items
    assert many.total == many.loading + many.judging
