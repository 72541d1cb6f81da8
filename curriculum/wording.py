"""The words of the balance report: labels, and one sentence per verdict; `reasons` has those per measure.

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
from curriculum.balance.measures.base import Quantity, Result
from curriculum.balance.names import Names
from curriculum.balance.report import BalanceReport
from curriculum.reasons import mostly, oldest

MEASURE_LABELS: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice share"),
    "linkage_coverage": gettext_lazy("Theory with a case"),
    "orphan_practice": gettext_lazy("Unattached practice"),
    "knockout_loss": gettext_lazy("Dependence on one case"),
    "sequence_fit": gettext_lazy("Practice near its theory"),
    "timeliness_index": gettext_lazy("Freshness of cases"),
    "thematic_divergence": gettext_lazy("Mismatch of themes"),
}
"""Names of the measures in rows; column heads are shorter."""

MEASURE_HEADS: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice"),
    "linkage_coverage": gettext_lazy("Covered"),
    "orphan_practice": gettext_lazy("Unattached"),
    "knockout_loss": gettext_lazy("One-case"),
    "sequence_fit": gettext_lazy("Order"),
    "timeliness_index": gettext_lazy("Fresh"),
    "thematic_divergence": gettext_lazy("Mismatch"),
}

MEASURE_HELP: Mapping[str, Promise] = {
    "practice_share": gettext_lazy("Practice hours of all counted hours, against the band of the category."),
    "linkage_coverage": gettext_lazy(
        "Theory hours that a current case in this curriculum serves, of all theory hours."
    ),
    "orphan_practice": gettext_lazy(
        "Practice hours that serve no theory of this curriculum, of all practice hours."
    ),
    "knockout_loss": gettext_lazy(
        "Theory hours left without a case if the most important case were withdrawn."
    ),
    "sequence_fit": gettext_lazy(
        "Covered theory hours with their practice near by, of all covered theory hours."
    ),
    "timeliness_index": gettext_lazy(
        "Mean freshness of the practised cases, by hours: 1 is new or a classic; it halves every few years, "
        "as the policy says."
    ),
    "thematic_divergence": gettext_lazy(
        "How differently theory and practice divide their hours among themes: 0 is alike, 1 has nothing in "
        "common."
    ),
}

HEADLINE_LABELS: Mapping[Headline, Promise] = {
    Headline.NO_DATA: gettext_lazy("No verdict"),
    Headline.THEORY_HEAVY: gettext_lazy("Too much theory"),
    Headline.PRACTICE_HEAVY: gettext_lazy("Too much practice"),
    Headline.DISCONNECTED: gettext_lazy("Disconnected"),
    Headline.SKEWED: gettext_lazy("Skewed"),
    Headline.FRAGILE: gettext_lazy("Fragile"),
    Headline.STALE: gettext_lazy("Stale"),
    Headline.OUT_OF_SEQUENCE: gettext_lazy("Out of sequence"),
    Headline.BALANCED: gettext_lazy("Balanced"),
}

RESTRICTED_CASE = gettext_lazy("restricted case {}")
"""What a case is called for a reader who may not see it."""


def verdict_sentence(report: BalanceReport, names: Names | None = None) -> str:
    """What the report comes down to, in one or two sentences with figures."""
    return _SENTENCES[report.verdict.headline](report, names or Names())


def _no_data(report: BalanceReport, names: Names) -> str:
    share, limit = report.untagged_share, report.layout.policy.untagged_limit
    if share is None:
        return _("No timed units yet.")
    untagged = len(report.lists.untagged)
    return ngettext(
        "No verdict yet: %(share)s of hours carry no theme (limit %(limit)s). Tag %(count)s unit first.",
        "No verdict yet: %(share)s of hours carry no theme (limit %(limit)s). Tag %(count)s units first.",
        untagged,
    ) % {"share": figures.percent(share, [limit]), "limit": _limit(limit), "count": untagged}


def _theory_heavy(report: BalanceReport, names: Names) -> str:
    needed = report["practice_share"].reading.tables["hours_needed"]
    found = _("Too much theory: practice is %(share)s, band %(band)s.") % _share_and_band(report)
    gaps = {"add": figures.hours(needed["add_practice"]), "swap": figures.hours(needed["swap_to_practice"])}
    if needed["add_practice"] is None:
        return _in_turn(found, _("Turn %(swap)s of theory into practice.") % gaps)
    return _in_turn(found, _("Add %(add)s of practice, or turn %(swap)s of theory into practice.") % gaps)


def _practice_heavy(report: BalanceReport, names: Names) -> str:
    needed = report["practice_share"].reading.tables["hours_needed"]
    found = _("Too much practice: %(share)s, band %(band)s.") % _share_and_band(report)
    gaps = {"add": figures.hours(needed["add_theory"]), "swap": figures.hours(needed["swap_to_theory"])}
    if needed["add_theory"] is None:
        return _in_turn(found, _("Turn %(swap)s of practice into theory.") % gaps)
    return _in_turn(found, _("Add %(add)s of theory, or turn %(swap)s of practice into theory.") % gaps)


def _in_turn(first: str, second: str) -> str:
    # Chinese puts no space between sentences.
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": second}


def _disconnected(report: BalanceReport, names: Names) -> str:
    without, orphans = _hours_of(report, "linkage_coverage"), _hours_of(report, "orphan_practice")
    gaps = {
        "without": figures.hours_figure(without),
        "theory": figures.hours_figure(report.hours.theory),
        "orphans": figures.hours_figure(orphans),
        "practice": figures.hours_figure(report.hours.practice),
    }
    if not orphans:
        return (
            _("Theory and practice do not meet: %(without)s of %(theory)s theory hours have no current case.")
            % gaps
        )
    if not without:
        return (
            _(
                "Theory and practice do not meet: "
                "%(orphans)s of %(practice)s practice hours serve no theory here."
            )
            % gaps
        )
    return (
        _(
            "Theory and practice do not meet: %(without)s of %(theory)s theory hours have no current case; "
            "%(orphans)s of %(practice)s practice hours serve no theory here."
        )
        % gaps
    )


def _skewed(report: BalanceReport, names: Names) -> str:
    found = _("Practice goes to other themes than theory: %(value)s, limit %(limit)s.") % _value_and_limit(
        report["thematic_divergence"]
    )
    return _in_turn(found, mostly(report, names))


def _fragile(report: BalanceReport, names: Names) -> str:
    result = report["knockout_loss"]
    case = result.reading.cases["knockout_case"]
    if case is None:
        raise ValueError("Nothing hangs on one case.")
    return _(
        "Too much hangs on one case: without %(case)s, %(lost)s of %(theory)s theory hours lose their only "
        "case (%(value)s, limit %(limit)s)."
    ) % {
        "case": names.code(report.layout.library.original(case)),
        "lost": figures.hours_figure(fsum(element.hours for element in result.reading.elements)),
        "theory": figures.hours_figure(report.hours.theory),
        **_value_and_limit(result),
    }


def _stale(report: BalanceReport, names: Names) -> str:
    found = _("The cases are ageing: freshness %(value)s, at least %(limit)s wanted.") % _value_and_limit(
        report["timeliness_index"]
    )
    return _in_turn(found, _("%(reason)s.") % {"reason": oldest(report, names)})


def _out_of_sequence(report: BalanceReport, names: Names) -> str:
    result = report["sequence_fit"]
    return _(
        "Practice is too far from its theory: %(value)s within %(near)s, %(limit)s wanted. "
        "Furthest: %(place)s, %(gap)s."
    ) % {
        "near": figures.hours(result.reading.figures["gap_limit"]),
        "place": result.reading.elements[0].item.number,
        "gap": figures.hours(result.reading.figures["largest_gap"]),
        **_value_and_limit(result),
    }


def _balanced(report: BalanceReport, names: Names) -> str:
    judged = sum(result.color is not None for result in report.results)
    day = figures.long_date(report.layout.as_of)
    if judged == len(report.results):
        return _("In balance on %(day)s: all seven measures are within limits.") % {"day": day}
    return ngettext(
        "In balance on %(day)s: %(count)s measure is within its limits, the others are only reported.",
        "In balance on %(day)s: %(count)s measures are within limits, the others are only reported.",
        judged,
    ) % {"day": day, "count": judged}


_SENTENCES: Mapping[Headline, Callable[[BalanceReport, Names], str]] = {
    Headline.NO_DATA: _no_data,
    Headline.THEORY_HEAVY: _theory_heavy,
    Headline.PRACTICE_HEAVY: _practice_heavy,
    Headline.DISCONNECTED: _disconnected,
    Headline.SKEWED: _skewed,
    Headline.FRAGILE: _fragile,
    Headline.STALE: _stale,
    Headline.OUT_OF_SEQUENCE: _out_of_sequence,
    Headline.BALANCED: _balanced,
}


def _share_and_band(report: BalanceReport) -> Mapping[str, str]:
    band = report.layout.policy.band
    if band is None:
        raise ValueError("Without a band no curriculum has too much of anything.")
    share = figures.percent(report["practice_share"].value, band)
    return {"share": share, "band": figures.percent_range(*band)}


def _hours_of(report: BalanceReport, key: str) -> float:
    return fsum(element.hours for element in report[key].reading.elements)


def _value_and_limit(result: Result) -> Mapping[str, str]:
    """The value and the green end that it misses, printed so that the one never looks inside the other."""
    if result.value is None or result.limits is None:
        raise ValueError("Only a value that misses a limit is spoken of.")
    limit = result.limits.low if result.limits.is_below(result.value) else result.limits.high
    if result.measure.quantity is Quantity.SHARE:
        return {"value": figures.percent(result.value, [limit]), "limit": _limit(limit)}
    return {"value": figures.index(result.value, [limit]), "limit": figures.index(limit)}


def _limit(share: float) -> str:
    return f"{figures.trimmed(share * 100, 1)}%"
