"""Cells of downloads that no spreadsheet runs."""

import pytest

from people.spreadsheets import neutral, value_at


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
