import pytest

from tests.factories import CaseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/en/library/", "Library"),
        ("/en/library/?kind=case", "Cases"),
        ("/en/library/?kind=case&kind=course", "Library"),
        ("/en/cases/c/", "Cases"),
    ],
)
def test_the_header_marks_where_the_reader_is(client, path, marked):
    CaseFactory(code="c", audience="public")
    header = client.get(path).content.decode().split("</header>")[0]
    current = header.split("aria-current")[1]
    assert current.split(">")[1].startswith(marked)
    assert header.count("aria-current") == 1


def test_people_with_work_in_the_admin_find_the_way(client):
    client.force_login(UserFactory(roles=["committee_member"]))
    assert 'href="/admin/"' in client.get("/en/library/").content.decode()
    client.force_login(UserFactory(roles=["trainee"]))
    assert 'href="/admin/"' not in client.get("/en/library/").content.decode()


def test_signing_in_leads_back_to_the_page(client):
    CaseFactory(code="c", audience="trainees", title="Inside")
    user = UserFactory()
    user.set_password("a long password")
    user.save()
    assert "/en/sign-in/?next=%2Fen%2Fcases%2Fc%2F" in client.get("/en/cases/c/").content.decode()
    data = {"username": user.email, "password": "a long password", "next": "/en/cases/c/"}
    response = client.post("/en/sign-in/", data, follow=True)
    assert response.status_code == 200
    assert "Inside" in response.content.decode()
    assert client.post("/en/sign-out/").status_code == 302
    assert client.get("/en/cases/c/").status_code == 404


def test_a_wrong_password_says_what_to_do_and_keeps_the_address(client):
    response = client.post("/en/sign-in/", {"username": "who@example.org", "password": "x"})
    html = response.content.decode()
    assert "There is a problem" in html
    assert "<title>Error:" in html
    assert 'value="who@example.org"' in html


def test_the_language_switch_keeps_the_page_and_its_filters(client):
    CaseFactory(code="c", audience="public")
    html = client.get("/en/library/?kind=case").content.decode()
    assert 'name="next" value="/en/library/?kind=case"' in html
    data = {"language": "zh-hans", "next": "/en/library/?kind=case"}
    response = client.post("/language/setlang/", data)
    assert response["Location"] == "/zh-hans/library/?kind=case"


def test_the_print_footer_says_where_and_when(client):
    CaseFactory(code="c", audience="public")
    html = client.get("/en/cases/c/").content.decode()
    assert "http://testserver/en/cases/c/" in html
    assert "published version" in html
