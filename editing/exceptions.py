"""Every way in which an act of editing is refused, each with words for the person who tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _


class IncompleteError(Exception):
    """Something is missing from an object that was to go out; `problems` says what."""

    def __init__(self, obj: Any, problems: Sequence[Any]) -> None:
        super().__init__(f"{obj} lacks: " + "; ".join(problem.sentence for problem in problems))
        self.obj = obj
        self.problems = list(problems)

    @property
    def words(self) -> str:
        """What to tell the person who tried."""
        return _("This cannot go out yet. %(missing)s") % {
            "missing": " ".join(problem.sentence for problem in self.problems)
        }


class ReviewRefused(Exception):
    """An act of a review that is not possible now; `words` says why to the person who tried."""

    words: str | Promise = ""

    def __init__(self, words: str | Promise = "") -> None:
        self.words = words or self.words
        super().__init__(str(self.words))


class AlreadyAnswered(ReviewRefused):
    """Somebody else answered first, or the review has ended."""


class NewerDraft(ReviewRefused):
    """The draft has gone on since the review began, or since the page was opened."""


class ReasonMissing(ReviewRefused):
    """Something was to be returned without a reason."""


class NotYours(ReviewRefused, PermissionDenied):
    """This person may not do this: it is their own work, or nobody asked them."""


class BusyError(Exception):
    """Somebody else was writing for so long that this could not be written; trying again will help."""
