import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.selection import MAX_VALUES, Selection, Sort


def of(query):
    return Selection.of(QueryDict(query))


def test_an_address_and_its_selection_say_the_same():
    query = "kind=case&kind=course&theme=land&institution=a&language=en&sort=facts&page=3"
    assert of(query).address == f"/en/library/?{query}"
    assert of("").address == "/en/library/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=poem&language=xx&sort=random", Selection()),
        ("theme=&theme=%00&institution=" + "x" * 121, Selection()),
        ("page=0", Selection()),
        ("page=-1", Selection()),
        ("page=x", Selection()),
        ("page=%EF%BC%91", Selection()),
        ("page=" + "9" * 40, Selection(page=1_000_000)),
        ("theme=Land&theme=land", Selection(theme=("Land",))),
        ("sort=facts", Selection(sort=Sort.FACTS)),
    ],
)
def test_what_cannot_be_meant_is_left_out(query, expected):
    assert of(query) == expected


def test_no_more_values_are_read_than_a_person_would_choose():
    query = "&".join(f"theme=t{number}" for number in range(500))
    assert len(of(query).theme) == MAX_VALUES


def test_a_value_is_taken_out_without_regard_to_case():
    selection = of("theme=Land&theme=water&page=4")
    assert selection.without("theme", "LAND") == Selection(theme=("water",))
    assert selection.without("theme") == Selection()
    assert selection.sorted_by(Sort.FACTS).page == 1
    assert selection.on_page(2).page == 2
    assert selection.filters == ("theme",)


@given(
    st.dictionaries(st.sampled_from(["kind", "theme", "institution", "language", "sort", "page"]), st.text())
)
def test_any_text_is_read(values):
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query[name] = value
    selection = Selection.of(query)
    _path, _mark, text = selection.address.partition("?")
    assert of(text) == selection
