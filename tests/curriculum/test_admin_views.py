"""Every view of every viewset of the teaching layout, for those who work there and for those who do not."""

import csv
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from openpyxl import load_workbook

from cases.models import CaseStudy
from curriculum.models import BalancePolicy, Course, Curriculum, ProgrammeCategory
from providers.models import Institution
from tests.editor import admin_url, chooser_url, errors_on, form_on, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db
MODELS = [Curriculum, Course, CaseStudy, Theme, Institution, ProgrammeCategory, BalancePolicy]
OBJECT_VIEWS = [
    "edit",
    "copy",
    "usage",
    "history",
    "history_results",
    "inspect",
    "unpublish",
    "workflow_history",
]


def populate(count=1):
    """Some objects of each model, tied together, with a draft each where there are drafts."""
    for number in range(count):
        institution = InstitutionFactory()
        owner = UserFactory()
        theme = ThemeFactory(broader=Theme.objects.first())
        case = CaseFactory(institution=institution, owner=owner, themes=[theme])
        course = CourseFactory(institution=institution, owner=owner)
        UnitFactory(course=course, hours=Decimal(number + 1), themes=[theme])
        policy = PolicyFactory()
        curriculum = CurriculumFactory(category=policy.category, institution=institution, owner=owner)
        module = ModuleFactory(curriculum=curriculum)
        PlacementFactory(module=module, course=course)
        PlacementFactory(module=module, case=case, hours=Decimal(1))
        for thing in (case, course, curriculum):
            thing.save_revision()


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200, (url, response)
    return len(queries), content


@pytest.mark.parametrize("model", MODELS)
def test_a_committee_chair_opens_every_view(model):
    populate()
    client = signed_in("committee_chair")
    urls = [admin_url(model, view) for view in ("list", "list_results", "add")]
    for view in OBJECT_VIEWS:
        with suppress(NoReverseMatch):
            urls.append(admin_url(model.objects.first(), view))

    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
    assert len(urls) >= 8


def test_the_menu_holds_the_teaching_layout_in_one_group():
    page = signed_in("committee_member").get(reverse("wagtailadmin_home")).content.decode()

    assert "Teaching layout" in page
    assert all(admin_url(model, "list") in page for model in MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_a_listing_asks_as_many_questions_for_many_rows_as_for_few(model):
    client = signed_in("committee_member")
    populate(2)
    client.get(admin_url(model, "list"))
    few, _page = queries_of(client, admin_url(model, "list"))
    populate(12)

    many, _page = queries_of(client, admin_url(model, "list"))

    assert many == few


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_asks_as_many_questions_for_many_rows_as_for_few(model, kind):
    client = signed_in("committee_member")
    url = admin_url(model, "list") + f"?export={kind}"
    populate(2)
    client.get(url)
    few, _file = queries_of(client, url)
    populate(12)

    many, _file = queries_of(client, url)

    assert many == few


def test_a_listing_shows_hours_practice_status_owner_and_institution():
    institution, owner = InstitutionFactory(name="Academy A"), UserFactory(name="Rosa Vale")
    curriculum = CurriculumFactory(title="Grass roots", institution=institution, owner=owner, edition="2026")
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory()
    UnitFactory(course=course, hours=Decimal(6))
    PlacementFactory(module=module, course=course)
    PlacementFactory(module=module, case=CaseFactory(), hours=Decimal(2))
    client = signed_in("committee_member")

    page = BeautifulSoup(client.get(admin_url(Curriculum, "list")).content, "html.parser")

    row = page.find("table", class_="listing").find("tbody").find("tr")
    cells = [" ".join(cell.get_text().split()) for cell in row.find_all("td")]
    assert cells[1].startswith(f"Grass roots {curriculum.code}")
    assert cells[2:8] == ["live", "8", "25.0%", "Academy A", "2026", "Rosa Vale"]


def test_a_draft_that_was_never_published_shows_the_hours_of_the_draft():
    curriculum = CurriculumFactory(live=False)
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, case=CaseFactory(), hours=Decimal(7))
    curriculum.save_revision()
    client = signed_in("committee_member")

    rows = list(csv.DictReader(StringIO(download(client, Curriculum, "csv").decode())))

    assert (rows[0]["Status"], rows[0]["Practice hours"]) == ("draft", "7.0")


