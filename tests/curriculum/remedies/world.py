"""The worked example in the database, with the pool of cases that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.models import CaseStudy
from curriculum.models import BalancePolicy, Curriculum
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

POOL = {"k1": ("C", 3), "k2": ("CD", 4), "k3": ("AE", 3), "k4": ("D", 2), "k5": ("AC", 5)}


@dataclass(frozen=True)
class World:
    """What tests look at."""

    curriculum: Curriculum
    cases: dict[str, CaseStudy]


def world(code: str = "worked", *, orphan_green: str = "0.20", pool: bool = True, **fields: object) -> World:
    """The curriculum, published, with cases k1 to k5 in the library unless there is to be no pool."""
    themes = {letter: ThemeFactory(code=letter, label_en=f"Theme {letter}") for letter in "ABCDE"}
    category = PolicyFactory(orphan_practice_green=Decimal(orphan_green)).category
    assert BalancePolicy.objects.filter(category=category).exists()

    def tags(letters: str) -> list[object]:
        return [themes[letter] for letter in letters]

    def case(name: str, letters: str, facts: date, **more: object) -> CaseStudy:
        return CaseFactory(code=name, title=f"Case {name}", themes=tags(letters), facts_as_of=facts, **more)

    placed = {
        "alpha": case("alpha", "A", date(2024, 1, 1)),
        "beta": case("beta", "B", date(2023, 1, 1)),
        "gamma": case("gamma", "D", date(2025, 1, 1)),
        "delta": case("delta", "E", date(2016, 1, 1), is_classic=True, classic_reason="It stays."),
    }
    named = {"title": "Worked example", **fields}
    curriculum = CurriculumFactory(code=code, category=category, **named)
    module = ModuleFactory(curriculum=curriculum, title="All of it")

    def course(name: str, *units: tuple[str, int, str, str]) -> object:
        found = CourseFactory(code=name, title=f"Course {name}")
        for unit, hours, letters, method in units:
            UnitFactory(
                course=found,
                code=unit,
                hours=Decimal(hours),
                themes=tags(letters),
                delivery_method=method,
                case=placed["gamma"] if method == "workshop" else None,
            )
        return found

    lecture = "lecture"
    PlacementFactory(module=module, course=course("CT", ("T1", 4, "A", lecture), ("T2", 4, "AB", lecture)))
    PlacementFactory(module=module, case=placed["alpha"], hours=Decimal(3))
    PlacementFactory(
        module=module, course=course("CU", ("T3", 4, "C", lecture), ("T4", 2, "C", "self_study"))
    )
    PlacementFactory(module=module, case=placed["beta"], hours=Decimal(4), delivery_method="site_visit")
    PlacementFactory(module=module, course=course("CV", ("T5", 3, "D", lecture), ("M1", 4, "D", "workshop")))
    PlacementFactory(module=module, case=placed["delta"], hours=Decimal(2))
    chosen = POOL if pool else {}
    found = {
        name: case(name, letters, date(2025, 1, 1), suggested_hours=Decimal(hours))
        for name, (letters, hours) in chosen.items()
    }
    return World(curriculum, {**placed, **found})
