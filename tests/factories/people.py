from django.contrib.auth.models import Group
from factory import LazyAttribute, Sequence, post_generation
from factory.django import DjangoModelFactory

from people.models import SendingUnit, User
from people.roles import ROLE_BY_CODE, editors_group


class SendingUnitFactory(DjangoModelFactory):
    class Meta:
        model = SendingUnit

    code = Sequence(lambda n: f"unit-{n}")
    name = LazyAttribute(lambda unit: f"Office {unit.code}")


class UserFactory(DjangoModelFactory):
    """A person; `roles=["lecturer"]` and `edits_for=institution` put them into groups."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.org")
    name = Sequence(lambda n: f"Person {n}")
    password = "!"

    @post_generation
    def roles(self, create, extracted, **kwargs):
        for code in extracted or ():
            self.groups.add(Group.objects.get_or_create(name=ROLE_BY_CODE[code].group)[0])

    @post_generation
    def edits_for(self, create, extracted, **kwargs):
        if extracted:
            self.groups.add(Group.objects.get_or_create(name=editors_group(extracted.code))[0])
