"""From the database to layouts: views, drafts, bad data, and the number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CaseStudy
from curriculum.balance.currency import is_current
from curriculum.balance.layout import LinkState, View
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.methods import METHODS
from curriculum.balance.policy import DEFAULT_POLICY, Policy
from curriculum.balance.record import record
from curriculum.balance.report import report
from curriculum.balance.timetable import timetable
from curriculum.enums import ContentCategory, DeliveryMethod
from curriculum.models import BalancePolicy, Course, Curriculum, Module, Placement
from tests.curriculum.balance import layouts
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = date(2026, 1, 1)


def live(*curricula):
    return load_layouts(curricula or None, as_of=DAY)


def draft(*curricula):
    return load_layouts(curricula or None, drafts=Drafts.ALL, as_of=DAY)


def proposed(*objects):
    return load_layouts(drafts=objects, as_of=DAY)


def placed(curriculum, *targets, **fields):
    """A module with these courses and cases in it."""
    module = ModuleFactory(curriculum=curriculum)
    for target in targets:
        kind = "course" if isinstance(target, Course) else "case"
        PlacementFactory(module=module, **{kind: target}, **fields)
    return module


def lecture(code, hours=2, *themes, **fields):
    """A course of one lecture."""
    course = CourseFactory(code=code)
    UnitFactory(course=course, code="u", hours=hours, themes=list(themes), **fields)
    return course


def draft_of(instance):
    """Save the object's present state as an unpublished draft of the stored one; drafts may be incomplete."""
    return instance.save_revision(clean=False)


@pytest.fixture
def worked_example():
    """The special-topic class of domain notes 2.4, in the database."""
    tags = {code: ThemeFactory(code=code) for code in "ABCDE"}

    def case(code, theme, facts, **fields):
        return CaseFactory(code=code, facts_as_of=facts, themes=[tags[theme]], **fields)

    def course(code, *units, **fields):
        made = CourseFactory(code=code)
        for unit, hours, themes, method, worked_on in units:
            UnitFactory(
                course=made,
                code=unit,
                hours=hours,
                themes=[tags[theme] for theme in themes],
                delivery_method=method,
                case=worked_on,
            )
        return made

    alpha = case("alpha", "A", date(2024, 1, 1), suggested_hours=3)
    beta = case("beta", "B", date(2021, 1, 1))
    gamma = case("gamma", "D", date(2025, 1, 1))
    delta = case("delta", "E", date(2016, 1, 1), is_classic=True, classic_reason="Known to all")
    ct = course("CT", ("T1", 4, "A", "lecture", None), ("T2", 4, "AB", "lecture", None))
    cu = course("CU", ("T3", 4, "C", "lecture", None), ("T4", 2, "C", "self_study", None))
    cv = course("CV", ("T5", 3, "D", "lecture", None), ("M1", 4, "D", "workshop", gamma))
    curriculum = CurriculumFactory(code="SP-07", category=PolicyFactory().category)
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, course=ct)
    PlacementFactory(module=module, case=alpha)
    PlacementFactory(module=module, course=cu)
    PlacementFactory(module=module, case=beta, hours=4, delivery_method="site_visit")
    PlacementFactory(module=module, course=cv)
    PlacementFactory(module=module, case=delta, hours=2)
    return curriculum


@pytest.mark.parametrize("drafts", [Drafts.NONE, Drafts.ALL, ()])
@pytest.mark.usefixtures("worked_example")
def test_the_worked_example_from_the_database_is_the_one_made_by_hand(drafts):
    (loaded,) = load_layouts(drafts=drafts, as_of=DAY)
    for count_self_study in (False, True):
        found = record(report(loaded, count_self_study=count_self_study))
        by_hand = record(report(layouts.worked_example(), count_self_study=count_self_study))
        named = {"code", "title", "category", "view"}
        assert {key: found[key] for key in found.keys() - named} == {
            key: by_hand[key] for key in by_hand.keys() - named
        }


