"""Filters with counts, and filters kept under a name."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.currency import REVIEW_DUE_DAYS
from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from editing.models import SavedFilter
from editing.saving_filters import MAX_QUERY, save_filter
from tests.editor import admin_url, signed_in
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


def listing(client, model=CaseStudy, **parameters):
    response = client.get(admin_url(model, "list"), parameters)
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")


def titles(page):
    return [cell.get_text().strip() for cell in page.select("table.listing td.title .title-wrapper a")]


def counts(page, name):
    """The offered values of a filter with their counts; chosen ones in capitals."""
    found = {}
    for box in page.select(f"#filters-drilldown input[name={name}]"):
        value = box["value"].upper() if box.has_attr("checked") else box["value"]
        found[value] = int(box.find_parent("label").find(class_="praxis-count").get_text())
    return found


@pytest.fixture
def academy():
    return InstitutionFactory(code="academy", name="Academy")


def test_counts_say_how_many_rows_a_choice_would_show(academy):
    land, tax = ThemeFactory(code="LAND"), ThemeFactory(code="TAX")
    CaseFactory(title="A", institution=academy, themes=[land])
    CaseFactory(title="B", institution=academy, themes=[land, tax], language="zh-hans")
    CaseFactory(title="C", themes=[tax])
    CaseFactory(title="D", live=False)
    client = signed_in("committee_chair")

    page = listing(client)
    assert counts(page, "institution") == {"academy": 2, "none": 2}
    assert counts(page, "themes") == {"LAND": 2, "TAX": 2, "none": 1}
    assert counts(page, "status") == {"live": 3, "draft": 1}
    assert counts(page, "language") == {"en": 3, "zh-hans": 1}

    page = listing(client, institution="academy")
    assert titles(page) == ["A", "B"]
    assert counts(page, "institution") == {"ACADEMY": 2, "none": 2}
    assert counts(page, "themes") == {"LAND": 2, "TAX": 1}
    page = listing(client, institution="academy", themes="TAX")
    assert titles(page) == ["B"]
    assert counts(page, "themes") == {"TAX": 1, "LAND": 2}


def test_several_values_of_a_filter_find_the_rows_with_any_of_them(academy):
    CaseFactory(title="A", institution=academy)
    CaseFactory(title="B", institution=InstitutionFactory(code="bureau"))
    CaseFactory(title="C")
    client = signed_in("committee_chair")
    assert titles(listing(client, institution=["academy", "bureau"])) == ["A", "B"]
    assert titles(listing(client, institution=["academy", "none"])) == ["A", "C"]


def test_a_chosen_value_stays_when_nothing_has_it_any_more(academy):
    CaseFactory()
    page = listing(signed_in("committee_chair"), institution="academy", themes="GONE")
    assert titles(page) == []
    assert counts(page, "institution") == {"ACADEMY": 0}
    assert counts(page, "themes") == {"GONE": 0}
    chips = [" ".join(chip.get_text().split()) for chip in page.select(".w-active-filters .w-pill__content")]
    assert chips == ["Institution: Academy", "Themes: GONE"]


def test_counts_follow_the_search():
    CaseFactory(title="The road", institution=InstitutionFactory(code="a"))
    CaseFactory(title="The river", institution=InstitutionFactory(code="b"))
    assert counts(listing(signed_in("committee_chair"), q="road"), "institution") == {"a": 1}


@pytest.mark.parametrize(
    "nonsense", ["\x00", "x" * 5000, "'; --", "<script>alert(1)</script>", "999999999999"]
)
@pytest.mark.parametrize(
    "name", ["institution", "themes", "owner", "status", "language", "audience", "currency", "nothing"]
)
def test_nonsense_finds_nothing_or_is_passed_over(name, nonsense):
    CaseFactory()
    response = signed_in("committee_chair").get(admin_url(CaseStudy, "list"), {name: nonsense})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_mine_are_the_readers_own():
    client = signed_in("lecturer")
    CaseFactory(title="Mine", owner=client.user)
    CaseFactory(title="Of another", owner=UserFactory())
    page = listing(client, owner="me")
    assert titles(page) == ["Mine"]
    assert counts(page, "owner")["ME"] == 1


def test_the_state_of_foreign_drafts_is_not_told():
    client = signed_in("lecturer")
    foreign = CaseFactory(title="Foreign")
    foreign.title = "Foreign, drafted"
    foreign.save_revision()
    mine = CaseFactory(title="Mine", owner=client.user)
    mine.save_revision()
    CaseFactory(title="Nobody knows", live=False)

    page = listing(client, status="changed")
    assert titles(page) == ["Mine"]
    assert counts(page, "status") == {"CHANGED": 1, "live": 2}
    assert "drafted" not in page.get_text()
    assert titles(listing(client, q="Nobody")) == []
    assert titles(listing(client, q="drafted")) == []


def test_a_draft_is_found_by_its_own_title():
    case = CaseFactory(title="Published")
    case.title = "Rewritten"
    case.save_revision()
    page = listing(signed_in("committee_member"), q="rewrit")
    assert titles(page) == ["Rewritten"]


def test_curricula_are_filtered_by_category_and_edition():
    CurriculumFactory(title="A", category=CategoryFactory(code="cadre", label_en="Cadres"), edition="2026")
    CurriculumFactory(title="B")
    page = listing(signed_in("committee_chair"), Curriculum, category="cadre")
    assert titles(page) == ["A"]
    assert counts(page, "category")["CADRE"] == 1
    assert counts(page, "edition") == {"2026": 1}


def test_long_lists_are_folded_away():
    for number in range(12):
        CourseFactory(themes=[ThemeFactory(code=f"T{number}")])
    page = listing(signed_in("committee_chair"), Course)
    field = page.select_one("#filters-drilldown .praxis-facet:has(input[name=themes])")
    assert field.find("summary").get_text() == "Show all 12"
    assert len(field.find("details").find_all("input")) == 4


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    facts=st.one_of(st.none(), st.integers(-4000, 0)),
    review=st.one_of(
        st.none(), st.integers(-400, 400), st.sampled_from([0, REVIEW_DUE_DAYS, REVIEW_DUE_DAYS + 1])
    ),
    is_classic=st.booleans(),
)
def test_the_database_knows_the_same_currency_as_the_page(db, facts, review, is_classic):
    today = timezone.localdate()
    case = CaseFactory(
        facts_as_of=None if facts is None else today + timedelta(days=facts),
        review_by=None if review is None else today + timedelta(days=review),
        is_classic=is_classic,
    )
    found = CaseStudy.objects.with_currency(today).get(pk=case.pk)
    assert found.currency_state == found.currency(today)


def test_without_scripts_the_filters_are_a_plain_form(academy):
    CaseFactory(institution=academy)
    page = listing(signed_in("committee_chair"), institution="academy")
    form = page.select_one("noscript form")
    assert form["method"] == "get"
    assert form.select_one("input[name=institution][value=academy]").has_attr("checked")
    assert {legend.get_text() for legend in form.find_all("legend")} >= {"Status", "Institution", "Owner"}


def test_as_many_queries_for_many_rows_and_values_as_for_few(django_assert_max_num_queries):
    client = signed_in("committee_chair")

    def fill(count):
        for _number in range(count):
            CaseFactory(institution=InstitutionFactory(), owner=UserFactory(), themes=[ThemeFactory()])

    def ask(**parameters):
        with django_assert_max_num_queries(60) as asked:
            listing(client, **parameters)
        return len(asked)

    fill(2)
    ask()
    few = ask(), ask(status="live", q="case")
    fill(15)
    assert (ask(), ask(status="live", q="case")) == few


# Kept under a name


def test_a_selection_is_saved_opened_replaced_and_dropped(academy):
    client = signed_in("committee_chair")
    CaseFactory(title="Here", institution=academy)
    CaseFactory(title="Elsewhere")
    page = listing(client, institution="academy", ordering="-facts_as_of", p="1")
    form = page.select_one(".praxis-saved form")
    query = form.select_one("input[name=query]")["value"]
    assert query == "institution=academy&ordering=-facts_as_of"

    client.post(form["action"], {"name": "Ours", "query": query})
    link = listing(client).select_one(".praxis-saved li a")
    assert link.get_text() == "Ours"
    assert titles(BeautifulSoup(client.get(link["href"]).content, "html.parser")) == ["Here"]

    client.post(form["action"], {"name": "Ours", "query": "q=Else"})
    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.listing, saved.query) == (client.user, "cases.casestudy", "q=Else")

    other = signed_in("committee_chair")
    assert not listing(other).select(".praxis-saved li")
    assert not listing(client, Course).select(".praxis-saved li")
    drop = reverse("saved_filter_delete", args=[saved.pk])
    assert other.post(drop, follow=True).status_code == 404
    client.post(drop)
    assert not SavedFilter.objects.exists()


def test_names_of_filters_are_text_and_no_markup():
    client = signed_in("committee_chair")
    url = reverse("saved_filter_add", args=["casestudy"])
    client.post(url, {"name": "<script>alert(1)</script>", "query": 'q="><img src=x>'})
    text = client.get(admin_url(CaseStudy, "list")).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x>" not in text


@pytest.mark.parametrize(
    "data", [{}, {"name": "x" * 101, "query": "q=a"}, {"name": "a", "query": "q" * 5000}]
)
def test_what_cannot_be_saved_is_told(data):
    client = signed_in("committee_chair")
    page = client.post(reverse("saved_filter_add", args=["casestudy"]), data, follow=True)
    assert "The selection was not saved" in page.content.decode()
    assert not SavedFilter.objects.exists()


def test_only_parameters_are_kept_of_a_query():
    saved = save_filter(
        by=UserFactory(), listing="cases.casestudy", name="a", query="https://evil/?p=3&q=a&all=1"
    )
    assert saved.query == "q=a"
    with pytest.raises(ValueError, match="too long"):
        save_filter(by=UserFactory(), listing="cases.casestudy", name="a", query="q=" + "ä" * MAX_QUERY)


def test_a_filter_for_a_kind_that_is_none_is_not_there():
    url = reverse("saved_filter_add", args=["user"])
    assert (
        signed_in("committee_chair").post(url, {"name": "a", "query": "q=a"}, follow=True).status_code == 404
    )


def test_saving_again_after_a_failure_has_left_the_first(monkeypatch):
    by = UserFactory()
    save_filter(by=by, listing="cases.casestudy", name="a", query="q=first")
    monkeypatch.setattr(SavedFilter, "save", lambda self, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_filter(by=by, listing="cases.casestudy", name="a", query="q=second")
    assert SavedFilter.objects.get().query == "q=first"


# Downloads


def test_a_download_has_the_rows_filters_and_order_of_the_page(academy):
    client = signed_in("committee_chair")
    CaseFactory(title="=cmd()", institution=academy, facts_as_of=date(2020, 1, 1))
    CaseFactory(title="Later", institution=academy, facts_as_of=date(2024, 1, 1))
    CaseFactory(title="Elsewhere")
    url = admin_url(CaseStudy, "list")
    response = client.get(url, {"institution": "academy", "ordering": "-facts_as_of", "export": "csv"})
    lines = b"".join(response).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Later", "'=cmd()"]
