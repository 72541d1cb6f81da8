"""A figure over time as server-drawn marks; as in `charts`, labels and figures stand in cells beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curriculum.balance.limits import Limits

HEIGHT = 44
INSET = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """A value that holds from a moment on; `at` runs from 0 to 1, a value of `None` is no figure."""

    at: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of a figure on the axis 0..1 with its present limits: a value holds until the next one."""

    moments: tuple[Moment, ...]
    limits: Limits | None = None


def draw_timeline(timeline: Timeline) -> SafeString:
    """The steps over the band; never zoomed, so that all timelines of a page can be compared."""
    marks = [*_limits(timeline.limits), *_steps(timeline)]
    return format_html(
        '<svg class="praxis-chart praxis-timeline" aria-hidden="true" focusable="false" width="100%"'
        ' height="{}">{}</svg>',
        HEIGHT,
        format_html_join("", "{}", ((mark,) for mark in marks)),
    )


def _limits(limits: Limits | None) -> Iterator[SafeString]:
    if limits is not None:
        top = _height(limits.high if isfinite(limits.high) else 1.0)
        bottom = _height(limits.low if isfinite(limits.low) else 0.0)
        yield format_html(
            '<rect class="mark-band" x="0" width="100%" y="{}" height="{}"/>', top, round(bottom - top, 2)
        )
        for end in (limits.amber_low, limits.amber_high):
            if 0 < end < 1:
                yield _level("mark-watch", end, "0%", "100%")
    for end in (0.0, 1.0):
        yield _level("mark-axis", end, "0%", "100%")


def _steps(timeline: Timeline) -> Iterator[SafeString]:
    following = (*timeline.moments[1:], None)
    for moment, then in zip(timeline.moments, following, strict=True):
        if moment.value is None:
            continue
        at = _percent(moment.at)
        if then is not None:
            until = _percent(then.at)
            yield _level("mark-course", moment.value, at, until)
            if then.value is not None:
                ends = _height(moment.value), _height(then.value)
                yield format_html(
                    '<line class="mark-course" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', until, *ends
                )
        yield format_html('<circle class="mark-moment" cx="{}" cy="{}" r="3"/>', at, _height(moment.value))


def _level(kind: str, value: float, start: str, end: str) -> SafeString:
    return format_html(
        '<line class="{0}" x1="{1}" x2="{2}" y1="{3}" y2="{3}"/>', kind, start, end, _height(value)
    )


def _height(value: float) -> float:
    """Pixels from the top for a value of 0..1."""
    return round(INSET + (1 - min(max(value, 0.0), 1.0)) * (HEIGHT - 2 * INSET), 2)


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"
