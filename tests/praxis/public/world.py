"""A small world for the public pages, as wide as a test wants it."""

from datetime import date
from decimal import Decimal

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from providers.models import Institution
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
)
from themes.models import Theme


def build(size):
    """One institution, theme, course, case and curriculum called `hub`, with `size` of each around it."""
    InstitutionFactory(code="hub", name="Academy", name_zh="学院", name_en="Academy")
    ThemeFactory(
        code="hub",
        broader=ThemeFactory(code="hub-top"),
        alt_en=["other name"],
        definition_en="What it is.",
    )
    _case("hub")
    _course("hub")
    CurriculumFactory(
        code="hub",
        category=CategoryFactory(code="hub", label_en="Special-topic class", label_zh="专题班"),
        institution=Institution.objects.get(code="hub"),
        effective_from=date(2026, 1, 1),
        objectives=["Know the law"],
    )
    grow(0, size)


def grow(first, last):
    """Put numbers `first` to `last` around the hub: a theme, case, course and curriculum each."""
    hub = Curriculum.objects.get(code="hub")
    for number in range(first, last):
        ThemeFactory(code=f"narrow-{number}", broader=Theme.objects.get(code="hub"))
        case, course = _case(f"case-{number}"), _course(f"course-{number}")
        _unit(Course.objects.get(code="hub"), number + 2, case)
        other = CurriculumFactory(code=f"plan-{number}", category=hub.category, institution=hub.institution)
        for curriculum in (hub, other):
            module = ModuleFactory(curriculum=curriculum, sort_order=number)
            PlacementFactory(module=module, course=course, sort_order=0)
            PlacementFactory(module=module, case=case, sort_order=1)
        if number < 3:
            continue
        PlacementFactory(module=ModuleFactory(curriculum=other), course=Course.objects.get(code="hub"))


def _case(code):
    return CaseFactory(
        code=code,
        themes=[Theme.objects.get(code="hub")],
        body="## Before\n\nText.\n\n## After\n\nText.\n",
        licence="CC-BY-4.0",
        suggested_hours=Decimal(3),
        institution=Institution.objects.get(code="hub"),
        audience="public",
    )


def _course(code):
    course = CourseFactory(
        code=code, themes=[Theme.objects.get(code="hub")], institution=Institution.objects.get(code="hub")
    )
    hub = CaseStudy.objects.get(code="hub")
    UnitFactory(course=course, code="u0", sort_order=0)
    _unit(course, 1, hub)
    LinkFactory(course=course, unit="u0", case=hub)
    return course


def _unit(course, number, case):
    UnitFactory(
        course=course,
        code=f"u{number}",
        sort_order=number,
        themes=[Theme.objects.get(code="hub")],
        case=case,
        delivery_method="workshop",
        outcomes=["Say why"],
    )


PAGES = {
    "home": "/en/",
    "library": "/en/library/",
    "library, narrowed": "/en/library/?kind=case&theme=hub&institution=hub&language=en&sort=facts",
    "library, empty": "/en/library/?theme=hub&institution=hub&language=zh-hans",
    "curriculum": "/en/curricula/hub/",
    "course": "/en/courses/hub/",
    "case": "/en/cases/hub/",
    "theme": "/en/themes/hub/",
    "institution": "/en/institutions/hub/",
}