def test_the_worked_example_as_a_draft_never_published(worked_example):
    for model in (CaseStudy, Course, Curriculum):
        for instance in model.objects.all():
            instance.live = False
            instance.save()
            draft_of(instance)
    assert live() == []
    (found,) = draft()
    assert found.view is View.DRAFT
    assert record(report(found))["linkage_coverage"] == 13 / 17


def test_modules_placements_and_units_come_in_their_order():
    curriculum, course = CurriculumFactory(), CourseFactory(code="K")
    for code, order in (("last", 2), ("first", 0), ("middle", 1)):
        ModuleFactory(curriculum=curriculum, code=code, sort_order=order)
        UnitFactory(course=course, code=code, sort_order=order)
    module = curriculum.modules.get(code="first")
    PlacementFactory(module=module, course=course, sort_order=1)
    PlacementFactory(module=module, case=CaseFactory(code="c"), sort_order=0)
    for (found,) in (live(), draft()):
        assert [module.code for module in found.modules] == ["first", "middle", "last"]
        first, second = found.modules[0].placements
        assert first.case.code == "c"
        assert [unit.code for unit in second.course.units] == ["first", "middle", "last"]


def test_every_field_of_unit_placement_and_case_arrives():
    theme = ThemeFactory(code="land")
    original = CaseFactory(code="original")
    case = CaseFactory(
        code="c",
        title="A village says no",
        themes=[theme],
        facts_as_of=date(2024, 5, 1),
        review_by=date(2027, 5, 1),
        is_classic=True,
        suggested_hours=Decimal("2.5"),
        translation_of=original,
    )
    course = CourseFactory(code="K", title="Land", themes=[theme])
    UnitFactory(
        course=course,
        code="u",
        title="Law",
        hours=Decimal("1.25"),
        delivery_method="workshop",
        content_category="knowledge",
        practice_fraction=Decimal("0.25"),
        self_study=True,
        neutral=True,
        case=case,
    )
    curriculum = CurriculumFactory(code="X", title="Title")
    module = ModuleFactory(curriculum=curriculum, code="m", title="One")
    PlacementFactory(module=module, course=course, hours=3, key="k1")
    PlacementFactory(
        module=module, case=case, delivery_method="simulation", content_category="knowledge", optional=True
    )
    for instance in (case, course, Curriculum.objects.get()):
        draft_of(type(instance).objects.get(pk=instance.pk))
    for (found,) in (live(), draft()):
        assert (found.code, found.title, found.category) == ("X", "Title", curriculum.category.code)
        (module_found,) = found.modules
        assert (module_found.code, module_found.title) == ("m", "One")
        first, second = module_found.placements
        assert (first.hours, first.key, first.optional, first.delivery_method) == (3, "k1", False, None)
        assert (first.course.code, first.course.title, first.course.themes) == ("K", "Land", {"land"})
        (unit,) = first.course.units
        assert (unit.code, unit.title, unit.hours) == ("u", "Law", 1.25)
        assert (unit.delivery_method, unit.content_category, unit.practice_fraction) == (
            "workshop",
            "knowledge",
            0.25,
        )
        assert (unit.self_study, unit.neutral, unit.themes) == (True, True, frozenset())
        assert unit.case is second.case
        assert (second.hours, second.optional) == (None, True)
        assert (second.delivery_method, second.content_category) == ("simulation", "knowledge")
        assert (second.case.title, second.case.themes) == ("A village says no", {"land"})
        assert (second.case.facts_as_of, second.case.review_by) == (date(2024, 5, 1), date(2027, 5, 1))
        assert (second.case.is_classic, second.case.suggested_hours) == (True, 2.5)
        assert second.case.identity == "original"


def test_the_live_view_has_published_curricula_only():
    CurriculumFactory(code="live")
    CurriculumFactory(code="draft", live=False)
    CurriculumFactory(code="expired", expire_at=timezone.now() - timedelta(days=1))
    CurriculumFactory(code="later", go_live_at=timezone.now() + timedelta(days=1))
    assert [found.code for found in live()] == ["live"]
    assert {found.code for found in draft()} == {"live", "draft", "expired", "later"}


