from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from praxis.public import queries
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()


def test_the_newest_cases_come_first_and_undated_ones_last():
    for year in range(2015, 2023):
        CaseFactory(code=f"y{year}", audience="public", facts_as_of=date(year, 1, 1))
    CaseFactory(code="undated", audience="public", facts_as_of=None)
    assert [card.ref.code for card in queries.home(NOBODY).cases] == [
        f"y{year}" for year in range(2022, 2016, -1)
    ]


def test_a_trainee_finds_the_curricula_of_their_own_category(client):
    own, other = CategoryFactory(code="Own", label_en="Main class"), CategoryFactory(code="other")
    CurriculumFactory(code="mine", category=own)
    CurriculumFactory(code="theirs", category=other)
    page = queries.home(UserFactory(category="own"))
    assert ([card.ref.code for card in page.curricula], page.category) == (["mine"], "Main class")
    everyone = queries.home(NOBODY)
    assert (len(everyone.curricula), everyone.category) == (2, "")


def test_a_category_without_curricula_shows_the_others():
    CategoryFactory(code="own")
    CurriculumFactory(code="theirs")
    page = queries.home(UserFactory(category="own"))
    assert ([card.ref.code for card in page.curricula], page.category) == (["theirs"], "")


def test_themes_without_anything_are_not_offered():
    ThemeFactory(code="empty")
    used = ThemeFactory(code="used")
    ThemeFactory(code="retired", retired=True)
    CaseFactory(audience="public", themes=[used])
    assert [entry.ref.code for entry in queries.home(NOBODY).themes] == ["used"]


def test_an_institution_shows_its_shelves_and_where_the_rest_is():
    school = InstitutionFactory(
        code="s", name="School", name_zh="学校", kind="university", summary="一所学校\n\nA school"
    )
    for number in range(14):
        CaseFactory(code=f"c{number}", institution=school, audience="public")
    CourseFactory(institution=school)
    page = queries.institution(NOBODY, "S")
    assert [(shelf.title, shelf.total, len(shelf.cards)) for shelf in page.shelves] == [
        ("Courses", 1, 1),
        ("Cases", 14, 12),
    ]
    assert page.shelves[1].has_more
    assert page.shelves[1].library_url == "/en/library/?kind=case&institution=s&sort=facts"
    assert page.kind == "University"
    assert [(words.text, words.language) for words in page.summary] == [
        ("A school", "en"),
        ("一所学校", "zh-hans"),
    ]
    assert [words.text for words in page.other_names] == ["学校"]


def test_an_institution_is_called_by_its_name_in_the_readers_language():
    InstitutionFactory(code="s", name="School", name_zh="学校")
    with translation.override("zh-hans"):
        page = queries.institution(NOBODY, "s")
    assert (page.name, page.language) == ("学校", "zh-hans")


def test_an_institution_without_anything_says_so(client):
    InstitutionFactory(code="s")
    assert "published nothing yet" in client.get("/en/institutions/s/").content.decode()
