"""The table of who may reach which address is complete and true."""

import os

import pytest
from django.test import Client

from people.models import User
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    PolicyFactory,
    SendingUnitFactory,
    ThemeFactory,
    UserFactory,
)
from tests.praxis.access import ACTORS, HEADER, TABLE, address, is_reached, patterns

pytestmark = pytest.mark.django_db

# Addresses that end the visit or fail on purpose.
NOT_ASKED = {"sign_out", "wagtailadmin_logout", "wagtailadmin_error_test"}


@pytest.fixture
def arguments() -> dict[str, str]:
    """One object of every kind, under the names that addresses give their arguments."""
    category = CategoryFactory()
    objects = {
        "curriculum_curriculum": CurriculumFactory(category=category),
        "curriculum_course": CourseFactory(),
        "cases_casestudy": CaseFactory(audience="public"),
        "themes_theme": ThemeFactory(),
        "providers_institution": InstitutionFactory(),
        "curriculum_programmecategory": category,
        "curriculum_balancepolicy": PolicyFactory(category=category),
    }
    found = {f"wagtailsnippets_{name}.pk": str(item.pk) for name, item in objects.items()}
    found |= {f"wagtailsnippetchoosers_{name}.pk": str(item.pk) for name, item in objects.items()}
    for name in ("curriculum_curriculum", "curriculum_course", "cases_casestudy"):
        revision = objects[name].save_revision()
        for argument in ("revision_id", "revision_id_a", "revision_id_b"):
            found[f"wagtailsnippets_{name}.{argument}"] = str(revision.pk)
    kinds = {"curriculum": 0, "course": 1, "case": 2, "theme": 3, "institution": 4}
    found |= {f"{kind}.code": list(objects.values())[place].code for kind, place in kinds.items()}
    found["sending_units.pk"] = str(SendingUnitFactory().pk)
    found["wagtailusers_users.pk"] = str(UserFactory().pk)
    return found


@pytest.fixture
def clients() -> dict[str, Client]:
    clients = {}
    for letter, actor in ACTORS.items():
        clients[letter] = Client(raise_request_exception=False)
        if actor == "superuser":
            clients[letter].force_login(User.objects.create_superuser("root@example.org", name="Root"))
        elif actor != "anonymous":
            clients[letter].force_login(UserFactory(roles=[actor]))
    return clients


def test_every_address_is_in_the_table_with_those_who_may_reach_it(arguments, clients):
    rows = []
    for name, route in sorted(set(patterns())):
        if name in NOT_ASKED:
            continue
        path = address(name, route, arguments)
        letters = "".join(letter for letter, client in clients.items() if is_reached(client, path))
        rows.append(f"{letters or '-':<10} {name:<75} {route}".rstrip())
    if os.environ.get("PRAXIS_WRITE_ACCESS"):
        TABLE.write_text("\n".join([*HEADER, *rows]) + "\n")
    table = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert rows == table


def test_trainees_and_strangers_have_no_admin():
    for line in TABLE.read_text().splitlines():
        letters, _name, route = line.split(maxsplit=2) if not line.startswith("#") else ("", "", "")
        if route.startswith(("admin/wagtail", "admin/snippets/", "admin/reports/", "admin/users/")):
            assert not set(letters) & {"A", "t"}, line
