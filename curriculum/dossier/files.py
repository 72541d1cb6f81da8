"""Tables as files: a workbook with a sheet a table, one table as CSV, or all of them in an archive."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from curriculum.dossier.elements import Value
from curriculum.dossier.tables import Table
from people.spreadsheets import neutral

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAME_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date of everything inside an archive, so that the same tables give the same bytes."""


def workbook(tables: Iterable[Table]) -> bytes:
    """A workbook in which every text is typed as text, so that none is taken for a formula."""
    book = Workbook(write_only=True, iso_dates=True)
    for table in tables:
        sheet = book.create_sheet(title=table.key)
        sheet.freeze_panes = "A2"
        for row in (table.headings, *table.rows):
            sheet.append([_cell(sheet, value) for value in row])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def csv_text(table: Table) -> str:
    """One table as CSV; a text that a spreadsheet would run gets an apostrophe, days are as 2026-01-31."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (table.headings, *table.rows):
        writer.writerow([neutral(value) for value in row])
    return text.getvalue()


def csv_archive(tables: Iterable[Table]) -> bytes:
    """All tables as CSV files in one archive."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            entry = zipfile.ZipInfo(f"{table.key}.csv", date_time=SAME_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, csv_text(table))
    return output.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> object:
    if isinstance(value, float):
        # Given a number, the writer keeps 16 digits of it, and the file's would not be the page's.
        number = WriteOnlyCell(sheet, repr(value))
        number.data_type = "n"
        return number
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell
