"""What an import through the admin may write, and what it may say of what is there.

The rights are those of the editor (`editing.permissions`), asked for many objects at once. On the command
line there are none of these limits: whoever has the machine has everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.functional import cached_property
from wagtail.models import Revision
from wagtail.permissions import policy_registry

from curriculum.models import Course
from editing.permissions import RIGHTS, Scope, allowed_to, changeable_by, in_review
from exchange.messages import Message
from exchange.messages import message as _
from exchange.schema import RecordType
from people.exchange.handlers import unknown
from people.exchange.job import Change, Job
from people.models import User
from providers.models import Institution

IN_BIN = _("It is in the bin. Restore it first, or leave it out of the file.")
REFERS_TO_BIN = _("What has this code is in the bin. Restore it first, or name something else.")
TAKEN = _("This code is taken by something that you may not see. Choose another code.")
FOREIGN = _("You may not change this one. Leave it out of the file, or ask the people who edit it.")
SCHEDULED = _("It waits to be published. Cancel the schedule first.")
IN_REVIEW = _("A review of it is in progress. Wait for its end, or cancel the review first.")
USES_HIDDEN = _(
    "It uses something that you may not see and that this import would remove. Change it in its form."
)

Objection = tuple[str, object, Message]
"""The column, the value and the sentence of an error."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may do with some objects, by primary key.

    `changeable` may be written, `publishable` published too; the drafts of `legible` may be shown. `busy`
    says why nobody may write some of them now.
    """

    changeable: Collection[int]
    publishable: Collection[int]
    legible: Collection[int]
    busy: Mapping[int, Message]


class Rights:
    """The rights of one person, for one import."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.writes_all = user.is_superuser or user.has_role("operator")
        """An operator may write everything, as drafts, and is shown nothing of it."""

    @cached_property
    def publishes(self) -> bool:
        """Whether what is called live is published; otherwise everything becomes a draft."""
        return self.user.is_superuser or self._everywhere("publish")

    @cached_property
    def is_operator_only(self) -> bool:
        """Whether the person may write everything only because somebody has to bring files in."""
        return self.writes_all and not self.user.is_superuser and not self._everywhere("change")

    def _everywhere(self, verb: str) -> bool:
        return any(
            verb in right.verbs and right.scope is Scope.ALL and self.user.has_role(right.role)
            for right in RIGHTS
        )

    def may(self, verb: str, model: type[Model]) -> bool:
        """Whether the person may add or change objects of a model at all."""
        policy = policy_registry.get_by_type(model)
        return self.writes_all or bool(policy.user_has_permission(self.user, verb))

    def nameable(self, model: Any) -> Any:
        """The objects that a file of this person may speak of."""
        if self.writes_all:
            return model.objects.kept()
        return readable(self.user, model)

    def reach(self, model: Any, pks: Collection[int]) -> Reach:
        """What the person may do with these objects."""
        rows = model.objects.filter(pk__in=pks)
        legible = pks_of(changeable_by(self.user, rows))
        writable = rows.filter(clearance__lte=self.user.clearance, archived_at=None)
        return Reach(
            changeable=legible | pks_of(writable) if self.writes_all else legible,
            publishable=pks_of(allowed_to(self.user, "publish", rows)),
            legible=legible,
            busy=dict.fromkeys(scheduled(model, pks), SCHEDULED)
            | dict.fromkeys(pks_of(rows.filter(in_review(model))), IN_REVIEW),
        )

    @cached_property
    def own_courses(self) -> set[int]:
        """The courses whose links the person may read and write."""
        return pks_of(changeable_by(self.user, Course.objects.all()))

    @cached_property
    def institutions(self) -> dict[str, int]:
        """The institutions that the person edits for, by code."""
        found = Institution.objects.filter(editors__name__in=self.user.editors_groups)
        return dict(found.order_by("code").values_list("code", "pk"))

    def objections(self, change: Change, old: dict[str, Any], job: Job) -> Iterator[Objection]:
        """What the person may not set, with the reason; `old` is empty for new objects."""
        values = change.values
        clearance, most = values.get("clearance", 0), self.user.clearance
        if clearance > most and clearance != old.get("clearance") and not self.user.is_superuser:
            message = _("You cannot ask for more clearance than your own, which is %(own)s.", own=most)
            yield "clearance", clearance, message
        owner = values.get("owner")
        if owner and owner != old.get("owner"):
            yield from self._ill_owned(owner, job)
        if not self.writes_all and not self._everywhere("change"):
            yield from self._handed_over(values, old)

    def _ill_owned(self, owner: str, job: Job) -> Iterator[Objection]:
        """What is wrong with a new owner."""
        if job.codes.pk("person", owner) is None and not self.user.has_perm("people.add_user"):
            message = _("Nobody has this address. Ask an operator for an account, or leave the owner out.")
            yield "owner", owner, message
        if owner == self.user.email and self.is_operator_only:
            message = _("An owner reads what they own, and operators do not read. Name another owner.")
            yield "owner", owner, message

    def _handed_over(self, values: dict[str, Any], old: dict[str, Any]) -> Iterator[Objection]:
        """What would put an object out of the reach of an institution's editor."""
        institution, before = values["institution"], old.get("institution")
        if institution:
            if institution not in self.institutions and institution != before:
                yield "institution", institution, self._name_an_institution()
        elif "owner" not in values:
            if before or not old:
                yield "institution", None, self._name_an_institution()
        elif values["owner"] != self.user.email:
            if self.institutions and (before or not old):
                yield "institution", None, self._name_an_institution()
            else:
                message = _(
                    "Without an institution it must stay yours. Name %(email)s as its owner.",
                    email=self.user.email,
                )
                yield "owner", values["owner"] or None, message

    def _name_an_institution(self) -> Message:
        if not self.institutions:
            return _("You do not edit for an institution. Leave it empty and name yourself as the owner.")
        return _("Name an institution that you edit for: %(codes)s.", codes=", ".join(self.institutions))


