"""Forms as versions to compare, and versions as what a form takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from editing.conflicts import Cell, Row, Version

MANAGED = frozenset({"id", "ORDER", "DELETE"})
"""Fields that a formset adds to each of its rows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a form asks for: fields by name, the field with the stable key of a row, and the rows inside."""

    model: Any
    fields: Mapping[str, forms.Field]
    key: str
    inside: Mapping[str, Shape]


def shape_of(form: Any) -> Shape:
    """The shape of a form with rows. A field that nobody can fill in is left out."""
    return Shape(
        form._meta.model,
        {name: one for name, one in form.fields.items() if name not in MANAGED and not one.disabled},
        getattr(form, "key", "id"),
        {name: shape_of(formset.empty_form) for name, formset in getattr(form, "formsets", {}).items()},
    )


def version_of(form: Any, shape: Shape) -> Version:
    """What a browser would send of a form that nobody has touched."""
    return Version(_row_of(form, shape, "", _Keys()))


def _row_of(form: Any, shape: Shape, key: str, keys: _Keys) -> Row:
    cells = {
        name: _cell(field, _sent(field, form.get_initial_for_field(form.fields[name], name)))
        for name, field in shape.fields.items()
    }
    rows = {
        relation: tuple(
            _row_of(child, inner, keys.take(relation, getattr(child.instance, inner.key)), keys)
            for child in form.formsets[relation].initial_forms
        )
        for relation, inner in shape.inside.items()
    }
    return Row(key, cells, rows)


def version_posted(data: QueryDict, shape: Shape) -> Version:
    """What a browser has sent, whether it is in order or not."""
    return Version(_row_posted(data, shape, "", "", _Keys()))


def _row_posted(data: QueryDict, shape: Shape, prefix: str, key: str, keys: _Keys) -> Row:
    cells = {
        name: _cell(field, tuple(data.getlist(_name(prefix, name)))) for name, field in shape.fields.items()
    }
    rows = {
        relation: tuple(
            _row_posted(data, inner, row, keys.take(relation, data.get(_name(row, inner.key))), keys)
            for row in _rows_sent(data, _name(prefix, relation))
        )
        for relation, inner in shape.inside.items()
    }
    return Row(key, cells, rows)


def _rows_sent(data: QueryDict, prefix: str) -> list[str]:
    """The prefixes of the rows that stay, in the order that was asked for."""
    rows = [f"{prefix}-{number}" for number in range(_number(data.get(f"{prefix}-TOTAL_FORMS")))]
    kept = [row for row in rows if not data.get(f"{row}-DELETE")]
    return sorted(kept, key=lambda row: _number(data.get(f"{row}-ORDER")))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def is_a_page(data: QueryDict, shape: Shape) -> bool:
    """Whether a form was sent that holds only some of the rows of its object."""
    return any(f"{relation}-START" in data for relation in shape.inside)


def with_other_pages(sent: Version, other: Version, data: QueryDict, shape: Shape) -> Version:
    """What was sent, with the rows that were not in the form as another version has them."""
    rows = dict(sent.root.rows)
    for relation, inner in shape.inside.items():
        start = data.get(f"{relation}-START")
        if start is None:
            continue
        numbers = range(_number(data.get(f"{relation}-TOTAL_FORMS")))
        known = {data.get(f"{relation}-{number}-{inner.key}") for number in numbers}
        unseen = [row for row in other.root.rows.get(relation, ()) if row.key not in known]
        before = _number(start)
        rows[relation] = (*unseen[:before], *rows[relation], *unseen[before:])
    return Version(replace(sent.root, rows=rows))


class _Keys:
    """The keys of the rows of one version; where a row has none, or a taken one, its number stands in."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def take(self, relation: str, key: object) -> str:
        """The key by which a row is known, unlike that of every other row of its kind."""
        text = str(key or "")
        if not text or (relation, text) in self._taken:
            text = f"~{len(self._taken)}"
        self._taken.add((relation, text))
        return text


def _name(prefix: str, name: str) -> str:
    return f"{prefix}-{name}" if prefix else name


def _sent(field: forms.Field, value: Any) -> tuple[str, ...]:
    """What a browser sends for a value that a field shows."""
    value, widget = field.prepare_value(value), field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ("on",) if widget.check_test(value) else ()
    shown = widget.format_value(value)
    if isinstance(widget, forms.SelectMultiple):
        return tuple(map(str, shown))
    if isinstance(shown, list | tuple):
        shown = shown[0] if shown else ""
    return ("" if shown is None else str(shown),)


def _cell(field: forms.Field, sent: tuple[str, ...]) -> Cell:
    return Cell(sent, _meaning(field, sent))


def _meaning(field: forms.Field, sent: tuple[str, ...]) -> object:
    """What was sent without the differences that mean nothing: line ends, zeros at the end of a number."""
    if isinstance(field.widget, forms.CheckboxInput):
        return bool(sent)
    text = "\n".join("\n".join(sent).splitlines()).strip()
    if isinstance(field, forms.ModelChoiceField | forms.ModelMultipleChoiceField) or not text:
        return text.casefold()
    try:
        meaning = field.to_python(text)
    except ValidationError:
        return text
    return tuple(meaning) if isinstance(meaning, list) else meaning


def data_for(version: Row, form: Any, shape: Shape) -> QueryDict:
    """What a form must be sent to become a version; `form` shows the object as it is saved now, untouched.

    Rows that are saved and known to the form keep their place among its first ones; those that the version
    lacks are marked for deletion.
    """
    data = QueryDict(mutable=True)
    _write(data, version, form, shape, "")
    return data


def _write(data: QueryDict, version: Row | None, form: Any, shape: Shape, prefix: str) -> None:
    if version is not None:
        for name, cell in version.cells.items():
            data.setlist(_name(prefix, name), list(cell.sent))
    for relation, inner in shape.inside.items():
        wanted: Sequence[Row] = version.rows.get(relation, ()) if version else ()
        _write_rows(data, wanted, form.formsets[relation], inner, _name(prefix, relation))


def _write_rows(data: QueryDict, wanted: Sequence[Row], formset: Any, shape: Shape, prefix: str) -> None:
    order = {row.key: number for number, row in enumerate(wanted, start=1)}
    rows = {row.key: row for row in wanted}
    entries: list[tuple[Any, Row | None]] = []
    for child in formset.initial_forms:
        row = rows.pop(str(getattr(child.instance, shape.key) or ""), None)
        if row is not None or child.instance.pk is not None:
            entries.append((child, row))
    first = len(entries)
    entries += [(None, row) for row in rows.values()]
    empty = formset.empty_form
    for number, (child, row) in enumerate(entries):
        own = f"{prefix}-{number}"
        _write(data, row, child or empty, shape, own)
        data[f"{own}-id"] = "" if child is None or child.instance.pk is None else str(child.instance.pk)
        data[f"{own}-ORDER"] = str(order[row.key]) if row else "0"
        data[f"{own}-DELETE"] = "" if row else "1"
    data.update(
        {
            f"{prefix}-TOTAL_FORMS": str(len(entries)),
            f"{prefix}-INITIAL_FORMS": str(first),
            f"{prefix}-MIN_NUM_FORMS": "0",
            f"{prefix}-MAX_NUM_FORMS": "1000",
        }
    )


def fields_of(data: QueryDict) -> Iterator[tuple[str, str]]:
    """Everything that was sent, a pair for each value, to be carried on in hidden fields."""
    for name, values in data.lists():
        for value in values:
            yield name, str(value)
