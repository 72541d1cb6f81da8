"""Form fields that the admin of every app uses."""

from decimal import Decimal

import pytest

from editing.forms import LinesField, TidyDecimalField


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
