"""Project descriptions and posts of 18F, a digital service team of the US government, as cases.

    python benchmarks/corpora/us_18f.py FILE OUT.jsonl

FILE holds one JSON object a line: id, kind, title, summary, body, themes, year, source, licence.
Nothing is invented.

Dates
    The source has a year, and for the projects not even that. A year is no date, so `facts_as_of` stays
    empty and the cases are undated. The ids of most posts begin with a day, but it is the day of
    publication at best (one contradicts the year beside it), not the day to which the facts are told. The
    year stands in the last line of the text, with the source and its word for the kind of record.
Code
    The id of the source, as it is.
Themes
    The tags, with the tag as the label. No tag is called generic or put under another.
Text
    The source is plain text in which lists, headings and the ends of paragraphs have become single line
    breaks; others stand in the middle of sentences, where the author's lines ended. `to_markdown` sets
    paragraphs apart by a rule of thumb and protects the characters that Markdown would take for its own: no
    word is lost or changed. Links that a text still holds in Markdown stay links.
Audience
    `public`, said explicitly because the default for a case is `trainees`: the source is published, and CC0
    puts it in the public domain. A record under another licence would keep the default.
Hours, institution
    The source has neither.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

if not __package__:
    # Run by its path, the program finds the project only when told where it is.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.corpora.records import (
    JsonObject,
    Line,
    Report,
    WrongRecordError,
    assign_codes,
    count_unplaced,
    latest,
    number_in,
    one_line,
    parse_lines,
    required_text_in,
    run,
    text_in,
    texts_in,
    tidy,
    without_empty,
)

THEME_PREFIX = "18f-"
KINDS = {"case": "project", "theory": "post"}
PUBLIC_DOMAIN = "CC0-1.0"
MAX_BODY = 200_000
"""Bytes of Markdown that a case may hold."""

PLACED = frozenset({"id", "kind", "title", "summary", "body", "themes", "year", "source", "licence"})

FULL_LINE = 68
"""Characters of a line to which the next word was not added because it would have become too long."""
LONG_LINE = 100
"""Characters of a line that no author broke by hand."""
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
OPEN_END = re.compile(
    r"(?:,|\b(?:an?|and|as|at|by|for|from|in|is|of|on|or|our|the|their|to|was|were|with|your))$"
)
UNDERLINE = re.compile(r"={3,}|-{3,}")
SIGNS = re.compile(r"[=\-]+")

SPECIAL = re.compile(r"[\\`*]|(?<![^\W_])_|_(?![^\W_])|(?<=!)\[")
ENTITY = re.compile(r"&(?=#?\w+;)")
LINE_START = re.compile(r"[#>]|[+\-](?!\d)|\[(?=TOC\]|[^\[\]]*\]:)|\d+(?=[.)])")
RUN = re.compile(r"[\[\]]{20,}|(?:>[ \t]*){20,}")
TARGET = re.compile(r"\[([^\[\]]+)\]:\s+https?://[^\s<>]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A record of the source; `body` is Markdown and ends with the facts that have no field of their own."""

    id: str
    kind: str
    title: str
    summary: str
    body: str
    tags: tuple[str, ...]
    year: int | None
    licence: str


# Reading the source


def read_text(record: JsonObject, report: Report) -> Text:
    """A record of the source. Raises WrongRecordError."""
    identity = required_text_in(record, "id")
    title = one_line(text_in(record, "title"), report)
    if not title:
        title = f"Untitled {identity}"
        report.count("texts without a title: named by their id")
    year = number_in(record, "year", 9999)
    if year is not None and year != int(year):
        raise WrongRecordError(f"year: expected a whole number, found {year}")
    kind = one_line(text_in(record, "kind"), report)
    origin = provenance(one_line(text_in(record, "source"), report), kind, year)
    body = "\n\n".join(part for part in (to_markdown(tidy(text_in(record, "body"), report)), origin) if part)
    if (size := len(body.encode())) > MAX_BODY:
        raise WrongRecordError(f"body: expected at most {MAX_BODY:,} bytes of Markdown, found {size:,}")
    count_unplaced(record, PLACED, "text", report)
    return Text(
        id=identity,
        kind=kind,
        title=title,
        summary=tidy(text_in(record, "summary"), report).strip(),
        body=body,
        tags=tuple(dict.fromkeys(one_line(tag, report) for tag in texts_in(record, "themes"))),
        year=None if year is None else int(year),
        licence=one_line(text_in(record, "licence"), report),
    )


def provenance(source: str, kind: str, year: Decimal | None) -> str:
    """Where a text comes from, as a line of Markdown."""
    facts = [("source", source), ("kind", kind), ("year", "" if year is None else int(year))]
    told = "; ".join(f"{name} {value}" for name, value in facts if value)
    return protected(f"In the original: {told}.", set()) if told else ""


