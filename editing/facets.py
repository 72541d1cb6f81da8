"""Filters of a list as data: each knows its condition, and how many rows stand behind each of its values.

Values are texts that stay the same (codes, keys), so that an address, and a filter saved under a name, means
the same tomorrow. A value that has gone finds nothing; it is never an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.active_filters import MultipleChoiceFilterAdapter, register_filter_adapter_class

NONE = "none"
"""The value for rows that have nothing in the field."""

SHOWN = 8
"""So many values are shown before "Show all"."""

MAX_VALUES = 50
MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter: what it is called, how many rows have it, and whether it is chosen."""

    value: str
    label: str | Promise
    count: int
    is_chosen: bool = False


class FacetWidget(forms.CheckboxSelectMultiple):
    """Check boxes with counts; beyond the first few they are folded away."""

    template_name = "editing/widgets/facet.html"
    offered: Sequence[Option] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # The stock context builds a widget for each choice, which is slow for hundreds of them.
        base_id = (attrs or {}).get("id", f"id_{name}")
        inputs = [(f"{base_id}_{place}", option) for place, option in enumerate(self.offered)]
        return {
            "widget": {"name": name, "attrs": self.build_attrs(self.attrs, attrs)},
            "first": inputs[:SHOWN],
            "others": inputs[SHOWN:],
            "total": len(inputs),
        }


class FacetField(forms.MultipleChoiceField):
    """Any values that could be one: what is not among the choices finds nothing."""

    widget = FacetWidget

    def to_python(self, value: Any) -> list[str]:
        """The values, each once; what cannot be one, and what is too much, is dropped."""
        return asked_values(value or ())

    def validate(self, value: Any) -> None:
        """Every text is a value."""


def asked_values(values: Iterable[Any]) -> list[str]:
    """The values in a list of parameters."""
    texts = (str(value).strip() for value in values)
    kept = (text for text in texts if text and len(text) <= MAX_LENGTH and "\x00" not in text)
    return list(dict.fromkeys(kept))[:MAX_VALUES]


class Facet(django_filters.Filter):
    """A filter whose values are counted; several chosen values find the rows with any of them."""

    field_class = FacetField

    def condition(self, values: Collection[str], user: Any) -> Q:
        """The rows with one of these values."""
        raise NotImplementedError

    def counted(self, rows: QuerySet[Any], user: Any) -> list[Option]:
        """The values among these rows, in the order in which they are offered; one query."""
        raise NotImplementedError

    def missing(self, value: str, model: type[Model]) -> str | Promise:
        """What a chosen value is called that none of the rows has."""
        return value

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(self.condition(value, self.user)) if value else qs

    @property
    def user(self) -> Any:
        """The person who filters."""
        return getattr(self.parent.request, "user", None)

    def options(self, rows: QuerySet[Any], chosen: Sequence[str]) -> list[Option]:
        """The values to offer: those that rows have, and the chosen ones even where none has them."""
        counted = self.counted(rows, self.user)
        offered = [replace(option, is_chosen=option.value in chosen) for option in counted]
        known = {option.value for option in offered}
        lost = [Option(value, "", 0, is_chosen=True) for value in chosen if value not in known]
        lost = [replace(option, label=self.missing(option.value, rows.model)) for option in lost]
        return sorted([*lost, *offered], key=lambda option: not option.is_chosen)


