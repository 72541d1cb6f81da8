import json
from pathlib import Path

import pytest

from exchange import jsonl
from exchange.problems import FileRefused
from tests.exchange.library import plain, read, said

BOOK = {"type": "book", "code": "B1", "title": "One"}


def lines(path: Path, *records: object) -> Path:
    path.write_bytes(
        b"\n".join(
            record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode()
            for record in records
        )
    )
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.jsonl"


def test_records_are_read_with_what_is_inside_them(file: Path) -> None:
    pages = [{"title": "p", "text": "x"}]
    lines(
        file,
        {**BOOK, "hours": 2.5, "chapters": [{"code": "c", "hours": 1, "pages": pages}]},
        b"",
        {"type": "shelf", "room": "R"},
    )
    records, problems = read(file)
    assert not problems.errors.total
    assert [record.type for record in records] == ["book", "shelf"]
    assert plain(records[0])["chapters"][0]["pages"] == [{"title": "p", "text": "x"}]
    assert records[0].values["kind"] == "manual"
    assert records[0].values["copies"] == 1


def test_a_byte_order_mark_is_no_error(file: Path) -> None:
    file.write_bytes(jsonl.BOM + json.dumps(BOOK).encode())
    records, problems = read(file)
    assert (len(records), problems.errors.total) == (1, 0)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (b"{", None, "not JSON from character 2"),
        (b"[1, 2]", None, "in curly brackets"),
        (b'{"code": "x"}', None, "does not say its “type”"),
        (b'{"type": "bock"}', None, "Did you mean “book”"),
        (b'{"type": "zzzzz"}', None, "Known are: book, shelf"),
        (b'{"type": ["book"]}', None, "not known"),
        (b'{"type": "book", "code": "x", "title": NaN}', None, "NaN is not a number"),
        (b'{"type": "book", "code": "x", "hours": Infinity}', None, "Infinity is not a number"),
        (b'{"type": "book", "code": "x", "code": "y"}', None, "“code” stands twice"),
        (b'{"type": "book", "code": "\x00"}', None, "NUL byte"),
        (b'{"type": "book", "code": "\xff"}', None, "not UTF-8 at byte 27"),
        (b'{"type": "book", "hours": ' + b"9" * 5000 + b"}", None, "too many digits"),
        (b'{"type": "book", "hours": 1e99999999999999999999}', None, "too many digits"),
        (b'{"type": "book", "tags": ' + b"[" * 100_000, None, "nested too deeply"),
        (b'{"type": "book", "code": "x", "title": "t", "titel": "t"}', "titel", "Did you mean “title”?"),
        (b'{"type": "book", "code": "x"}', "title", "A value is required"),
        (b'{"type": "book", "code": "x", "title": "   "}', "title", "not only spaces"),
        (b'{"type": "book", "code": "x", "title": "t", "hours": "three"}', "hours", "Expected a number"),
        (b'{"type": "book", "code": "x", "title": "t", "hours": 999999, "copies": 9}', "hours", "Too much."),
        (b'{"type": "book", "code": "x", "title": "t", "body": "\\ud800"}', "body", "surrogate"),
        (b'{"type": "book", "code": "x", "title": "t", "body": "\\u0000"}', "body", "NUL"),
        (b'{"type": "book", "code": "x", "title": "t", "chapters": {}}', "chapters", "in square brackets"),
        (b'{"type": "book", "code": "x", "title": "t", "chapters": [3]}', "chapters[0]", "in curly brackets"),
        (
            b'{"type": "book", "code": "x", "title": "t", "chapters": [{"code": "c", "pages": [{}]}]}',
            "chapters[0].pages[0].title",
            "A value is required",
        ),
    ],
)
def test_a_bad_line_is_named(file: Path, line: bytes, column: str | None, words: str) -> None:
    records, problems = read(lines(file, BOOK, line, {"type": "shelf", "room": "R"}))
    assert len(records) == 2
    ((sheet, row, name, _value, message),) = said(problems)
    assert (sheet, row, name) == (None, 2, column)
    assert words in message


def test_all_errors_of_a_file_come_in_one_go_and_at_most_the_limit_is_kept(file: Path) -> None:
    lines(file, *({**BOOK, "code": f"c{number}", "hours": "x", "copies": -1} for number in range(50)))
    _records, problems = read(file, limit=10)
    assert problems.errors.total == 100
    assert len(problems.errors.shown) == 10


def test_the_same_code_in_other_letters_is_the_same_record(file: Path) -> None:
    _records, problems = read(lines(file, BOOK, {**BOOK, "code": "b1"}))
    assert said(problems) == [
        (None, 2, "code", "b1", "This record stands in row 1 already. Remove one of them.")
    ]


def test_a_line_of_ten_megabytes_is_refused_and_the_next_one_read(file: Path) -> None:
    lines(file, {**BOOK, "body": "x" * 10_000_000}, {**BOOK, "code": "B2"})
    records, problems = read(file)
    assert [record.values["code"] for record in records] == ["B2"]
    assert "longer than 8 MB" in said(problems)[0][4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04....", "workbook"),
        ("{}".encode("utf-16"), "UTF-16"),
        (bytes(range(256)) * 20, "not a text file"),
    ],
)
def test_other_files_are_refused_as_a_whole(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    with pytest.raises(FileRefused, match=words):
        read(file)


def test_a_file_without_records_says_so(file: Path) -> None:
    file.write_bytes(b"\n  \n")
    assert "holds no record" in said(read(file)[1])[0][4]


def test_missing_files_folders_and_endings(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for name, words in [
        ("none.jsonl", "no such file"),
        ("folder.jsonl", "folder"),
        ("books.csv", "must end in"),
        ("books.xls", "Did you mean .xlsx"),
        ("bad\x00name.jsonl", "no such file"),
    ]:
        with pytest.raises(FileRefused, match=words):
            read(tmp_path / name)


def test_a_shown_value_is_short_and_printable(file: Path) -> None:
    _records, problems = read(
        lines(file, {**BOOK, "title": "a\x1b[31m\n" + "x" * 500}, {**BOOK, "hours": [[1] * 999]})
    )
    values = [value for _sheet, _row, _column, value, _message in said(problems)]
    assert all(value is not None and len(value) <= 100 and value.isprintable() for value in values)