# Plain text to Markdown


def to_markdown(text: str) -> str:
    """Markdown that shows the words of a plain text, with blank lines between its paragraphs."""
    targets = {name for name in TARGET.findall(text) if f"][{name}]" in text}
    blocks = [block for block in paragraphs(text.split("\n")) if block]
    parts: list[str] = []
    for block in blocks:
        if UNDERLINE.fullmatch(block[0]) and parts and "\n" not in parts[-1]:
            # The author's underlined heading: the line of signs is not a word of the text.
            parts[-1] = f"## {parts[-1]}"
        else:
            parts.append("\n".join(protected(line, targets) for line in block))
    return RUN.sub(lambda match: re.sub(r"([\[\]>])", r"\\\1", match.group()), "\n\n".join(parts))


def paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each paragraph, by a rule of thumb; texts without broken lines have one line in each."""
    lengths = [len(line) for line in lines]
    broken = sum(FULL_LINE - 12 < n <= LONG_LINE for n in lengths) > sum(n > LONG_LINE for n in lengths)
    block: list[str] = []
    for line in lines:
        if block and not (broken and goes_on(block, line)):
            yield [part.strip() for part in block]
            block = []
        if line.strip():
            block.append(line)
    yield [part.strip() for part in block]


def goes_on(block: Sequence[str], line: str) -> bool:
    """Whether a line belongs to the paragraph that ``block`` begins."""
    last = block[-1]
    words = line.split(maxsplit=1)
    if not words or len(last) > LONG_LINE or special_line(line) or special_line(last):
        return False
    if words[0][0].islower() or OPEN_END.search(last):
        return True
    if last.endswith(" ") or (SENTENCE_END.search(last) and len(last) + len(words[0]) < FULL_LINE):
        return False
    # A short line in the middle of a paragraph is one from which the source lost an address.
    return len(last) + len(words[0]) >= FULL_LINE or len(block) > 1


def special_line(line: str) -> bool:
    """Whether a line stands alone: the target of a link, or signs that could underline a heading."""
    return bool(TARGET.fullmatch(line.strip()) or SIGNS.fullmatch(line.strip()))


def protected(line: str, targets: set[str]) -> str:
    """A line whose characters Markdown shows as they are; targets of the text's own links still work."""
    if (target := TARGET.fullmatch(line)) and target.group(1) in targets:
        return line
    line = SPECIAL.sub(r"\\\g<0>", ENTITY.sub("&amp;", line)).replace("<", "&lt;")
    if start := LINE_START.match(line):
        sign = start.group()
        # A number keeps its full stop from making a list, which would count anew.
        line = f"{sign}\\{line[len(sign) :]}" if sign.isdigit() else f"\\{line}"
    return line


# Writing the exchange format


def convert(lines: Iterable[Line], report: Report) -> list[JsonObject]:
    """Themes and cases for all records of the source. Raises BrokenInputError."""
    found = parse_lines(lines, lambda record: read_text(record, report))
    texts = latest(found, lambda text: text.id, report)
    tags = sorted({tag for text in texts for tag in text.tags})
    themes = dict(zip(tags, assign_codes([(tag.lower(), tag) for tag in tags], THEME_PREFIX), strict=True))
    codes = assign_codes([(text.id, text.id) for text in texts])
    for kind, name in KINDS.items():
        report.count(f"{name}s (kind {kind})", sum(text.kind == kind for text in texts))
    report.count("cases", len(texts))
    report.count("cases with a year only, left undated", sum(text.year is not None for text in texts))
    report.count("cases without any date", sum(text.year is None for text in texts))
    report.count("cases without a theme", sum(not text.tags for text in texts))
    report.count("themes", len(themes))
    return [
        *({"type": "theme", "code": code, "label_en": tag} for tag, code in themes.items()),
        *(
            case_record(text, code, [themes[tag] for tag in text.tags])
            for text, code in zip(texts, codes, strict=True)
        ),
    ]


def case_record(text: Text, code: str, themes: list[str]) -> JsonObject:
    """A case."""
    return without_empty(
        {
            "type": "case",
            "code": code,
            "title": text.title,
            "language": "en",
            "summary": text.summary,
            "body": text.body,
            "themes": themes,
            "audience": "public" if text.licence == PUBLIC_DOMAIN else None,
            "licence": text.licence,
            "status": "live",
        }
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    return run(arguments, convert, "Turn the projects and posts of 18F into cases in the exchange format.")


if __name__ == "__main__":
    sys.exit(main())
