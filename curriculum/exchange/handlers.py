"""How the records of each type are checked, compared and written."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, prefetch_related_objects

from cases.markdown import render_markdown
from curriculum.exchange.checks import Teaching, check_codes_inside, check_needed, check_readers
from curriculum.exchange.clusters import ClusterWriter, Path, keys_in_draft
from curriculum.exchange.contents import Shape, drafts, record_values, shown
from curriculum.exchange.models import MODELS
from curriculum.exchange.revisions import log_action, set_state, write_revisions
from curriculum.exchange.schema import (
    CASE,
    CATEGORY,
    COURSE,
    CURRICULUM,
    INSTITUTION,
    LINK,
    POLICY,
    THEME,
)
from exchange.batches import batches
from exchange.messages import Message
from exchange.messages import message as _
from exchange.problems import Place
from exchange.records import Record
from exchange.schema import RecordType, fold
from exchange.store import Key
from people.exchange.handlers import Handler, Stored, layers, settled
from people.exchange.job import Change, Job, Overtaken
from people.exchange.values import assign
from people.models import User
from people.roles import editors_group
from providers.models import Institution


class InstitutionHandler(Handler):
    """Institutions: each has a group of editors, which may be there before it."""

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        names = {editors_group(obj.code) for obj in objects if obj.editors_id is None}
        Group.objects.bulk_create([Group(name=name) for name in sorted(names)], ignore_conflicts=True)
        groups = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
        for obj in objects:
            if obj.editors_id is None:
                obj.editors_id = groups[editors_group(obj.code)]


class KeyedHandler(Handler):
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
    """Links of theory and cases; their units must be in their courses."""

    def __init__(self, type: RecordType, model: type[Model], teaching: Teaching) -> None:
        super().__init__(type, model)
        self._teaching = teaching

    def look_ahead(self, records: Sequence[Record], job: Job) -> None:
        self._teaching.see_stored_courses({record.values["course"] for record in records}, job)

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        self._teaching.check_link(record, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = super().settle(record, stored, job)
        values["unit"] = self._teaching.unit_spelling(values["course"], values["unit"])
        return values

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        super().complete(objects, changes, job)
        for obj in objects:
            obj.by = job.by


class ContentHandler(Handler):
    """Courses, cases and curricula: clusters with drafts and revisions."""

    reference_field = "translation_of"

    def __init__(self, type: RecordType, model: type[Model], teaching: Teaching) -> None:
        super().__init__(type, model)
        self.shape = Shape.of(type, model)
        self.teaching = teaching

    def stored(self, pks: Sequence[int], job: Job) -> dict[int, Stored]:
        return {
            pk: Stored(
                record_values(self.shape, row, job.codes),
                row["latest_revision"],
                _("It is locked. Unlock it before the import.") if row["locked"] else None,
            )
            for pk, row in shown(self.shape, pks).items()
        }

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        check_needed(self.type, record, job)
        for name, inner in self.shape.inside:
            if inner.stable_key is None:
                check_codes_inside(record, name, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = settled(self.type, record, job)
        for name, _inner in self.shape.inside:
            there = stored.values[name] if stored else []
            _keep_spelling(values[name], there)
            if there and not values[name]:
                message = _(
                    "It has %(count)s %(name)s that the file does not name: they go.",
                    count=len(there),
                    name=name,
                )
                job.problems.warning(record.place, name, record.values["code"], message)
        return values

    def order(self, job: Job) -> Iterator[list[str]]:
        return layers(self.type.name, self.reference_field, job)

    def write(self, keys: list[str], job: Job) -> Iterator[int]:
        for batch in batches(job.plan.changes(self.type.name, keys)):
            self.write_batch(batch, job)
            yield len(batch)

    def write_batch(self, changes: list[Change], job: Job) -> None:
        objects = self.objects(changes)
        actions = []
        for obj, change in zip(objects, changes, strict=True):
            if change.pk and obj.latest_revision_id != change.version:
                raise Overtaken
            status = change.values["status"]
            actions.append(log_action(change.pk is None, bool(change.pk) and obj.live, status))
            assign(obj, self.shape.columns, change.values, job.codes)
            set_state(obj, status, job)
        self.complete(objects, changes, job)
        _set_tokens(objects)
        writer = ClusterWriter(job.codes, self.stable_keys(objects))
        writer.write(self.shape, objects, [c.values for c in changes], [(obj.pk,) for obj in objects])
        write_revisions(self.model, objects, actions, job)
        self.remember(objects, job)

    def stable_keys(self, objects: list[Any]) -> dict[Path, str]:
        """The keys that drafts have given to rows which are in no table yet."""
        return {}


class CourseHandler(ContentHandler):
    """Courses with their units."""

    def glance(self, record: Record, job: Job) -> None:
        super().glance(record, job)
        units = [unit.values for unit in record.values.get("units", ()) if "code" in unit.values]
        self.teaching.see_course({"code": record.values["code"], "units": units})

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = super().settle(record, stored, job)
        self.teaching.see_course(values)
        return values


class CurriculumHandler(ContentHandler):
    """Curricula with modules and placements."""

    reference_field = "derived_from"

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        self.teaching.check_placements(record, job)

    def stable_keys(self, objects: list[Any]) -> dict[Path, str]:
        """The keys that drafts have given to rows which are in no table yet."""
        revisions = {
            obj.pk: obj.latest_revision_id
            for obj in objects
            if obj.latest_revision_id not in (None, obj.live_revision_id)
        }
        keys: dict[Path, str] = {}
        for pk, content in drafts(revisions).items():
            keys.update(keys_in_draft(self.shape, content, (pk,)))
        return keys


class CaseHandler(ContentHandler):
    """Cases: their text is rendered before the write phase, and unknown owners get an account that waits."""

    def __init__(self, type: RecordType, model: type[Model], teaching: Teaching) -> None:
        super().__init__(type, model, teaching)
        self._strangers: set[str] = set()

    def load(self, job: Job) -> None:
        super().load(job)
        job.codes.load("person", User.objects.values_list("pk", "email").iterator())

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        check_readers(record, job)
        owner = record.values["owner"]
        if owner and owner not in self._strangers and job.codes.pk("person", owner) is None:
            self._strangers.add(owner)
            job.problems.warning(
                record.place,
                "owner",
                owner,
                _("Nobody has this address. An inactive account without a password will be made for it."),
            )

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = super().settle(record, stored, job)
        if (account := job.codes.pk("person", values["owner"])) is not None:
            values["owner"] = job.codes.name("person", account)
        self.teaching.see_case(values)
        return values

    def prepare(self, change: Change, place: Place, job: Job) -> None:
        try:
            change.prepared["body_html"] = render_markdown(change.values["body"])
        except ValidationError as error:
            job.problems.error(place, "body", change.values["body"], Message(" ".join(error.messages)))

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        owners = {change.values["owner"] for change in changes} - {""}
        _make_accounts([email for email in sorted(owners) if job.codes.pk("person", email) is None], job)
        for obj, change in zip(objects, changes, strict=True):
            obj.owner_id = job.codes.pk("person", change.values["owner"]) if change.values["owner"] else None
            obj.body_html = change.prepared["body_html"]


def _make_accounts(emails: list[str], job: Job) -> None:
    accounts = [
        User(email=email, name=email, is_active=False, password=make_password(None)) for email in emails
    ]
    for account in User.objects.bulk_create(accounts):
        job.codes.add("person", account.pk, account.email)


def _keep_spelling(values: list[dict[str, Any]], stored: list[dict[str, Any]]) -> None:
    """Give units and modules the codes that they have, where only case differs."""
    known = {fold(child["code"]): child["code"] for child in stored}
    for child in values:
        child["code"] = known.get(fold(child["code"]), child["code"])


def _set_tokens(objects: list[Any]) -> None:
    institutions = Institution.objects.in_bulk({obj.institution_id for obj in objects} - {None})
    for obj in objects:
        obj.institution = institutions.get(obj.institution_id)
        obj.set_tokens()


def content_handlers() -> tuple[Handler, ...]:
    """A handler for every record type, in the order of writing: what others refer to comes first."""
    teaching = Teaching()
    return (
        InstitutionHandler(INSTITUTION, MODELS["institution"]),
        Handler(THEME, MODELS["theme"]),
        Handler(CATEGORY, MODELS["category"]),
        KeyedHandler(POLICY, MODELS["policy"]),
        CaseHandler(CASE, MODELS["case"], teaching),
        CourseHandler(COURSE, MODELS["course"], teaching),
        CurriculumHandler(CURRICULUM, MODELS["curriculum"], teaching),
        LinkHandler(LINK, MODELS["link"], teaching),
    )
