# ruff: noqa: E501 - XML in one piece
"""Workbooks made by hand, part by part: what no program would write, strangers send."""

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Cells = list[str | tuple[str, str]]


def cell(text: str) -> str:
    """A cell with a text of its own."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def sheet_xml(rows: list[list[str]]) -> str:
    """A sheet of rows of finished cells."""
    body = "".join(f"<row>{''.join(row)}</row>" for row in rows)
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def make(
    path: Path,
    sheets: dict[str, str],
    *,
    strings: str | None = None,
    styles: str | None = None,
    date1904: bool = False,
    extra: dict[str, bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A workbook of sheets given as XML."""
    names = list(sheets)
    relations = [
        f'<Relationship Id="r{n}" Type="{TYPES}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(len(names))
    ]
    if strings is not None:
        relations.append(f'<Relationship Id="rs" Type="{TYPES}/sharedStrings" Target="sharedStrings.xml"/>')
    if styles is not None:
        relations.append(f'<Relationship Id="rt" Type="{TYPES}/styles" Target="/xl/styles.xml"/>')
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n + 1}" r:id="r{n}"/>' for n, name in enumerate(names)
    )
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{TYPES}"><workbookPr date1904="{int(date1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{''.join(relations)}</Relationships>",
        **{f"xl/worksheets/s{n}.xml": sheets[name] for n, name in enumerate(names)},
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    if styles is not None:
        parts["xl/styles.xml"] = styles
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def books(path: Path, columns: list[str], *rows: list[str], sheet: str = "books", **options: Any) -> Path:
    """A workbook with one sheet; cells that begin with `<c` are XML, others are texts."""
    lines = [[cell(name) for name in columns]]
    lines += [[each if each.startswith("<c") else cell(each) for each in row] for row in rows]
    return make(path, {sheet: sheet_xml(lines)}, **options)
