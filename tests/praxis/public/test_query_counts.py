import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import User
from praxis.models import HomePage
from tests.factories import SendingUnitFactory, UserFactory
from tests.praxis.public.drawing import draw, read
from tests.praxis.public.world import PAGES, build, grow

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LIMIT = 25
VIEWS = {name: path for name, path in PAGES.items() if name != "home"}


def reader():
    unit = SendingUnitFactory(parent=SendingUnitFactory())
    return UserFactory(roles=["trainee"], unit=unit, category="hub")


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_few_rows_and_many_take_the_same_queries(client, path, signed_in):
    build(2)
    if signed_in:
        client.force_login(reader())
    few = queries(client, path)
    grow(2, 30)
    many = queries(client, path)
    assert many == few
    assert many <= LIMIT


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS.keys())
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_drawing_a_page_asks_the_database_nothing(django_assert_num_queries, path, language):
    build(3)
    user = User.objects.get(pk=reader().pk)
    response = read(path.replace("/en/", f"/{language}/"), user, language)
    with django_assert_num_queries(0):
        html = draw(response, language)
    assert "</main>" in html


def test_drawing_the_home_page_asks_the_database_nothing(rf, django_assert_num_queries):
    build(3)
    request = rf.get("/en/")
    request.user = User.objects.get(pk=reader().pk)
    response = HomePage.objects.get(locale__language_code="en").serve(request)
    with django_assert_num_queries(0):
        assert "Newest cases" in draw(response)
