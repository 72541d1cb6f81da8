"""The links workbench: whom it is for, what it lists and says, and how one decides there without scripts."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum.models import Course, LinkChange, TheoryCaseLink
from people.roles import ROLES
from tests.curriculum.links.world import WORDS, World
from tests.editor import signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    InstitutionFactory,
    LinkFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DECIDERS = {"committee_member", "committee_chair", "lecturer", "provider_editor"}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def committee():
    return signed_in("committee_member")


def page_of(response):
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")


def text(element):
    return " ".join(element.get_text().split())


def is_absent(response):
    """Whether there is nothing here: what is absent is looked for once more below the visitor's language."""
    return response.status_code == 404 or (
        response.status_code == 302 and response["Location"].startswith("/en/admin/")
    )


def rows(client, **asked):
    """Unit, case and state of every row."""
    page = page_of(client.get(reverse("links"), asked))
    table = page.find("table", class_="praxis-pairs")
    if table is None:
        return []
    return [
        (
            text(row.th.label),
            text(row.find_all("td")[1].span),
            next(row.find_all("td")[3].stripped_strings),
        )
        for row in table.tbody.find_all("tr")
    ]


def why(client, case, **asked):
    page = page_of(client.get(reverse("links"), asked))
    row = next(row for row in page.find(class_="praxis-pairs").tbody.find_all("tr") if case.code in text(row))
    return [text(line) for line in row.find(class_="praxis-why").find_all("li")]


def preview(client, world, *cases, state="confirmed", **more):
    return client.post(
        reverse("links_decide"), {"pair": [world.pair(case) for case in cases], "state": state, **more}
    )


def apply(client, response, reason="It fits."):
    """Send the form of a preview as a browser would."""
    form = next(
        form for form in page_of(response).find_all("form", method="post") if form.find(id="id_reason")
    )
    data = {"reason": reason, "step": "apply"}
    for field in form.find_all("input", type="hidden"):
        data.setdefault(field["name"], []).append(field["value"])
    return client.post(form["action"], data, follow=True)


# Who


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_the_workbench_is_for_those_who_decide(role, world):
    client = signed_in(role)
    may = role in DECIDERS

    assert (client.get(reverse("links")).status_code == 200) is may
    for name in ("links_decide", "links_theme"):
        if not may:
            answer = client.post(reverse(name), {"pair": world.pair(world.shared), "state": "confirmed"})
            assert answer.status_code in {302, 403}
    home = client.get(reverse("wagtailadmin_home"))
    assert (reverse("links") in home.content.decode()) is may


def test_a_lecturer_meets_pairs_with_a_case_of_their_own_only(world):
    client = signed_in("lecturer")
    world.alike.owner = client.user
    world.alike.save()
    for case in (world.alike, world.shared):
        LinkFactory(course=CourseFactory(), unit="gone", case=case)

    assert rows(client) == [("Compensation", "The hearing", "maybe a missing tag")]
    assert [case for _, case, _ in rows(client, state="deleted")] == ["The hearing"]


def test_a_lecturer_of_another_institution_gets_nothing(world):
    client = signed_in("lecturer")
    LinkFactory(course=world.course, case=world.shared)

    page = page_of(client.get(reverse("links")))

    assert "0 pairs" in text(page.find(class_="praxis-lead"))
    assert "Nothing is suggested to you yet." in text(page)
    for title in ("Compensation", "The road", "The hearing", "Land law"):
        assert title not in text(page)
    assert preview(client, world, world.shared).status_code == 302
    tag = f"{world.pair(world.alike)}:{world.second.code}"
    assert is_absent(client.post(reverse("links_theme"), {"theme": tag}))
    assert TheoryCaseLink.objects.count() == 1


def test_a_lecturer_who_owns_the_course_has_no_say_about_other_cases(world):
    client = signed_in("lecturer")
    world.course.owner = client.user
    world.course.save()

    assert rows(client) == []


def test_a_provider_editor_meets_what_is_of_their_institution(world):
    ours = InstitutionFactory()
    client = signed_in("provider_editor", edits_for=ours)
    assert rows(client) == []

    world.alike.institution = ours
    world.alike.save()
    assert [case for _, case, _ in rows(client)] == ["The hearing"]

    world.course.institution = ours
    world.course.save()
    assert [case for _, case, _ in rows(client)] == ["The road", "The hearing"]


