from decimal import Decimal

from factory import LazyAttribute, Sequence, SubFactory, post_generation
from factory.django import DjangoModelFactory

from curriculum.enums import LinkState
from curriculum.models import (
    BalancePolicy,
    Course,
    Curriculum,
    Module,
    Placement,
    ProgrammeCategory,
    TheoryCaseLink,
    Unit,
)
from tests.factories.cases import CaseFactory


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = ProgrammeCategory

    code = Sequence(lambda n: f"category-{n}")
    label_en = LazyAttribute(lambda category: f"Category {category.code}")


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = BalancePolicy

    category = SubFactory(CategoryFactory)
    practice_low = Decimal("0.35")
    practice_high = Decimal("0.55")


class _Tagged(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @post_generation
    def themes(self, create, extracted, **kwargs):
        if extracted:
            self.themes.add(*extracted)
            self.theme_items.commit()


class CourseFactory(_Tagged):
    """A published course; `themes=[...]` tags it."""

    class Meta:
        model = Course

    code = Sequence(lambda n: f"course-{n}")
    title = LazyAttribute(lambda course: f"Course {course.code}")


class UnitFactory(_Tagged):
    """A two-hour lecture; `themes=[...]` tags it."""

    class Meta:
        model = Unit

    course = SubFactory(CourseFactory)
    code = Sequence(lambda n: f"u{n}")
    title = LazyAttribute(lambda unit: f"Unit {unit.code}")
    hours = Decimal(2)
    sort_order = Sequence(lambda n: n)


class CurriculumFactory(DjangoModelFactory):
    class Meta:
        model = Curriculum

    code = Sequence(lambda n: f"curriculum-{n}")
    title = LazyAttribute(lambda curriculum: f"Curriculum {curriculum.code}")
    category = SubFactory(CategoryFactory)


class ModuleFactory(DjangoModelFactory):
    class Meta:
        model = Module

    curriculum = SubFactory(CurriculumFactory)
    code = Sequence(lambda n: f"m{n}")
    title = LazyAttribute(lambda module: f"Module {module.code}")
    sort_order = Sequence(lambda n: n)


class PlacementFactory(DjangoModelFactory):
    """A place in a module; say `course=` or `case=`."""

    class Meta:
        model = Placement

    module = SubFactory(ModuleFactory)
    sort_order = Sequence(lambda n: n)


class LinkFactory(DjangoModelFactory):
    class Meta:
        model = TheoryCaseLink

    course = SubFactory(CourseFactory)
    unit = "u1"
    case = SubFactory(CaseFactory)
    state = LinkState.CONFIRMED
