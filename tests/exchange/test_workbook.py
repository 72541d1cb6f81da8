# ruff: noqa: E501 - XML in one piece
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from exchange.workbook_writer import cell_texts
from tests.exchange.library import plain, read, said, write
from tests.exchange.workbooks import MAIN, books, cell, make, sheet_xml

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.xlsx"


def test_a_workbook_of_a_spreadsheet_program_is_read(file: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "books"
    sheet.append(["code", "title", "hours", "bought", "lent", "tags", "edition", "copies"])
    sheet.append([101, "One", 0.1 + 0.2, date(2025, 3, 31), True, r"a|b\|c", 2026, "7"])
    sheet.append([None, " "])
    sheet.append(["B2", "Two", "2.5", "2025-04-01", "no", None, "", 1.0])
    book.create_sheet("chapters").append(["book", "order", "code"])
    book.save(file)
    records, problems = read(file)
    assert said(problems) == []
    one, two = (plain(record) for record in records)
    assert (one["code"], one["hours"], one["bought"]) == ("101", Decimal("0.3"), date(2025, 3, 31))
    assert (one["lent"], one["tags"], one["edition"], one["copies"]) == (True, ["a", "b|c"], "2026", 7)
    assert (two["hours"], two["bought"], two["lent"], two["copies"]) == (
        Decimal("2.5"),
        date(2025, 4, 1),
        False,
        1,
    )


def test_shared_texts_dates_and_the_calendar_of_1904(file: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>B1</t></si><si><r><t>Ti</t></r><r><t>tle</t></r><rPh><t>x</t></rPh></si></sst>'
    rows = [
        [cell(name) for name in ("code", "title", "bought")],
        ['<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c s="2"><v>1</v></c>'],
        [cell("B2"), cell("t"), '<c t="d"><v>2025-03-31T00:00:00</v></c>'],
        [cell("B3"), cell("t"), '<c r="C9" s="1"><v>45747</v></c>'],
    ]
    make(file, {"books": sheet_xml(rows)}, strings=strings, styles=STYLES, date1904=True)
    records, problems = read(file)
    assert said(problems) == []
    assert [(each.values["code"], each.values["title"]) for each in records[:1]] == [("B1", "Title")]
    assert [each.values["bought"] for each in records] == [
        date(1904, 1, 2),
        date(2025, 3, 31),
        date(2029, 4, 1),
    ]


def test_records_inside_others_have_sheets_of_their_own_in_any_order(file: Path) -> None:
    sheets = {
        "pages": [["book", "chapter", "order", "title"], ["b1", "C2", "2", "q"], ["B1", "c2", "1", "p"]],
        "chapters": [["book", "code", "order"], ["B1", "c2", "20"], ["B1", "c1", "3"]],
        "books": [["code", "title"], ["B1", "One"]],
    }
    make(
        file,
        {name: sheet_xml([[cell(text) for text in row] for row in rows]) for name, rows in sheets.items()},
    )
    (record,), problems = read(file)
    assert said(problems) == []
    chapters = plain(record)["chapters"]
    assert [chapter["code"] for chapter in chapters] == ["c1", "c2"]
    assert [page["title"] for page in chapters[1]["pages"]] == ["p", "q"]
    assert record.values["chapters"][1].values["pages"][0].place.row == 3


def test_children_without_a_parent_and_with_the_same_order_are_errors(file: Path) -> None:
    sheets = {
        "books": [["code", "title"], ["B1", "One"], ["B2", ""]],
        "chapters": [
            ["book", "code", "order"],
            ["B1", "c1", "1"],
            ["B1", "c2", "1"],
            ["B9", "c", "1"],
            ["B2", "c", "1"],
        ],
        "pages": [["book", "chapter", "order", "title"], ["B1", "c9", "1", "p"]],
    }
    make(
        file,
        {name: sheet_xml([[cell(text) for text in row] for row in rows]) for name, rows in sheets.items()},
    )
    assert said(read(file)[1]) == [
        ("books", 3, "title", None, "A value is required here. Fill it in."),
        ("chapters", 3, "order", "1", "Row 2 has the same order in the same place. Number them anew."),
        ("chapters", 4, "book", "b9", "The file has no book with this code. Add it, or correct the code."),
        ("pages", 2, "chapter", "c9", "The file has no chapter with this code. Add it, or correct the code."),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<c><f>1+1</f><v>2</v></c>", "formula"),
        ('<c t="str"><f>A1</f><v>x</v></c>', "formula"),
        ('<c t="e"><v>#N/A</v></c>', "error of the spreadsheet"),
        ('<c t="s"><v>7</v></c>', "cannot be read"),
        ('<c t="s"><v>-1</v></c>', "cannot be read"),
        ("<c><v>NaN</v></c>", "cannot be read"),
        ("<c><v>1e999</v></c>", "cannot be read"),
        ('<c t="zz"><v>1</v></c>', "unknown type"),
        ('<c s="1"><v>1e12</v></c>', "cannot be read"),
        ('<c s="1"><v>45000</v></c>', "Format the cell as text"),
        ('<c t="b"><v>1</v></c>', "Format the cell as text"),
        (cell("x" * 40_000), "Continue a long text in columns such as body_2"),
    ],
)
def test_a_bad_cell_is_named(file: Path, content: str, words: str) -> None:
    books(file, ["code", "title", "body"], ["B1", "One", content], styles=STYLES)
    ((sheet, row, column, _value, message),) = said(read(file)[1])
    assert (sheet, row, column) == ("books", 2, "body")
    assert words in message


def test_text_in_a_number_cell_is_an_error(file: Path) -> None:
    books(file, ["code", "title", "hours"], ["B1", "One", "three"])
    ((_sheet, row, column, value, message),) = said(read(file)[1])
    assert (row, column, value) == (2, "hours", "three")
    assert "Expected a number" in message


def test_wrong_sheets_and_columns_get_the_nearest_name(file: Path) -> None:
    make(
        file,
        {
            "book": sheet_xml([[cell("code")]]),
            "Notes 2025": sheet_xml([]),
            "books": sheet_xml(
                [
                    [
                        cell("code"),
                        cell("titel"),
                        cell("code"),
                        cell("body_3"),
                        "<c><f>1</f></c>",
                        cell("hours_2"),
                    ],
                    [cell("B1"), cell("One"), *["<c/>"] * 4, cell("lost")],
                    [cell("B2"), cell("One"), *["<c/>"] * 4, cell("lost")],
                ]
            ),
        },
    )
    found = said(read(file)[1])
    assert [(sheet, row, column, value) for sheet, row, column, value, _message in found] == [
        ("book", None, None, "book"),
        ("Notes 2025", None, None, "Notes 2025"),
        ("books", 1, "titel", "titel"),
        ("books", 1, "code", "code"),
        ("books", 1, "E", None),
        ("books", 1, "hours_2", "hours_2"),
        ("books", 1, "body_3", None),
        ("books", 1, "title", None),
        ("books", 2, "G", "lost"),
    ]
    messages = [message for *_place, message in found]
    assert "Did you mean “books”?" in messages[0]
    assert "Known are: books, chapters, pages, shelves" in messages[1]
    assert "Did you mean “title”?" in messages[2]
    assert "Two columns" in messages[3]
    assert "body_2" in messages[6]


def test_parts_of_a_text_that_are_no_text_are_errors(file: Path) -> None:
    books(
        file,
        ["code", "title", "body", "body_2"],
        ["B1", "One", "a", '<c s="1"><v>45000</v></c>'],
        ["B2", "Two", "a", "<c><f>x</f></c>"],
        ["B3", "Three", "a", "<c><v>7</v></c>"],
        styles=STYLES,
    )
    records, problems = read(file)
    assert [(row, column) for _sheet, row, column, *_rest in said(problems)] == [(2, "body"), (3, "body")]
    assert records[0].values["body"] == "a7"


LONG = "长文😀_x000D_\r\n\x01 =1+1 " * 5_000
FULL = {
    "code": "B1",
    "title": "=SUM(A1)",
    "body": LONG,
    "edition": "007",
    "kind": "novel",
    "hours": Decimal("2.345678"),
    "copies": 3,
    "bought": date(1899, 12, 31),
    "lent": True,
    "tags": ["a|b\\", "#N/A", "+1", "x" * 2000, *(f"{number} " + "y" * 4000 for number in range(10))],
    "mail": "li@example.org",
    "url": "https://example.org/?a=1",
    "sequel_of": "B0",
    "chapters": [
        {
            "code": "c1",
            "hours": Decimal("0.5"),
            "pages": [{"title": "p", "text": "\n"}, {"title": "q", "text": " "}],
        },
        {"code": "c2", "hours": None, "pages": []},
    ],
}


@pytest.mark.parametrize("name", ["books.xlsx", "books.jsonl"])
def test_what_is_written_is_read_again_whole(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    write(file, FULL, shelves=({"room": "R", "since": date(2025, 1, 1)}, {"room": "R", "since": None}))
    records, problems = read(file)
    assert said(problems) == []
    expected = {**FULL, "tags": [tag.strip() for tag in FULL["tags"]]}
    assert plain(records[0]) == expected
    assert [record.values["since"] for record in records[1:]] == [date(2025, 1, 1), None]


def test_texts_are_typed_as_texts_and_no_cell_is_too_long(tmp_path: Path) -> None:
    write(tmp_path / "books.xlsx", FULL)
    sheet = openpyxl.load_workbook(tmp_path / "books.xlsx")["books"]
    names = [each.value for each in sheet[1]]
    assert names[:4] == ["code", "title", "body", "body_2"]
    row = {name: each for name, each in zip(names, sheet[2], strict=True)}  # noqa: C416 - pairs become a mapping
    assert (row["title"].data_type, row["title"].value) == ("s", "=SUM(A1)")
    assert row["tags"].data_type == "s"
    assert all(len(str(each.value).encode("utf-16-le")) // 2 <= 32_767 for each in sheet[2])
    assert sheet.freeze_panes == "A2"


def test_an_escape_is_never_cut_in_two() -> None:
    pieces = cell_texts("x" * 32_765 + "\r" * 10)
    assert pieces[0] == "x" * 32_765
    assert pieces[1] == "_x000D_" * 10


def test_a_broken_writing_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    for name in ("books.xlsx", "books.jsonl"):
        file = tmp_path / name
        file.write_text("old")
        with pytest.raises(RuntimeError), _failing(file):
            pass
        assert file.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["books.jsonl", "books.xlsx"]


def _failing(file: Path):
    from contextlib import contextmanager

    from exchange.formats import writing
    from tests.exchange.library import BOOK, SCHEMA

    @contextmanager
    def failing():
        with writing(file, SCHEMA) as writer:
            writer.write(BOOK, FULL)
            yield
            raise RuntimeError

    return failing()
