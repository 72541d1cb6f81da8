"""The export of content."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from curriculum.exchange.contents import Shape, record_values, shown
from curriculum.exchange.models import MODELS
from curriculum.exchange.schema import CONTENT_SCHEMA, LINK, POLICY
from curriculum.exchange.snapshot import snapshot
from editing.models import Content
from exchange.batches import batches
from exchange.formats import writing
from exchange.schema import RecordType, fold
from people.exchange.codes import Codes
from people.exchange.importing import WRITING, OnStep
from people.exchange.values import row_values, stored_fields
from people.models import User

Values = dict[str, Any]


class Export:
    """The library as records, in an order that depends on nothing but its codes.

    Published objects are given as published, others in their draft. With `drafts` all are given in their
    latest text, and one whose latest text is not published is a draft. `left_out` counts links whose unit is
    no longer in its course: an installation keeps them, but no import would take them.
    """

    def __init__(self, *, drafts: bool = False, on_step: OnStep | None = None) -> None:
        self._drafts = drafts
        self._on_step = on_step or (lambda label, done, total: None)
        self._codes = Codes()
        self._units: dict[str, set[str]] = {}
        self.left_out = 0

    def write(self, path: Path) -> Counter[str]:
        """Write everything into a file; returns how many records of each type. Raises FileRefused."""
        counts: Counter[str] = Counter()
        with writing(path, CONTENT_SCHEMA) as writer, snapshot():
            self._load_codes()
            total = sum(MODELS[type.name]._base_manager.count() for type in CONTENT_SCHEMA.types)
            for type in CONTENT_SCHEMA.types:
                for values in self._records(type):
                    writer.write(type, values)
                    counts[type.name] += 1
                    self._on_step(WRITING, counts.total(), total)
        return counts

    def _load_codes(self) -> None:
        self._codes.load("person", User.objects.values_list("pk", "email").iterator())
        for type in CONTENT_SCHEMA.types:
            if type.key == ("code",):
                rows = MODELS[type.name]._base_manager.values_list("pk", "code")
                self._codes.load(type.name, rows.iterator())

    def _records(self, type: RecordType) -> Iterable[Values]:
        if issubclass(MODELS[type.name], Content):
            return self._clusters(type)
        if type is LINK:
            return filter(self._has_unit, self._keyed(type))
        return self._keyed(type) if type is POLICY else self._coded(type)

    def _coded(self, type: RecordType) -> Iterator[Values]:
        names = [field.name for field in stored_fields(type, MODELS[type.name])]
        for pks in batches(self._codes.pks(type.name)):
            rows = MODELS[type.name]._base_manager.filter(pk__in=pks).values("pk", *names)
            by_pk = {row["pk"]: row for row in rows}
            for pk in pks:
                yield row_values(stored_fields(type, MODELS[type.name]), by_pk[pk], self._codes)

    def _keyed(self, type: RecordType) -> Iterator[Values]:
        names = [field.name for field in stored_fields(type, MODELS[type.name])]
        rows = MODELS[type.name]._base_manager.values(*names).iterator()
        records = (row_values(stored_fields(type, MODELS[type.name]), row, self._codes) for row in rows)
        yield from sorted(records, key=lambda values: tuple(map(str, type.key_of(values))))

    def _clusters(self, type: RecordType) -> Iterator[Values]:
        shape = Shape.of(type, MODELS[type.name])
        for pks in batches(self._codes.pks(type.name)):
            rows = shown(shape, pks, latest=self._drafts)
            for pk in pks:
                values = record_values(shape, rows[pk], self._codes)
                if type.name == "course":
                    self._units[fold(values["code"])] = {fold(unit["code"]) for unit in values["units"]}
                yield values

    def _has_unit(self, link: Values) -> bool:
        there = fold(link["unit"]) in self._units.get(fold(link["course"]), ())
        self.left_out += not there
        return there
