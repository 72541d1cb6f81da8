"""Who may do what with content: one rule, as data, for every view, list and action.

The rule is asked of the database row. A draft may name another owner or institution; that counts only once
it is published, so nobody gains or loses rights by writing into a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, CharField, Exists, Model, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from wagtail.models import WorkflowState
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from people.models import User
from people.models.visibility import published_now, readable
from people.roles import ROLE_BY_CODE

Person = User | AnonymousUser


class Scope(Enum):
    """On which objects a role may do something."""

    ALL = "all"
    OWN = "own"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do, and where; on which kinds of content, the permissions of its group say."""

    role: str
    verbs: frozenset[str]
    scope: Scope


RIGHTS = (
    Right("committee_chair", frozenset({"change", "lock", "unlock", "publish"}), Scope.ALL),
    Right("committee_member", frozenset({"change", "lock", "unlock"}), Scope.ALL),
    Right("lecturer", frozenset({"change"}), Scope.OWN),
    Right("provider_editor", frozenset({"change"}), Scope.INSTITUTION),
)
VERBS = ("view", "change", "delete", "publish", "lock", "unlock")
NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING


def may_change(user: Person, obj: Any) -> bool:
    """Whether this person may write a draft of an object, and so see its drafts and its history."""
    return bool(changeable_by(user, _row(obj)).exists())


def may_publish(user: Person, obj: Any) -> bool:
    """Whether this person may publish, unpublish and unschedule an object without a review.

    While a review is in progress nobody may: the last approval publishes.
    """
    return bool(allowed_to(user, "publish", _row(obj)).exists())


def may_view(user: Person, obj: Any) -> bool:
    """Whether this person may see an object in the admin, if only as it is published."""
    return bool(viewable_by(user, _row(obj)).exists())


def may_archive(user: Person, obj: Any) -> bool:
    """Whether this person may put an object into the bin; a review of it ends with that."""
    return bool(archivable_by(user, _row(obj)).exists())


def may_answer(user: Person, obj: Any) -> bool:
    """Whether the current step of a review asks this person about an object."""
    task = obj.current_workflow_task
    if task is None or not task.get_actions(obj, user):
        return False
    return bool(_row(obj).readable_by(user).filter(archived_at=None).exists())


def may_see_drafts(user: Person, obj: Any) -> bool:
    """Whether this person may see unpublished text of an object: to change it, or to answer its review."""
    return may_change(user, obj) or may_answer(user, obj)


def changeable_by(user: Person, queryset: Any) -> Any:
    """The objects that this person may change."""
    return allowed_to(user, "change", queryset)


def viewable_by(user: Person, queryset: Any) -> Any:
    """The objects that this person may see in the admin."""
    return allowed_to(user, "view", queryset)


def archivable_by(user: Person, queryset: Any) -> Any:
    """The objects that this person may put into the bin."""
    return allowed_to(user, "delete", queryset)


def allowed_to(user: Person, verb: str, queryset: Any) -> Any:
    """The objects with which this person may do something; never those in the bin."""
    return queryset.filter(_allowed(user, verb, queryset.model))


def with_rights(user: Person, queryset: Any) -> Any:
    """The rows, each with what this person may do: `is_viewable`, `is_changeable`, `is_archivable`.

    Costs no query of its own, so that a list asks as many for fifty rows as for one.
    """
    verbs = {"is_viewable": "view", "is_changeable": "change", "is_archivable": "delete"}
    return queryset.annotate(
        **{name: _flag(_allowed(user, verb, queryset.model)) for name, verb in verbs.items()}
    )


def mark_rights(user: Person | None, objects: Iterable[Any]) -> None:
    """Put on content that is loaded what `with_rights` puts on rows, in one query a kind."""
    unmarked: defaultdict[Any, list[Any]] = defaultdict(list)
    for obj in objects:
        if not hasattr(obj, "is_viewable"):
            unmarked[type(obj)].append(obj)
    for model, found in unmarked.items():
        here = model._default_manager.filter(pk__in={obj.pk for obj in found})
        rows = {row.pk: row for row in with_rights(user or AnonymousUser(), here).only("pk")}
        for obj in found:
            for name in ("is_viewable", "is_changeable", "is_archivable"):
                setattr(obj, name, getattr(rows.get(obj.pk), name, False))