def download(client, model, kind, query=""):
    response = client.get(admin_url(model, "list") + f"?export={kind}{query}")
    return b"".join(response.streaming_content)


def test_downloads_cannot_be_taken_for_formulas():
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "plain"]
    for title in titles:
        CourseFactory(title=title)
    client = signed_in("committee_member")

    rows = csv.DictReader(StringIO(download(client, Course, "csv").decode(), newline=""))
    assert {row["Title"] for row in rows} == {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "plain"}

    sheet = load_workbook(BytesIO(download(client, Course, "xlsx"))).active
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == set(titles)
    assert {cell.data_type for cell in cells} == {"s"}


def test_lists_are_searched_and_filtered():
    academy = InstitutionFactory()
    CourseFactory(title="Land law", institution=academy)
    CourseFactory(title="Water law", live=False)
    CourseFactory(title="Budgets")
    client = signed_in("committee_member")

    def titles(query):
        rows = csv.DictReader(StringIO(download(client, Course, "csv", query).decode()))
        return sorted(row["Title"] for row in rows)

    assert titles("&q=LAW") == ["Land law", "Water law"]
    assert titles(f"&institution={academy.code}") == ["Land law"]
    assert titles("&status=draft") == ["Water law"]
    assert titles("&q=law&status=live") == ["Land law"]


def test_the_title_in_a_list_is_that_of_the_latest_draft():
    course = CourseFactory(title="Old name")
    course.title = "New name"
    course.save_revision()

    page = signed_in("committee_member").get(admin_url(Course, "list")).content.decode()

    assert "New name" in page
    assert "live + draft" in page


