"""How courses, cases and curricula are checked, compared and written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.models import Model
from wagtail.models import Revision

from cases.markdown import render_markdown
from curriculum.exchange.checks import Teaching, check_codes_inside, check_needed, check_readers
from curriculum.exchange.clusters import ClusterWriter, Path, keys_in_draft
from curriculum.exchange.contents import WRITTEN_AT, Row, Shape, drafts, record_values, shown, uses_any
from curriculum.exchange.drafting import fill, latest_texts
from curriculum.exchange.revisions import log_action, set_state, write_drafts, write_revisions
from curriculum.exchange.rights import FOREIGN, USES_HIDDEN, Reach, Rights, load_codes, not_allowed
from curriculum.exchange.schema import DRAFT
from exchange.batches import batches
from exchange.messages import Message
from exchange.messages import message as _
from exchange.problems import Place
from exchange.records import Record
from exchange.schema import RecordType, fold
from people.exchange.handlers import Handler, Stored, layers, settled
from people.exchange.job import Change, Job, Overtaken
from people.exchange.values import assign
from people.models import User
from providers.models import Institution

REMOVES_ALL: dict[str, Callable[[int], Message]] = {
    "units": lambda count: _(
        "The record lists no units, so the import removes all units of this course (%(count)s).", count=count
    ),
    "modules": lambda count: _(
        "The record lists no modules, so the import removes all modules of this curriculum (%(count)s).",
        count=count,
    ),
}


@dataclass(frozen=True, slots=True)
class StoredContent(Stored):
    """What is stored of content. Changes of it become a draft where it is `draft_only`."""

    is_live: bool = False
    is_changeable: bool = True
    draft_only: bool = False


class ContentHandler(Handler):
    """Courses, cases and curricula: clusters with drafts and revisions."""

    reference_field = "translation_of"

    def __init__(
        self, type: RecordType, model: type[Model], teaching: Teaching, rights: Rights | None = None
    ) -> None:
        super().__init__(type, model)
        self.shape = Shape.of(type, model)
        self.teaching = teaching
        self.rights = rights

    def load(self, job: Job) -> None:
        job.hidden[self.type.name] = load_codes(self.type.name, self.model, self.rights, job)

    def stored(self, pks: Sequence[int], job: Job) -> dict[int, Stored]:
        reach = self.rights.reach(self.model, pks) if self.rights else None
        latest = set(reach.changeable) - set(reach.publishable) if reach else ()
        rows = shown(self.shape, pks, latest=latest)
        return {pk: self._stored(row, reach, job) for pk, row in rows.items()}

    def _stored(self, row: Row, reach: Reach | None, job: Job) -> Stored:
        revision, pk = row["latest_revision"], row["pk"]
        refusal = _("It is locked. Unlock it before the import.") if row["locked"] else None
        if reach and pk in reach.busy:
            refusal = reach.busy[pk]
        elif uses_any(self.shape, row, job.hidden):
            refusal = USES_HIDDEN
        return StoredContent(
            record_values(self.shape, row, job.codes),
            (revision, row[WRITTEN_AT]) if revision else None,
            refusal,
            is_secret=reach is not None and pk not in reach.legible,
            is_live=row["live"],
            is_changeable=reach is None or pk in reach.changeable,
            draft_only=reach is not None and pk not in reach.publishable,
        )

    def check(self, record: Record, job: Job) -> None:
        super().check(record, job)
        check_needed(self.type, record, job)
        for name, inner in self.shape.inside:
            if inner.stable_key is None:
                check_codes_inside(record, name, job)

    def settle(self, record: Record, stored: Stored | None, job: Job) -> dict[str, Any]:
        values = settled(self.type, record, job)
        if isinstance(stored, StoredContent) and stored.draft_only:
            values["status"] = stored.values["status"]
        elif stored is None and self.rights and not self.rights.publishes:
            values["status"] = DRAFT
        for name, _inner in self.shape.inside:
            there = stored.values[name] if stored else []
            _keep_spelling(values[name], there)
            if there and not values[name]:
                message = REMOVES_ALL[name](len(there))
                job.problems.warning(record.place, name, record.values["code"], message)
        return values

    def vet(self, record: Record, change: Change, stored: Stored | None, job: Job) -> None:
        code = record.values["code"]
        if isinstance(stored, StoredContent):
            change.prepared["draft"] = stored.is_live and stored.draft_only
            refusal = stored.refusal if stored.is_changeable else FOREIGN
        else:
            refusal = job.codes.refusal(self.type.name, code)
            if refusal is None and self.rights and not self.rights.may("add", self.model):
                refusal = not_allowed(self.type)
        if refusal:
            job.problems.error(record.place, "code", code, refusal)
        elif self.rights:
            old = stored.values if stored else {}
            for column, value, message in self.rights.objections(change, old, job):
                job.problems.error(record.place, column, value, message)

    def order(self, job: Job) -> Iterator[list[str]]:
        return layers(self.type.name, self.reference_field, job)

    def write(self, keys: list[str], job: Job) -> Iterator[int]:
        for batch in batches(job.plan.changes(self.type.name, keys)):
            self.write_batch([change for change in batch if not change.prepared.get("draft")], job)
            self.write_draft_batch([change for change in batch if change.prepared.get("draft")], job)
            yield len(batch)

    def objects(self, changes: list[Change]) -> list[Any]:
        """The objects of changes, new ones without a primary key. Raises Overtaken where one has changed."""
        objects = super().objects(changes)
        pks = {obj.latest_revision_id for obj in objects}
        revisions = dict(Revision.objects.filter(pk__in=pks - {None}).values_list("pk", "created_at"))
        for obj, change in zip(objects, changes, strict=True):
            latest = obj.latest_revision_id
            if change.pk and change.version != ((latest, revisions[latest]) if latest else None):
                raise Overtaken
        return objects

    def write_batch(self, changes: list[Change], job: Job) -> None:
        if not changes:
            return
        objects = self.objects(changes)
        actions = []
        for obj, change in zip(objects, changes, strict=True):
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

    def write_draft_batch(self, changes: list[Change], job: Job) -> None:
        """Write drafts of published objects."""
        if not changes:
            return
        texts = latest_texts(self.shape, self.objects(changes))
        for text, change in zip(texts, changes, strict=True):
            assign(text, self.shape.columns, change.values, job.codes)
            fill(self.shape, text, change.values, job.codes)
        self.complete(texts, changes, job)
        _set_tokens(texts)
        write_drafts(self.model, texts, job)
        self.remember(texts, job)

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

    def __init__(
        self, type: RecordType, model: type[Model], teaching: Teaching, rights: Rights | None = None
    ) -> None:
        super().__init__(type, model, teaching, rights)
        self._strangers: set[str] = set()

    def load(self, job: Job) -> None:
        super().load(job)
        job.codes.load("person", User.objects.values_list("pk", "email").iterator())

    def glance(self, record: Record, job: Job) -> None:
        super().glance(record, job)
        if body := record.values.get("body"):
            self._rendered(body, record.place, job)

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
        change.prepared["body_html"] = self._rendered(change.values["body"], place, job)

    def _rendered(self, body: str, place: Place, job: Job) -> str:
        try:
            return render_markdown(body)
        except ValidationError as error:
            job.problems.error(place, "body", body, Message(" ".join(error.messages)))
            return ""

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
