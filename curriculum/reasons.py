"""One reason per measure: why it has the value that it has, naming the unit, case or theme to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curriculum import figures
from curriculum.balance.limits import TOLERANCE
from curriculum.balance.measures.base import Result
from curriculum.balance.names import Names

if TYPE_CHECKING:
    from curriculum.balance.report import BalanceReport


def measure_reason(report: BalanceReport, key: str, names: Names | None = None) -> str:
    """Why one measure has the value that it has; ``KeyError`` for a measure without a wording."""
    return _REASONS[key](report, report[key], names or Names())


def mostly(report: BalanceReport, names: Names) -> str:
    """The one or two themes that matter most: `Mostly C (no practice) and E (no theory).`"""
    tables = report["thematic_divergence"].reading.tables
    worst = [
        _mismatch(
            names.theme(theme),
            tables["theory_by_theme"].get(theme) or 0.0,
            tables["practice_by_theme"].get(theme) or 0.0,
        )
        for theme in worst_themes(report)[:2]
    ]
    if len(worst) == 1:
        return _("Mostly %(first)s.") % {"first": worst[0]}
    return _("Mostly %(first)s and %(second)s.") % {"first": worst[0], "second": worst[1]}


def worst_themes(report: BalanceReport) -> list[str]:
    """The themes that theory and practice disagree about, the furthest apart first."""
    parts = report["thematic_divergence"].reading.tables["divergence_by_theme"]
    apart = {theme: part for theme, part in parts.items() if part is not None and part > TOLERANCE}
    return sorted(apart, key=lambda theme: (-apart[theme], theme))


def _mismatch(theme: str, theory: float, practice: float) -> str:
    """One theme and which side of it is missing or short."""
    if not practice:
        return _("%(theme)s (no practice)") % {"theme": theme}
    if not theory:
        return _("%(theme)s (no theory)") % {"theme": theme}
    if practice < theory:
        return _("%(theme)s (too little practice)") % {"theme": theme}
    return _("%(theme)s (too much practice)") % {"theme": theme}


def _practice(report: BalanceReport, result: Result, names: Names) -> str:
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


def _coverage(report: BalanceReport, result: Result, names: Names) -> str:
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


def _orphans(report: BalanceReport, result: Result, names: Names) -> str:
    if result.value is None:
        return _("Needs both theory and practice hours")
    orphans = sorted(result.reading.elements, key=lambda element: -element.hours)
    if not orphans:
        return _("All practice serves theory that is taught here")
    gaps = {
        "place": orphans[0].item.number,
        "hours": figures.hours(orphans[0].hours),
        "others": len(orphans) - 1,
    }
    if len(orphans) == 1:
        return _("%(place)s serves no theory here (%(hours)s)") % gaps
    return (
        ngettext(
            "%(place)s (%(hours)s) and %(others)s other serve no theory here",
            "%(place)s (%(hours)s) and %(others)s others serve no theory here",
            len(orphans) - 1,
        )
        % gaps
    )


def _knockout(report: BalanceReport, result: Result, names: Names) -> str:
    if result.value is None:
        return _("No theory has a current case")
    case = result.reading.cases["knockout_case"]
    if case is None:
        return _("No theory hangs on one case alone")
    return _("%(hours)s of %(theory)s have only %(case)s") % {
        "hours": figures.hours_figure(result.value * report.hours.theory),
        "theory": figures.hours(report.hours.theory),
        "case": names.code(report.layout.library.original(case)),
    }


def _sequence(report: BalanceReport, result: Result, names: Names) -> str:
    if result.value is None:
        return _("No theory has a current case")
    gaps = {
        "limit": figures.hours(result.reading.figures["gap_limit"]),
        "mean": figures.hours(result.reading.figures["mean_gap"]),
    }
    if not result.reading.elements:
        return _("All within %(limit)s; %(mean)s on average") % gaps
    return _("Furthest: %(place)s, %(gap)s; limit %(limit)s") % {
        **gaps,
        "place": result.reading.elements[0].item.number,
        "gap": figures.hours(result.reading.figures["largest_gap"]),
    }


def _timeliness(report: BalanceReport, result: Result, names: Names) -> str:
    if result.value is None:
        return _("No practice hours work on a case")
    if not result.reading.elements:
        return _("All cases are fresh or classics")
    return oldest(report, names)


def oldest(report: BalanceReport, names: Names) -> str:
    """The case that has lost most of its freshness, with the date of its facts."""
    case = report["timeliness_index"].reading.elements[0].item.case
    if case is None:
        raise ValueError("Only practice on a case ages.")
    if case.facts_as_of is None:
        return _("Without a date: %(case)s") % {"case": names.code(case)}
    return _("Oldest: %(case)s, facts of %(day)s") % {
        "case": names.code(case),
        "day": figures.long_date(case.facts_as_of),
    }


def _divergence(report: BalanceReport, result: Result, names: Names) -> str:
    if result.value is None:
        return _("Theory or practice carries no theme")
    if not worst_themes(report):
        return _("Theory and practice share the same themes")
    return mostly(report, names)


_REASONS: Mapping[str, Callable[[BalanceReport, Result, Names], str]] = {
    "practice_share": _practice,
    "linkage_coverage": _coverage,
    "orphan_practice": _orphans,
    "knockout_loss": _knockout,
    "sequence_fit": _sequence,
    "timeliness_index": _timeliness,
    "thematic_divergence": _divergence,
}