class RelatedFacet(Facet):
    """By another object: its code or key is the value, and `columns` are what its name is made of."""

    def __init__(self, path: str, *, key: str = "code", columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path = path
        self.key = key
        self.columns = columns

    def condition(self, values: Collection[str], user: Any) -> Q:
        found = Q(pk__in=())
        if named := [value for value in values if value != NONE]:
            found |= self._naming(named)
        if NONE in values:
            found |= Q(**{f"{self.path}__isnull": True})
        return found

    def _naming(self, values: Collection[str]) -> Q:
        return Q(**{f"{self.path}__{self.key}__in": values})

    def counted(self, rows: QuerySet[Any], user: Any) -> list[Option]:
        names = [f"{self.path}__{column}" for column in self.columns]
        key = f"{self.path}__{self.key}"
        counts = rows.order_by().values(key, *names).annotate(rows_count=Count("pk", distinct=True))
        options = [self._option(row, key, rows.model) for row in counts]
        return sorted(options, key=lambda option: (option.value == NONE, -option.count, str(option.label)))

    def _option(self, row: Mapping[str, Any], key: str, model: type[Model]) -> Option:
        if row[key] is None:
            return Option(NONE, self.extra.get("none_label") or _("None"), row["rows_count"])
        named = self.related(model)(**{name: row[f"{self.path}__{name}"] for name in self.columns})
        return Option(str(row[key]), str(named), row["rows_count"])

    def related(self, model: type[Model]) -> Any:
        """The model of the other object."""
        found: Any = model
        for step in self.path.split("__"):
            found = found._meta.get_field(step).related_model
        return found

    def missing(self, value: str, model: type[Model]) -> str | Promise:
        if value == NONE:
            return _("None")
        known = self.related(model)._default_manager.filter(**{self.key: value}).first()
        return str(known) if known else value


class ManyFacet(RelatedFacet):
    """By several other objects, such as themes; a row is found once however many of them it has."""

    def condition(self, values: Collection[str], user: Any) -> Q:
        model = self.model
        named = [value for value in values if value != NONE]
        found = Q(pk__in=model._default_manager.filter(self._naming(named)).values("pk"))
        if NONE in values:
            found |= ~Q(pk__in=model._default_manager.filter(**{f"{self.path}__isnull": False}).values("pk"))
        return found


class ChoiceFacet(Facet):
    """By a field with choices, or by an annotation with labels given here, in the order of the labels."""

    def __init__(self, source: str, *, labels: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.labels = dict(labels)

    def condition(self, values: Collection[str], user: Any) -> Q:
        return Q(**{f"{self.source}__in": list(values)})

    def counted(self, rows: QuerySet[Any], user: Any) -> list[Option]:
        counts = rows.order_by().values(self.source).annotate(rows_count=Count("pk"))
        found = {row[self.source]: row["rows_count"] for row in counts}
        labels = self._labels(rows.model)
        known = [Option(str(value), labels[value], found[value]) for value in labels if found.get(value)]
        odd = [Option(value, value, found[value]) for value in found if value and value not in labels]
        return known + odd

    def missing(self, value: str, model: type[Model]) -> str | Promise:
        label: str | Promise = self._labels(model).get(value, value)
        return label

    def _labels(self, model: type[Model]) -> Mapping[Any, Any]:
        if self.labels:
            return self.labels
        field: Any = model._meta.get_field(self.source)
        return dict(field.flatchoices)


class ConditionFacet(Facet):
    """By conditions of which a row may meet several; all are counted in one query."""

    def __init__(self, choices: Sequence[tuple[str, Any, Q]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def condition(self, values: Collection[str], user: Any) -> Q:
        found = Q(pk__in=())
        for value, _label, condition in self.choices:
            if value in values:
                found |= condition
        return found

    def counted(self, rows: QuerySet[Any], user: Any) -> list[Option]:
        counts = rows.order_by().aggregate(
            **{f"{value}_rows": Count("pk", filter=condition) for value, _label, condition in self.choices}
        )
        labels = {value: label for value, label, _condition in self.choices}
        found = {value: counts[f"{value}_rows"] for value in labels}
        return [Option(value, label, found[value]) for value, label in labels.items() if found[value]]

    def missing(self, value: str, model: type[Model]) -> str | Promise:
        labels: dict[str, str | Promise] = {known: label for known, label, _condition in self.choices}
        return labels.get(value, value)


class FacetAdapter(MultipleChoiceFilterAdapter):
    """The chips of the chosen values."""

    def get_active_filters(self) -> Any:
        field = self.bound_field.field
        self.filter.field.choices = field.choices
        return super().get_active_filters()


register_filter_adapter_class(Facet, FacetAdapter)