def scheduled(model: Any, pks: Collection[int]) -> list[int]:
    """Those of some objects that wait to be published."""
    waiting = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(pk) for pk in pks],
        approved_go_live_at__isnull=False,
    )
    return [int(pk) for pk in waiting.values_list("object_id", flat=True)]


def readable(user: User, model: Any) -> Any:
    """The objects that a person may read as published, or change, and so read as drafts too."""
    rows = model.objects.kept()
    legible = changeable_by(user, rows).order_by().values("pk")
    return rows.filter(pk__in=rows.visible_to(user).order_by().values("pk")) | rows.filter(pk__in=legible)


def load_codes(type: str, model: Any, rights: Rights | None, job: Job) -> set[int]:
    """Learn the codes of content; those that a file must not speak of are withheld, with what to say of them.

    Returns the primary keys of those that the person may not even know of.
    """
    known = rights.nameable(model) if rights else model.objects.kept()
    pks = set()
    for pk, code in known.order_by().values_list("pk", "code").iterator():
        job.codes.add(type, pk, code)
        pks.add(pk)
    binned = model.objects.archived()
    if rights and not rights.writes_all:
        binned = binned.readable_by(rights.user)
    in_bin = pks_of(binned)
    hidden = set()
    for pk, code in model._base_manager.order_by().values_list("pk", "code").iterator():
        if pk in in_bin:
            job.codes.withhold(type, code, IN_BIN, REFERS_TO_BIN)
        elif pk not in pks:
            job.codes.withhold(type, code, TAKEN, unknown(type))
            hidden.add(pk)
    return hidden


def pks_of(rows: Any) -> set[int]:
    """The primary keys of some objects."""
    return set(rows.order_by().values_list("pk", flat=True))


def not_allowed(type: RecordType) -> Message:
    """What to say to somebody whose role does not write records of a type."""
    return _("Your role does not let you write “%(type)s” records. Leave them out.", type=type.name)
