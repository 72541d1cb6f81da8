from factory import LazyAttribute, Sequence
from factory.django import DjangoModelFactory

from providers.enums import InstitutionKind
from providers.models import Institution


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    code = Sequence(lambda n: f"institution-{n}")
    name = LazyAttribute(lambda institution: f"School {institution.code}")
    kind = InstitutionKind.COLLEGE
