"""How records that are plain rows are checked, compared and written."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from curriculum.exchange.checks import Teaching
from curriculum.exchange.rights import FOREIGN, Rights, not_allowed
from exchange.records import Record
from exchange.schema import RecordType, fold
from exchange.store import Key
from people.exchange.handlers import Handler, Stored
from people.exchange.job import Change, Job
from people.roles import editors_group


class PlainHandler(Handler):
    """Plain rows; somebody's rights on their model count."""

    def __init__(self, type: RecordType, model: type[Model], rights: Rights | None = None) -> None:
        super().__init__(type, model)
        self.rights = rights

    def vet(self, record: Record, change: Change, stored: Stored | None, job: Job) -> None:
        super().vet(record, change, stored, job)
        if self.rights and not self.rights.may("change" if change.pk else "add", self.model):
            key = self.type.key[0]
            job.problems.error(record.place, key, record.values[key], not_allowed(self.type))


class InstitutionHandler(PlainHandler):
    """Institutions: each has a group of editors, which may be there before it."""

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        names = {editors_group(obj.code) for obj in objects if obj.editors_id is None}
        Group.objects.bulk_create([Group(name=name) for name in sorted(names)], ignore_conflicts=True)
        groups = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
        for obj in objects:
            if obj.editors_id is None:
                obj.editors_id = groups[editors_group(obj.code)]


class KeyedHandler(PlainHandler):
    """Records without a code of their own, told apart by several fields."""

    def load(self, job: Job) -> None:
        names = [f"{name}__code" if self.type.by_name[name].refers_to else name for name in self.type.key]
        rows = self.model._base_manager.values_list("pk", *names).iterator()
        self._pks = {tuple(map(fold, key)): pk for pk, *key in rows}

    def pk(self, key: Key, job: Job) -> int | None:
        return self._pks.get(key)

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        # The log calls an object by what it refers to.
        prefetch_related_objects(objects, *(field.name for field in self.fields if field.refers_to))


class LinkHandler(KeyedHandler):
    """Links of theory and cases; their units must be in their courses. They belong to the course."""

    def __init__(
        self, type: RecordType, model: type[Model], teaching: Teaching, rights: Rights | None = None
    ) -> None:
        super().__init__(type, model, rights)
        self._teaching = teaching

    def look_ahead(self, records: Sequence[Record], job: Job) -> None:
        self._teaching.see_stored_courses({record.values["course"] for record in records}, job)

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        self._teaching.check_link(record, job)

    def stored(self, pks: Sequence[int], job: Job) -> dict[int, Stored]:
        found = super().stored(pks, job)
        return {
            pk: replace(link, is_secret=not self._is_own(link.values["course"], job))
            for pk, link in found.items()
        }

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = super().settle(record, stored, job)
        values["unit"] = self._teaching.unit_spelling(values["course"], values["unit"])
        return values

    def vet(self, record: Record, change: Change, stored: Stored | None, job: Job) -> None:
        course = change.values["course"]
        if self.rights and not self.rights.writes_all and not self._is_own(course, job):
            job.problems.error(record.place, "course", course, FOREIGN)

    def _is_own(self, course: str, job: Job) -> bool:
        """Whether the links of a course are this person's to read and write; new courses are."""
        pk = job.codes.pk("course", course)
        return self.rights is None or pk is None or pk in self.rights.own_courses

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        super().complete(objects, changes, job)
        for obj in objects:
            obj.by, obj.decided_at = job.by, timezone.now()
