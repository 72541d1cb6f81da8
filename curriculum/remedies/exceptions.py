"""Every way in which deciding about a suggestion is refused, each with words for the person who tried."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SuggestionRefused(Exception):
    """Something about a suggestion that cannot be done now; `words` say why, and what to do instead."""

    words: str | Promise = ""

    def __init__(self) -> None:
        super().__init__(str(self.words))


class Overtaken(SuggestionRefused):
    """The draft is not the one that the suggestion was made for."""

    words = _(
        "The draft has changed since this was suggested. Nothing was written: here is what fits it now."
    )


class Locked(SuggestionRefused):
    """The curriculum is locked, under review or scheduled."""

    words = _(
        "This curriculum is locked, under review or waiting to be published, and not open to you now. "
        "Nothing was written."
    )


class AlreadyPlaced(SuggestionRefused):
    """The case stands in the curriculum already."""

    words = _("A case of this suggestion is placed already. Nothing was written: here is what fits now.")


class CaseGone(SuggestionRefused):
    """The case is not published for this person any more."""

    words = _("A case of this suggestion is not published any more. Nothing was written.")


class ReasonMissing(SuggestionRefused):
    """A rejection without a reason."""

    words = _("Say why you reject it: whoever reads this later was not there.")


class NothingToUndo(SuggestionRefused):
    """The decision was taken back already, or what it placed is not in the draft any more."""

    words = _("There is nothing to undo: this was taken back already, or removed from the draft by hand.")


class CallClosed(SuggestionRefused):
    """The call was answered or withdrawn."""

    words = _("This call is closed already.")
