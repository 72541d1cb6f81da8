"""Marker words of what a reader may not see stand on no public page, for any reader."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from praxis.public import queries
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    SendingUnitFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARK = "Xanthorrhoea"

PATHS = [
    "/en/",
    "/zh-hans/",
    "/en/library/",
    "/en/library/?sort=facts",
    "/en/library/?kind=case",
    "/en/library/?theme=shared",
    "/en/library/?theme=hidden-theme",
    "/en/library/?institution=school",
    "/en/library/?language=zh-hans",
    "/en/curricula/open/",
    "/en/courses/open/",
    "/en/cases/open/",
    "/en/themes/shared/",
    "/en/themes/hidden-theme/",
    "/en/institutions/school/",
]

CLOSED = {
    "restricted": {"audience": "restricted"},
    "other unit": {"audience": "restricted", "restricted_to": ["unit:elsewhere"]},
    "clearance": {"audience": "public", "clearance": 2},
    "draft": {"audience": "public", "live": False},
    "not yet": {"audience": "public", "go_live_at": timezone.now() + timedelta(days=1)},
    "over": {"audience": "public", "expire_at": timezone.now() - timedelta(days=1)},
}


def world(fields):
    """An open course, case and curriculum that are tied in every way to closed ones."""
    school = InstitutionFactory(code="school")
    shared, hidden_theme = ThemeFactory(code="shared"), ThemeFactory(code="hidden-theme")
    closed = {"institution": school, "language": "zh-hans", **fields}
    case = CaseFactory(
        code="closed",
        title=f"{MARK} case",
        summary=f"{MARK} summary",
        body=f"## {MARK}\n\n{MARK}",
        themes=[shared, hidden_theme],
        suggested_hours=Decimal(7),
        **closed,
    )
    course = CourseFactory(
        code="closed", title=f"{MARK} course", summary=MARK, themes=[shared, hidden_theme], **closed
    )
    UnitFactory(course=course, code="u1", title=f"{MARK} unit", themes=[shared], hours=Decimal(13))
    open_case = CaseFactory(code="open", audience="public", themes=[shared], institution=school)
    open_course = CourseFactory(code="open", themes=[shared], institution=school)
    UnitFactory(course=open_course, code="u1", themes=[shared])
    UnitFactory(course=open_course, code="u2", themes=[shared], case=case, delivery_method="workshop")
    LinkFactory(course=open_course, unit="u1", case=case)
    LinkFactory(course=course, unit="u1", case=open_case)
    CaseFactory(code="closed-translation", title=f"{MARK} translation", translation_of=open_case, **closed)
    CourseFactory(
        code="closed-translation", title=f"{MARK} translation", translation_of=open_course, **closed
    )
    category = CategoryFactory(code="c")
    for code, extra in (("open", {"institution": school}), ("closed", closed)):
        curriculum = CurriculumFactory(
            code=code, category=category, title="Open" if code == "open" else f"{MARK} plan", **extra
        )
        module = ModuleFactory(curriculum=curriculum, title="Module")
        for position, target in enumerate([{"course": course}, {"case": case}, {"course": open_course}]):
            PlacementFactory(module=module, sort_order=position, **target)
    return case


def readers():
    home = SendingUnitFactory(code="home")
    return {
        "nobody": lambda: None,
        "trainee": lambda: UserFactory(roles=["trainee"], unit=home, category="c"),
        "lecturer": lambda: UserFactory(roles=["lecturer"], unit=home),
        "operator": lambda: UserFactory(roles=["operator"]),
    }


@pytest.mark.parametrize("reader", ["nobody", "trainee", "lecturer", "operator"])
@pytest.mark.parametrize("fields", CLOSED.values(), ids=CLOSED.keys())
def test_nothing_of_a_closed_item_is_on_any_page(client, fields, reader):
    world(fields)
    user = readers()[reader]()
    if user:
        client.force_login(user)
    for path in PATHS:
        response = client.get(path)
        assert response.status_code == 200, path
        html = response.content.decode()
        assert MARK not in html, path
        assert "/cases/closed" not in html, path
        assert "/courses/closed" not in html, path


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("nobody", False), ("trainee", False), ("lecturer", True), ("operator", False)],
)
def test_what_is_for_educators_is_seen_by_educators_alone(client, reader, sees):
    world({"audience": "educators"})
    user = readers()[reader]()
    if user:
        client.force_login(user)
    html = "".join(client.get(path).content.decode() for path in PATHS)
    assert (MARK in html) is sees


def test_the_same_pages_show_everything_to_the_committee(client):
    world({"audience": "restricted"})
    client.force_login(UserFactory(roles=["committee_member"]))
    for path in PATHS:
        if path not in ("/zh-hans/", "/en/library/?theme=hidden-theme"):
            assert MARK in client.get(path).content.decode(), path


def test_hours_of_closed_items_are_in_no_sum(client):
    world({"audience": "restricted"})
    html = client.get("/en/curricula/open/").content.decode()
    # Two units of 2 h: the closed course of 13 h and the closed case of 7 h are left out.
    assert "4 teaching hours" in html
    assert "13 h" not in html
    assert "7 h" not in html


def test_places_keep_their_numbers_for_every_reader(client):
    world({"audience": "restricted"})
    html = client.get("/en/curricula/open/").content.decode()
    assert 'id="p1.3"' in html
    assert 'id="p1.1"' not in html


def test_counts_know_nothing_of_closed_items(client):
    world({"audience": "restricted"})
    html = client.get("/en/library/?kind=case").content.decode()
    assert "1 item<" in html
    assert "hidden-theme" not in html
    assert "简体中文" not in html


def test_the_counts_of_the_home_page_know_nothing_of_closed_items():
    world({"audience": "restricted"})
    counts = [(entry.ref.code, entry.units, entry.cases) for entry in queries.home(AnonymousUser()).themes]
    assert counts == [("shared", 2, 1)]
    chair = UserFactory(roles=["committee_chair"])
    counts = {entry.ref.code: (entry.units, entry.cases) for entry in queries.home(chair).themes}
    assert counts == {"shared": (3, 2), "hidden-theme": (0, 1)}


def test_library_pages_hold_only_visible_rows(client):
    world({"audience": "restricted"})
    for model in (CaseStudy, Course, Curriculum):
        assert model.objects.filter(title__contains=MARK).exists()
    assert MARK not in client.get("/en/library/?page=2").content.decode()


def test_an_inactive_person_reads_as_nobody(client):
    CaseFactory(code="inside", audience="trainees", title=MARK)
    user = UserFactory(is_active=False)
    client.force_login(user)
    assert client.get("/en/cases/inside/").status_code == 404
