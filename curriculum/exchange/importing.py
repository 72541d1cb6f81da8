"""The import of content."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from curriculum.exchange.handlers import content_handlers
from curriculum.exchange.references import enqueue_references
from curriculum.exchange.rights import Rights
from curriculum.exchange.schema import CONTENT_SCHEMA, POLICY, SHORT_FORM
from curriculum.signals import content_imported
from exchange.records import Record
from people.exchange.handlers import Handler
from people.exchange.importing import Import
from people.exchange.job import Job
from people.models import User


class ContentImport(Import):
    """The import of themes, institutions, categories, policies, courses, cases, curricula and links."""

    schema = CONTENT_SCHEMA
    rights: Rights | None = None

    def handlers(self) -> Sequence[Handler]:
        return content_handlers(self.rights)

    def derive(self, job: Job) -> None:
        """Make a policy of a category's short form; what it does not speak of stays, or gets its default."""
        for category in job.store.records("category"):
            values = {field.name: category.values.get(field.name) for field in SHORT_FORM}
            if category.good and any(value is not None for value in values.values()):
                policy = {"category": category.values["code"], **values}
                job.store.add(Record(POLICY.name, policy, category.place))

    def after_writing(self, job: Job) -> None:
        changed = dict(job.changed)
        content_imported.send(sender=type(self), changed=changed)
        transaction.on_commit(partial(enqueue_references, changed))


class GuardedContentImport(ContentImport):
    """The import of somebody who has an account and not the machine: their rights hold, row by row."""

    def __init__(self, path: Path, *, by: User, **options: Any) -> None:
        self.rights = Rights(by)
        super().__init__(path, by=by, **options)
