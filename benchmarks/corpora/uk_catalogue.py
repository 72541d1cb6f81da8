"""The UK Civil Service learning catalogue as it is: entries, modules, audiences, and what its words mean."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from benchmarks.corpora.records import (
    BrokenInputError,
    JsonObject,
    Line,
    Report,
    WrongRecordError,
    count_unplaced,
    flag_in,
    number_in,
    objects_in,
    one_line,
    required_text_in,
    shown,
    text_in,
    texts_in,
    tidy,
)

METHODS = {
    # Tutorials and films: taught online, by somebody or something that sets the pace.
    "elearning": "online",
    "video": "online",
    # The type says that people meet in a room, not what they do there. A lecture claims no practice.
    "face-to-face": "lecture",
    # Documents and pages elsewhere: read alone, at one's own pace.
    "file": "self_study",
    "link": "self_study",
}
"""Delivery method for each type of module."""

STATUS = {"published": "live", "draft": "draft", "archived": "draft"}
"""Status in the format for each status of an entry; what is archived is not shown to readers."""

AUDIENCE = {"public": "public", "private": "restricted", "hidden": "restricted"}
"""Audience in the format for each visibility of an entry."""

MAX_SECONDS = 999_999 * 3600
MAX_TIMESTAMP = 32_503_680_000
"""Seconds since 1970 of the year 3000."""

IN_COURSE = frozenset(
    {"id", "title", "shortDescription", "description", "learningOutcomes", "modules", "audiences"}
    | {"visibility", "status"}
)
IN_MODULE = frozenset({"id", "title", "description", "type", "moduleType", "duration", "optional"})
IN_AUDIENCE = frozenset(
    {"areasOfWork", "departments", "grades", "interests", "mandatory", "requiredBy", "frequency", "type"}
)

BULLET = re.compile(r"^\s*(?:[•‣◦▪●·]|[-*](?=\s))\s*")
BLOCK = re.compile(r"</?(?:p|div|br|ul|ol|table|tr|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
INLINE = re.compile(r"</?(?:li|b|i|u|em|strong|span|sup|sub|font|td|th|tbody|thead)\b[^<>]*>", re.IGNORECASE)
ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
ANCHOR = re.compile(r"""<a\b[^<>]*\bhref\s*=\s*["']([^"'<>]+)["'][^<>]*>([^<>]*)</a\s*>""", re.IGNORECASE)
# The catalogue was escaped up to twenty times over.
ESCAPED_AGAIN = re.compile(r"&(?:amp;)+(?=#|\w+;)")
# Without its semicolon an entity is more often part of an address.
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a course in the catalogue; `seconds` is None where the catalogue has no duration."""

    id: str
    title: str
    description: str
    type: str
    seconds: Decimal | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a course is for; an empty list means anybody."""

    areas: tuple[str, ...]
    departments: tuple[str, ...]
    grades: tuple[str, ...]
    interests: tuple[str, ...]
    mandatory: bool
    required_by: str
    frequency: str
    type: str


@dataclass(frozen=True, slots=True)
class Course:
    """An entry of the catalogue, with tidy texts."""

    id: str
    title: str
    texts: tuple[str, ...]
    outcomes: str
    modules: tuple[Module, ...]
    audiences: tuple[Audience, ...]
    audience: str
    status: str

    @property
    def areas(self) -> list[str]:
        """The areas of work that any of its audiences names."""
        return list(dict.fromkeys(area for audience in self.audiences for area in audience.areas))

    @property
    def subjects(self) -> list[str]:
        """Areas of work and interests: all that the catalogue says about the subject."""
        interests = (interest for audience in self.audiences for interest in audience.interests)
        return list(dict.fromkeys([*self.areas, *interests]))


# Reading the catalogue


def entries(lines: Iterable[Line]) -> Iterator[Line]:
    """The entries of a bulk file, each with the id of the line before it. Raises BrokenInputError."""
    action: Line | None = None
    for line in lines:
        if action is None:
            action = line
            continue
        target = action.record.get("index", action.record.get("create"))
        if len(action.record) != 1 or not isinstance(target, dict):
            raise BrokenInputError(action.number, 'expected {"index": {"_id": ...}} before each entry')
        identity = target.get("_id", line.record.get("id"))
        if line.record.get("id", identity) != identity:
            message = (
                f"id: expected {shown(identity)} as in the line before, found {shown(line.record['id'])}"
            )
            raise BrokenInputError(line.number, message)
        yield Line(line.number, {**line.record, "id": identity})
        action = None
    if action is not None:
        raise BrokenInputError(action.number, "the file ends before the entry that this line announces")


def read_course(record: JsonObject, report: Report) -> Course:
    """An entry of the catalogue. Raises WrongRecordError."""
    identity = required_text_in(record, "id")
    title = plain_line(text_in(record, "title"), report)
    if not title:
        title = f"Untitled course {identity}"
        report.count("courses without a title: named by their id")
    modules = [read_module(module, title, report) for module in objects_in(record, "modules")]
    if repeated := len(modules) - len({module.id for module in modules}):
        report.count("modules with the id of another in their course: kept", repeated)
        report.remark(f"course {identity} has modules of the same id")
    count_unplaced(record, IN_COURSE, "course", report)
    texts = (plain(text_in(record, name), report) for name in ("shortDescription", "description"))
    return Course(
        id=identity,
        title=title,
        texts=tuple(text for text in texts if text),
        outcomes=plain(text_in(record, "learningOutcomes"), report),
        modules=tuple(modules),
        audiences=tuple(read_audience(audience, report) for audience in objects_in(record, "audiences")),
        audience=word_in(record, "visibility", AUDIENCE, "public"),
        status=word_in(record, "status", STATUS, "live"),
    )


def read_module(record: JsonObject, course_title: str, report: Report) -> Module:
    """A module of an entry; without a title it takes the course's. Raises WrongRecordError."""
    identity = required_text_in(record, "id")
    kind = required_text_in(record, "type")
    if kind not in METHODS:
        raise WrongRecordError(f"modules, type: expected one of {', '.join(METHODS)}, found {shown(kind)}")
    title = plain_line(text_in(record, "title"), report)
    if not title:
        report.count("modules without a title: named like their course")
        report.remark(f"module {identity} of {course_title!r} has no title")
    count_unplaced(record, IN_MODULE, "module", report)
    return Module(
        id=identity,
        title=title or course_title,
        description=plain(text_in(record, "description"), report),
        type=kind,
        seconds=number_in(record, "duration", MAX_SECONDS),
        optional=flag_in(record, "optional"),
    )


