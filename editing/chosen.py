"""Choices in many rows of a form, looked up together: a query a model instead of three a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms


class ChosenField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic when it runs
    """A choice of one object; `found` holds what was looked up for the whole form, by primary key as sent."""

    found: Mapping[str, Any] = MappingProxyType({})

    def to_python(self, value: Any) -> Any:
        """The chosen object."""
        known = self.found.get(str(value))
        return super().to_python(value) if known is None else known


def look_up(rows: Iterable[forms.BaseForm]) -> None:
    """Find everything that is chosen in the rows of a form that was sent."""
    wanted: defaultdict[Any, dict[ChosenField, str]] = defaultdict(dict)
    for row in rows:
        for name, field in row.fields.items():
            if isinstance(field, ChosenField) and not field.found:
                sent = str(row[name].data or "")
                if sent.isdecimal():
                    queryset: Any = field.queryset
                    wanted[queryset.model][field] = sent
    for fields in wanted.values():
        queryset = next(iter(fields)).queryset
        found = {str(one.pk): one for one in queryset.filter(pk__in=set(fields.values()))}
        for field in fields:
            field.found = found
