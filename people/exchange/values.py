"""Values of records against values of rows: the same words for both, and the way from one to the other."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Model

from exchange.kinds import ListOf
from exchange.schema import Field, RecordType
from people.exchange.codes import Codes

Row = Mapping[str, Any]
"""A row as `values()` gives it, or the content of a revision: references are primary keys in both."""


def stored_fields(type: RecordType, model: type[Model]) -> tuple[Field, ...]:
    """The fields of a record type that are columns of its model."""
    names = {field.name for field in model._meta.concrete_fields}
    return tuple(field for field in type.fields if field.name in names)


def row_values(fields: Iterable[Field], row: Row, codes: Codes) -> dict[str, Any]:
    """What a record of this row would say."""
    return {
        field.name: codes.name(field.refers_to, row.get(field.name))
        if field.refers_to
        else field.kind.restore(row.get(field.name))
        for field in fields
    }


def assign(obj: Model, fields: Iterable[Field], values: Mapping[str, Any], codes: Codes) -> None:
    """Give an object the values that a record has; what the record does not speak of stays."""
    for field in fields:
        if field.name not in values:
            continue
        value = values[field.name]
        if field.refers_to:
            setattr(obj, f"{field.name}_id", codes.pk(field.refers_to, value) if value else None)
        else:
            setattr(obj, field.name, _for_model(obj, field, value))


def _for_model(obj: Model, field: Field, value: Any) -> Any:
    if isinstance(field.kind, ListOf):
        return list(value)
    model_field = obj._meta.get_field(field.name)
    if isinstance(value, Decimal) and isinstance(model_field, DecimalField):
        # The digits that the database gives back, so that a revision reads the same before and after.
        return value.quantize(Decimal(1).scaleb(-model_field.decimal_places))
    return value
