"""Content from which nothing is missing: it may be submitted, approved and published."""

from factory import SubFactory, post_generation

from tests.factories.cases import CaseFactory
from tests.factories.curriculum import (
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    UnitFactory,
)
from tests.factories.people import UserFactory
from tests.factories.themes import ThemeFactory


class CompleteCaseFactory(CaseFactory):
    """A published case with all that a reviewer asks for."""

    summary = "A river rises, and somebody has to decide."
    licence = "CC-BY-4.0"
    owner = SubFactory(UserFactory)

    @post_generation
    def themes(self, create, extracted, **kwargs):
        self.themes.add(*(extracted or [ThemeFactory()]))
        self.theme_items.commit()


class CompleteCourseFactory(CourseFactory):
    """A published course with one unit."""

    @post_generation
    def units(self, create, extracted, **kwargs):
        UnitFactory(course=self, themes=[ThemeFactory()])


class CompleteCurriculumFactory(CurriculumFactory):
    """A published curriculum with one module in which a case is placed."""

    class Meta:
        skip_postgeneration_save = True

    @post_generation
    def modules(self, create, extracted, **kwargs):
        PlacementFactory(module=ModuleFactory(curriculum=self), case=CompleteCaseFactory())
