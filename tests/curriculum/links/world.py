"""A small library for the tests of links: one course and three cases, of which two may serve its unit."""

from decimal import Decimal

from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
)

WORDS = "Compensation for requisitioned village land and the hearing of every household"


class World:
    """`unit` may be linked with `shared` (by theme), with `alike` (by text), and with `other` by nothing."""

    def __init__(self, **of_cases):
        self.theme, self.second = ThemeFactory(label_en="Land"), ThemeFactory(label_en="Hearings")
        self.course = CourseFactory(code="land", title="Land law")
        self.unit = UnitFactory(
            course=self.course, code="u1", title="Compensation", summary=WORDS, themes=[self.theme]
        )
        today = {"facts_as_of": "2026-11-01", **of_cases}
        self.shared = CaseFactory(code="shared", title="The road", themes=[self.theme], **today)
        self.alike = CaseFactory(
            code="alike", title="The hearing", summary=WORDS, body=WORDS, themes=[self.second], **today
        )
        self.other = CaseFactory(code="other", title="The flood", themes=[ThemeFactory()], **today)

    def pair(self, case, unit="u1"):
        """The key of a pair in forms."""
        return f"{self.course.pk}/{unit}/{case.pk}"

    def curriculum(self, *cases, **fields):
        """A curriculum with the course and these cases, three hours each."""
        curriculum = CurriculumFactory(**fields)
        module = ModuleFactory(curriculum=curriculum)
        PlacementFactory(module=module, course=self.course)
        for case in cases:
            PlacementFactory(module=module, case=case, hours=Decimal(3))
        return curriculum