def test_codes_or_a_queryset_choose_curricula_and_the_queryset_orders_them():
    for code in "abc":
        CurriculumFactory(code=code)
    assert {found.code for found in live("a", "c")} == {"a", "c"}
    backwards = Curriculum.objects.order_by("-code")[:2]
    assert [found.code for found in load_layouts(backwards, as_of=DAY)] == ["c", "b"]


def test_rule_24_a_placed_draft_course_is_left_out_of_the_live_view():
    curriculum, hidden = CurriculumFactory(), lecture("hidden")
    Course.objects.update(live=False)
    placed(curriculum, hidden, lecture("shown"))
    found = report(live()[0])
    assert [(entry.number, entry.placement.course.code) for entry in found.lists.left_out] == [
        ("1.1", "hidden")
    ]
    assert found.hours.total == 2
    assert report(draft()[0]).hours.total == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"live": False},
        {"expire_at": timezone.now() - timedelta(days=1)},
        {"go_live_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_rule_24_a_case_that_is_not_published_keeps_its_hours_and_covers_nothing(
    fields,
):
    theme = ThemeFactory()
    placed(
        CurriculumFactory(), lecture("k", 2, theme), CaseFactory(themes=[theme], suggested_hours=3, **fields)
    )
    in_live, in_draft = report(live()[0]), report(draft()[0])
    assert (in_live.hours.practice, in_live["linkage_coverage"].value) == (3, 0)
    assert (in_draft.hours.practice, in_draft["linkage_coverage"].value) == (3, 1)


def test_the_draft_view_reads_the_latest_revision_of_everything():
    old, new = ThemeFactory(code="old"), ThemeFactory(code="new")
    case = CaseFactory(code="c", themes=[old], suggested_hours=1)
    course = lecture("k", 2, old)
    curriculum = CurriculumFactory(code="x", title="Before")
    placed(curriculum, course, case)

    case = CaseStudy.objects.get()
    case.suggested_hours = Decimal(5)
    case.themes.set([new])
    draft_of(case)
    course = Course.objects.get()
    unit = course.units.get()
    unit.hours, unit.title = Decimal(7), "Rewritten"
    unit.themes.set([new])
    course.units = [unit]
    draft_of(course)
    curriculum = Curriculum.objects.get()
    curriculum.title = "After"
    module = curriculum.modules.get()
    module.placements = [module.placements.get(case=case)]
    curriculum.modules = [module]
    draft_of(curriculum)

    (before,), (after,) = live(), draft()
    assert (before.title, after.title) == ("Before", "After")
    assert [placement.hours for placement in before.modules[0].placements] == [None, None]
    (only,) = after.modules[0].placements
    assert (only.case.suggested_hours, only.case.themes) == (5, {"new"})
    assert report(before).hours.total == 3

    (mixed,) = proposed(course, case)
    assert mixed.view is View.PROPOSED
    assert mixed.title == "Before"
    assert mixed.modules[0].placements[0].course.units[0].hours == 7
    assert mixed.modules[0].placements[0].course.units[0].themes == {"new"}
    assert report(mixed).hours.total == 12


def test_objects_keep_their_codes_whatever_their_drafts_call_them():
    curriculum, course, case = CurriculumFactory(code="x"), lecture("k"), CaseFactory(code="c")
    placed(curriculum, course, case)
    for instance in (curriculum, course, case):
        instance = type(instance).objects.get(pk=instance.pk)
        instance.code = "renamed"
        draft_of(instance)
    (found,) = draft("x")
    assert found.code == "x"
    assert [item.identifier for item in timetable(found).items] == ["k/u", "c"]


def test_rule_45_only_the_chosen_objects_are_shown_as_drafts():
    hidden, other = CaseFactory(code="hidden", live=False), CaseFactory(code="other", live=False)
    chosen, stranger = CurriculumFactory(code="chosen", live=False), CurriculumFactory(code="s", live=False)
    placed(chosen, hidden, other)
    (found,) = proposed(chosen, hidden)
    assert found.code == "chosen"
    assert [placement.case.visible for placement in found.modules[0].placements] == [True, False]
    assert stranger.code not in {layout.code for layout in proposed(chosen)}


