"""The export of content."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from curriculum.exchange.contents import Shape, leave_out_unnamed, record_values, shown
from curriculum.exchange.models import MODELS
from curriculum.exchange.rights import pks_of, readable
from curriculum.exchange.schema import CONTENT_SCHEMA, COURSE, LINK, POLICY
from curriculum.exchange.snapshot import snapshot
from editing.models import Content
from editing.permissions import changeable_by
from exchange.batches import batches
from exchange.formats import writing
from exchange.schema import RecordType, fold
from people.exchange.codes import Codes
from people.exchange.importing import WRITING, OnStep
from people.exchange.values import row_values, stored_fields
from people.models import User

Values = dict[str, Any]
PERSONAL: Values = {"owner": "", "restricted_to": []}


class Export:
    """The library as records, in an order that depends on nothing but its codes.

    Published objects are given as published, others in their draft. With `drafts` all are given in their
    latest text, and one whose latest text is not published is a draft. What is in the bin is left out.

    `by` limits the export to what this person may read, and drafts to what they may change; `kinds` to some
    record types; `institution` (a code) to its courses, cases and curricula. `left_out` counts links whose
    unit is no longer in its course: an installation keeps them, but no import would take them. `unnamed`
    counts placements and links of what the export must not name.
    """

    def __init__(
        self,
        *,
        drafts: bool = False,
        by: User | None = None,
        kinds: Collection[str] = tuple(CONTENT_SCHEMA.by_name),
        institution: str = "",
        on_step: OnStep | None = None,
    ) -> None:
        self._drafts = drafts
        self._by = by
        self._kinds = kinds
        self._institution = institution
        self._on_step = on_step or (lambda label, done, total: None)
        self._codes = Codes()
        self._chosen: dict[str, list[int]] = {}
        self._own: dict[str, Collection[int]] = {}
        self._units: dict[str, set[str]] = {}
        self.left_out = 0
        self.unnamed = 0

    def write(self, path: Path) -> Counter[str]:
        """Write everything into a file; returns how many records of each type. Raises FileRefused."""
        counts: Counter[str] = Counter()
        with writing(path, CONTENT_SCHEMA) as writer, snapshot():
            self._load_codes()
            types = [type for type in CONTENT_SCHEMA.types if type.name in self._kinds]
            total = sum(
                len(self._chosen[type.name])
                if type.name in self._chosen
                else MODELS[type.name]._base_manager.count()
                for type in types
            )
            for type in types:
                for values in self._records(type):
                    writer.write(type, values)
                    counts[type.name] += 1
                    self._on_step(WRITING, counts.total(), total)
        return counts

    def _load_codes(self) -> None:
        self._codes.load("person", User.objects.values_list("pk", "email").iterator())
        for type in CONTENT_SCHEMA.types:
            model = MODELS[type.name]
            if issubclass(model, Content):
                self._choose_content(type)
            elif type.key == ("code",):
                self._codes.load(type.name, model._base_manager.values_list("pk", "code").iterator())

    def _choose_content(self, type: RecordType) -> None:
        """Learn what may be named, and of that what is asked for."""
        model: Any = MODELS[type.name]
        rows = readable(self._by, model) if self._by else model.objects.kept()
        self._codes.load(type.name, rows.order_by().values_list("pk", "code").iterator())
        pks = self._codes.pks(type.name)
        self._own[type.name] = pks_of(changeable_by(self._by, model.objects.all())) if self._by else pks
        if self._institution:
            asked = pks_of(model.objects.filter(institution__code=self._institution))
            pks = [pk for pk in pks if pk in asked]
        self._chosen[type.name] = pks

    def _records(self, type: RecordType) -> Iterable[Values]:
        if issubclass(MODELS[type.name], Content):
            return self._clusters(type)
        if type is LINK:
            return self._links()
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
        own = set(self._own[type.name])
        for pks in batches(self._chosen[type.name]):
            rows = shown(shape, pks, latest=own if self._drafts else ())
            for pk in pks:
                self.unnamed += leave_out_unnamed(shape, rows[pk], self._codes)
                values = record_values(shape, rows[pk], self._codes)
                if pk not in own:
                    # Who owns a thing and who is let in is not for everybody who may read it.
                    values.update({name: empty for name, empty in PERSONAL.items() if name in values})
                if type.name == "course":
                    self._units[fold(values["code"])] = {fold(unit["code"]) for unit in values["units"]}
                yield values

    def _links(self) -> Iterator[Values]:
        """The links of the courses that are asked for; those of others' courses are not for everybody."""
        own = set(self._own[COURSE.name]).intersection(self._chosen[COURSE.name])
        if COURSE.name not in self._kinds:
            for _course in self._clusters(COURSE):
                continue
        for link in self._keyed(LINK):
            if not link["course"] or not link["case"]:
                self.unnamed += bool(link["course"])
            elif self._codes.pk(COURSE.name, link["course"]) in own and self._has_unit(link):
                yield link

    def _has_unit(self, link: Values) -> bool:
        there = fold(link["unit"]) in self._units.get(fold(link["course"]), ())
        self.left_out += not there
        return there