def read_audience(record: JsonObject, report: Report) -> Audience:
    """An audience of an entry. Raises WrongRecordError."""
    deadline = number_in(record, "requiredBy", MAX_TIMESTAMP)
    count_unplaced(record, IN_AUDIENCE, "audience", report)

    def names(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one_line(name, report) for name in texts_in(record, field)))

    return Audience(
        areas=names("areasOfWork"),
        departments=names("departments"),
        grades=names("grades"),
        interests=names("interests"),
        mandatory=flag_in(record, "mandatory"),
        required_by="" if deadline is None else datetime.fromtimestamp(int(deadline), UTC).date().isoformat(),
        frequency=one_line(text_in(record, "frequency"), report),
        type=one_line(text_in(record, "type"), report),
    )


def word_in(record: JsonObject, name: str, words: Mapping[str, str], default: str) -> str:
    """What a word of the catalogue means in the format. Raises WrongRecordError."""
    word = text_in(record, name).strip().lower()
    if word and word not in words:
        raise WrongRecordError(f"{name}: expected one of {', '.join(words)}, found {shown(record[name])}")
    return words[word] if word else default


# Texts


def plain(text: str, report: Report) -> str:
    """Text without HTML; list items are lines that begin with a hyphen. No word is lost."""
    text = INLINE.sub("", ITEM.sub("\n• ", BLOCK.sub("\n", tidy(text, report))))
    text = ESCAPED_AGAIN.sub("&", ANCHOR.sub(r"\2 (\1)", text))
    text = tidy(ENTITY.sub(lambda match: html.unescape(match.group()), text), report)
    lines = (BULLET.sub("- ", line) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def plain_line(text: str, report: Report) -> str:
    """A title: text without HTML on one line."""
    return " ".join(plain(text, report).split())