def half_filled():
    """A draft of which everything that can be missing is missing."""
    curriculum = CurriculumFactory(code="half", live=False)
    course, gone = lecture("k"), CourseFactory(code="gone")
    course.live = False
    course.save()
    unit = course.units.get()
    unit.hours, unit.delivery_method = None, ""
    course.units = [unit]
    draft_of(course)
    module = Module(curriculum=curriculum, title="")
    module.placements = [
        Placement(sort_order=0),
        Placement(course=course, sort_order=1),
        Placement(course=gone, sort_order=2),
    ]
    curriculum.modules = [module]
    curriculum.category_id = None
    draft_of(curriculum)
    gone.delete()
    return curriculum


@pytest.mark.parametrize("choose", ["all", "objects"])
def test_half_filled_drafts_are_read_and_listed(choose):
    curriculum = half_filled()
    chosen = Drafts.ALL if choose == "all" else (curriculum, Course.objects.get())
    (found,) = load_layouts(drafts=chosen, as_of=DAY)
    assert (found.category, found.policy) == ("", DEFAULT_POLICY)
    result = report(found)
    assert [entry.number for entry in result.lists.left_out] == ["1.1", "1.3"]
    assert [item.identifier for item in result.lists.untimed] == ["k/u"]
    assert record(result)["headline"] == "NO_DATA"


def test_draft_children_come_by_their_sort_order():
    curriculum = CurriculumFactory()
    curriculum.modules = [
        Module(code="b", title="b", sort_order=2),
        Module(code="a", title="a", sort_order=1),
    ]
    revision = draft_of(curriculum)
    revision.content["modules"].reverse()
    revision.save()
    assert [module.code for module in draft()[0].modules] == ["a", "b"]


def test_a_deleted_theme_of_a_draft_is_no_theme():
    theme, kept = ThemeFactory(code="gone"), ThemeFactory(code="kept")
    case = CaseFactory(code="c")
    case.themes.set([theme, kept])
    draft_of(case)
    theme.delete()
    placed(CurriculumFactory(), CaseStudy.objects.get())
    assert draft()[0].modules[0].placements[0].case.themes == {"kept"}


def test_links_arrive_by_code_and_translations_share_them():
    course = lecture("k", 2)
    text = CaseFactory(code="text", suggested_hours=1)
    translation = CaseFactory(code="translation", translation_of=text)
    LinkFactory(course=course, unit="u", case=translation, state="confirmed")
    LinkFactory(course=CourseFactory(code="unplaced"), unit="u", case=text, state="rejected")
    placed(CurriculumFactory(), course, text)
    (found,) = live()
    assert found.library.states == {("k", "u"): {"text": LinkState.CONFIRMED}}
    assert report(found)["linkage_coverage"].value == 1


def test_translations_in_a_circle_end():
    first = CaseFactory(code="first")
    second = CaseFactory(code="second", translation_of=first)
    CaseStudy.objects.filter(pk=first.pk).update(translation_of=second)
    CurriculumFactory()
    assert {case.identity for case in live()[0].library.cases} == {"first", "second"}


def test_themes_arrive_with_their_place_in_the_tree():
    top = ThemeFactory(code="top")
    land = ThemeFactory(code="land", broader=top)
    ThemeFactory(code="use", broader=land)
    ThemeFactory(code="general", generic=True)
    CurriculumFactory()
    vocabulary = live()[0].library.vocabulary
    assert vocabulary.kin == {"land": {"land", "use"}, "use": {"land", "use"}}
    assert vocabulary.generic == {"general"}


@pytest.mark.parametrize(
    ("as_of", "low"),
    [
        (date(2024, 12, 31), 0.1),
        (date(2025, 1, 1), 0.2),
        (date(2025, 12, 31), 0.2),
        (date(2026, 1, 1), 0.3),
    ],
)
def test_rule_33_the_policy_in_force_on_the_day(as_of, low):
    category = CategoryFactory()
    CurriculumFactory(category=category)
    for begin, share in ((date(2025, 1, 1), "0.2"), (None, "0.1"), (date(2026, 1, 1), "0.3")):
        PolicyFactory(category=category, effective_from=begin, practice_low=Decimal(share))
    PolicyFactory(practice_low=Decimal("0.4"))
    (found,) = load_layouts(as_of=as_of)
    assert found.policy.practice_low == low


