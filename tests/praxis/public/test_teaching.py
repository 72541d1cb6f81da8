from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from praxis.public import queries
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()


def unit(course, code, hours, method="lecture", **fields):
    return UnitFactory(
        course=course,
        code=code,
        hours=None if hours is None else Decimal(hours),
        delivery_method=method,
        **fields,
    )


def worked_example():
    """The curriculum of the domain notes: 17 hours of theory, 11 of practice, 2 of self-study."""
    ct, cu, cv = (CourseFactory(code=code) for code in ("CT", "CU", "CV"))
    unit(ct, "T1", 4)
    unit(ct, "T2", 4)
    unit(cu, "T3", 4)
    unit(cu, "T4", 2, "self_study")
    unit(cv, "T5", 3)
    gamma = CaseFactory(code="gamma", audience="public")
    unit(cv, "M1", 4, "workshop", case=gamma)
    alpha, beta, delta = (
        CaseFactory(code=code, audience="public", suggested_hours=Decimal(hours))
        for code, hours in (("alpha", 3), ("beta", 4), ("delta", 2))
    )
    curriculum = CurriculumFactory(code="worked", category=CategoryFactory(label_en="Class"))
    first, second = ModuleFactory(curriculum=curriculum), ModuleFactory(curriculum=curriculum)
    for position, target in enumerate([{"course": ct}, {"case": alpha}, {"course": cu}, {"case": beta}]):
        PlacementFactory(module=first, sort_order=position, **target)
    for position, target in enumerate([{"course": cv}, {"case": delta}]):
        PlacementFactory(module=second, sort_order=position, **target)
    return curriculum, second


def test_the_worked_example_has_its_hours():
    worked_example()
    page = queries.curriculum(NOBODY, "worked")
    assert (page.hours.theory, page.hours.practice, page.hours.total) == (17, 11, 28)
    assert page.hours.self_study == 2
    assert [(module.hours.theory, module.hours.practice) for module in page.modules] == [(12, 7), (5, 4)]
    assert page.longest_module == 19


def test_strip_and_path_have_the_same_numbers():
    worked_example()
    page = queries.curriculum(NOBODY, "worked")
    numbers = [row.number for module in page.modules for row in module.placements]
    assert numbers == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    assert [span.label for span in page.strip.places] == numbers
    assert [span.hours for span in page.strip.modules] == [19, 9]
    assert page.strip.total == 28
    assert page.strip.sentence == (
        "28 teaching hours along the strip: 17 theory above, 11 practice below. "
        "Module 1: 12 theory, 7 practice. Module 2: 5 theory, 4 practice."
    )
    units = [unit.number for unit in page.modules[1].placements[0].units]
    assert units == ["2.1.1", "2.1.2"]


def test_optional_items_are_listed_beside_the_total():
    _curriculum, module = worked_example()
    extra = CaseFactory(code="extra", audience="public", suggested_hours=Decimal(5))
    PlacementFactory(module=module, sort_order=9, case=extra, optional=True)
    page = queries.curriculum(NOBODY, "worked")
    assert (page.hours.total, page.hours.optional) == (28, 5)
    row = page.modules[1].placements[-1]
    assert (row.optional, row.shown_hours, row.hours.total) == (True, 5, 0)
    assert page.strip.total == 28


def test_hours_of_a_placed_course_scale_its_units():
    course = CourseFactory(code="c")
    unit(course, "a", 2)
    unit(course, "b", 2, "case_discussion")
    module = ModuleFactory(curriculum=CurriculumFactory(code="k"))
    PlacementFactory(module=module, course=course, hours=Decimal(8))
    page = queries.curriculum(NOBODY, "k")
    assert (page.hours.theory, page.hours.practice) == (4, 4)
    assert [row.hours for row in page.modules[0].placements[0].units] == [4, 4]


def test_neutral_items_are_drawn_but_in_no_total():
    course = CourseFactory(code="c")
    unit(course, "open", 1, "ceremony")
    unit(course, "a", 2)
    page = queries.course(NOBODY, "c")
    assert (page.hours.total, page.hours.neutral) == (2, 1)
    assert page.strip.total == 3
    assert [block.neutral for block in page.strip.blocks] == [True, False]
    assert page.units[0].mark == "neutral"
    assert page.units[0].standing == "in no total"


def test_units_are_in_order_and_numbered_from_one():
    course = CourseFactory(code="c")
    unit(course, "z", 0)
    unit(course, "a", 2, "seminar")
    page = queries.course(NOBODY, "c")
    assert [(row.number, row.code, row.hours) for row in page.units] == [("1", "z", 0), ("2", "a", 2)]
    assert page.units[1].practice == 0.5
    assert page.units[1].mark == "practice"


def test_one_unit_makes_no_strip():
    course = CourseFactory(code="c")
    unit(course, "a", 2)
    assert queries.course(NOBODY, "c").strip is None


def test_unknown_hours_are_not_nothing(client):
    course = CourseFactory(code="c")
    unit(course, "a", None)
    unit(course, "b", 2)
    page = queries.course(NOBODY, "c")
    assert page.units[0].hours is None
    assert "–" in client.get("/en/courses/c/").content.decode()


def test_a_course_names_its_themes_translations_and_curricula():
    theme = ThemeFactory(label_en="Land", label_zh="")
    course = CourseFactory(code="c", themes=[theme])
    unit(course, "a", 2, themes=[theme])
    CourseFactory(code="c-zh", translation_of=course, language="zh-hans")
    for number in range(2):
        curriculum = CurriculumFactory(code=f"k{number}")
        for _again in range(2):
            PlacementFactory(module=ModuleFactory(curriculum=curriculum), course=course)
    page = queries.course(NOBODY, "c")
    assert [ref.title for ref in page.themes] == ["Land"]
    assert [ref.title for ref in page.units[0].themes] == ["Land"]
    assert [ref.code for ref in page.translations] == ["c-zh"]
    assert [ref.code for ref in page.curricula] == ["k0", "k1"]
    assert [ref.code for ref in queries.course(NOBODY, "c-zh").translations] == ["c"]


def test_a_curriculum_without_modules_says_so(client):
    CurriculumFactory(code="k", effective_from=date(2026, 1, 1))
    html = client.get("/en/curricula/k/").content.decode()
    assert "This curriculum has no modules yet." in html
    assert "No teaching hours yet." in html
    assert "1 January 2026" in html


def test_a_half_filled_placement_is_left_out():
    module = ModuleFactory(curriculum=CurriculumFactory(code="k"))
    PlacementFactory(module=module)
    assert queries.curriculum(NOBODY, "k").modules[0].placements == ()


def test_a_case_without_any_hours_is_listed_with_a_dash():
    module = ModuleFactory(curriculum=CurriculumFactory(code="k"))
    PlacementFactory(module=module, case=CaseFactory(audience="public", suggested_hours=None))
    (row,) = queries.curriculum(NOBODY, "k").modules[0].placements
    assert row.shown_hours is None
    assert row.mark == "practice"
