"""The status of an object in words."""

from types import SimpleNamespace

import pytest

from editing.listing import status_of

NOTHING = {
    "live": False,
    "expired": False,
    "is_scheduled": False,
    "in_review": False,
    "has_unpublished_changes": False,
}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "draft"),
        ({"in_review": True}, "in review"),
        ({"in_review": True, "is_scheduled": True}, "scheduled"),
        ({"expired": True, "is_scheduled": True}, "expired"),
        ({"live": True}, "live"),
        ({"live": True, "has_unpublished_changes": True}, "live + draft"),
        ({"live": True, "has_unpublished_changes": True, "in_review": True}, "live + in review"),
        ({"live": True, "is_scheduled": True, "in_review": True}, "live + scheduled"),
    ],
)
def test_the_status_says_what_comes_next_before_what_is(state, words):
    assert str(status_of(SimpleNamespace(**NOTHING | state))) == words
