"""The worked example of the balance rules as rows of the database."""

from datetime import date
from decimal import Decimal

from curriculum.models import Curriculum
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
)


def worked_example() -> Curriculum:
    """A special-topic class: 17 hours of theory, 11 of practice, 2 of self-study, themes A to E."""
    themes = {code: ThemeFactory(code=code, label_en=code) for code in "ABCDE"}
    curriculum = CurriculumFactory(
        code="worked-example", title="Worked example", category=PolicyFactory().category
    )
    module = ModuleFactory(curriculum=curriculum, title="All of it")

    def course(code, *units):
        placed = CourseFactory(code=code, title=code)
        for name, hours, tags, method, case in units:
            UnitFactory(
                course=placed,
                code=name,
                title=name,
                hours=Decimal(hours),
                themes=[themes[tag] for tag in tags],
                delivery_method=method,
                case=case,
            )
        PlacementFactory(module=module, course=placed)

    def case(code, theme, facts, **fields):
        return CaseFactory(code=code, title=code, themes=[themes[theme]], facts_as_of=facts, **fields)

    def place(target, hours, method=""):
        PlacementFactory(module=module, case=target, hours=Decimal(hours), delivery_method=method)

    course("CT", ("T1", 4, "A", "lecture", None), ("T2", 4, "AB", "lecture", None))
    place(case("alpha", "A", date(2024, 1, 1)), 3)
    course("CU", ("T3", 4, "C", "lecture", None), ("T4", 2, "C", "self_study", None))
    place(case("beta", "B", date(2021, 1, 1)), 4, "site_visit")
    gamma = case("gamma", "D", date(2025, 1, 1))
    course("CV", ("T5", 3, "D", "lecture", None), ("M1", 4, "D", "workshop", gamma))
    place(case("delta", "E", date(2016, 1, 1), is_classic=True), 2)
    return curriculum