ROLES = {
    "lecturer": {"edit": [CaseStudy], "see": [Course, Theme, Institution]},
    "provider_editor": {
        "edit": [Curriculum, Course, CaseStudy],
        "see": [Theme, Institution, ProgrammeCategory],
    },
    "training_manager": {"edit": [], "see": [Curriculum, Course, CaseStudy]},
    "committee_member": {"edit": MODELS, "see": []},
    "committee_chair": {"edit": MODELS, "see": [], "put away": [Curriculum, Course, CaseStudy]},
    "operator": {"edit": [], "see": []},
    "trainee": {"edit": [], "see": []},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_see_and_edits_what_it_may_edit(role):
    populate()
    client = signed_in(role)
    for model in (Curriculum, Course, CaseStudy):
        model.objects.update(owner=client.user, institution=None)
    edited, seen = ROLES[role]["edit"], ROLES[role]["see"]

    def opened(view):
        things = MODELS if view in {"list", "add"} else [model.objects.first() for model in MODELS]
        answers = zip(MODELS, [client.get(admin_url(thing, view)) for thing in things], strict=True)
        return [model for model, answer in answers if answer.status_code == 200]

    def in_order(models):
        return [model for model in MODELS if model in models]

    assert opened("list") == in_order([*edited, *seen])
    assert opened("inspect") == in_order([*edited, *seen])
    assert opened("add") == in_order(edited)
    assert opened("edit") == in_order(edited)
    assert opened("delete") == ROLES[role].get("put away", [])


@pytest.mark.parametrize("model", [Curriculum, Course, CaseStudy])
def test_content_above_the_clearance_is_not_there(model):
    populate()
    client = signed_in("committee_member")
    thing = model.objects.first()
    urls = [admin_url(thing, view) for view in (*OBJECT_VIEWS, "preview_on_edit", "lock", "unlock", "delete")]
    model.objects.update(clearance=2)

    # Every unknown address of this site leads to the same one below a language, which says 404.
    assert {url: client.get(url).get("Location") for url in urls} == {url: f"/en{url}" for url in urls}
    assert client.get(f"/en{urls[0]}").status_code == 404


def test_lists_leave_out_what_the_reader_may_not_read():
    CourseFactory(title="Open lesson")
    CourseFactory(title="Secret lesson", clearance=3)

    page = signed_in("committee_member", clearance=2).get(admin_url(Course, "list")).content.decode()

    assert "Open lesson" in page
    assert "Secret lesson" not in page


def test_a_scheduled_object_is_listed_as_such():
    course = CourseFactory(title="Next year", live=False)
    UnitFactory(course=course, themes=[ThemeFactory()])
    course.go_live_at = timezone.now() + timedelta(days=30)
    course.save_revision().publish()
    client = signed_in("committee_member")

    (row,) = csv.DictReader(StringIO(download(client, Course, "csv", "&status=scheduled").decode()))

    assert (row["Title"], row["Status"]) == ("Next year", "scheduled")


def test_choosers_list_code_title_hours_and_status():
    course = CourseFactory(code="LAND", title="Land law", live=False)
    UnitFactory(course=course, hours=Decimal("2.5"))
    client = signed_in("committee_member")

    page = client.get(chooser_url(Course, "choose_results")).content.decode()

    assert all(text in page for text in ("LAND", "Land law", "2.5", "draft"))
    chosen = client.get(chooser_url(Course, "chosen", course.pk)).json()["result"]
    assert chosen["string"] == "Land law · LAND"


@pytest.mark.parametrize("model", MODELS)
def test_choosers_search(model):
    populate(3)
    client = signed_in("committee_member")
    first = model.objects.first()
    words = first.category.code if model is BalancePolicy else first.code

    few, page = queries_of(client, chooser_url(model, "choose_results") + f"?q={words}")
    assert f"/chosen/{first.pk}/" in page.decode()

    _count, page = queries_of(client, chooser_url(model, "choose_results") + "?q=nothing-is-called-this")
    assert "/chosen/" not in page.decode()
    assert few


@pytest.mark.parametrize("model", MODELS)
def test_a_chooser_asks_as_many_questions_for_many_rows_as_for_few(model):
    client = signed_in("committee_member")
    populate(2)
    client.get(chooser_url(model, "choose_results"))
    few, _page = queries_of(client, chooser_url(model, "choose_results"))
    populate(7)

    many, _page = queries_of(client, chooser_url(model, "choose_results"))

    # Broader themes are named in their rows, one join; a second page costs nothing more.
    assert many == few


@pytest.mark.parametrize("model", [Curriculum, Course, CaseStudy])
def test_choosers_obey_the_visibility_rule(model):
    populate(2)
    hidden, open_one = model.objects.order_by("pk")
    model.objects.filter(pk=hidden.pk).update(clearance=3)
    client = signed_in("committee_member")

    page = client.get(chooser_url(model, "choose_results")).content.decode()
    assert open_one.title in page
    assert hidden.title not in page
    assert client.get(chooser_url(model, "chosen", hidden.pk)).status_code == 302
    many = chooser_url(model, "chosen_multiple") + f"?id={hidden.pk}&id={open_one.pk}&id=x"
    assert [item["id"] for item in client.get(many).json()["result"]] == [str(open_one.pk)]


@pytest.mark.parametrize("role", ROLES)
def test_choosers_answer_only_people_with_work_there(role):
    populate()
    client = signed_in(role)

    def answered(model):
        pk = model.objects.first().pk
        views = {
            "choose": chooser_url(model, "choose"),
            "choose_results": chooser_url(model, "choose_results"),
            "chosen": chooser_url(model, "chosen", pk),
            "chosen_multiple": chooser_url(model, "chosen_multiple") + f"?id={pk}",
        }
        return {view for view, url in views.items() if client.get(url).status_code == 200}

    allowed = ROLES[role]["edit"] + ROLES[role]["see"]
    whole = {"choose", "choose_results", "chosen", "chosen_multiple"}
    assert {model: answered(model) for model in MODELS} == {
        model: whole if model in allowed else set() for model in MODELS
    }


def test_what_one_may_not_read_cannot_be_chosen_by_its_number():
    populate()
    hidden = CaseFactory(clearance=3)
    committee = signed_in("committee_member")
    edit = admin_url(Course.objects.first(), "edit")

    data = form_on(committee.get(edit)) | {"units-0-case": hidden.pk}

    assert errors_on(committee.post(edit, data)) == [
        "Select something that is there. This is not one of the choices."
    ]
