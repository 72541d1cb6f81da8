"""The words of the balance report: labels, one sentence per verdict, one reason per measure.

The engine knows keys only; whatever it can say is put into words here, by the same keys. Sentences are whole
strings with gaps for figures, because other languages order them differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import fsum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from curriculum import figures
from curriculum.balance.headlines import Headline
from curriculum.balance.measures.base import Result
from curriculum.balance.report import BalanceReport

MEASURE_LABELS: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice share"),
    "linkage_coverage": gettext_lazy("Theory with a case"),
}
"""Names of the measures in rows; column heads are shorter."""

MEASURE_HEADS: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice"),
    "linkage_coverage": gettext_lazy("Covered"),
}

MEASURE_HELP: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice hours of all counted hours, against the band of the category."),
    "linkage_coverage": gettext_lazy(
        "Theory hours that a current case in this curriculum serves, of all theory hours."
    ),
}

HEADLINE_LABELS: Mapping[Headline | None, Promise] = {
    Headline.NO_DATA: gettext_lazy("No verdict"),
    Headline.THEORY_HEAVY: gettext_lazy("Too much theory"),
    Headline.PRACTICE_HEAVY: gettext_lazy("Too much practice"),
    Headline.DISCONNECTED: gettext_lazy("Disconnected"),
    Headline.SKEWED: gettext_lazy("Skewed"),
    Headline.FRAGILE: gettext_lazy("Fragile"),
    Headline.STALE: gettext_lazy("Stale"),
    Headline.OUT_OF_SEQUENCE: gettext_lazy("Out of sequence"),
    Headline.BALANCED: gettext_lazy("Balanced"),
    None: gettext_lazy("Not judged yet"),
}

RESTRICTED_CASE = gettext_lazy("restricted case {}")
"""What a case is called for a reader who may not see it."""


def verdict_sentence(report: BalanceReport) -> str:
    """What the report comes down to, in one or two sentences with figures.

    ``KeyError`` for a headline that no measure can raise yet.
    """
    return _SENTENCES[report.verdict.headline](report)


def measure_reason(report: BalanceReport, key: str) -> str:
    """Why one measure has the value that it has; ``KeyError`` for a measure without a wording."""
    return _REASONS[key](report, report[key])


def _no_data(report: BalanceReport) -> str:
    share, limit = report.untagged_share, report.layout.policy.untagged_limit
    if share is None:
        return _("No timed units yet.")
    untagged = len(report.lists.untagged)
    return ngettext(
        "No verdict yet: %(share)s of hours carry no theme (limit %(limit)s). Tag %(count)s unit first.",
        "No verdict yet: %(share)s of hours carry no theme (limit %(limit)s). Tag %(count)s units first.",
        untagged,
    ) % {"share": figures.percent(share, [limit]), "limit": _limit(limit), "count": untagged}


def _theory_heavy(report: BalanceReport) -> str:
    needed = report["practice_share"].reading.tables["hours_needed"]
    found = _("Too much theory: practice is %(share)s, band %(band)s.") % _share_and_band(report)
    gaps = {"add": figures.hours(needed["add_practice"]), "swap": figures.hours(needed["swap_to_practice"])}
    if needed["add_practice"] is None:
        return _in_turn(found, _("Turn %(swap)s of theory into practice.") % gaps)
    return _in_turn(found, _("Add %(add)s of practice, or turn %(swap)s of theory into practice.") % gaps)


def _practice_heavy(report: BalanceReport) -> str:
    needed = report["practice_share"].reading.tables["hours_needed"]
    found = _("Too much practice: %(share)s, band %(band)s.") % _share_and_band(report)
    gaps = {"add": figures.hours(needed["add_theory"]), "swap": figures.hours(needed["swap_to_theory"])}
    if needed["add_theory"] is None:
        return _in_turn(found, _("Turn %(swap)s of practice into theory.") % gaps)
    return _in_turn(found, _("Add %(add)s of theory, or turn %(swap)s of practice into theory.") % gaps)


def _in_turn(first: str, second: str) -> str:
    # Chinese puts no space between sentences.
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": second}


def _disconnected(report: BalanceReport) -> str:
    return _(
        "Theory and practice do not meet: %(without)s of %(theory)s theory hours have no current case."
    ) % {"without": _uncovered_hours(report), "theory": figures.hours_figure(report.hours.theory)}


def _not_judged(report: BalanceReport) -> str:
    return _("Not judged yet: what is measured so far is within its limits.")


_SENTENCES: Mapping[Headline | None, Callable[[BalanceReport], str]] = {
    Headline.NO_DATA: _no_data,
    Headline.THEORY_HEAVY: _theory_heavy,
    Headline.PRACTICE_HEAVY: _practice_heavy,
    Headline.DISCONNECTED: _disconnected,
    None: _not_judged,
}


def _practice_reason(report: BalanceReport, result: Result) -> str:
    if result.value is None:
        return _("No counted hours")
    gaps = {
        "practice": figures.hours_figure(report.hours.practice),
        "total": figures.hours(report.hours.total),
    }
    if report.layout.policy.band is None:
        return _("%(practice)s of %(total)s; the category has no band") % gaps
    band = figures.percent_range(*report.layout.policy.band)
    return _("%(practice)s of %(total)s; band %(band)s") % {**gaps, "band": band}


def _coverage_reason(report: BalanceReport, result: Result) -> str:
    if result.value is None:
        return _("No theory hours")
    without = sorted(result.reading.elements, key=lambda element: -element.hours)
    if not without:
        return _("Every theory unit has a current case")
    gaps = {
        "place": without[0].item.number,
        "hours": figures.hours(without[0].hours),
        "others": len(without) - 1,
    }
    if len(without) == 1:
        return _("%(place)s has none (%(hours)s)") % gaps
    return _("%(place)s (%(hours)s) and %(others)s more have none") % gaps


_REASONS: Mapping[str, Callable[[BalanceReport, Result], str]] = {
    "practice_share": _practice_reason,
    "linkage_coverage": _coverage_reason,
}


def _share_and_band(report: BalanceReport) -> Mapping[str, str]:
    band = report.layout.policy.band
    if band is None:
        raise ValueError("Without a band no curriculum has too much of anything.")
    share = figures.percent(report["practice_share"].value, band)
    return {"share": share, "band": figures.percent_range(*band)}


def _uncovered_hours(report: BalanceReport) -> str:
    return figures.hours_figure(fsum(entry.element.hours for entry in report.lists.uncovered))


def _limit(share: float) -> str:
    return f"{figures.trimmed(share * 100, 1)}%"
