"""Server-drawn charts: small frozen descriptions in, SVG marks out.

Charts hold marks and place numbers only, never words: labels and values stand in the table cells or sentences
beside them. Widths are percentages, so that a chart fits its cell without scripts, styles or a view box.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curriculum.balance.limits import Limits

Mark = Literal["theory", "practice", "plain", "shared"]

HATCHED: Mapping[str, str] = {"practice": "", "shared": "-shared"}
"""The marks that are hatched, with what their pattern's names end on."""

LANE = 34
MODULE_ROW = 18
LABEL_ROW = 20
LABEL_SHARE = 0.04
ROOMY_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Block:
    """One timed item of a strip: hours wide, its practice share (0..1) decides how high each lane is filled.

    `neutral` items are outlined only; `framed` ones stand out (late or failing).
    """

    hours: float
    practice: float = 0.0
    neutral: bool = False
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring blocks under one place number such as `2.1`; a module's span also gets a tick."""

    hours: float
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Theory above and practice below along the hours of a course or curriculum.

    `blocks`, `places` and `modules` each run from 0 to the same total; `sentence` says it in words.
    """

    key: str
    sentence: str
    blocks: tuple[Block, ...]
    places: tuple[Span, ...] = ()
    modules: tuple[Span, ...] = ()

    @property
    def total(self) -> float:
        """Hours from end to end."""
        return sum(block.hours for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure on the axis 0..1 with its limits; `before` draws the former value hollow."""

    value: float | None
    limits: Limits | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: theory is solid, practice hatched; `plain` and `shared` are the same, of neither."""

    value: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Bar:
    """Segments from 0 on a scale that ends at `maximum`; `limit` sets a tick, `reverse` grows to the left."""

    key: str
    segments: tuple[Segment, ...]
    maximum: float
    limit: float | None = None
    reverse: bool = False


def draw_strip(strip: Strip) -> SafeString:
    """The strip as an image with its sentence; empty when nothing takes time."""
    if strip.total <= 0:
        return SafeString("")
    hatch = _hatch_id(strip.key)
    top = MODULE_ROW if strip.modules else 2
    bottom = top + 2 * LANE
    marks = [
        format_html('<rect class="mark-lanes" y="{}" width="100%" height="{}"/>', top, 2 * LANE),
        *_blocks(strip, top, hatch),
        format_html('<line class="mark-axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>', top + LANE),
        *_outlines(strip, top),
        *_modules(strip, top, bottom),
        *_places(strip, bottom),
    ]
    height = bottom + (LABEL_ROW if strip.places else 2)
    return format_html(
        '<svg class="praxis-chart praxis-strip" role="img" aria-label="{}" width="100%" height="{}">'
        "{}{}</svg>",
        strip.sentence,
        height,
        _hatch(hatch),
        _together(marks),
    )


def draw_measure(measure: Measure, *, small: bool = False) -> SafeString:
    """The figure's axis: band filled, limits of watching dotted, the value a dot or, when small, a tick."""
    height = 10 if small else 20
    marks = [_axis(height), *_band(measure.limits, height)]
    if measure.before is not None:
        marks.append(_value(measure.before, height, small=small, former=True))
    if measure.value is not None:
        marks.append(_value(measure.value, height, small=small))
    return format_html(
        '<svg class="praxis-chart praxis-measure{}" aria-hidden="true" focusable="false"'
        ' width="{}" height="{}">{}</svg>',
        " praxis-measure--small" if small else "",
        "76" if small else "100%",
        height,
        _together(marks),
    )


def draw_bar(bar: Bar, *, height: int = 10) -> SafeString:
    """The bar's segments one after the other; a bar of nothing keeps its baseline."""
    hatch = _hatch_id(bar.key)
    marks = []
    scale = bar.maximum if bar.maximum > 0 else 1.0
    ends = list(accumulate(segment.value for segment in bar.segments))
    for segment, end in zip(bar.segments, ends, strict=True):
        if segment.value > 0:
            start = end - segment.value
            left = 1 - end / scale if bar.reverse else start / scale
            marks.append(_filled(segment.mark, left, segment.value / scale, 0, height, hatch))
    base = "100%" if bar.reverse else "0"
    marks.append(
        format_html('<line class="mark-base" x1="{0}" x2="{0}" y1="-1" y2="{1}"/>', base, height + 1)
    )
    if bar.limit is not None:
        at = bar.limit / scale
        marks.append(
            format_html(
                '<line class="mark-limit" x1="{0}" x2="{0}" y1="-2" y2="{1}"/>',
                _percent(1 - at if bar.reverse else at),
                height + 2,
            )
        )
    hatched = [segment.mark for segment in bar.segments if segment.mark in HATCHED]
    return format_html(
        '<svg class="praxis-chart praxis-bar" aria-hidden="true" focusable="false" width="100%" height="{}">'
        "{}{}</svg>",
        height,
        _together(_hatch(hatch, mark) for mark in dict.fromkeys(hatched)),
        _together(marks),
    )


def split_bar(key: str, theory: float, practice: float, maximum: float | None = None) -> Bar:
    """The usual bar of hours: theory solid, then practice hatched, on a scale of `maximum` or their sum."""
    return Bar(
        key,
        (Segment(theory, "theory"), Segment(practice, "practice")),
        theory + practice if maximum is None else maximum,
    )


