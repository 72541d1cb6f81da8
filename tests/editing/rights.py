"""Who may do what with which object: the table in `rights.txt`, and how it is found out.

`python -m pytest tests/editing/test_rights.py` compares. After a change that is meant, write the table anew
with `PRAXIS_WRITE_RIGHTS=1` set, and read the difference before committing it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import get_resolver, resolve
from django.utils import timezone
from wagtail.admin.auth import require_admin_access

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from people.models import User
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)
from tests.praxis.access import address

TABLE = Path(__file__).with_name("rights.txt")
ACTORS = {
    "M": "committee_member",
    "C": "committee_chair",
    "L": "lecturer",
    "P": "provider_editor",
    "T": "training_manager",
    "t": "trainee",
    "O": "operator",
    "S": "superuser",
}
KINDS = {"case": CaseStudy, "course": Course, "curriculum": Curriculum}
OWNERS = ("own", "ours", "foreign")
STATES = ("draft", "live", "review", "archived")
METHODS = ("GET", "POST")
SOMETHING = {"revision_id_a": "earliest", "revision_id_b": "latest"}
NONE = "-"
LISTS = {"list", "list_results", "chooser:choose", "chooser:choose_results", "chooser:chosen_multiple"}
"""Views that show objects without being about one."""
HEADER = """\
# Who may do what with which object. Columns: view, method, object, then for cases, courses and curricula what
# is answered to M committee_member, C committee_chair, L lecturer, P provider_editor, T training_manager,
# t trainee, O operator and S superuser.
# own: the lecturer owns it. ours: it is of the institution of the provider's editor. foreign: neither.
# draft: never published. live: with a newer draft. review: the same, under review. archived: in the bin.
# o: answered (a list: shown in it). d: refused. a: as if it were not there (a list: not shown).
# x: no such method.
"""


@dataclass
class World:
    """The objects of one kind by owner and state, and the people."""

    kind: str
    objects: dict[tuple[str, str], Any]
    people: dict[str, User]
    arguments: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return KINDS[self.kind]


def world_of(kind: str) -> World:
    """Twelve objects of a kind, each with a draft that differs from what is live, and one person a role."""
    ours, theirs = InstitutionFactory(), InstitutionFactory()
    people = {
        letter: UserFactory(roles=[role], edits_for=ours if letter == "P" else None)
        for letter, role in ACTORS.items()
        if letter != "S"
    }
    people["S"] = User.objects.create_superuser(f"root-{kind}@example.org", name="Root")
    writer = UserFactory(roles=["lecturer"])
    owners = {
        "own": {"owner": people["L"]},
        "ours": {"owner": writer, "institution": ours},
        "foreign": {"owner": writer, "institution": theirs},
    }
    world = World(kind, {}, people)
    for owner, fields in owners.items():
        for state in STATES:
            obj = _object(kind, owner, state, fields)
            author = people["L"] if owner == "own" else writer
            world.objects[owner, state] = obj
            world.arguments[owner, state] = _brought_to(state, obj, author)
    return world


def marker(owner: str, state: str) -> str:
    """A word that stands in the code of an object and nowhere else."""
    return f"zq-{owner}-{state}"


def _object(kind: str, owner: str, state: str, fields: dict[str, Any]) -> Any:
    fields = {
        **fields,
        "code": marker(owner, state),
        "title": f"Title of {owner} {state}",
        "summary": "What it is about.",
        "audience": "educators",
    }
    if kind == "case":
        return CaseFactory(themes=[ThemeFactory()], **fields)
    if kind == "course":
        course = CourseFactory(themes=[ThemeFactory()], **fields)
        UnitFactory(course=course)
        return course
    curriculum = CurriculumFactory(category=CategoryFactory(), **fields)
    PlacementFactory(module=ModuleFactory(curriculum=curriculum), course=_placed())
    return curriculum


def _placed() -> Course:
    course = CourseFactory(summary="It.", themes=[ThemeFactory()], audience="educators")
    UnitFactory(course=course)
    return course


def _brought_to(state: str, obj: Any, author: User) -> dict[str, str]:
    """Bring an object into a state; gives what addresses need besides its key."""
    model = type(obj)
    if state == "draft":
        model.objects.filter(pk=obj.pk).update(live=False, first_published_at=None)
        obj.refresh_from_db()
    else:
        obj.save_revision(user=author).publish(user=author, skip_permission_checks=True)
        obj.refresh_from_db()
    obj.title = f"{obj.title} redrafted"
    revision = obj.save_revision(user=author)
    numbers = {"task_state_id": "999999", "task_id": "999999", "workflow_state_id": "999999"}
    if state == "review":
        review = obj.get_workflow().start(obj, author)
        step = review.current_task_state
        numbers = {
            "task_state_id": str(step.pk),
            "task_id": str(step.task_id),
            "workflow_state_id": str(review.pk),
        }
    if state == "archived":
        model.objects.filter(pk=obj.pk).update(live=False, archived_at=timezone.now())
    numbers |= {"revision_id": str(revision.pk), "revision_id_a": "earliest", "revision_id_b": "latest"}
    return {**numbers, "pk": str(obj.pk), "action_name": "approve"}


@cache
def addresses(model: Any) -> dict[str, str]:
    """The routes of all views of a model and of its chooser, by name."""
    label = f"{model._meta.app_label}_{model._meta.model_name}"
    found = {}
    for name, route in _walk(get_resolver()):
        space, _, view = name.rpartition(":")
        if space == f"wagtailsnippets_{label}":
            found[view] = route
        elif space == f"wagtailsnippetchoosers_{label}":
            found[f"chooser:{view}"] = route
    return found


def _walk(resolver: Any, namespaces: tuple[str, ...] = (), route: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            namespace = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern, (*namespaces, *namespace), below)
        else:
            yield ":".join((*namespaces, pattern.name or "-")), below


@cache
def methods(model: Any, view: str) -> tuple[str, ...]:
    """The methods that are asked: POST only where a view has something to write, or a stock one had."""
    handler = resolve(address(view, addresses(model)[view], SOMETHING)).func
    return METHODS if hasattr(handler.view_class, "post") else METHODS[:1]


def is_about_one(route: str) -> bool:
    """Whether an address names an object; the others list them, or make new ones."""
    return "pk" in re.findall(r"[<:](\w+)>", route)


def outcome(user: User, method: str, path: str, view: Any = None) -> str:
    """The letter for what an address, or in its place a view, answers to a person. Nothing is kept."""
    response = asked(user, method, path, view)
    if isinstance(response, str):
        return response
    return {404: "a", 405: "x"}.get(response.status_code, "o")


def asked(user: User, method: str, path: str, view: Any = None, *, is_drawn: bool = False) -> Any:
    """The answer itself, or the letter of a refusal. `is_drawn`: with all that its page says."""
    match = resolve(path.partition("?")[0])
    request = getattr(RequestFactory(), method.lower())(path, headers={"x-requested-with": "XMLHttpRequest"})
    request.user, request.session = user, SessionStore()
    request._messages = FallbackStorage(request)
    handler = match.func if view is None else require_admin_access(view)
    with transaction.atomic():
        try:
            response = handler(request, *match.args, **match.kwargs)
            return response.render() if is_drawn and hasattr(response, "render") else response
        except PermissionDenied:
            return "d"
        except Http404:
            return "a"
        finally:
            transaction.set_rollback(True)


def path_to(world: World, view: str, key: tuple[str, str]) -> str:
    """The address of a view for an object."""
    return address(view, addresses(world.model)[view], world.arguments[key])


def cells(world: World, view: str, method: str) -> dict[str, str]:
    """What the view answers: the letters of all people by object, or by "-" where it is about none."""
    route = addresses(world.model)[view]
    people = world.people.values()
    if is_about_one(route):
        return {
            name_of(key): "".join(outcome(user, method, path_to(world, view, key)) for user in people)
            for key in world.objects
        }
    if view not in LISTS or method != "GET":
        return {NONE: "".join(outcome(user, method, address(view, route, {})) for user in people)}
    shown = [_listed(world, user, route, view) for user in people]
    return {name_of(key): "".join(letters[key] for letters in shown) for key in world.objects}


def name_of(key: tuple[str, str]) -> str:
    """What an object is called in the table."""
    return ".".join(key)


def _listed(world: World, user: User, route: str, view: str) -> dict[tuple[str, str], str]:
    """Which objects a list shows to a person."""
    path = address(view, route, {})
    if view == "chooser:chosen_multiple":
        path += "?" + "&".join(f"id={obj.pk}" for obj in world.objects.values())
    response = asked(user, "GET", path)
    if isinstance(response, str):
        return dict.fromkeys(world.objects, response)
    body = response.rendered_content if hasattr(response, "rendered_content") else response.content.decode()
    return {key: "o" if marker(*key) in body else "a" for key in world.objects}
