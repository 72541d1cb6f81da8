"""Two versions of one object: what differs, and what becomes of the choices. No database."""

from hypothesis import given
from hypothesis import strategies as st

from editing.conflicts import Cell, Kind, Row, Side, Version, differences, merge
from editing.marking import marked


def cell(text):
    return Cell((text,), text)


def row(key, title="", **rows):
    return Row(key, {"title": cell(title)}, {name: tuple(inside) for name, inside in rows.items()})


def curriculum(title, *modules):
    return Version(row("", title, modules=modules))


def module(key, title, *placements):
    return row(key, title, placements=placements)


BASE = curriculum(
    "Governance",
    module("a", "Foundations", row("p", "law"), row("q", "road")),
    module("b", "Closing", row("r", "flood")),
)


def found(base, mine, theirs):
    return {(one.kind.value, one.address, one.name): one.choice for one in differences(base, mine, theirs)}


def resolved(base, mine, theirs):
    """The merge with what is decided already; fails where somebody must choose."""
    decided = {one.id: one.choice for one in differences(base, mine, theirs)}
    assert None not in decided.values()
    return merge(mine, theirs, decided)


def test_two_equal_versions_do_not_differ():
    assert differences(BASE, BASE, BASE) == []
    assert differences(None, BASE, Version(BASE.root)) == []


def test_a_field_that_one_changed_is_decided_and_one_that_both_changed_is_not():
    mine = curriculum("Mine", *BASE.root.rows["modules"])
    theirs = curriculum(
        "Theirs",
        module("a", "Basics", *BASE.root.rows["modules"][0].rows["placements"]),
        BASE.root.rows["modules"][1],
    )
    assert found(BASE, mine, theirs) == {
        ("field", ("", ""), "title"): None,
        ("field", ("modules", "a"), "title"): Side.THEIRS,
    }


def test_nothing_is_decided_where_the_beginning_is_not_kept():
    mine = curriculum("Mine", *BASE.root.rows["modules"])
    assert found(None, mine, BASE) == {("field", ("", ""), "title"): None}


def test_a_field_that_was_emptied_counts_as_changed():
    empty = Version(Row("", {"hours": Cell(("",), None)}))
    full = Version(Row("", {"hours": Cell(("2",), 2)}))
    assert [one.choice for one in differences(full, empty, full)] == [Side.MINE]
    assert [one.choice for one in differences(empty, empty, full)] == [Side.THEIRS]


def test_values_are_compared_by_what_they_mean():
    one, other = (Version(Row("", {"hours": Cell((text,), 2.5)})) for text in ("2.5", "2.50"))
    assert differences(None, one, other) == []


def test_rows_added_by_both_are_all_kept_in_their_places():
    a, b = BASE.root.rows["modules"]
    mine = curriculum("Governance", a, module("m", "Mine"), b)
    theirs = curriculum("Governance", a, b, module("t", "Theirs"))
    assert found(BASE, mine, theirs) == {
        ("row", ("modules", "m"), ""): Side.MINE,
        ("row", ("modules", "t"), ""): Side.THEIRS,
    }
    assert [one.key for one in resolved(BASE, mine, theirs).rows["modules"]] == ["a", "m", "b", "t"]


def test_a_row_that_one_removed_goes_unless_the_other_changed_it():
    a, _b = BASE.root.rows["modules"]
    without = curriculum("Governance", a)
    assert found(BASE, without, BASE) == {("row", ("modules", "b"), ""): Side.MINE}
    assert [one.key for one in resolved(BASE, without, BASE).rows["modules"]] == ["a"]
    changed = curriculum("Governance", a, module("b", "Closing", row("r", "another flood")))
    assert found(BASE, without, changed) == {("row", ("modules", "b"), ""): None}
    assert found(BASE, changed, without) == {("row", ("modules", "b"), ""): None}


def test_a_row_that_was_moved_into_another_one_is_the_same_row():
    moved = curriculum(
        "Governance",
        module("a", "Foundations", row("p", "law")),
        module("b", "Closing", row("q", "road"), row("r", "flood")),
    )
    mine = curriculum(
        "Governance",
        module("a", "Foundations", row("p", "law"), row("q", "the road")),
        module("b", "Closing", row("r", "flood")),
    )
    assert found(BASE, mine, moved) == {
        ("place", ("placements", "q"), ""): Side.THEIRS,
        ("field", ("placements", "q"), "title"): Side.MINE,
    }
    merged = resolved(BASE, mine, moved).rows["modules"]
    assert [
        [(one.key, one.cells["title"].sent[0]) for one in part.rows["placements"]] for part in merged
    ] == [
        [("p", "law")],
        [("q", "the road"), ("r", "flood")],
    ]


