"""The table of rights: every view of content x object x method x role."""

import os

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.template.response import SimpleTemplateResponse
from django.urls import resolve
from django.views.generic import View
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cases.models import CaseStudy
from editing.views.permitted import NEEDS, need_of
from editing.viewsets import CodedViewSet, ContentViewSet
from tests.editing.rights import (
    ACTORS,
    HEADER,
    KINDS,
    NONE,
    TABLE,
    addresses,
    cells,
    is_about_one,
    methods,
    outcome,
    path_to,
    world_of,
)

pytestmark = pytest.mark.django_db
LETTERS = "".join(ACTORS)
CHOOSE = "/admin/snippets/choose/cases/casestudy/"
VIEWS = sorted(set().union(*(addresses(model) for model in KINDS.values())))
ABOUT_ONE = sorted(name for name, route in addresses(CaseStudy).items() if is_about_one(route))
READING = {"inspect", "usage", "list", "list_results"} | {
    name for name in VIEWS if name.startswith("chooser:")
}
"""Views in which people meet what they may see without being allowed to change it."""


@pytest.fixture
def undrawn(monkeypatch):
    """Whether a page answers is known before it is drawn; lists are drawn by those who read them."""
    monkeypatch.setattr(SimpleTemplateResponse, "render", lambda self: self)


def table():
    """The letters of the table: kind -> (view, method, object) -> letters of all people."""
    found = {kind: {} for kind in KINDS}
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            view, method, obj, *letters = line.split()
            for kind, entry in zip(KINDS, letters, strict=True):
                found[kind][view, method, obj] = entry
    return found


def observed(kind):
    """The same as it is."""
    world = world_of(kind)
    return {
        (view, method, obj): letters
        for view in VIEWS
        for method in methods(world.model, view)
        for obj, letters in cells(world, view, method).items()
    }


@pytest.mark.skipif("PRAXIS_WRITE_RIGHTS" not in os.environ, reason="writes the table anew")
def test_the_table_is_written(undrawn):
    kinds = [observed(kind) for kind in KINDS]
    rows = [
        f"{view:<30} {method:<4} {obj:<16} {'  '.join(kind[view, method, obj] for kind in kinds)}"
        for view, method, obj in kinds[0]
    ]
    TABLE.write_text(HEADER + "\n".join(rows) + "\n")


