"""The file of people: sending units, and persons with their roles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
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
from people import audit
from people.actions.sessions import end_sessions
from people.enums import AuditAction, Clearance, Language
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
    """Accounts and their groups. It makes them inactive at most, and never touches a superuser's rights.

    Where somebody `manages`, only accounts that this person may change are changed. The addresses that the
    file names are put into `named`.
    """

    def __init__(self, manages: User | None = None, named: set[str] | None = None) -> None:
        super().__init__(PERSON, User)
        self._manages = manages
        self._named = named if named is not None else set()
        self._pks: dict[str, int] = {}
        self._former: dict[str, str] = {}
        self._superusers: set[int] = set()

    def load(self, job: Job) -> None:
        for pk, email in User.objects.values_list("pk", "email").iterator():
            self._pks[email.casefold()] = pk
        self._superusers.update(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
        for person in User.objects.exclude(former_emails=""):
            self._former.update(dict.fromkeys(person.former_addresses, person.email))

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
        self._named.add(record.values["email"].lower())
        check_references(PERSON, record, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = settled(PERSON, record, job)
        values["groups"] = groups_of(values)
        del values["roles"]
        return values

    def vet(self, record: Record, change: Change, stored: Stored | None, job: Job) -> None:
        super().vet(record, change, stored, job)
        by = self._manages
        if by is None or by.is_superuser:
            return
        if change.pk in self._superusers:
            message = _("This account is a superuser, whom only superusers change. Leave it out of the file.")
            job.problems.error(record.place, "email", record.values["email"], message)
        if change.pk == by.pk:
            message = _("This is your own account. Somebody else has to change it; leave it out of the file.")
            job.problems.error(record.place, "email", record.values["email"], message)
        clearance = change.values["clearance"]
        if clearance > by.clearance and not (stored and stored.values["clearance"] == clearance):
            message = _("You cannot give more clearance than your own, which is %(own)s.", own=by.clearance)
            job.problems.error(record.place, "clearance", str(clearance), message)

    def prepare(self, change: Change, place: Place, job: Job) -> None:
        email = change.values["email"].lower()
        if change.pk is None and email in self._former:
            message = _(
                "This was the address of the account that now has %(email)s. Write that address.",
                email=self._former[email],
            )
            job.problems.error(place, "email", change.values["email"], message)
        if change.pk in self._superusers and not change.values["active"]:
            job.problems.error(
                place,
                "active",
                change.values["email"],
                _("This account is a superuser, whom no import makes inactive. Do it in the administration."),
            )

    def write_batch(self, changes: list[Change], job: Job) -> None:
        people: list[User] = self.objects(changes)
        before = audit.rights_of([change.pk for change in changes if change.pk])
        for person, change in zip(people, changes, strict=True):
            assign(person, self.fields, change.values, job.codes)
            person.is_active = change.values["active"]
            if person.pk is None:
                person.password = make_password(None)
        save_rows(User, people)
        _set_groups(people, [change.values["groups"] for change in changes], job.by)
        _note(people, before, job.by)
        job.changed[User] += [person.pk for person in people]
        write_log(people, ["wagtail.edit" if change.pk else "wagtail.create" for change in changes], job)


def _note(people: list[User], before: Mapping[int, audit.Rights], by: User | None) -> None:
    """Log what was made and which rights changed, and end the sessions of those who are no longer active."""
    after = audit.rights_of([person.pk for person in people])
    entries = []
    for person in people:
        if person.pk in before:
            entries += audit.changes(before[person.pk], after[person.pk], by=by, about=person)
        else:
            entries.append(audit.entry(AuditAction.ACCOUNT_MADE, by=by, about=person))
    audit.record_all(entries)
    for entry in entries:
        if entry.action == AuditAction.DEACTIVATED and entry.about:
            end_sessions(by=by, account=entry.about)


def _set_groups(people: list[User], wanted: list[list[str]], by: User | None) -> None:
    names = {name for groups in wanted for name in groups}
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    pks = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
    membership = User.groups.through
    rows = membership.objects.filter(
        user__in=[person.pk for person in people], group__in=Group.objects.filter(MANAGED)
    )
    had: defaultdict[int, set[str]] = defaultdict(set)
    for pk, name in rows.values_list("user_id", "group__name"):
        had[pk].add(name)
    rows.delete()
    membership.objects.bulk_create(
        membership(user_id=person.pk, group_id=pks[name])
        for person, groups in zip(people, wanted, strict=True)
        for name in groups
    )
    entries = []
    for person, groups in zip(people, wanted, strict=True):
        for verb, changed in (
            ("added", set(groups) - had[person.pk]),
            ("removed", had[person.pk] - set(groups)),
        ):
            if changed:
                details = {verb: sorted(changed)}
                entries.append(audit.entry(AuditAction.ROLES_CHANGED, by=by, about=person, details=details))
    audit.record_all(entries)


class PeopleImport(Import):
    """The import of sending units and people. It sends no mail.

    `named` is filled with the addresses of all people in the file.
    """

    schema = ROSTER

    def __init__(self, path: Path, *, named: set[str] | None = None, **options: Any) -> None:
        self._named = named
        super().__init__(path, **options)

    def handlers(self) -> Sequence[Handler]:
        return (Handler(UNIT, SendingUnit), PersonHandler(named=self._named))


class GuardedPeopleImport(PeopleImport):
    """The import of somebody who has an account and not the machine: superusers are beyond their reach."""

    def __init__(self, path: Path, *, by: User, **options: Any) -> None:
        self._manager = by
        super().__init__(path, by=by, **options)

    def handlers(self) -> Sequence[Handler]:
        return (Handler(UNIT, SendingUnit), PersonHandler(self._manager))