@pytest.mark.parametrize(
    "hide", [{"clearance": 3}, {"live": False}, {"go_live_at": "2126-01-01T00:00Z"}, {"archived": True}]
)
@pytest.mark.parametrize("side", ["course", "case"])
def test_what_the_reader_may_not_see_is_not_listed_whatever_its_state(world, committee, hide, side):
    course, case = (
        CourseFactory(title="Hidden course"),
        CaseFactory(title="Hidden case", themes=[world.theme]),
    )
    UnitFactory(course=course, code="u1", themes=[world.theme], title="Hidden unit")
    LinkFactory(course=course, unit="gone", case=case)
    LinkFactory(course=world.course, unit="u1", case=case, state="rejected")
    LinkFactory(course=course, unit="u1", case=world.shared, state="confirmed")
    thing = course if side == "course" else case
    fields = {"live": False, "archived_at": "2026-01-01T00:00Z"} if "archived" in hide else hide
    type(thing).objects.filter(pk=thing.pk).update(**fields)

    for state in ("", "suggested", "missing", "confirmed", "rejected", "deleted"):
        listed = rows(committee, state=state)
        assert not [row for row in listed if f"Hidden {'unit' if side == 'course' else 'case'}" in row]
    assert [row for row in rows(committee, state="deleted") if "gone" in row] == []


# What is listed


def test_themes_come_before_texts_with_what_speaks_for_each(world, committee):
    assert rows(committee) == [
        ("Compensation", "The road", "suggested"),
        ("Compensation", "The hearing", "maybe a missing tag"),
    ]
    shared, alike = why(committee, world.shared), why(committee, world.alike)
    assert shared[0] == "Shares a theme: Land (counts already)"
    assert alike[0].startswith("Texts alike 0.")
    assert "compensation" in alike[0]
    assert alike[1].startswith("Facts as of 2026-11-01, freshness 0.9")
    assert alike[2] == "Is a tag missing on the unit? Add “Hearings”"


def test_decisions_are_listed_with_who_and_why_and_suggested_no_more(world, committee):
    mira = UserFactory(name="Mira Member")
    LinkFactory(course=world.course, case=world.shared, state="rejected", reason="Too old.", by=mira)
    LinkFactory(course=world.course, case=world.alike, state="confirmed")

    assert rows(committee) == []
    assert rows(committee, state="rejected") == [("Compensation", "The road", "rejected")]
    assert rows(committee, state="confirmed") == [("Compensation", "The hearing", "confirmed")]
    page = page_of(committee.get(reverse("links"), {"state": "rejected"}))
    assert "Mira Member, 20" in text(page.find(class_="praxis-pairs"))
    assert "Too old." in text(page.find(class_="praxis-pairs"))
    summary = [text(link) for link in page.find(class_="praxis-lead").find_next("p").find_all("a")]
    assert summary == ["1 confirmed", "1 rejected", "All to decide"]


def test_a_rejection_survives_other_tags(world, committee):
    LinkFactory(course=world.course, case=world.shared, state="rejected")

    world.shared.themes.set([world.theme, world.second])
    world.unit.themes.set([world.theme, world.second])
    for thing in (world.shared, world.unit):
        thing.theme_items.commit()

    assert ("Compensation", "The road", "suggested") not in rows(committee)
    assert rows(committee, state="rejected") == [("Compensation", "The road", "rejected")]


def test_a_word_about_a_case_silences_its_translations(world, committee):
    chinese = CaseFactory(title="Weg", translation_of=world.shared, themes=[world.theme], language="zh-hans")
    assert len([row for row in rows(committee) if row[1] in ("The road", "Weg")]) == 1

    LinkFactory(course=world.course, case=chinese, state="rejected")

    assert [row for row in rows(committee) if row[1] in ("The road", "Weg")] == []


def test_links_of_deleted_units_are_kept_and_listed(world, committee):
    LinkFactory(course=world.course, unit="u1", case=world.shared, state="confirmed")
    world.unit.delete()

    assert rows(committee) == []
    assert rows(committee, state="deleted") == [("u1", "The road", "kept for a deleted unit")]
    assert (
        "The published course has no such unit."
        in page_of(committee.get(reverse("links"), {"state": "deleted"})).get_text()
    )


def test_the_link_of_a_unit_that_is_only_in_a_draft_is_no_leftover(world, committee):
    draft = world.course.get_latest_revision_as_object()
    draft.units.create(code="new", title="New", sort_order=9)
    draft.save_revision()
    LinkFactory(course=world.course, unit="new", case=world.shared, state="confirmed")
    client = signed_in("lecturer")
    world.shared.owner = client.user
    world.shared.save()

    assert rows(committee, state="confirmed") == [("new", "The road", "confirmed")]
    assert rows(committee, state="deleted") == []
    assert [state for _, _, state in rows(client, state="deleted")] == ["kept for a deleted unit"]


