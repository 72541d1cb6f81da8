"""The rule that says what a person may read: audience, readers by name, clearance, and time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CaseStudy
from people.enums import Audience
from people.models import SendingUnit
from people.models.visibility import validate_readers
from people.roles import ROLES
from tests.factories import CaseFactory, InstitutionFactory, SendingUnitFactory, ThemeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ALL_ROLES = [role.code for role in ROLES]
READERS = {
    Audience.PUBLIC: {"anonymous", *ALL_ROLES},
    Audience.TRAINEES: set(ALL_ROLES),
    Audience.EDUCATORS: {
        "lecturer",
        "provider_editor",
        "committee_member",
        "committee_chair",
        "training_manager",
    },
    Audience.RESTRICTED: {"committee_member", "committee_chair"},
}


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("reader", ["anonymous", *ALL_ROLES])
def test_audience_decides_who_reads(audience, reader):
    CaseFactory(audience=audience)
    user = AnonymousUser() if reader == "anonymous" else UserFactory(roles=[reader])
    assert CaseStudy.objects.visible_to(user).exists() == (reader in READERS[audience])


@pytest.mark.parametrize("audience", list(Audience))
def test_the_owner_and_the_institutions_editors_always_read(audience):
    institution = InstitutionFactory(code="Riverside")
    owner, editor = UserFactory(), UserFactory(edits_for=institution)
    stranger = UserFactory(edits_for=InstitutionFactory())
    case = CaseFactory(audience=audience, owner=owner, institution=institution)
    assert case.is_visible_to(owner)
    assert case.is_visible_to(editor)
    assert case.is_visible_to(stranger) == (audience in {Audience.PUBLIC, Audience.TRAINEES})


def test_a_unit_admits_the_units_below_it_and_no_other():
    province = SendingUnitFactory(code="province")
    city = SendingUnitFactory(code="City-1", parent=province)
    office = SendingUnitFactory(code="office", parent=city)
    case = CaseFactory(audience=Audience.RESTRICTED, restricted_to=["unit:city-1"])
    assert not case.is_visible_to(UserFactory(unit=province))
    assert case.is_visible_to(UserFactory(unit=city))
    assert case.is_visible_to(UserFactory(unit=office))


def test_a_named_person_and_a_named_institution_read():
    institution = InstitutionFactory(code="Harbour")
    case = CaseFactory(
        audience=Audience.RESTRICTED, restricted_to=["person:Ada@Example.org", "institution:HARBOUR"]
    )
    assert case.is_visible_to(UserFactory(email="ada@example.org"))
    assert case.is_visible_to(UserFactory(edits_for=institution))
    assert not case.is_visible_to(UserFactory(email="da@example.org"))


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("held", range(4))
def test_clearance_binds_everybody_but_the_superuser(level, held):
    case = CaseFactory(clearance=level)
    assert case.is_visible_to(UserFactory(clearance=held, roles=["committee_chair"])) == (held >= level)
    assert case.is_visible_to(UserFactory(is_superuser=True))


def test_an_inactive_account_reads_like_a_stranger():
    assert not CaseFactory().is_visible_to(UserFactory(is_active=False, is_superuser=True))


def test_time_opens_and_closes_without_a_write():
    now = timezone.now()
    reader = UserFactory()
    assert not CaseFactory(go_live_at=now + timedelta(hours=1)).is_visible_to(reader)
    assert not CaseFactory(expire_at=now - timedelta(seconds=1)).is_visible_to(reader)
    assert CaseFactory(go_live_at=now - timedelta(hours=1), expire_at=now + timedelta(hours=1)).is_visible_to(
        reader
    )
    assert not CaseFactory(live=False).is_visible_to(reader)


def test_a_draft_does_not_change_who_reads_the_published_object():
    case = CaseFactory(
        audience=Audience.RESTRICTED, summary="The river rose.", owner=UserFactory(), themes=[ThemeFactory()]
    )
    case.audience = Audience.PUBLIC
    revision = case.save_revision()
    assert not CaseStudy.objects.visible_to(AnonymousUser()).exists()
    revision.publish()
    assert CaseStudy.objects.visible_to(AnonymousUser()).exists()


def test_tokens_of_a_person_take_two_queries_at_any_depth(django_assert_num_queries):
    unit = None
    for _ in range(8):
        unit = SendingUnitFactory(parent=unit)
    user = UserFactory(unit=unit, roles=["trainee"])
    with django_assert_num_queries(2):
        tokens = user.tokens
    assert sum(token.startswith("unit:") for token in tokens) == 8


def test_a_circle_of_units_ends():
    first = SendingUnitFactory()
    second = SendingUnitFactory(parent=first)
    SendingUnit.objects.filter(pk=first.pk).update(parent=second)
    assert set(second.codes_upward()) == {first.code, second.code}


@pytest.mark.parametrize(
    "value", ["unit:a", ["unit"], ["role:committee_chair"], ["unit:a|public"], [3], ["person:x"]]
)
def test_a_reader_that_the_rule_does_not_know_is_refused(value):
    with pytest.raises(ValidationError):
        validate_readers(value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    audience=st.sampled_from(list(Audience)),
    level=st.integers(0, 3),
    held=st.integers(0, 3),
    restricted_to=st.lists(st.sampled_from(["unit:a", "unit:b", "person:p@example.org"]), max_size=2),
    in_unit=st.booleans(),
    roles=st.lists(st.sampled_from(ALL_ROLES), max_size=2, unique=True),
)
def test_the_rule_as_one_sentence(db, audience, level, held, restricted_to, in_unit, roles):
    """Written a second time from the contract: one of the readers, and the clearance."""
    CaseStudy.objects.all().delete()
    unit = SendingUnit.objects.get_or_create(code="a", defaults={"name": "A"})[0] if in_unit else None
    user = UserFactory(unit=unit, clearance=held, roles=roles)
    case = CaseFactory(audience=audience, clearance=level, restricted_to=restricted_to)
    named = {
        Audience.PUBLIC: True,
        Audience.TRAINEES: True,
        Audience.EDUCATORS: bool(set(roles) & READERS[Audience.EDUCATORS]),
        Audience.RESTRICTED: in_unit and "unit:a" in restricted_to,
    }[audience]
    committee = bool({"committee_member", "committee_chair"} & set(roles))
    assert case.is_visible_to(user) == ((named or committee) and held >= level)
