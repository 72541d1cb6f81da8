from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum import figures
from curriculum.balance.limits import Color
from curriculum.levels import Level


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5, "2.5 h"),
        (Decimal("2.500000"), "2.5 h"),
        (0, "0 h"),
        (8.925, "8.92 h"),
        (10, "10 h"),
        (None, "–"),
    ],
)
def test_hours_drop_zeros_at_the_end(value, text):
    assert figures.hours(value) == text


def test_a_tiny_negative_is_nothing():
    assert figures.fixed(-0.001, 1) == "0.0"


@pytest.mark.parametrize(
    ("share", "limits", "text"),
    [
        (0.3929, (), "39.3%"),
        (0.7996, (0.8,), "79.96%"),
        (0.79996, (0.8,), "79.996%"),
        (0.8, (0.8,), "80.0%"),
        (0.10004, (0.10,), "10.004%"),
        (0.5, (0.35, 0.55), "50.0%"),
        (None, (0.8,), "–"),
    ],
)
def test_a_share_gets_the_decimals_that_its_limits_need(share, limits, text):
    assert figures.percent(share, limits) == text


def test_an_index_gets_the_decimals_that_its_limits_need():
    assert figures.index(0.2695) == "0.27"
    assert figures.index(0.1502, [0.15]) == "0.1502"


@given(
    st.floats(min_value=0, max_value=1, allow_nan=False),
    st.sampled_from([0.05, 0.1, 0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 1 / 3]),
)
def test_no_printed_share_lies_on_another_side_of_its_limit(share, limit):
    printed = float(figures.percent(share, [limit])[:-1]) / 100
    if share < limit - 1e-7:
        assert printed < limit
    elif share > limit + 1e-7:
        assert printed > limit


def test_a_band_is_printed_once():
    assert figures.percent_range(0.35, Decimal("0.55")) == "35–55%"
    assert figures.percent_range(0.125, 0.5) == "12.5–50%"


@pytest.mark.parametrize(
    ("color", "value", "level"),
    [
        (Color.GREEN, 0.5, Level.WITHIN),
        (Color.AMBER, 0.5, Level.WATCH),
        (Color.RED, 0.5, Level.ACT),
        (None, 0.5, Level.REPORTED),
        (None, None, Level.NONE),
    ],
)
def test_a_colour_is_a_level_and_no_colour_says_why(color, value, level):
    assert Level.of(color, value=value) is level
