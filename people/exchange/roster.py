"""The file of people: sending units, and persons with their roles."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import Q

from exchange.kinds import CODE, EMAIL, Choice, Flag, Line, ListOf, Whole
from exchange.messages import message as _
from exchange.problems import Place
from exchange.records import Record
from exchange.schema import Field, RecordType, Schema, Values
from exchange.store import Key
from people.enums import Clearance, Language
from people.exchange.handlers import Handler, Stored, check_references, save_rows, settled, write_log
from people.exchange.importing import Import
from people.exchange.job import Change, Job
from people.exchange.values import assign
from people.models import SendingUnit, User
from people.roles import EDITORS_PREFIX, ROLE_BY_CODE, ROLE_BY_GROUP, ROLES, editors_group

UNIT = RecordType(
    "unit",
    "units",
    (
        Field("code", CODE, required=True),
        Field("name", Line(255), required=True),
        Field("parent", CODE, refers_to="unit"),
    ),
)
PERSON = RecordType(
    "person",
    "people",
    (
        Field("email", EMAIL, required=True),
        Field("name", Line(255), required=True),
        Field("unit", CODE, refers_to="unit"),
        Field("category", CODE),
        Field("clearance", Whole(most=max(Clearance)), default=int(Clearance.OPEN)),
        Field("roles", ListOf(Choice(50, tuple(role.code for role in ROLES)), unique=True)),
        Field("institution", CODE),
        Field("language", Choice(10, tuple(Language))),
        Field("active", Flag(), default=True),
    ),
    key=("email",),
)
ROSTER = Schema((UNIT, PERSON))

MANAGED = Q(name__in=list(ROLE_BY_GROUP)) | Q(name__startswith=EDITORS_PREFIX)
"""The groups that follow from a record: roles, and editors of institutions. All others are left alone."""


def groups_of(values: Values) -> list[str]:
    """Names of the groups that a person with these values is in."""
    names = {ROLE_BY_CODE[code].group for code in values["roles"]}
    if "provider_editor" in values["roles"] and values["institution"]:
        names.add(editors_group(values["institution"]))
    return sorted(names)


class PersonHandler(Handler):
    """Accounts and their groups. It makes them inactive at most, and never touches a superuser's rights."""

    def __init__(self) -> None:
        super().__init__(PERSON, User)
        self._pks: dict[str, int] = {}
        self._superusers: set[int] = set()

    def load(self, job: Job) -> None:
        for pk, email in User.objects.values_list("pk", "email").iterator():
            self._pks[email.casefold()] = pk
        self._superusers.update(User.objects.filter(is_superuser=True).values_list("pk", flat=True))

    def pk(self, key: Key, job: Job) -> int | None:
        return self._pks.get(key[0])

    def stored(self, pks: Sequence[int], job: Job) -> dict[int, Stored]:
        groups: defaultdict[int, list[str]] = defaultdict(list)
        rows = User.groups.through.objects.filter(
            user__in=pks, group__in=Group.objects.filter(MANAGED)
        ).values_list("user_id", "group__name")
        for pk, name in rows:
            groups[pk].append(name)
        accounts = dict(User.objects.filter(pk__in=pks).values_list("pk", "is_active"))
        return {
            pk: Stored({**found.values, "active": accounts[pk], "groups": sorted(groups[pk])})
            for pk, found in super().stored(pks, job).items()
        }

    def check(self, record: Record, job: Job) -> None:
        check_references(PERSON, record, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = settled(PERSON, record, job)
        values["groups"] = groups_of(values)
        del values["roles"]
        return values

    def prepare(self, change: Change, place: Place, job: Job) -> None:
        if change.pk in self._superusers and not change.values["active"]:
            job.problems.error(
                place,
                "active",
                change.values["email"],
                _("This account is a superuser, whom no import makes inactive. Do it in the administration."),
            )

    def write_batch(self, changes: list[Change], job: Job) -> None:
        people: list[User] = self.objects(changes)
        for person, change in zip(people, changes, strict=True):
            assign(person, self.fields, change.values, job.codes)
            person.is_active = change.values["active"]
            if person.pk is None:
                person.password = make_password(None)
        save_rows(User, people)
        _set_groups(people, [change.values["groups"] for change in changes])
        job.changed[User] += [person.pk for person in people]
        write_log(people, ["wagtail.edit" if change.pk else "wagtail.create" for change in changes], job)


def _set_groups(people: list[User], wanted: list[list[str]]) -> None:
    names = {name for groups in wanted for name in groups}
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    pks = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
    membership = User.groups.through
    membership.objects.filter(
        user__in=[person.pk for person in people], group__in=Group.objects.filter(MANAGED)
    ).delete()
    membership.objects.bulk_create(
        membership(user_id=person.pk, group_id=pks[name])
        for person, groups in zip(people, wanted, strict=True)
        for name in groups
    )


class PeopleImport(Import):
    """The import of sending units and people. It sends no mail."""

    schema = ROSTER

    def handlers(self) -> Sequence[Handler]:
        return (Handler(UNIT, SendingUnit), PersonHandler())
