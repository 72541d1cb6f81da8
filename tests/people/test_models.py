import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from people.codes import validate_code
from people.models import User
from tests.factories import InstitutionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_an_address_is_kept_in_lower_case_and_found_in_any():
    user = User.objects.create_user("Ada@Example.ORG", "secret-word-1")
    assert user.email == "ada@example.org"
    assert User.objects.get_by_natural_key("ADA@example.org") == user


def test_two_accounts_cannot_share_an_address():
    UserFactory(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="ADA@example.org")


def test_an_account_needs_an_address():
    with pytest.raises(ValueError, match="needs an e-mail"):
        User.objects.create_user("")


def test_sign_in_by_address(client):
    User.objects.create_user("ada@example.org", "secret-word-1", name="Ada")
    assert client.login(username="ADA@example.org", password="secret-word-1")


def test_roles_come_from_groups():
    user = UserFactory(roles=["lecturer", "trainee"])
    assert [role.code for role in user.roles] == ["lecturer", "trainee"]
    assert user.has_role("committee_chair", "trainee")
    assert not user.has_role("operator")


def test_an_institution_makes_its_editors_group_once():
    institution = InstitutionFactory(code="River-School")
    assert institution.editors.name == "institution:river-school"
    institution.save()
    assert type(institution).objects.get().editors == institution.editors


@pytest.mark.parametrize("code", ["LAND-01", "征地_1", "a.b", "-", "É1"])
def test_codes_of_any_script(code):
    validate_code(code)


@pytest.mark.parametrize("code", ["", "a b", "..", ".", "a/b", "a|b", "a\n", "<a>"])
def test_codes_that_an_address_cannot_carry(code):
    with pytest.raises(ValidationError):
        validate_code(code)
