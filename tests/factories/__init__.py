"""Test data: valid, minimal, and different from one another."""

from tests.factories.cases import CaseFactory
from tests.factories.curriculum import (
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    UnitFactory,
)
from tests.factories.people import SendingUnitFactory, UserFactory
from tests.factories.providers import InstitutionFactory
from tests.factories.themes import ThemeFactory

__all__ = [
    "CaseFactory",
    "CategoryFactory",
    "CourseFactory",
    "CurriculumFactory",
    "InstitutionFactory",
    "LinkFactory",
    "ModuleFactory",
    "PlacementFactory",
    "PolicyFactory",
    "SendingUnitFactory",
    "ThemeFactory",
    "UnitFactory",
    "UserFactory",
]
