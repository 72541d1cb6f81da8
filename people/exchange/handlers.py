from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import ModelLogEntry

from exchange.batches import batches
from exchange.circles import by_depth, circles
from exchange.kinds import ListOf
from exchange.messages import Message
from exchange.messages import message as _
from exchange.problems import Place
from exchange.records import Record
from exchange.schema import Field, RecordType, fold
from exchange.store import Key
from people.exchange.job import Change, Job, Overtaken, Version
from people.exchange.values import assign, row_values, stored_fields


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an object: the values of its record, and the state of the revision that holds them.

    `refusal` says why an import may not change the object now; the values of what `is_secret` are not to be
    shown to whoever imports.
    """

    values: dict[str, Any]
    version: Version | None = None
    refusal: Message | None = None
    is_secret: bool = False


class Handler:
    """Checks, compares and writes the records of one type that are plain rows."""

    def __init__(self, type: RecordType, model: type[Model]) -> None:
        self.type = type
        self.model = model
        self.fields = stored_fields(type, model)
        self.own_references = tuple(field for field in self.fields if field.refers_to == type.name)

    # What is there

    def load(self, job: Job) -> None:
        """Learn the codes of what is stored."""
        if self.type.key == ("code",):
            job.codes.load(self.type.name, self.model._base_manager.values_list("pk", "code").iterator())

    def pk(self, key: Key, job: Job) -> int | None:
        """The primary key of the stored object of a record."""
        return job.codes.pk(self.type.name, key[0])

    def stored(self, pks: Sequence[int], job: Job) -> dict[int, Stored]:
        """What is stored of these objects, by primary key."""
        names = [field.name for field in self.fields]
        rows = self.model._base_manager.filter(pk__in=pks).values("pk", *names)
        return {row["pk"]: Stored(row_values(self.fields, row, job.codes)) for row in rows}

    # Examining

    def look_ahead(self, records: Sequence[Record], job: Job) -> None:
        """Learn what the checks of these records need, in few queries."""

    def check(self, record: Record, job: Job) -> None:
        """Note what is wrong with a record among all others: references that lead nowhere."""
        check_references(self.type, record, job)
        for field in self.own_references:
            code = record.values[field.name]
            job.references[self.type.name, field.name][fold(record.values["code"])] = fold(code) or None

    def glance(self, record: Record, job: Job) -> None:
        """Note what else is wrong with a record of which some values were refused, and remember it."""
        check_references(self.type, record, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        """The values of a record in the words of the database: codes as they are stored."""
        values = settled(self.type, record, job)
        return {field.name: values[field.name] for field in self.fields if field.name in values}

    def vet(self, record: Record, change: Change, stored: Stored | None, job: Job) -> None:
        """Note why a record must not be written although nothing is wrong with it."""
        key = self.type.key[0]
        refusal = stored.refusal if stored else job.codes.refusal(self.type.name, record.values[key])
        if refusal:
            job.problems.error(record.place, key, record.values[key], refusal)

    def prepare(self, change: Change, place: Place, job: Job) -> None:
        """Work out what the write phase needs."""

    def finish(self, job: Job) -> None:
        """Note what is wrong with all records of the type together: circles."""
        for field in self.own_references:
            edges: dict[str, str | None] = {
                fold(code): fold(other)
                for code, other in self.model._base_manager.exclude(**{field.name: None}).values_list(
                    "code", f"{field.name}__code"
                )
            }
            edges.update(job.references[self.type.name, field.name])
            for path in circles(edges):
                self._refuse_circle(field, path, job)

    def _refuse_circle(self, field: Field, path: list[str], job: Job) -> None:
        inside = [key for key in path if job.store.name(self.type.name, (key,)) is not None]
        if not inside:
            return
        # The error stands at a record of the file, so the path begins with it.
        start = path.index(inside[0])
        names = [job.spelling(self.type.name, key) or key for key in (*path[start:-1], *path[: start + 1])]
        message = _("Following this field leads in a circle: %(path)s. Change one.", path=" > ".join(names))
        job.problems.error(job.store.place(self.type.name, (inside[0],)), field.name, names[1], message)

    # Writing

    def order(self, job: Job) -> Iterator[list[str]]:
        """The keys of all changes, in steps that can be written one after the other."""
        yield job.plan.keys(self.type.name)

    def write(self, keys: list[str], job: Job) -> Iterator[int]:
        """Write the changes with these keys; yields numbers of changes as they are done."""
        for batch in batches(job.plan.changes(self.type.name, keys)):
            self.write_batch(batch, job)
            yield len(batch)
        if self.own_references:
            for batch in batches(filter(self._refers_to_own, job.plan.changes(self.type.name, keys))):
                self._write_own_references(batch, job)

    def write_batch(self, changes: list[Change], job: Job) -> None:
        """Write rows, without their references to rows of the same type."""
        objects = self.objects(changes)
        fields = [field for field in self.fields if field not in self.own_references]
        for obj, change in zip(objects, changes, strict=True):
            assign(obj, fields, change.values, job.codes)
        self.complete(objects, changes, job)
        save_rows(self.model, objects)
        self.remember(objects, job)
        write_log(objects, ["wagtail.edit" if change.pk else "wagtail.create" for change in changes], job)

    def objects(self, changes: list[Change]) -> list[Any]:
        """The objects of changes, new ones without a primary key. Raises Overtaken where one is gone."""
        pks = [change.pk for change in changes if change.pk]
        found = self.model._base_manager.select_for_update().in_bulk(pks)
        if len(found) < len(pks):
            raise Overtaken
        return [found[change.pk] if change.pk else self.model() for change in changes]

    def complete(self, objects: list[Any], changes: list[Change], job: Job) -> None:
        """Set what follows from the values."""

    def remember(self, objects: list[Any], job: Job) -> None:
        """Note what was written, and make the codes of new objects known."""
        for obj in objects:
            job.changed[self.model].append(obj.pk)
            if self.type.key == ("code",):
                job.codes.add(self.type.name, obj.pk, obj.code)

    def _refers_to_own(self, change: Change) -> bool:
        return change.pk is not None or any(change.values[field.name] for field in self.own_references)

    def _write_own_references(self, changes: list[Change], job: Job) -> None:
        pks = [change.pk or job.codes.pk(self.type.name, change.values["code"]) for change in changes]
        objects = self.model._base_manager.in_bulk([pk for pk in pks if pk])
        for pk, change in zip(pks, changes, strict=True):
            assign(objects[pk], self.own_references, change.values, job.codes)
        self.model._base_manager.bulk_update(objects.values(), [field.name for field in self.own_references])


def unknown(type: str) -> Message:
    """What to say of a code that leads nowhere."""
    return _(
        "No %(type)s has this code, in the file or in the database. Add it, or correct the code.", type=type
    )


def check_references(type: RecordType, record: Record, job: Job) -> None:
    """Note every code in a record, and in those inside it, that nothing has."""
    for field in type.fields:
        if not field.refers_to:
            continue
        value = record.values.get(field.name)
        for code in value or () if isinstance(field.kind, ListOf) else filter(None, [value]):
            if job.spelling(field.refers_to, code) is None:
                refusal = job.codes.reference_refusal(field.refers_to, code)
                job.problems.error(record.place, field.name, code, refusal or unknown(field.refers_to))
    for children in type.children:
        for child in record.values.get(children.field, ()):
            check_references(children.of, child, job)


def settled(type: RecordType, record: Record, job: Job) -> dict[str, Any]:
    """The values of a record, and of those inside it, with every code as it is stored."""
    values: dict[str, Any] = {}
    for field in type.fields:
        if field.name in record.values:
            values[field.name] = _settled_value(field, record.values[field.name], job)
    if type.key == ("code",) and not type.parents:
        values["code"] = job.spelling(type.name, values["code"]) or values["code"]
    for children in type.children:
        values[children.field] = [settled(children.of, child, job) for child in record.values[children.field]]
    return values


def _settled_value(field: Field, value: Any, job: Job) -> Any:
    if isinstance(field.kind, ListOf):
        if not field.refers_to:
            return list(value)
        # What a thing is tagged with has no order.
        return sorted(job.spelling(field.refers_to, code) or code for code in value)
    return job.spelling(field.refers_to, value) or value if field.refers_to and value else value


def layers(type: str, field: str, job: Job) -> Iterator[list[str]]:
    """The keys of all changes of a type, such that each follows the one that it refers to."""
    yield from by_depth(job.plan.keys(type), job.references[type, field])


def save_rows(model: type[Model], objects: Iterable[Any]) -> None:
    """Insert objects without a primary key, and update those that have one, in few statements."""
    new: list[Any] = []
    old: list[Any] = []
    for obj in objects:
        (old if obj.pk else new).append(obj)
    if new:
        model._base_manager.bulk_create(new)
    if old:
        names = [
            field.name
            for field in model._meta.concrete_fields
            if not field.primary_key and not field.generated and not getattr(field, "auto_now_add", False)
        ]
        # An insert that turns into an update takes a third of the time of a bulk update.
        model._base_manager.bulk_create(old, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def write_log(objects: list[Any], actions: list[str], job: Job, revisions: Sequence[Any] = ()) -> None:
    """One log entry for every object, with its revision where it has one."""
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
            object_id=str(obj.pk),
            label=str(obj),
            action=action,
            timestamp=job.now,
            user=job.by,
            revision=revisions[index] if revisions else None,
            content_changed=True,
        )
        for index, (obj, action) in enumerate(zip(objects, actions, strict=True))
    )