def _blocks(strip: Strip, top: int, hatch: str) -> Iterable[SafeString]:
    axis = top + LANE
    for block, left, width in _placed(strip):
        if block.neutral:
            continue
        below = round(LANE * min(max(block.practice, 0.0), 1.0), 2)
        above = round(LANE - below, 2)
        if above > 0:
            yield _filled("theory", left, width, axis - above, above, hatch)
        if below > 0:
            yield _filled("practice", left, width, axis, below, hatch)


def _outlines(strip: Strip, top: int) -> Iterable[SafeString]:
    for block, left, width in _placed(strip):
        if block.neutral:
            yield _outlined("mark-neutral", left, width, top + LANE // 2, LANE)
        elif block.framed:
            yield _outlined("mark-frame", left, width, top, 2 * LANE)


def _placed(strip: Strip) -> Iterable[tuple[Block, float, float]]:
    """Every block that takes time, with its left end and width as shares of the strip."""
    start = 0.0
    for block in strip.blocks:
        if block.hours > 0:
            yield block, start / strip.total, block.hours / strip.total
        start += block.hours


def _modules(strip: Strip, top: int, bottom: int) -> Iterable[SafeString]:
    for start, share, label in _shares(strip.modules, strip.total):
        yield format_html(
            '<line class="mark-module" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>',
            _percent(start),
            top - 14,
            bottom + 4,
        )
        if share >= LABEL_SHARE:
            yield format_html(
                '<text class="mark-text mark-text--module" x="{}" dx="5" y="{}">{}</text>',
                _percent(start),
                top - 5,
                label,
            )


def _places(strip: Strip, bottom: int) -> Iterable[SafeString]:
    for start, share, label in _shares(strip.places, strip.total):
        if share >= LABEL_SHARE:
            yield format_html(
                '<text class="mark-text{}" x="{}" y="{}" text-anchor="middle">{}</text>',
                "" if share >= ROOMY_SHARE else " mark-text--tight",
                _percent(start + share / 2),
                bottom + 16,
                label,
            )


def _shares(spans: Sequence[Span], total: float) -> Iterable[tuple[float, float, str]]:
    start = 0.0
    for span in spans:
        yield start / total, span.hours / total, span.label
        start += span.hours


def _axis(height: int) -> SafeString:
    return format_html('<line class="mark-axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>', height / 2)


def _band(limits: Limits | None, height: int) -> Iterable[SafeString]:
    if limits is None:
        return
    low, high = _on_axis(limits.low, 0.0), _on_axis(limits.high, 1.0)
    inset = height // 5
    yield format_html(
        '<rect class="mark-band" x="{}" y="{}" width="{}" height="{}"/>',
        _percent(low),
        inset,
        _percent(high - low),
        height - 2 * inset,
    )
    for edge in (limits.low, limits.high):
        if _inside(edge):
            yield _upright("mark-edge", edge, inset, height - inset)
    for edge in (limits.amber_low, limits.amber_high):
        if _inside(edge):
            yield _upright("mark-watch", edge, inset, height - inset)


def _value(value: float, height: int, *, small: bool, former: bool = False) -> SafeString:
    at = _percent(_on_axis(value, 0.0))
    kind = "mark-former" if former else "mark-value"
    if small:
        return format_html(
            '<line class="{0} mark-value--tick" x1="{1}" x2="{1}" y1="0" y2="{2}"/>', kind, at, height
        )
    return format_html('<circle class="{}" cx="{}" cy="{}" r="6"/>', kind, at, height / 2)


def _upright(kind: str, at: float, top: float, bottom: float) -> SafeString:
    return format_html(
        '<line class="{0}" x1="{1}" x2="{1}" y1="{2}" y2="{3}"/>', kind, _percent(at), top, bottom
    )


def _filled(mark: Mark, left: float, width: float, top: float, height: float, hatch: str) -> SafeString:
    place = (_percent(left), top, _percent(width), height)
    if mark not in HATCHED:
        return format_html('<rect class="mark-{}" x="{}" y="{}" width="{}" height="{}"/>', mark, *place)
    return format_html(
        '<rect class="mark-{}" fill="url(#{})" x="{}" y="{}" width="{}" height="{}"/>',
        mark,
        hatch + HATCHED[mark],
        *place,
    )


def _outlined(kind: str, left: float, width: float, top: float, height: float) -> SafeString:
    # A nested picture clips its outline, which therefore stays inside the block whatever its width in pixels.
    return format_html(
        '<svg class="mark-clip" x="{}" y="{}" width="{}" height="{}">'
        '<rect class="{}" width="100%" height="100%"/>'
        '<rect class="mark-gap" width="100%" height="100%"/></svg>',
        _percent(left),
        top,
        _percent(width),
        height,
        kind,
    )


def _hatch_id(key: str) -> str:
    return "hatch-" + re.sub(r"[^\w-]", "_", key)


def _hatch(name: str, mark: str = "practice") -> SafeString:
    return format_html(
        '<defs><pattern id="{0}{1}" width="5" height="5"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="5" height="5"/>'
        '<rect class="hatch-line{1}" width="2.5" height="5"/></pattern></defs>',
        name,
        HATCHED[mark],
    )


def _together(marks: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _on_axis(value: float, otherwise: float) -> float:
    return min(max(value, 0.0), 1.0) if isfinite(value) else otherwise


def _inside(edge: float) -> bool:
    return isfinite(edge) and 0.0 < edge < 1.0


def _percent(share: float) -> str:
    return f"{round(share * 100, 3):g}%"
