"""Workbooks read: one sheet a record type, the names of the fields in the first row."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from exchange.archive import Archive
from exchange.columns import SheetReader
from exchange.messages import Message, nearest
from exchange.messages import message as _
from exchange.problems import FileRefused, Place, Problems
from exchange.records import OnProgress, RawRow
from exchange.schema import Schema
from exchange.sheets import CellFormats, Elements, SharedStrings, SheetRows, StringTable, date_styles, feed

STYLE_ELEMENTS = frozenset({"numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "xf"})
MAX_SMALL_PART = 20 * 1000 * 1000
"""Bytes of a part that is read as a whole, such as the list of sheets."""


def read_workbook(
    path: Path, schema: Schema, problems: Problems, on_progress: OnProgress
) -> Iterator[RawRow]:
    """The rows of all sheets. Raises FileRefused for a file that is no workbook or not a safe one."""
    with Archive(path) as archive, closing(StringTable()) as table:
        book = _Book.open(archive, table)
        total = sum(archive.size(sheet.part) for sheet in book.sheets)
        done = 0
        for sheet in book.sheets:
            if (type := schema.by_sheet.get(sheet.name)) is None:
                problems.error(Place(sheet.name[:200]), None, sheet.name, _unknown_sheet(sheet.name, schema))
            else:
                reader = SheetReader(sheet.name, type.in_workbook, problems)
                target = SheetRows(book.formats)
                with archive.open(sheet.part) as stream:
                    for read in feed(stream, target, sheet.part):
                        yield from reader.rows(target.take())
                        on_progress(done + read, total)
            done += archive.size(sheet.part)


@dataclass(frozen=True)
class _SheetPart:
    name: str
    part: str


@dataclass(frozen=True)
class _Book:
    """What a workbook says about itself: its sheets, and how their cells are to be read."""

    sheets: list[_SheetPart]
    formats: CellFormats

    @classmethod
    def open(cls, archive: Archive, table: StringTable) -> _Book:
        part = _workbook_part(archive)
        related = _relations(archive, part)
        elements = _elements(archive, part, {"workbookPr", "sheet"})
        sheets = []
        epoch_1904 = False
        for name, attributes in elements:
            if name == "workbookPr":
                epoch_1904 = attributes.get("date1904") in {"1", "true"}
            else:
                _type, target = related.get(attributes.get("id", ""), ("", ""))
                sheets.append(_SheetPart(attributes.get("name", ""), target))
        parts = dict(related.values())
        if (strings := parts.get("sharedStrings")) and strings in archive:
            with archive.open(strings) as stream:
                for _done in feed(stream, SharedStrings(table), strings):
                    pass
        styles = parts.get("styles", "")
        dates = (
            date_styles(_elements(archive, styles, STYLE_ELEMENTS)) if styles in archive else frozenset[int]()
        )
        return cls(sheets, CellFormats(table, dates, epoch_1904))


def _workbook_part(archive: Archive) -> str:
    for type, target in _relations(archive, "").values():
        if type == "officeDocument":
            return target
    raise FileRefused(_("The zip file holds no workbook. Save it again as .xlsx."))


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id, the last word of the kind of relation and the part inside the file."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found = {}
    for _name, attributes in _elements(archive, relations, {"Relationship"}):
        if attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)
    return found


def _elements(
    archive: Archive, part: str, wanted: set[str] | frozenset[str]
) -> list[tuple[str, dict[str, str]]]:
    if archive.size(part) > MAX_SMALL_PART:
        raise FileRefused(_("The workbook has an oversized part %(name)s. Save it again.", name=part[:200]))
    target = Elements(frozenset(wanted))
    with archive.open(part) as stream:
        for _done in feed(stream, target, part):
            pass
    return target.found


def _unknown_sheet(name: str, schema: Schema) -> Message:
    if meant := nearest(name, schema.by_sheet):
        return _("This sheet is not known. Did you mean “%(meant)s”?", meant=meant)
    return _("This sheet is not known. Known are: %(known)s.", known=", ".join(schema.by_sheet))