def test_units_without_theory_and_a_units_own_case_need_no_suggestion(world, committee):
    UnitFactory(course=world.course, delivery_method="site_visit", themes=[world.theme], title="Visit")
    UnitFactory(course=world.course, neutral=True, themes=[world.theme], title="Opening")
    UnitFactory(
        course=world.course,
        delivery_method="workshop",
        themes=[world.theme],
        title="Workshop",
        case=world.shared,
    )

    assert {unit for unit, _, _ in rows(committee)} == {"Compensation"}


def test_filters_narrow_by_curriculum_course_theme_and_language(world, committee):
    other = CourseFactory(code="zh", title="征地", language="zh-hans")
    UnitFactory(course=other, code="u1", title="补偿", themes=[world.theme])
    world.curriculum(code="cur")

    assert {unit for unit, _, _ in rows(committee)} == {"Compensation", "补偿"}
    assert {unit for unit, _, _ in rows(committee, curriculum="cur")} == {"Compensation"}
    assert {unit for unit, _, _ in rows(committee, course="LAW")} == {"Compensation"}
    assert {unit for unit, _, _ in rows(committee, course="征")} == {"补偿"}
    assert {unit for unit, _, _ in rows(committee, language="zh-hans")} == {"补偿"}
    assert {case for _, case, _ in rows(committee, theme=world.second.code)} == {"The hearing"}
    for nonsense in ({"curriculum": "x"}, {"theme": "x"}, {"state": "x"}, {"language": "x"}, {"p": "x"}):
        assert len(rows(committee, **nonsense)) == 3


def test_nothing_matches_says_so_with_a_way_out(world, committee):
    page = page_of(committee.get(reverse("links"), {"course": "nowhere"}))

    assert "No pair matches these filters." in text(page)
    assert page.find("a", string="Clear all")["href"] == reverse("links")


def test_fifty_rows_a_page_and_pages_keep_the_filters(world, committee):
    for number in range(30):
        UnitFactory(
            course=world.course, code=f"x{number}", title=f"X{number}", themes=[world.theme, world.second]
        )

    first = rows(committee, course="land")
    assert len(first) == 50
    page = page_of(committee.get(reverse("links"), {"course": "land"}))
    following = page.find("a", rel="next")["href"]
    assert parse_qs(urlsplit(following).query) == {"course": ["land"], "p": ["2"]}
    assert len(rows(committee, course="land", p=2)) == 12


def test_as_many_queries_for_many_pairs_as_for_one(committee):
    world = World()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            shown = len(rows(committee))
        return shown, len(captured)

    LinkFactory(course=world.course, unit="u9", case=world.other, by=UserFactory())
    queries()
    few = queries()
    for number in range(12):
        course = CourseFactory()
        UnitFactory(course=course, code="u1", themes=[world.theme, ThemeFactory()], summary=WORDS)
        CaseFactory(themes=[world.theme], body=WORDS)
        LinkFactory(course=course, unit=f"u{number}", case=world.other, by=UserFactory())
    many = queries()

    assert few[0] == 2 < 15 < many[0]
    assert few[1] == many[1]


# Deciding


def test_a_preview_shows_what_would_change_and_writes_nothing(world, committee):
    world.curriculum(world.alike, code="cur", title="Governance")
    world.curriculum(code="unmoved")

    page = page_of(preview(committee, world, world.alike))

    assert text(page.find(class_="praxis-lead")) == "The coverage of 1 curriculum changes."
    cells = [text(cell) for cell in page.find(class_="praxis-work").table.tbody.tr.find_all(["th", "td"])]
    assert cells == ["Governance cur", "Act 0.0% → becomes Within limits 100.0%", "as live"]
    assert "1 curriculum with these units stays as it is." in text(page)
    assert not TheoryCaseLink.objects.exists()


def test_confirming_asks_why_and_comes_back_to_the_same_rows(world, committee):
    shown = preview(committee, world, world.alike, query="course=land&evil=<x>")

    refused = apply(committee, shown, reason=" ")
    problem = page_of(refused).find(class_="praxis-problem")
    assert "Say why" in text(problem)
    assert problem.a["href"] == "#id_reason"
    assert not TheoryCaseLink.objects.exists()

    done = apply(committee, refused)
    assert done.redirect_chain == [(f"{reverse('links')}?course=land&evil=%3Cx%3E", 302)]
    assert "1 link is confirmed." in text(page_of(done))
    link = TheoryCaseLink.objects.get()
    assert (link.case, link.state, link.by, link.reason) == (
        world.alike,
        "confirmed",
        committee.user,
        "It fits.",
    )


def test_several_are_rejected_with_one_reason(world, committee):
    done = apply(
        committee, preview(committee, world, world.alike, world.shared, state="rejected"), "Too far."
    )

    assert "2 links are rejected." in text(page_of(done))
    assert set(TheoryCaseLink.objects.values_list("state", "reason")) == {("rejected", "Too far.")}


