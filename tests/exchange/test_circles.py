from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exchange.circles import by_depth, circles

NAMES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NAMES, st.none() | NAMES)


def test_each_circle_is_named_once_with_its_path() -> None:
    parents = {"a": "b", "b": "c", "c": "a", "d": "a", "e": "e", "f": None, "g": "f"}
    assert list(circles(parents)) == [["a", "b", "c", "a"], ["e", "e"]]


@given(GRAPHS)
def test_a_path_leads_along_the_references_back_to_its_start(parents: dict[str, str | None]) -> None:
    found = list(circles(parents))
    for path in found:
        assert path[0] == path[-1]
        assert all(parents[one] == next_ for one, next_ in pairwise(path))
    inside = [name for path in found for name in path[1:]]
    assert len(inside) == len(set(inside))


@given(GRAPHS)
def test_without_circles_every_key_comes_after_what_it_refers_to(parents: dict[str, str | None]) -> None:
    for path in circles(dict(parents)):
        parents[path[0]] = None
    layers = by_depth(parents, parents)
    depth = {key: number for number, layer in enumerate(layers) for key in layer}
    assert depth.keys() == parents.keys()
    for key, parent in parents.items():
        assert parent not in depth or depth[parent] < depth[key]
        assert depth[key] == 0 or parents[key] in depth


def test_a_chain_of_a_hundred_thousand_is_no_trouble() -> None:
    parents = {str(number): str(number + 1) for number in range(100_000)}
    assert not list(circles(parents))
    assert len(by_depth(parents, parents)) == 100_000