@pytest.mark.parametrize("kind", KINDS)
def test_every_view_answers_each_role_as_the_table_says(kind, undrawn):
    assert observed(kind) == table()[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_in_the_bin_is_in_no_view(kind):
    for (view, method, obj), letters in table()[kind].items():
        if obj.endswith(".archived"):
            assert not set(letters) & {"o", "x"}, (view, method, obj)


@pytest.mark.parametrize("kind", KINDS)
def test_drafts_of_others_are_absent_like_nothing(kind):
    for (view, method, obj), letters in table()[kind].items():
        if obj == "foreign.draft":
            for actor in "LPTO":
                assert letters[LETTERS.index(actor)] in "ad", (view, method, actor)
                if view in ABOUT_ONE and view != "chooser:chosen":
                    assert letters[LETTERS.index(actor)] == "a", (view, method, actor)


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_others_published_only_the_reading_views_answer(kind):
    for (view, method, obj), letters in table()[kind].items():
        if obj in {"foreign.live", "foreign.review"} and view not in READING:
            assert not {letters[LETTERS.index(actor)] for actor in "LPTtO"} & {"o", "x"}, (view, method)


@pytest.mark.parametrize("kind", KINDS)
def test_only_chairs_take_things_off_the_site_and_not_while_they_are_under_review(kind):
    for (view, method, obj), letters in table()[kind].items():
        if view in {"unpublish", "revisions_unschedule"}:
            allowed = {actor for actor, letter in zip(LETTERS, letters, strict=True) if letter == "o"}
            expected = set() if obj.endswith((".review", ".archived")) else {"C", "S"}
            assert allowed == expected, (view, method, obj)


@pytest.mark.parametrize("kind", KINDS)
def test_people_without_work_in_the_admin_meet_nothing(kind):
    for (view, method, obj), letters in table()[kind].items():
        assert letters[LETTERS.index("t")] == "d", (view, method, obj)
        assert letters[LETTERS.index("O")] in "ad", (view, method, obj)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_question_before_it_no_view_is_as_the_table_says(kind, undrawn, monkeypatch):
    world = world_of(kind)
    # What others have under review and never published is as absent as their other drafts.
    world.model.objects.filter(pk=world.objects["foreign", "review"].pk).update(live=False)
    monkeypatch.setattr(ContentViewSet, "construct_view", CodedViewSet.construct_view)
    bare = {pattern.name: pattern.callback for pattern in world.model.snippet_viewset.get_urlpatterns()}

    def answers(name, view):
        return {
            outcome(world.people[actor], method, path_to(world, name, ("foreign", state)), view)
            for method in methods(world.model, name)
            for state in ("draft", "review", "archived")
            for actor in "LP"
        }

    names = [name for name in ABOUT_ONE if name in bare]
    assert len(names) >= 22
    assert [name for name in names if answers(name, None) != {"a"}] == []
    assert [name for name in names if answers(name, bare[name]) == {"a"}] == []


def test_a_view_that_nobody_has_thought_about_is_not_built():
    class NewView(View):
        pass

    with pytest.raises(ImproperlyConfigured, match="NewView"):
        need_of(NewView)


def test_every_stock_view_of_one_object_has_an_entry():
    class StockViewSet(SnippetViewSet):
        model = CaseStudy
        inspect_view_enabled = True

    for pattern in StockViewSet().get_urlpatterns():
        assert need_of(pattern.callback.view_class) in {*NEEDS.values()}, pattern.name


STILL_OPEN = {
    "edit": "GET",
    "history": "GET",
    "history_results": "GET",
    "usage": "GET",
    "inspect": "GET",
    "revisions_view": "GET",
    "revisions_compare": "GET",
    "revisions_revert": "GET",
    "workflow_history": "GET",
    "confirm_workflow_cancellation": "GET",
    "unpublish": "POST",
    "delete": "POST",
    "lock": "POST",
}


@pytest.mark.parametrize(("name", "method"), STILL_OPEN.items())
def test_wagtails_own_views_still_ask_about_the_model_only(name, method, undrawn, settings):
    """Where this fails, Wagtail asks about the object now, and the entry in `NEEDS` may go."""

    class StockViewSet(SnippetViewSet):
        model = CaseStudy
        inspect_view_enabled = True

    world = world_of("case")
    codes = [f"{verb}_casestudy" for verb in ("publish", "delete", "lock")]
    world.people["L"].user_permissions.set(Permission.objects.filter(codename__in=codes))
    view = {pattern.name: pattern.callback for pattern in StockViewSet().get_urlpatterns()}[name]

    assert outcome(world.people["L"], method, path_to(world, name, ("foreign", "live")), view) == "o"


@pytest.mark.parametrize("name", ["choose", "chosen"])
def test_wagtails_own_choosers_still_answer_everybody(name, undrawn):
    """Where this fails, Wagtail asks who chooses, and what `AskedMixin` does may go."""

    class StockChooserViewSet(SnippetChooserViewSet):
        model = CaseStudy

    world = world_of("case")
    chooser = StockChooserViewSet("wagtailsnippetchoosers_cases_casestudy")
    view = {pattern.name: pattern.callback for pattern in chooser.get_urlpatterns()}[name]

    path = path_to(world, "chooser:chosen", ("foreign", "draft")) if name == "chosen" else CHOOSE
    assert outcome(world.people["O"], "GET", path, view) == "o"


def test_an_answer_cannot_be_given_through_the_address_of_another_object(undrawn):
    world = world_of("case")
    step = world.arguments["foreign", "review"]["task_state_id"]
    path = path_to(world, "workflow_action", ("ours", "review"))
    own = world.arguments["ours", "review"]["task_state_id"]

    assert outcome(world.people["P"], "POST", path) == "o"
    assert outcome(world.people["P"], "POST", path.replace(f"/{own}/", f"/{step}/")) == "a"


def test_the_addresses_in_the_table_are_those_of_the_site():
    assert {view for view, _method, _obj in table()["case"]} == set(VIEWS)
    assert all(obj == NONE or "." in obj for _view, _method, obj in table()["case"])
    assert resolve("/admin/snippets/cases/casestudy/").func
