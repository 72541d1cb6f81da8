"""Fields that several models of the teaching layout share."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


def hours_field(label: Any, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """Teaching hours, 0 or more; may be unknown, since a draft may lack them."""
    return models.DecimalField(
        label,
        max_digits=12,
        decimal_places=6,
        null=True,
        validators=[MinValueValidator(Decimal(0))],
        **kwargs,
    )


def share_field(label: Any, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """A share from 0 to 1."""
    return models.DecimalField(
        label,
        max_digits=7,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        **kwargs,
    )
