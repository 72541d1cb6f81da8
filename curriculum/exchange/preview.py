"""What an import would change, noted while a file is checked, for a person to look at before it goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from exchange.problems import SHOWN_LENGTH, Problem, ProblemList, shown
from exchange.schema import RecordType
from exchange.store import Key
from people.exchange.handlers import Stored
from people.exchange.job import Overtaken
from people.exchange.watching import Watch

NAMES = ("title", "label_en", "label_zh", "name")
FIELDS_SHOWN = 30
CONTEXT = 20
"""Characters shown before the first difference of two long texts."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its value before and after, both short; `None` for both where they are not to be shown."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object that an import would change."""

    type: str
    code: str
    title: str
    fields: list[FieldChange]
    more: int = 0
    """How many further fields would change."""


class Recorder(Watch):
    """Notes the objects that would change, and a digest of everything that an import found."""

    def __init__(self, path: Path | None = None) -> None:
        self._digest = hashlib.sha256()
        self._file = path.open("w", encoding="utf-8") if path else None

    @property
    def digest(self) -> str:
        """What tells the findings of one check from those of another."""
        return self._digest.hexdigest()

    def change(self, type: RecordType, key: Key, stored: Stored | None, values: dict[str, Any]) -> None:
        before = (stored.values, stored.version) if stored else None
        self._digest.update(repr((type.name, key, before, values)).encode("utf-8", "backslashreplace"))
        if stored and self._file:
            change = object_change(type, key, stored, values)
            self._file.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Finish the notes."""
        if self._file:
            self._file.close()


class Confirmed(Recorder):
    """Lets an import write only what was shown to the person who confirmed it."""

    def __init__(self, digest: str) -> None:
        super().__init__()
        self._confirmed = digest

    def before_writing(self) -> None:
        if self.digest != self._confirmed:
            raise Overtaken


def object_change(type: RecordType, key: Key, stored: Stored, values: dict[str, Any]) -> ObjectChange:
    """The fields of an object that a record would change."""
    changed = [(name, old) for name, old in stored.values.items() if name in values and values[name] != old]
    if stored.is_secret:
        fields = [FieldChange(name, None, None) for name, _old in changed]
    else:
        fields = [each for name, old in changed for each in _differences(name, old, values[name])]
    title = next((str(values[name]) for name in NAMES if values.get(name)), "")
    code = " ".join(str(values.get(name) or "") or part for name, part in zip(type.key, key, strict=True))
    more = max(0, len(fields) - FIELDS_SHOWN)
    return ObjectChange(type.name, code.strip(), shown(title) or "", fields[:FIELDS_SHOWN], more)


def _differences(name: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if not (_are_rows(old) or _are_rows(new)):
        yield _field_change(name, old, new)
        return
    before, after = _labelled(old), _labelled(new)
    for label in dict.fromkeys([*before, *after]):
        inside, one, other = f"{name} {label}", before.get(label), after.get(label)
        if one is None or other is None:
            yield FieldChange(inside, _summary(one), _summary(other))
        else:
            for field in one:
                if one[field] != other.get(field):
                    yield from _differences(f"{inside} {field}", one[field], other.get(field))
    if [label for label in before if label in after] != [label for label in after if label in before]:
        yield _field_change(name, list(before), list(after))


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _labelled(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by what people tell them apart by; what stands there twice is counted."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = str(row.get("code") or row.get("course") or row.get("case"))
        label, number = name, 1
        while label in found:
            number += 1
            label = f"{name} ({number})"
        found[label] = row
    return found


def _summary(row: dict[str, Any] | None) -> str:
    """A row as a whole, `""` where there is none."""
    if row is None:
        return ""
    return shown(row.get("title") or row.get("code") or row.get("course") or row.get("case")) or ""


def _field_change(name: str, old: Any, new: Any) -> FieldChange:
    before, after = _plain(old), _plain(new)
    start = _first_difference(before, after)
    if start > CONTEXT and max(len(before), len(after)) > SHOWN_LENGTH:
        before, after = ("…" + text[start - CONTEXT :] for text in (before, after))
    return FieldChange(name, shown(before), shown(after))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _first_difference(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def noted_changes(path: Path, start: int, count: int) -> list[ObjectChange]:
    """Some of the changes that were noted, from the one with number `start` (counted from 0) on."""
    with suppress(FileNotFoundError), path.open(encoding="utf-8") as file:
        return [_object_change(json.loads(line)) for line in islice(file, start, start + count)]
    return []


def _object_change(data: dict[str, Any]) -> ObjectChange:
    fields = [FieldChange(**field) for field in data.pop("fields")]
    return ObjectChange(**data, fields=fields)


def plain_problems(problems: ProblemList) -> list[dict[str, Any]]:
    """Problems as JSON, their sentences still to be translated."""
    return list(map(_plain_problem, problems.shown))


def _plain_problem(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": problem.place.sheet,
        "row": problem.place.row,
        "column": problem.column,
        "value": problem.value,
        "template": problem.message.template,
        "params": {name: _plain_param(value) for name, value in problem.message.params.items()},
    }


def _plain_param(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def sentences(problems: list[dict[str, Any]], translate: Any) -> Iterator[dict[str, Any]]:
    """Problems for people: with their `message` in the language of `translate`."""
    for problem in problems:
        template = translate(problem["template"])
        yield {**problem, "message": template % problem["params"] if problem["params"] else template}
