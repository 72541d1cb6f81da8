"""What is still missing from something that people write before it may go out: in words, at its place.

A model says what it lacks in `problems`. Drafts may lack anything; a submission, an approval and a
publication, by hand or by the clock, ask `require_complete`. Files that are imported have their own rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editing.exceptions import IncompleteError


class Severity(Enum):
    """Whether a problem keeps an object from going out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing or wrong: the field, the words for it, and the rows that lead to it.

    `rows` are relation and number, counted from 1, from the outside in:
    `(("modules", 2), ("placements", 1))`.
    """

    field: str
    message: str | Promise
    rows: tuple[tuple[str, int], ...] = ()
    severity: Severity = Severity.ERROR

    @property
    def path(self) -> str:
        """Where it stands, for programs: `modules/2/placements/1/course`."""
        return "/".join([*(f"{relation}/{number}" for relation, number in self.rows), self.field])

    @property
    def number(self) -> str:
        """Where it stands, for people: `2.1` is the first row of row 2; empty for the object itself."""
        return ".".join(str(number) for _relation, number in self.rows)

    @property
    def sentence(self) -> str:
        """The words with the number of the row before them."""
        if not self.rows:
            return str(self.message)
        return _("%(number)s: %(message)s") % {"number": self.number, "message": self.message}

    def inside(self, relation: str, number: int) -> Problem:
        """The same problem, seen from the object that holds the row."""
        return replace(self, rows=((relation, number), *self.rows))


def problems_of_rows(relation: str, rows: Iterable[Any]) -> list[Problem]:
    """What the rows of an object lack, each under its number."""
    return [
        problem.inside(relation, number)
        for number, row in enumerate(rows, start=1)
        for problem in row.problems()
    ]


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that keep an object from going out."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def require_complete(obj: Any) -> None:
    """Raise IncompleteError when something is missing from an object as it is in memory."""
    if missing := blocking(obj.problems()):
        raise IncompleteError(obj, missing)


def show_at_fields(form: Any, problems: Iterable[Problem]) -> None:
    """Put the blocking problems of a form's own object at its fields, where nothing is said yet."""
    for problem in blocking(problems):
        field = problem.field if problem.field in form.fields else None
        if not problem.rows and field not in form.errors:
            form.add_error(field, problem.message)


def show_at_rows(formset: Any, message: str | Promise) -> None:
    """Say above the rows of a validated form that some are missing; it is invalid from then on."""
    formset.non_form_errors().append(message)


def summary_of(problems: Iterable[Problem]) -> str:
    """The problems in one text for a message or a log line."""
    sentences = [problem.sentence for problem in problems]
    heading = ngettext("%(count)d thing is missing:", "%(count)d things are missing:", len(sentences))
    return " ".join([heading % {"count": len(sentences)}, *sentences])
