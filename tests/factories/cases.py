from datetime import date

from factory import LazyAttribute, Sequence, post_generation
from factory.django import DjangoModelFactory

from cases.models import CaseStudy


class CaseFactory(DjangoModelFactory):
    """A published case; `themes=[...]` tags it."""

    class Meta:
        model = CaseStudy
        skip_postgeneration_save = True

    code = Sequence(lambda n: f"case-{n}")
    title = LazyAttribute(lambda case: f"Case {case.code}")
    body = "## The situation\n\nThe river rose.\n"
    facts_as_of = date(2025, 1, 1)

    @post_generation
    def themes(self, create, extracted, **kwargs):
        if extracted:
            self.themes.add(*extracted)
            self.theme_items.commit()