def with_verbs(user: Person, queryset: Any) -> tuple[Any, frozenset[str]]:
    """The first of some objects that is for this person, and everything that they may do with it; one query.

    The object is `None` where there is none; that somebody may do nothing with it does not make it absent.
    """
    conditions = {verb: right_to(user, verb, queryset.model) for verb in VERBS}
    asked = {
        f"may_{verb}": _flag(condition) for verb, condition in conditions.items() if condition != NOTHING
    }
    obj = queryset.filter(readable(user), archived_at=None).annotate(**asked).first()
    return obj, frozenset(verb for verb in VERBS if getattr(obj, f"may_{verb}", False))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _allowed(user: Person, verb: str, model: type[Model]) -> Q:
    return _all(readable(user), Q(archived_at=None), right_to(user, verb, model))


def _all(*conditions: Q) -> Q:
    """All of these, kept simple: most of what is asked has an answer without looking at an object."""
    if NOTHING in conditions:
        return NOTHING
    return reduce(and_, [condition for condition in conditions if condition != EVERYTHING], Q()) or EVERYTHING


def _any(*conditions: Q) -> Q:
    """One of these, kept simple."""
    if EVERYTHING in conditions:
        return EVERYTHING
    return reduce(or_, [condition for condition in conditions if condition != NOTHING], Q()) or NOTHING


def right_to(user: Person, verb: str, model: type[Model]) -> Q:
    """The condition under which this person's roles let them do something with objects of a model."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    match verb:
        case "view":
            published = published_now() if _has_permission(user, "view", model) else NOTHING
            return _any(_reach(user, "change", model), published)
        case "delete":
            # What nobody has seen yet is its writer's; what was public is the committee's to take away.
            writers = _all(_reach(user, "change", model), Q(live=False, first_published_at=None))
            return _any(writers, _reach(user, "publish", model))
        case "publish":
            return _all(_reach(user, "publish", model), ~Q(in_review(model)))
        case "add":
            return EVERYTHING if _has_permission(user, "add", model) else NOTHING
    return _reach(user, verb, model)


def in_review(model: type[Model]) -> Exists:
    """Whether a review of the object is in progress."""
    return Exists(
        WorkflowState.objects.filter(
            base_content_type=ContentType.objects.get_for_model(model),
            object_id=Cast(OuterRef("pk"), CharField()),
            status=WorkflowState.STATUS_IN_PROGRESS,
        )
    )


def _row(obj: Any) -> Any:
    return type(obj)._default_manager.filter(pk=obj.pk)


def _has_permission(user: User, verb: str, model: type[Model]) -> bool:
    return bool(policy_registry.get_by_type(model).user_has_permission(user, verb))


def _reach(user: User, verb: str, model: type[Model]) -> Q:
    """The objects that the scopes of this person's roles cover, where the role has the model's permission."""
    if user.is_superuser:
        return EVERYTHING
    if not _has_permission(user, verb, model):
        return NOTHING
    return _any(
        *(_where(user, right.scope) for right in RIGHTS if verb in right.verbs and user.has_role(right.role))
    )


def _where(user: User, scope: Scope) -> Q:
    """The objects of a scope. An institution's editors also keep what they own outside any institution."""
    match scope:
        case Scope.ALL:
            return EVERYTHING
        case Scope.OWN:
            return Q(owner=user.pk)
        case Scope.INSTITUTION:
            own = Q(owner=user.pk, institution=None)
            return Q(institution__editors__name__in=user.editors_groups) | own


class ContentPolicy(ModelPermissionPolicy):
    """Rights on content for all that Wagtail asks: by model as ever, for one object by the rule above.

    `user_has_permission` stays the question about the model: an approver without it could not approve.
    """

    def user_has_permission_for_instance(self, user: Person, action: str, instance: Any) -> bool:
        return bool(allowed_to(user, action, _row(instance)).exists())

    def user_has_any_permission_for_instance(
        self, user: Person, actions: Collection[str], instance: Any
    ) -> bool:
        return bool(self._instances(user, actions, _row(instance)).exists())

    def instances_user_has_any_permission_for(self, user: Person, actions: Collection[str]) -> Any:
        return self._instances(user, actions, self.model._default_manager.all())

    def _instances(self, user: Person, actions: Collection[str], queryset: Any) -> Any:
        return queryset.filter(_any(*(_allowed(user, action, self.model) for action in actions)))

    def users_with_any_permission_for_instance(self, actions: Collection[str], instance: Any) -> Any:
        """The people who may do one of these things with an object, each asked in turn: for notices only."""
        roles = [right.role for right in RIGHTS]
        asked = User.objects.filter(
            Q(is_superuser=True) | Q(groups__name__in=[ROLE_BY_CODE[code].group for code in roles]),
            is_active=True,
        )
        able = [
            person.pk
            for person in asked.distinct()
            if self.user_has_any_permission_for_instance(person, actions, instance)
        ]
        return User.objects.filter(pk__in=able)
