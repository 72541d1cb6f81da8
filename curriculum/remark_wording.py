"""The remarks about the data behind a balance report in words: what is the matter, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from curriculum.balance.names import Names
from curriculum.balance.remarks import Remark, Remarkable

SENTENCES: Mapping[Remarkable, Promise] = {
    Remarkable.NO_BAND: _(
        "The programme category has no band for the practice share on this day: the share is only reported."
    ),
    Remarkable.COMMON_THEME: _(
        "Theme %(theme)s is on so many theory units that links through it say little. Use narrower themes."
    ),
    Remarkable.HOURS_WITHOUT_EFFECT: _(
        "%(place)s: the hours given for course %(course)s have no effect, for its units have none. "
        "Give the units hours."
    ),
    Remarkable.HOURS_MISSING: _("%(place)s: %(item)s has no hours and counts as 0 h. Give its hours."),
    Remarkable.ZERO_HOURS: _("%(place)s: %(item)s takes 0 h: it is listed, and weighs nothing."),
    Remarkable.CASE_NOT_IN_VIEW: _(
        "Case %(case)s is a draft or withdrawn: its hours count as practice, and it covers no theory."
    ),
    Remarkable.DATE_MISSING: _("Case %(case)s has no date of its facts and is never current. Give the date."),
    Remarkable.CLASSIC_WITHOUT_REVIEW: _(
        "Case %(case)s is a classic past the age limit and has no review date, so that it covers no theory. "
        "Give it one if it is to stay."
    ),
    Remarkable.COURSE_LEFT_OUT: _("%(place)s: course %(course)s is not published and is left out."),
    Remarkable.NOTHING_PLACED: _("%(place)s: nothing is chosen yet."),
}


def remark_sentence(remark: Remark, names: Names) -> str:
    """One remark as a sentence, with the names that its reader may see."""
    return str(SENTENCES[remark.kind]) % {
        "place": remark.place,
        "item": names.identifier(remark.item) if remark.item else "",
        "case": names.code(remark.case) if remark.case else "",
        "theme": names.theme(remark.theme),
        "course": remark.course,
    }