def test_an_order_that_one_changed_is_decided():
    a, b = BASE.root.rows["modules"]
    turned = curriculum("Governance", b, a)
    assert found(BASE, BASE, turned) == {("order", ("", ""), "modules"): Side.THEIRS}
    assert [one.key for one in resolved(BASE, BASE, turned).rows["modules"]] == ["b", "a"]


def test_what_was_moved_into_a_row_that_is_dropped_stays_where_it_was():
    mine = curriculum("Governance", BASE.root.rows["modules"][0])
    theirs = curriculum(
        "Governance",
        module("a", "Foundations", row("p", "law")),
        module("b", "Closing", row("r", "flood"), row("q", "road")),
    )
    choices = {
        one.id: Side.MINE if one.kind is Kind.ROW else Side.THEIRS for one in differences(BASE, mine, theirs)
    }
    merged = merge(mine, theirs, choices)
    assert [[one.key for one in part.rows["placements"]] for part in merged.rows["modules"]] == [["p", "q"]]


keys = st.sampled_from("abcdefgh")
titles = st.sampled_from(["law", "road", "flood"])


@st.composite
def versions(draw):
    placed = iter(draw(st.permutations("qrstuvwx")))
    modules = draw(st.lists(keys, unique=True, max_size=4))
    return curriculum(
        draw(titles),
        *(
            module(
                key, draw(titles), *(row(next(placed), draw(titles)) for _ in range(draw(st.integers(0, 2))))
            )
            for key in modules
        ),
    )


@given(base=st.none() | versions(), mine=versions(), theirs=versions())
def test_one_side_throughout_is_that_side(base, mine, theirs):
    found = differences(base, mine, theirs)
    assert merge(mine, theirs, {one.id: Side.MINE for one in found}) == mine.root
    assert merge(mine, theirs, {one.id: Side.THEIRS for one in found}) == theirs.root
    assert len({one.id for one in found}) == len(found)


@given(base=versions(), other=versions())
def test_what_only_one_side_changed_is_taken_from_it(base, other):
    assert resolved(base, base, other) == other.root
    assert resolved(base, other, base) == other.root


@given(base=versions(), mine=versions(), theirs=versions(), data=st.data())
def test_every_row_of_a_merge_comes_from_one_of_the_two_and_stands_once(base, mine, theirs, data):
    choices = {one.id: data.draw(st.sampled_from(Side)) for one in differences(base, mine, theirs)}
    merged = Version(merge(mine, theirs, choices))
    assert merged.places.keys() <= mine.places.keys() | theirs.places.keys()
    assert merged.places.keys() >= {
        one for one in mine.places.keys() & theirs.places.keys() if one[0] == "modules"
    }
    rows = [child for children in merged.children.values() for child in children]
    assert len(rows) == len(set(rows))


def test_changed_words_are_marked_and_long_equal_passages_left_out():
    same = "word " * 200
    pieces = marked(f"old start {same}end", f"new start {same}end")
    assert [piece.text for piece in pieces if piece.is_changed] == ["old"]
    assert any(piece.is_gap for piece in pieces)
    assert [piece.text for piece in marked("修路的人", "修桥的人") if piece.is_changed] == ["路"]


def test_texts_that_have_little_in_common_are_not_marked():
    pieces = marked("Three and a half days", "The city had promised a flat to every family")
    assert [piece.text for piece in pieces] == ["Three and a half days"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_marking_loses_no_letter_of_a_short_text(text, other):
    assert "".join(piece.text for piece in marked(text, other)) == text or any(
        piece.is_gap for piece in marked(text, other)
    )


def test_marking_a_very_long_text_takes_no_time():
    text = "\n".join(f"line {number} of a long case" for number in range(5_000))
    assert [
        piece.text for piece in marked(text, text.replace("line 4000 ", "row 4000 ")) if piece.is_changed
    ] == ["line 4000 of a long case\n"]
