"""Workbooks made to harm: each is refused with a sentence, quickly and in little memory."""

import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from exchange import archive
from exchange.problems import FileRefused
from tests.exchange.library import read, said, write
from tests.exchange.test_workbook import FULL
from tests.exchange.workbooks import MAIN, books, cell, make, sheet_xml


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.xlsx"


def refusal(file: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        read(file)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"code,title\n", "not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "old .xls"),
        (b"PK\x03\x04" + b"\x00" * 500, "not an .xlsx workbook"),
        (random.Random(1).randbytes(5000), "not an .xlsx workbook"),
        (b"PK\x05\x06" + b"\x00" * 18, "cannot be read"),
    ],
)
def test_what_is_no_zip_is_refused(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    assert words in refusal(file)


def test_a_zip_without_a_workbook_is_refused(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("a.txt", "x")
    assert "cannot be read" in refusal(file)
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("_rels/.rels", "<Relationships/>")
    assert "holds no workbook" in refusal(file)


def test_a_bomb_is_refused_before_it_is_unpacked(file: Path) -> None:
    make(file, {"books": sheet_xml([])}, extra={"xl/media/a": b"\0" * 50_000_000})
    tracemalloc.start()
    assert "over 200 times its size" in refusal(file)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_too_much_in_all_and_too_many_parts_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = random.Random(2).randbytes(1_100_000)
    make(file, {"books": sheet_xml([])}, extra={"a": noise, "b": noise})
    monkeypatch.setattr(archive, "MAX_UNPACKED", 2_000_000)
    assert "more than 200 MB" in refusal(file)
    monkeypatch.undo()
    make(file, {"books": sheet_xml([])}, extra={f"p{number}": b"" for number in range(5_000)})
    assert "more than 5,000 parts" in refusal(file)
    make(file, {"books": sheet_xml([])}, extra={f"p{number}" * 20: b"" for number in range(20_000)})
    assert "more parts than an ordinary one" in refusal(file)


def test_unusual_packing_and_passwords_are_refused(file: Path) -> None:
    make(file, {"books": sheet_xml([])}, compression=zipfile.ZIP_BZIP2)
    assert "unusual way" in refusal(file)
    make(file, {"books": sheet_xml([])})
    content = bytearray(file.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    file.write_bytes(content)
    assert "password" in refusal(file)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/s0.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_refused_in_every_part(file: Path, declaration: str, part: str) -> None:
    plain = sheet_xml([[cell("code"), cell("title")], [cell("B1"), cell("One")]])
    make(file, {"books": plain}, strings=f'<sst xmlns="{MAIN}"/>')
    parts = {}
    with zipfile.ZipFile(file) as zipped:
        parts = {name: zipped.read(name).decode() for name in zipped.namelist()}
    with zipfile.ZipFile(file, "w") as zipped:
        for name, text in parts.items():
            body = text.replace('<?xml version="1.0"?>', "")
            zipped.writestr(name, declaration + body if name == part else text)
    assert "declares entities" in refusal(file)


def test_a_cell_of_ten_megabytes_is_an_error_of_its_row(file: Path) -> None:
    noise = random.Random(3)
    long = "".join(noise.choices("abcdefghijklmnop", k=10_000_000))
    books(file, ["code", "title", "body"], ["B1", "One", long], ["B2", "Two", "x"])
    tracemalloc.start()
    records, problems = read(file)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert [record.values["code"] for record in records] == ["B2"]
    assert [(row, column) for _sheet, row, column, *_rest in said(problems)] == [(2, "body")]


def test_broken_xml_and_missing_parts_are_refused(file: Path) -> None:
    make(file, {"books": "<worksheet><sheetData><row>"})
    assert "damaged" in refusal(file)
    make(file, {"books": sheet_xml([])})
    content = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            if "s0" not in name:
                new.writestr(name, old.read(name))
    file.write_bytes(content.getvalue())
    assert "cannot be read" in refusal(file)


def test_a_workbook_cut_or_changed_anywhere_never_does_more_than_refuse(tmp_path: Path) -> None:
    good = tmp_path / "good.xlsx"
    write(good, FULL)
    content = good.read_bytes()
    chance = random.Random(4)
    file = tmp_path / "bad.xlsx"
    refused = 0
    for _round in range(150):
        broken = bytearray(content)
        if chance.random() < 0.3:
            del broken[chance.randrange(len(broken)) :]
        else:
            for _change in range(chance.randrange(1, 20)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        file.write_bytes(broken)
        try:
            read(file)
        except FileRefused:
            refused += 1
    assert refused > 50
