from typing import Any, Self

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.codes import MAX_CODE_LENGTH, validate_code

models.CharField.register_lookup(Lower)


class CodedQuerySet(models.QuerySet[Any]):
    """Finds objects by their code."""

    def coded(self, code: str) -> Self:
        """The objects (at most one) with this code, without regard to case."""
        # The database folds both sides: it and Python disagree about letters beyond ASCII.
        return self.filter(code__lower=Lower(Value(code)))


class Coded(models.Model):
    """An object with a stable code, unique without regard to case."""

    code = models.CharField(
        _("code"),
        max_length=MAX_CODE_LENGTH,
        validators=[validate_code],
        help_text=_("The stable name in files and addresses, for example LAND-01."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="%(app_label)s_%(class)s_code",
                violation_error_message=_("This code is taken. Choose another one."),
            )
        ]
