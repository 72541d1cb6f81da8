"""Lists that stay quick: as many queries for many rows as for few; and no search tells a secret."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ReferenceIndex

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from tests.editor import admin_url, chooser_url, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FACTORIES = {CaseStudy: CaseFactory, Course: CourseFactory, Curriculum: CurriculumFactory}


def fill(model, count):
    """Objects that each have an institution, an owner and a draft of their own; every second one is live."""
    for number in range(count):
        tagged = {} if model is Curriculum else {"themes": [ThemeFactory()]}
        obj = FACTORIES[model](
            institution=InstitutionFactory(), owner=UserFactory(), live=bool(number % 2), **tagged
        )
        obj.save_revision(clean=False)


@pytest.mark.parametrize("role", ["committee_chair", "lecturer"])
@pytest.mark.parametrize("model", [CaseStudy, Course, Curriculum])
@pytest.mark.parametrize("view", ["list", "list_results"])
def test_as_many_queries_for_many_rows_as_for_few(model, role, view, django_assert_max_num_queries):
    client = signed_in(role)
    url = admin_url(model, view)
    if client.get(url).status_code == 302:
        assert (role, model) == ("lecturer", Curriculum)
        return
    fill(model, 2)
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    fill(model, 12)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_asks_as_many_queries_for_many_rows_as_for_few(kind, django_assert_max_num_queries):
    client = signed_in("committee_chair")

    def download():
        response = client.get(admin_url(CaseStudy, "list"), {"export": kind})
        return b"".join(response)

    fill(CaseStudy, 2)
    download()
    with django_assert_max_num_queries(60) as few:
        download()
    fill(CaseStudy, 12)
    with django_assert_max_num_queries(len(few)):
        assert download()


def test_a_list_is_put_on_pages_of_fifty():
    client = signed_in("committee_chair")
    for _number in range(53):
        CaseFactory()
    page = BeautifulSoup(client.get(admin_url(CaseStudy, "list"), {"p": "2"}).content, "html.parser")
    assert len(page.select("table.listing td.title")) == 3
    assert "53 cases" in page.select_one(".pagination").get_text()
    assert "Change all 53 rows" in page.select_one(".praxis-selection").get_text()


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", '"', "征地", "a" * 500, "\x00", "<b>"])
def test_any_words_can_be_searched_for(words):
    client = signed_in("committee_chair")
    CaseFactory(title="Land")
    for url in (admin_url(CaseStudy, "list"), chooser_url(CaseStudy, "choose_results")):
        response = client.get(url, {"q": words})
        assert response.status_code == 200
        assert "<b>" not in response.content.decode().replace("<b>live", "")


def test_a_lecturer_searches_what_a_lecturer_may_see():
    client = signed_in("lecturer")
    CaseFactory(title="Secret draft", live=False)
    CaseFactory(title="Secret and restricted", audience="restricted")
    binned = CaseFactory(title="Secret in the bin", live=False, owner=client.user)
    CaseStudy.objects.filter(pk=binned.pk).update(archived_at="2026-01-01T00:00:00Z")
    urls = [
        admin_url(CaseStudy, "list"),
        admin_url(CaseStudy, "list_results"),
        chooser_url(CaseStudy, "choose"),
        chooser_url(CaseStudy, "choose_results"),
    ]
    for url in urls:
        text = client.get(url, {"q": "Secret"}, follow=True).content.decode()
        assert not [words for words in ("Secret draft", "Secret and", "Secret in") if words in text]


def test_the_search_of_the_menu_knows_no_content():
    client = signed_in("committee_chair")
    CaseFactory(title="Nobody finds this here")
    response = client.get(reverse("wagtailadmin_pages:search"), {"q": "Nobody finds"}, follow=True)
    assert "Nobody finds this here" not in response.content.decode()


def test_rows_that_one_may_not_change_cannot_be_chosen():
    client = signed_in("lecturer")
    CaseFactory(title="Foreign")
    mine = CaseFactory(title="Mine", owner=client.user)
    page = BeautifulSoup(client.get(admin_url(CaseStudy, "list")).content, "html.parser")
    boxes = page.select("td.praxis-chosen input")
    assert [box["value"] for box in boxes] == [str(mine.pk)]
    label = page.find(id=boxes[0]["aria-labelledby"])
    assert label.get_text().strip() == "Mine"


def test_who_changes_nothing_sees_no_boxes():
    client = signed_in("training_manager")
    CaseFactory(title="A case")
    page = BeautifulSoup(client.get(admin_url(CaseStudy, "list")).content, "html.parser")
    assert "A case" in page.find("table", class_="listing").get_text()
    assert not page.select("td.praxis-chosen")
    assert not page.select("#praxis-chosen")


def used(case, count):
    """Users of a case: courses with a unit, and translations, all in the index."""
    for _ in range(count):
        course = CourseFactory(institution=InstitutionFactory(), owner=UserFactory())
        UnitFactory.create_batch(2, course=course, case=case)
        translation = CaseFactory(translation_of=case)
        for user in (course, translation):
            ReferenceIndex.create_or_update_for_object(user)


@pytest.mark.parametrize("role", ["committee_chair", "lecturer"])
def test_the_usage_of_content_asks_as_many_queries_for_many_users_as_for_few(
    role, django_assert_max_num_queries
):
    client = signed_in(role)
    case = CaseFactory()
    url = admin_url(case, "usage")
    used(case, 1)
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    used(case, 8)
    with django_assert_max_num_queries(len(few)):
        response = client.get(url)
    assert len(BeautifulSoup(response.content, "html.parser").select("table.listing tbody tr")) == 18


def test_the_usage_of_content_is_put_on_pages_and_lists_each_user_once():
    client = signed_in("committee_chair")
    case = CaseFactory()
    used(case, 12)
    gone = CourseFactory()
    UnitFactory(course=gone, case=case)
    ReferenceIndex.create_or_update_for_object(gone)
    # The index may know something that is gone.
    stale = ReferenceIndex.objects.filter(object_id=str(gone.pk), to_object_id=str(case.pk)).first()
    gone.delete()
    stale.save()

    titles = []
    for page in (1, 2):
        found = BeautifulSoup(client.get(admin_url(case, "usage"), {"p": page}).content, "html.parser")
        titles += [row.find("a").get_text(strip=True) for row in found.select("table.listing tbody tr")]

    wanted = [*Course.objects.values_list("title", flat=True)]
    wanted += CaseStudy.objects.filter(translation_of=case).values_list("title", flat=True)
    assert sorted(titles) == sorted(wanted)
