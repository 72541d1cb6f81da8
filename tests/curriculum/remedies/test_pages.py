"""The cards and the calls in the admin, the command, and what they read: rights, names, queries."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curriculum.balance.loaders import Drafts
from curriculum.models import CallState, CaseCall, Curriculum, RemedyDecision
from curriculum.remedies import actions
from curriculum.remedies.queries import calls, material
from people.roles import ROLES
from tests.curriculum.remedies.world import World, world
from tests.editor import admin_url, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CHANGERS = {"committee_member", "committee_chair"}
WRITERS = {"committee_member", "committee_chair", "lecturer", "provider_editor"}


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def worked() -> World:
    return world()


def address(name="curriculum_suggestions", code="worked"):
    return reverse(name, args=[code])


def page(client, url=None, status=200, **parameters):
    response = client.get(url or address(), parameters)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def text(element):
    return " ".join(element.get_text().split())


def cards(found):
    return found.find_all("article", class_="praxis-suggestion")


def send(client, form, **more):
    """Send one of the plain forms of a page."""
    data = {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}
    return client.post(form["action"], {**data, **more}, follow=True)


def form_to(card, act):
    return next(form for form in card.find_all("form") if form.get("action", "").endswith(f"/{act}/"))


def latest(curriculum):
    return Curriculum.objects.get(pk=curriculum.pk).latest_revision


# The page


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_only_who_may_change_the_curriculum_sees_its_suggestions(worked, role):
    client = signed_in(role)
    status = client.get(address()).status_code
    if role in CHANGERS:
        assert status == 200
    else:
        # Trainees have no admin at all; for others it is as absent as what does not exist.
        assert status in (404, 302, 403)
        assert status == client.get(address(code="nothing")).status_code
        post = client.post(address("curriculum_suggestion_reject"), {"plan": "x", "reason": "No."})
        assert post.status_code == client.post(address("curriculum_suggestion_reject", "nothing")).status_code
    assert not RemedyDecision.objects.exists()


def test_the_first_card_places_k2_with_its_effect_before_its_buttons(committee, worked):
    found = page(committee, max_hours="34")

    first = cards(found)[0]
    said = text(first)
    assert "Place the case “Case k2”, 4 h, after 1.3 “Course CU”." in said
    assert "4 h of theory have no current case: 1.3.1 (4 h) (Theme C)." in said
    assert "5 h of theory hang on the case “Case gamma” alone: 1.5.1 (3 h), 1.5.2 (2 h)." in said
    assert "Watch 76.5% Within limits 100.0%" in said
    assert "Adds 4 h: 28 become 32 h." in said
    assert said.index("100.0%") < said.index("Place in draft")
    assert "“Case k1”: 1 h shorter. Misses: Dependence on one case." in said
    assert "Whoever may change the curriculum takes it into the draft" in said
    assert "No other plan reaches the goals with fewer hours" in said


def test_accepting_and_undoing_through_the_page(committee, worked):
    answer = send(committee, form_to(cards(page(committee, max_hours="34"))[0], "accept"))

    assert "The suggestion is in the draft now." in answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("?max_hours=34#suggestions")
    placements = latest(worked.curriculum).content["modules"][0]["placements"]
    assert worked.cases["k2"].pk in [placement["case"] for placement in placements]

    found = BeautifulSoup(answer.content, "html.parser")
    send(committee, form_to(found, "undo"))

    placements = latest(worked.curriculum).content["modules"][0]["placements"]
    assert worked.cases["k2"].pk not in [placement["case"] for placement in placements]


def test_a_card_that_was_overtaken_says_so_and_the_page_is_computed_anew(committee, worked):
    form = form_to(cards(page(committee, max_hours="34"))[0], "accept")
    worked.curriculum.save_revision()

    answer = send(committee, form)

    assert "The draft has changed since this was suggested." in answer.content.decode()
    assert cards(BeautifulSoup(answer.content, "html.parser"))
    assert Curriculum.objects.get().revisions.count() == 1


def test_rejecting_keeps_the_card_away_until_it_is_taken_back(committee, worked):
    form = form_to(cards(page(committee, max_hours="34"))[0], "reject")
    assert "Say why you reject it" in send(committee, form, reason=" ").content.decode()

    answer = send(committee, form, reason="Too long for us.")

    found = BeautifulSoup(answer.content, "html.parser")
    assert not any("Case k2" in text(card.find("h4")) for card in cards(found))
    assert "Too long for us." in text(found)
    answer = send(committee, form_to(found, "take-back"))
    assert "Case k2" in text(cards(BeautifulSoup(answer.content, "html.parser"))[0].find("h4"))


def test_a_plan_that_was_altered_is_refused(committee, worked):
    response = committee.post(address("curriculum_suggestion_accept"), {"plan": "place:k2"})

    assert response.status_code == 400


def test_nobody_is_sent_to_another_site(committee, worked):
    form = form_to(cards(page(committee, max_hours="34"))[0], "reject")

    answer = send(committee, form, reason="No.", next="https://elsewhere.example/")

    assert answer.redirect_chain[0][0] == f"{address()}#suggestions"


def test_a_decision_of_another_curriculum_is_absent(committee, worked):
    other = CurriculumFactory()
    decision = actions.reject(by=committee.user, curriculum=other, what="place:k2", reason="No.")

    for pk in (str(decision.pk), "x", ""):
        url = address("curriculum_suggestion_take_back")
        assert committee.post(url, {"decision": pk}, follow=True).status_code == 404
    assert RemedyDecision.objects.get().taken_back_at is None


def test_under_no_data_only_tags_are_suggested(committee):
    curriculum = CurriculumFactory(code="bare")
    ModuleFactory(curriculum=curriculum)

    assert "No timed units yet." in text(page(committee, address(code="bare")))


def test_hours_that_are_no_hours_are_named(committee, worked):
    found = page(committee, max_hours="many")

    assert "At most so many hours" in text(found.find(class_="praxis-problem"))


def test_cases_without_hours_are_counted_as_left_out(committee):
    worked = world(pool=False)
    CaseFactory(code="untimed")

    said = text(page(committee, address(code=worked.curriculum.code)))

    # Those that are placed have their hours from the placement, and none of their own.
    assert "5 cases of the library are left out" in said


# Names


def test_only_cases_that_the_reader_may_see_are_suggested(worked):
    editor = UserFactory(roles=["committee_member"])
    worked.cases["k2"].clearance = 3
    worked.cases["k2"].save()
    worked.cases["gamma"].clearance = 3
    worked.cases["gamma"].save()

    found = material(worked.curriculum, drafts=Drafts.NONE, as_of=date(2026, 1, 1), reader=editor)
    everything = material(worked.curriculum, drafts=Drafts.NONE, as_of=date(2026, 1, 1), reader=None)

    assert {candidate.code for candidate in found.candidates} == {"k1", "k3", "k4", "k5"}
    assert len(everything.candidates) == 5


def test_a_placed_case_that_the_reader_may_not_see_is_not_named(committee, worked):
    for name in ("gamma", "k2"):
        worked.cases[name].clearance = 3
        worked.cases[name].title = "MARKER"
        worked.cases[name].save()

    found = page(committee, max_hours="34")

    assert "MARKER" not in str(found)
    assert "gamma" not in text(found)
    assert "restricted case 1" in text(found)


def test_drafts_and_the_bin_are_no_pool(worked):
    worked.cases["k1"].unpublish()
    worked.cases["k3"].archived_at = timezone.now()
    worked.cases["k3"].save()

    found = material(worked.curriculum, drafts=Drafts.ALL, as_of=date(2026, 1, 1), reader=None)

    assert {candidate.code for candidate in found.candidates} == {"k2", "k4", "k5"}


def test_other_published_curricula_that_place_a_case_are_counted(worked):
    for live in (True, True, False):
        module = ModuleFactory(curriculum=CurriculumFactory(live=live))
        PlacementFactory(module=module, case=worked.cases["k2"])
        PlacementFactory(module=module, case=worked.cases["k2"])

    found = material(worked.curriculum, drafts=Drafts.NONE, as_of=date(2026, 1, 1), reader=None)

    uses = {candidate.code: candidate.used_in for candidate in found.candidates}
    assert (uses["k2"], uses["k1"]) == (2, 0)


# Queries


def test_the_page_asks_as_many_queries_for_many_cases_as_for_few(committee, worked):
    committee.get(address())
    with CaptureQueriesContext(connection) as few:
        page(committee, max_hours="34")
    theme = worked.cases["k1"].themes.get()
    for number in range(20):
        case = CaseFactory(code=f"more-{number}", themes=[theme], suggested_hours=Decimal(6))
        PlacementFactory(module=ModuleFactory(curriculum=CurriculumFactory()), case=case)
        actions.reject(
            by=committee.user, curriculum=worked.curriculum, what=f"place:more-{number}", reason="No."
        )

    with CaptureQueriesContext(connection) as many:
        page(committee, max_hours="34")

    assert len(many) == len(few)


# Cases to be written


def test_two_new_cases_are_asked_for_in_words_and_in_one_call(committee):
    curriculum = CurriculumFactory(code="theory", category=PolicyFactory().category)
    course = CourseFactory(title="Only theory")
    theme = ThemeFactory(code="A", label_en="Theme A")
    for number in range(5):
        UnitFactory(course=course, code=f"t{number}", hours=Decimal("0.7"), themes=[theme])
    PlacementFactory(module=ModuleFactory(curriculum=curriculum), course=course)

    card = cards(page(committee, address(code="theory")))[0]

    said = text(card)
    assert "Have a case on Theme A written, 2 h" in said
    assert "Have a second case on Theme A written, 2 h" in said
    assert "With a second case, theory on Theme A does not hang on one case alone." in said
    assert "a new case about Theme A: 2 h shorter. Misses: Dependence on one case." in said
    send(committee, form_to(card, "commission"))
    call = CaseCall.objects.get()
    assert (call.title, call.hours, call.themes.get()) == ("2 cases about Theme A", 4, theme)
    send(committee, form_to(card, "reject"), reason="Too much.")
    rejected = text(page(committee, address(code="theory")))
    assert "a new case about Theme A, a second new case about Theme A" in rejected


def test_a_call_is_made_seen_and_answered(committee):
    worked = world(pool=False)
    card = next(card for card in cards(page(committee)) if "Have a case on Theme C written" in text(card))
    form = form_to(card, "commission")

    past = send(committee, form, wanted_by="2020-01-01")
    assert "Choose a day from today on." in past.content.decode()
    answer = send(committee, form, wanted_by="2099-01-31")

    call = CaseCall.objects.get()
    assert (call.title, call.curriculum, call.made_by) == (
        "Case about Theme C",
        worked.curriculum,
        committee.user,
    )
    assert (str(call.wanted_by), call.hours) == ("2099-01-31", 3)
    assert "A call for this case is out." in answer.content.decode()

    lecturer = signed_in("lecturer")
    add = lecturer.get(admin_url(type(worked.cases["alpha"]), "add"))
    assert "1 case is wanted: see the calls" in add.content.decode()
    listing = page(lecturer, reverse("case_calls"))
    said = text(listing.find(class_="praxis-calls"))
    assert "About Theme C, 3 h. Wanted by 2099-01-31. For “Worked example”." in said
    assert not listing.find("form", action=reverse("case_call_withdraw", args=[call.pk]))

    form = listing.find("form", action=reverse("case_call_answer", args=[call.pk]))
    assert "There is no case “nothing”" in send(lecturer, form, case="nothing").content.decode()
    send(lecturer, form, case="alpha")

    call.refresh_from_db()
    assert (call.state, call.answered_by.code) == (CallState.ANSWERED, "alpha")
    assert "This call is closed already." in send(lecturer, form, case="alpha").content.decode()
    answered = page(lecturer, reverse("case_calls"), state="answered")
    assert "answered by “Case alpha”" in text(answered)


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_the_list_of_calls_is_for_those_who_write_cases(role):
    client = signed_in(role)
    may = role in WRITERS

    assert (client.get(reverse("case_calls")).status_code == 200) is may
    assert (client.get(reverse("case_calls"), {"state": "x"}).status_code == 200) is may
    home = client.get(reverse("wagtailadmin_home"))
    assert (reverse("case_calls") in home.content.decode()) is may


def test_a_curriculum_or_case_that_one_may_not_see_is_not_named_in_the_list(committee):
    worked = world(audience="restricted", title="MARKER")
    call = actions.commission(
        by=committee.user,
        curriculum=worked.curriculum,
        what="x",
        title="About C",
        themes=["C"],
        hours=Decimal(2),
    )
    hidden = CaseFactory(title="MARKER", clearance=3)
    CaseCall.objects.filter(pk=call.pk).update(state=CallState.ANSWERED, answered_by=hidden)

    found = page(signed_in("lecturer"), reverse("case_calls"), state="answered")

    assert "MARKER" not in str(found)
    assert "For a restricted curriculum." in text(found)
    assert "answered by a restricted case" in text(found)


def test_the_list_asks_as_many_queries_for_many_calls_as_for_few(committee):
    def make(number):
        actions.commission(
            by=committee.user,
            curriculum=world_of_calls[number % 2],
            what="x",
            title="About C",
            themes=["C"],
            hours=Decimal(2),
        )

    world_of_calls = [world().curriculum, CurriculumFactory()]
    counts = []
    for target in (2, 20):
        while CaseCall.objects.count() < target:
            make(CaseCall.objects.count())
        with CaptureQueriesContext(connection) as asked:
            calls(committee.user)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# The command


def run(*arguments):
    out = io.StringIO()
    call_command("balance_remedies", *arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments):
    return json.loads(run("worked", "--format", "json", "--as-of", "2026-01-01", *arguments))


def test_the_command_ranks_plans_with_before_and_after(worked):
    found = as_json("--max-hours", "34")

    assert (found["code"], found["view"], found["as_of"], found["max_hours"]) == (
        "worked",
        "live",
        "2026-01-01",
        34,
    )
    assert found["goals"]["orphan_practice"] == {"low": None, "high": 0.2}
    assert found["before"]["linkage_coverage"] == pytest.approx(13 / 17)
    first = found["plans"][0]
    assert (first["cases"], first["rank"], first["proof"]) == (["k2"], 1, "best")
    assert first["placements"][0]["after"] == "CU"
    assert first["after"]["mean_gap"] == pytest.approx(16 / 17)
    assert [plan["cases"] for plan in found["plans"]] == [["k2"], ["k1", "k4"], ["k2", "k4"]]


def test_goals_of_the_request_replace_the_green_limits(worked):
    found = as_json("--max-hours", "34", "--goal", "orphan_practice=0.1")

    assert not found["reaches_goals"]
    assert found["proven"]
    assert (found["plans"][0]["cases"], found["plans"][0]["missed_goals"]) == (["k2"], ["orphan_practice"])


def test_the_draft_view_judges_this_curriculum_as_if_approved(worked):
    member = UserFactory(roles=["committee_member"])
    row = actions.Row("k2", Decimal(4), 0, 3)
    actions.accept(by=member, curriculum=worked.curriculum, what="place:k2", rows=[row], shown="")

    assert as_json("--max-hours", "34")["plans"]
    drafted = as_json("--max-hours", "34", "--view", "draft")
    assert (drafted["view"], drafted["plans"], drafted["reaches_goals"]) == ("proposed", [], True)


def test_the_command_speaks_to_people_too(worked):
    said = run("worked", "--max-hours", "34", "--as-of", "2026-01-01")

    assert said.startswith(
        "Worked example: Disconnected\n\n1. Place the case “Case k2”, 4 h, after 1.3 “Course CU”."
    )
    assert "Theory with a case: 76.5% > 100.0% (Within limits)" in said


def test_with_a_reader_hidden_cases_have_no_names(worked):
    worked.cases["gamma"].clearance = 3
    worked.cases["gamma"].save()
    reader = UserFactory(roles=["committee_member"])

    said = run("worked", "--format", "json", "--as-of", "2026-01-01", "--user", reader.email)

    assert "gamma" not in said
    assert "restricted case 1" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "There is no curriculum with the code nothing."),
        (["worked", "--goal", "happiness=1"], "“happiness” cannot be a goal here"),
        (["worked", "--goal", "linkage_coverage"], "“linkage_coverage” is no goal."),
        (["worked", "--goal", "linkage_coverage=80"], "is no goal. Write a measure and a value from 0 to 1"),
        (["worked", "--as-of", "tomorrow"], "“tomorrow” is not a date."),
        (["worked", "--max-hours", "-1"], "--max-hours must be 0 or more"),
        (["worked", "--user", "nobody@example.org"], "There is no account in use"),
    ],
)
def test_the_command_says_what_is_wrong(worked, arguments, words):
    with pytest.raises(CommandError, match=words.replace("(", r"\(")):
        run(*arguments)


def test_the_live_view_refuses_what_is_not_published(worked):
    worked.curriculum.unpublish()

    with pytest.raises(CommandError, match="Not published: worked"):
        run("worked")
