"""Form fields that the admin of every app uses."""

from decimal import Decimal

import pytest

from people.forms import LinesField, TidyDecimalField
from people.spreadsheets import neutral, value_at


def test_lines_are_a_list_and_back():
    field = LinesField(required=False)

    assert field.clean(" one \r\n\r\ntwo\n") == ["one", "two"]
    assert field.prepare_value(["one", "two"]) == "one\ntwo"
    assert field.prepare_value("half\ntyped ") == "half\ntyped "
    assert field.clean("") == []


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [
        (["a", "b"], "a\r\nb\r\n", False),
        (["a"], "b", True),
        ([], "", False),
        (None, " ", False),
        (["a"], "", True),
    ],
)
def test_blank_lines_are_no_change(initial, data, changed):
    assert LinesField(required=False).has_changed(initial, data) is changed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("2.500000"), "2.5"),
        (Decimal("100.000000"), "100"),
        (Decimal(0), "0"),
        ("2.50", "2.50"),
        (None, None),
    ],
)
def test_numbers_lose_the_zeros_of_the_database_but_not_those_of_the_typist(value, text):
    assert TidyDecimalField().prepare_value(value) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("-1", "'-1"), ("\rx", "'\rx"), (-1, -1), (None, None), ("a=b", "a=b"), ("", "")],
)
def test_only_texts_that_a_spreadsheet_would_run_get_an_apostrophe(value, cell):
    assert neutral(value) == cell


def test_a_path_that_ends_early_is_an_empty_cell_and_a_wrong_one_an_error():
    class Row:
        owner = None

    assert value_at(Row(), "owner.email") is None
    with pytest.raises(AttributeError):
        value_at(Row(), "mistyped")
