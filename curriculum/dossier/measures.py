"""The seven measures as rows, and below them the shares of content (rule 46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum import figures, wording
from curriculum.balance.content import MARGIN, ContentShare
from curriculum.balance.headlines import Headline
from curriculum.balance.limits import Limits
from curriculum.balance.measures.base import Quantity, Result
from curriculum.dossier.judging import Dossier
from curriculum.dossier.limits import watch_words, within_words
from curriculum.levels import Level
from curriculum.standings import Figure, Flag, figure_of, flags_of

SUPPORT_LABELS: Mapping[str, Promise] = {
    "coverage_shelf": gettext_lazy("with every current case of the library: %(figure)s"),
    "coverage_graded": gettext_lazy("theme by theme: %(figure)s"),
    "effective_cases": gettext_lazy("effective number of cases %(figure)s"),
    "hhi": gettext_lazy("concentration (HHI) %(figure)s"),
    "mean_gap": gettext_lazy("mean gap %(figure)s"),
    "add_practice": gettext_lazy("add %(figure)s of practice"),
    "swap_to_practice": gettext_lazy("or turn %(figure)s of theory into practice"),
    "add_theory": gettext_lazy("add %(figure)s of theory"),
    "swap_to_theory": gettext_lazy("or turn %(figure)s of practice into theory"),
}
"""Figures that support a measure and are worth a line beside its reason."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure: its letter, its figure, its limits in words, and what supports the figure."""

    letter: str
    label: str
    help: str
    figure: Figure
    within: str
    watch: str
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContentRow:
    """The share of one kind of content of all counted hours; `needed` says how to reach the minimum."""

    label: str
    hours: float
    value: float | None
    text: str
    level: Level
    limits: Limits | None
    minimum: str
    needed: str


def pills(dossier: Dossier) -> tuple[Flag, ...]:
    """The headline and every other flag that is raised, each with its own level."""
    return flags_of(dossier.report)


def is_provisional(dossier: Dossier) -> bool:
    """Whether figures are there, but too many hours carry no theme for a verdict (rule 32)."""
    found = dossier.report
    return found.verdict.headline is Headline.NO_DATA and found.untagged_share is not None


def measure_rows(dossier: Dossier) -> tuple[MeasureRow, ...]:
    """All measures, in the order of the report."""
    return tuple(
        MeasureRow(
            letter=letter,
            label=str(wording.MEASURE_LABELS[result.key]),
            help=str(wording.MEASURE_HELP[result.key]),
            figure=figure_of(dossier.report, result, dossier.names),
            within=within_words(result.limits, result.measure.quantity),
            watch=watch_words(result.limits, result.measure.quantity),
            support=tuple(_support(result)),
        )
        for letter, result in zip(ascii_lowercase, dossier.report.results, strict=False)
    )


def content_rows(dossier: Dossier) -> tuple[ContentRow, ...]:
    """The shares of content; none of them changes the verdict."""
    return tuple(_content_row(share) for share in dossier.report.content_shares)


def _support(result: Result) -> Iterator[str]:
    found = {**result.reading.figures, **result.reading.tables.get("hours_needed", {})}
    for key, label in SUPPORT_LABELS.items():
        value = found.get(key)
        if value is not None:
            yield str(label) % {"figure": _supporting(key, value)}


def _supporting(key: str, value: float) -> str:
    if key.startswith("coverage"):
        return figures.percent(value)
    if key in ("hhi", "effective_cases"):
        return figures.trimmed(value, 2)
    return figures.hours(value)


def _content_row(share: ContentShare) -> ContentRow:
    minimum = share.minimum
    limits = None if minimum is None else Limits.at_least(minimum, minimum - MARGIN)
    ends = () if minimum is None else (minimum, minimum - MARGIN)
    return ContentRow(
        label=str(CONTENT_LABELS[share.key]),
        hours=share.hours,
        value=share.value,
        text=figures.percent(share.value, ends),
        level=Level.of(share.color, value=share.value),
        limits=limits,
        minimum=within_words(limits, Quantity.SHARE),
        needed=_needed(share),
    )


def _needed(share: ContentShare) -> str:
    if share.swap is None:
        return ""
    gaps = {"add": figures.hours(share.add), "swap": figures.hours(share.swap)}
    if share.add is None:
        return _("Turn %(swap)s of other content into it.") % gaps
    return _("Add %(add)s, or turn %(swap)s of other content into it.") % gaps


CONTENT_LABELS: Mapping[str, Promise] = {
    "theory_and_party_spirit": gettext_lazy("Theory and party-spirit education together"),
    "theory_education": gettext_lazy("Theory education"),
    "party_spirit_education": gettext_lazy("Party-spirit education"),
    "job_competence": gettext_lazy("Job competence"),
    "knowledge": gettext_lazy("Knowledge"),
}