def test_a_decision_made_meanwhile_is_left_and_said(world, committee):
    shown = preview(committee, world, world.alike)
    LinkFactory(course=world.course, case=world.alike, state="rejected")

    done = apply(committee, shown)

    assert "somebody has decided about it since" in text(page_of(done))
    assert TheoryCaseLink.objects.get().state == "rejected"


def test_what_stands_already_is_said(world, committee):
    LinkFactory(course=world.course, case=world.alike, state="confirmed")

    assert "all of it stood there already" in text(
        page_of(apply(committee, preview(committee, world, world.alike)))
    )


def test_nothing_ticked_nonsense_and_strangers(world, committee):
    answer = committee.post(reverse("links_decide"), {"state": "confirmed", "pair": ["x", "1/u1/999999"]})
    assert answer.status_code == 302
    assert committee.get(reverse("links_decide")).status_code == 302
    assert is_absent(preview(committee, world, world.alike, state="perhaps"))
    unknown = {"state": "confirmed", "pair": [world.pair(world.alike, "no-such-unit")]}
    assert committee.post(reverse("links_decide"), unknown).status_code == 302
    assert committee.get(reverse("links_theme")).status_code == 405
    assert not TheoryCaseLink.objects.exists()


def test_as_many_queries_for_many_ticked_as_for_one(world, committee):
    world.curriculum(world.alike, world.shared)
    preview(committee, world, world.alike)
    with CaptureQueriesContext(connection) as few:
        preview(committee, world, world.alike)
    cases = [CaseFactory(themes=[world.second], body=WORDS) for _ in range(8)]
    with CaptureQueriesContext(connection) as many:
        preview(committee, world, *cases)

    assert len(few) == len(many)


# Taking back


def test_the_latest_decision_is_taken_back_from_the_list(world, committee):
    apply(committee, preview(committee, world, world.alike, world.shared))
    page = page_of(committee.get(reverse("links")))
    form = page.find(class_="praxis-latest")
    assert text(form.span).startswith("Your latest decision: 2 links confirmed, 20")

    done = committee.post(form["action"], follow=True)

    assert "2 links are as they were." in text(page_of(done))
    assert not TheoryCaseLink.objects.exists()
    assert page_of(committee.get(reverse("links"))).find(class_="praxis-latest") is None
    again = committee.post(form["action"], follow=True)
    assert "taken back already" in text(page_of(again))


def test_other_peoples_decisions_cannot_be_taken_back(world, committee):
    apply(committee, preview(committee, world, world.alike))
    change = LinkChange.objects.get()

    for role in ("committee_chair", "lecturer"):
        assert is_absent(signed_in(role).post(reverse("links_undo", args=[change.pk])))
    assert signed_in("trainee").post(reverse("links_undo", args=[change.pk])).status_code in {302, 403}
    assert TheoryCaseLink.objects.count() == 1


# A missing tag


def test_the_missing_tag_is_added_by_its_button(world, committee):
    page = page_of(committee.get(reverse("links")))
    button = page.find("button", attrs={"name": "theme"})
    assert button["formaction"] == reverse("links_theme")

    done = committee.post(button["formaction"], {"theme": button["value"]}, follow=True)

    assert "“Hearings” is added to the unit, in a draft of “Land law”." in text(page_of(done))
    assert Course.objects.get().has_unpublished_changes
    refused = committee.post(button["formaction"], {"theme": button["value"]}, follow=True)
    assert "has this theme in its draft already" in text(page_of(refused))


def test_who_may_not_change_the_course_is_told_what_it_may_lack(world):
    client = signed_in("lecturer")
    world.alike.owner = client.user
    world.alike.save()

    assert why(client, world.alike)[2] == "Maybe the unit lacks: Hearings"
    answer = client.post(reverse("links_theme"), {"theme": f"{world.pair(world.alike)}:{world.second.code}"})
    assert answer.status_code in {302, 403}
    assert not Course.objects.get().has_unpublished_changes


def test_only_a_theme_of_the_case_is_added(world, committee):
    for value in (f"{world.pair(world.alike)}:{ThemeFactory().code}", "nonsense", world.pair(world.alike)):
        assert is_absent(committee.post(reverse("links_theme"), {"theme": value}))
    assert not Course.objects.get().has_unpublished_changes


# Without scripts


def test_pages_hold_no_script_or_style_of_their_own(world, committee):
    world.curriculum(world.alike)
    for response in (committee.get(reverse("links")), preview(committee, world, world.alike)):
        main = page_of(response).find(class_="praxis-work")
        assert main.find("script") is None
        for element in main.find_all(True):
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]
