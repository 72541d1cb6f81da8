import json
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kinds import (
    CODE,
    EMAIL,
    URL,
    Choice,
    Day,
    Flag,
    Kind,
    Label,
    Line,
    ListOf,
    Number,
    Refused,
    Text,
    Whole,
    join_list,
    split_list,
)

KINDS = [
    Text(),
    Line(),
    Label(),
    CODE,
    EMAIL,
    URL,
    Choice(20, ("a", "b")),
    Flag(),
    Number(),
    Whole(),
    Day(),
    ListOf(Line()),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
CELLS = st.one_of(
    st.text(),
    st.integers(),
    st.decimals(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)


def assert_sentence(refused: Refused) -> None:
    assert str(refused.message).endswith((".", "?"))


def written_and_read(kind: Kind, value: object) -> object:
    return kind.clean(json.loads(json.dumps(kind.to_json(value)), parse_float=Decimal))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(raw=JSON)
def test_any_value_is_taken_or_refused_and_taken_ones_come_back(kind: Kind, raw: object) -> None:
    try:
        value = kind.clean(raw)
    except Refused as refused:
        assert_sentence(refused)
    else:
        assert written_and_read(kind, value) == value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(cell=CELLS)
def test_any_cell_is_taken_or_refused(kind: Kind, cell: object) -> None:
    try:
        value = kind.clean(kind.from_cell(cell))  # type: ignore[arg-type]  # any object on purpose
    except Refused as refused:
        assert_sentence(refused)
    else:
        assert written_and_read(kind, value) == value
        assert kind.restore(value) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Text(), " as it\nis ", " as it\nis "),
        (Line(), "  title ", "title"),
        (Label(), 2026, "2026"),
        (CODE, "征地-01.a_b", "征地-01.a_b"),
        (EMAIL, "Li@Example.ORG", "li@example.org"),
        (Number(), "2.50", Decimal("2.5")),
        (Number(), Decimal("0.30000000000000004"), Decimal("0.3")),
        (Number(), 3, Decimal(3)),
        (Number(), Decimal("1E+1"), Decimal(10)),
        (Number(), Decimal("-0.0"), Decimal(0)),
        (Whole(), " 12 ", 12),
        (Whole(), Decimal("12.0"), 12),
        (Day(), "2024-02-29", date(2024, 2, 29)),
        (Flag(), True, True),
        (ListOf(Line()), [" a ", "b"], ["a", "b"]),
    ],
)
def test_good_values(kind: Kind, raw: object, value: object) -> None:
    assert kind.clean(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        (Text(5), "longer", "at most 5 characters, found 6"),
        (Text(), "a\x00b", "without NUL"),
        (Text(), "\ud800", "surrogate"),
        (Text(), 5, "quotation marks"),
        (Line(), "two\nlines", "on one line"),
        (CODE, "two words", "without spaces"),
        (CODE, "..", "Expected a code"),
        (CODE, "a/b", "Expected a code"),
        (CODE, "x" * 121, "at most 120"),
        (EMAIL, "nobody", "e-mail address"),
        (URL, "javascript:alert(1)", "begins with http"),
        (Choice(20, ("lecture", "seminar")), "lectur", "Did you mean “lecture”?"),
        (Choice(20, ("lecture", "seminar")), "zzz", "one of: lecture, seminar"),
        (Flag(), 1, "true or false"),
        (Number(), "three", "from 0 to 999999, for example 2.5"),
        (Number(most=Decimal(1)), 2, "from 0 to 1"),
        (Number(), True, "a number"),
        (Number(), Decimal("NaN"), "a number"),
        (Number(), Decimal("1e999999"), "from 0 to 999999"),
        (Number(), Decimal("1e-999999"), "at most 6 digits"),
        (Number(places=2), "1.005", "at most 2 digits"),
        (Number(), 10**4000, "from 0 to 999999"),
        (Whole(most=3), 4, "from 0 to 3"),
        (Whole(), Decimal("1.5"), "whole number"),
        (Day(), "31.03.2025", "year-month-day"),
        (Day(), "2025-02-29", "a day that exists"),
        (Day(), "2025-01-01T00:00:00", "year-month-day"),
        (ListOf(Line()), "a|b", "Expected a list"),
        (ListOf(Line()), ["a", " "], "without empty entries"),
        (ListOf(CODE, unique=True), ["a", "A"], "twice"),
    ],
)
def test_refused_values_say_what_was_expected(kind: Kind, raw: object, words: str) -> None:
    with pytest.raises(Refused) as refused:
        kind.clean(raw)
    assert words in str(refused.value.message)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Line(), 101, "101"),
        (Number(), Decimal("2.5"), Decimal("2.5")),
        (Flag(), "Yes", True),
        (Flag(), 0, False),
        (Flag(), "是", True),
        (Day(), datetime(2025, 3, 31), date(2025, 3, 31)),  # noqa: DTZ001 - cells know no time zone
        (Day(), "2025-03-31", date(2025, 3, 31)),
        (ListOf(Line()), r"a | b\|c ||", ["a", "b|c"]),
        (ListOf(Line()), 7, ["7"]),
    ],
)
def test_good_cells(kind: Kind, cell: object, value: object) -> None:
    assert kind.clean(kind.from_cell(cell)) == value  # type: ignore[arg-type]  # cells of all types


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        (Line(), date(2025, 1, 1), "Format the cell as text"),
        (Line(), Decimal("1.5"), "Format the cell as text"),
        (Line(), True, "Format the cell as text"),
        (Flag(), "perhaps", "TRUE or FALSE"),
        (Day(), 45000, "Format the cell as a date"),
        (Day(), time(10), "Format the cell as a date"),
        (Day(), datetime(2025, 1, 1, 8), "without a time"),  # noqa: DTZ001 - cells know no time zone
    ],
)
def test_refused_cells(kind: Kind, cell: object, words: str) -> None:
    with pytest.raises(Refused) as refused:
        kind.clean(kind.from_cell(cell))  # type: ignore[arg-type]  # cells of all types
    assert words in str(refused.value.message)


ENTRY = st.text(st.sampled_from("ab|\\ 文"), min_size=1).map(str.strip).filter(bool)


@given(st.lists(ENTRY))
def test_lists_in_a_cell_keep_every_bar_and_backslash(entries: list[str]) -> None:
    assert split_list(join_list(entries)) == entries


def test_a_backslash_elsewhere_is_a_backslash() -> None:
    assert split_list(r"C:\files\new|a\\b") == [r"C:\files\new", r"a\\b"]
    assert split_list(r"ends with \\") == [r"ends with \\"]