def test_rule_33_a_category_whose_policy_begins_later_has_no_band():
    category = CategoryFactory()
    CurriculumFactory(category=category)
    PolicyFactory(category=category, effective_from=date(2026, 1, 2))
    assert live()[0].policy == DEFAULT_POLICY


def test_a_stored_policy_has_the_engines_defaults():
    CurriculumFactory(category=PolicyFactory(practice_low=None, practice_high=None).category)
    assert live()[0].policy == Policy()
    assert {field.name for field in BalancePolicy._meta.fields} - {"id", "category"} == set(
        Policy.__dataclass_fields__
    )


def test_the_engine_knows_every_method_and_category_of_the_forms():
    assert set(DeliveryMethod.values) == set(METHODS)
    minima = {name.removeprefix("min_") for name in Policy.__dataclass_fields__ if name.startswith("min_")}
    assert minima - {"units", "theory_and_party_spirit"} == set(ContentCategory.values)


@pytest.mark.parametrize("max_age", [3, 6])
def test_engine_and_library_agree_on_what_is_current(max_age):
    facts = [None, *(date(DAY.year - max_age, 1, 1) + timedelta(days=step) for step in (-400, -1, 0, 1))]
    reviews = [None, *(DAY + timedelta(days=step) for step in (-1, 0, 1))]
    for fact in facts:
        for review in reviews:
            for classic in (False, True):
                CaseFactory(facts_as_of=fact, review_by=review, is_classic=classic)
    CurriculumFactory()
    by_engine = {case.code for case in live()[0].library.cases if is_current(case, DAY, max_age)}
    assert by_engine == {case.code for case in CaseStudy.objects.current(DAY, max_age)}
    assert 0 < len(by_engine) < CaseStudy.objects.count()


def fill(number):
    """So many curricula, each with a tagged course of two units and a tagged case; half have drafts."""
    category = PolicyFactory().category
    for index in range(number):
        theme = ThemeFactory()
        case = CaseFactory(themes=[theme], suggested_hours=2)
        course = CourseFactory(themes=[theme])
        UnitFactory(course=course, case=case, themes=[theme])
        UnitFactory(course=course)
        LinkFactory(course=course, case=case)
        curriculum = CurriculumFactory(category=category)
        placed(curriculum, course, case)
        if index % 2:
            for model, pk in ((CaseStudy, case.pk), (Course, course.pk), (Curriculum, curriculum.pk)):
                draft_of(model.objects.get(pk=pk))


def count_queries(chosen):
    everything = [*Curriculum.objects.all(), *Course.objects.all(), *CaseStudy.objects.all()]
    drafts = {"none": Drafts.NONE, "all": Drafts.ALL, "objects": everything}[chosen]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        loaded = load_layouts(drafts=drafts, as_of=DAY)
        for found in loaded:
            report(found)
    assert loaded
    return len(queries)


@pytest.mark.parametrize("chosen_drafts", ["none", "all", "objects"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_curricula(chosen_drafts):
    fill(2)
    few = count_queries(chosen_drafts)
    fill(12)
    assert count_queries(chosen_drafts) == few <= 19


def test_past_a_few_ids_whole_tables_are_read_with_the_same_result(monkeypatch):
    fill(6)
    for drafts in (Drafts.NONE, Drafts.ALL, tuple(Course.objects.all())):
        monkeypatch.setattr("curriculum.balance.loaders.FEW", 500)
        named = [record(report(found)) for found in load_layouts(drafts=drafts, as_of=DAY)]
        monkeypatch.setattr("curriculum.balance.loaders.FEW", 0)
        whole = [record(report(found)) for found in load_layouts(drafts=drafts, as_of=DAY)]
        assert named == whole
        assert len(named) == 6
