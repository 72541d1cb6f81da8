import pytest

from tests.factories import CaseFactory, CourseFactory, CurriculumFactory, ThemeFactory, UserFactory
from tests.praxis.public.world import PAGES, build

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DETAILS = ("curricula", "courses", "cases", "themes", "institutions")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(client, path, language):
    build(2)
    response = client.get(path.replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    tag = "zh-Hans" if language == "zh-hans" else "en"
    assert f'<html lang="{tag}"' in response.content.decode()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_page_carries_a_script_or_a_style_of_its_own(client, path):
    build(2)
    html = client.get(path).content.decode()
    assert "<script" not in html
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_has_one_main_heading_and_no_id_twice(client, path):
    build(3)
    html = client.get(path).content.decode()
    assert html.count("<h1") == 1
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))


def test_an_address_without_a_language_leads_to_the_visitors(client):
    build(1)
    response = client.get("/library/", headers={"accept-language": "zh-hans"})
    assert response.status_code == 302
    assert response["Location"] == "/zh-hans/library/"


@pytest.mark.parametrize("kind", DETAILS)
def test_codes_are_found_without_regard_to_case(client, kind):
    build(1)
    assert client.get(f"/en/{kind}/HUB/").status_code == 200


@pytest.mark.parametrize("kind", DETAILS)
@pytest.mark.parametrize("code", ["nobody", "%00", "x" * 300, "%F0%9F%98%80", "a b", "<b>"])
def test_what_does_not_exist_is_not_found(client, kind, code):
    assert client.get(f"/en/{kind}/{code}/").status_code == 404


CLOSED = [
    ("cases", CaseFactory, {"audience": "restricted"}),
    ("cases", CaseFactory, {"audience": "public", "clearance": 1}),
    ("cases", CaseFactory, {"audience": "public", "live": False}),
    ("courses", CourseFactory, {"audience": "educators"}),
    ("courses", CourseFactory, {"live": False}),
    ("curricula", CurriculumFactory, {"audience": "restricted"}),
    ("curricula", CurriculumFactory, {"live": False}),
]


@pytest.mark.parametrize(("kind", "factory", "fields"), CLOSED)
@pytest.mark.parametrize("signed_in", [False, True])
def test_closed_and_absent_pages_cannot_be_told_apart(client, kind, factory, fields, signed_in):
    factory(code="closed", **fields)
    if signed_in:
        client.force_login(UserFactory(roles=["trainee"]))
    client.get("/en/library/")
    closed, absent = client.get(f"/en/{kind}/closed/"), client.get(f"/en/{kind}/absent/")
    assert (closed.status_code, absent.status_code) == (404, 404)
    assert plain(closed, "closed") == plain(absent, "absent")
    assert headers(closed) == headers(absent)


def plain(response, code):
    """The page without what differs from one request to the next."""
    html = response.content.decode().replace(code, "CODE")
    lines = html.splitlines()
    return "\n".join(line.split('name="csrfmiddlewaretoken"')[0] for line in lines)


def headers(response):
    each_its_own = ("Content-Length", "Set-Cookie", "X-Request-ID")
    return {name: value for name, value in response.items() if name not in each_its_own}


def test_a_page_is_kept_by_nobody_but_the_reader(client):
    build(1)
    assert "private" in client.get("/en/cases/hub/")["Cache-Control"]
    assert "private" in client.get("/en/library/")["Cache-Control"]


def test_only_reading_is_possible(client):
    build(1)
    assert client.post("/en/cases/hub/").status_code == 405


def test_the_policy_of_public_pages_is_strict(client):
    build(1)
    policy = client.get("/en/cases/hub/")["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_titles_carry_their_own_language(client):
    ThemeFactory(code="t", label_en="", label_zh="征地")
    CaseFactory(code="c", title="三十七户之后", language="zh-hans", audience="public")
    html = client.get("/en/cases/c/").content.decode()
    assert '<h1 lang="zh-Hans">三十七户之后</h1>' in html
    assert '<h1 lang="zh-Hans">征地</h1>' in client.get("/en/themes/t/").content.decode()


def test_texts_are_escaped(client):
    CaseFactory(code="c", title="<b>bold</b>", summary="<i>x</i>", audience="public")
    html = client.get("/en/cases/c/").content.decode()
    assert "<b>bold</b>" not in html
    assert "&lt;i&gt;x&lt;/i&gt;" in html


@pytest.mark.parametrize("path", [PAGES["curriculum"], PAGES["course"], PAGES["library"]])
def test_the_print_view_opens_every_folded_part(client, path):
    build(2)
    folded = client.get(path).content.decode()
    opened = client.get(f"{path}?print=1").content.decode()
    assert "<details class=" in folded or "<details>" in folded
    assert opened.count("<details") == opened.count(" open>")


def test_signed_out_readers_are_told_that_there_may_be_more_but_not_how_much(client):
    for number in range(7):
        CaseFactory(code=f"hidden-{number}", audience="trainees")
    html = client.get("/en/").content.decode()
    assert "Sign in to see more" in html
    assert "7" not in html.split("<main")[1].split("</main>")[0]
    assert "Nothing published yet." in html
