import re
from xml.etree import ElementTree

import pytest

from curriculum.balance.limits import Limits
from curriculum.charts import (
    Bar,
    Block,
    Measure,
    Segment,
    Span,
    Strip,
    draw_bar,
    draw_measure,
    draw_strip,
    split_bar,
)


def tree(markup):
    return ElementTree.fromstring(str(markup))  # our own output


def by_class(markup, name):
    return [node for node in tree(markup).iter() if name in (node.get("class") or "").split()]


def strip(*blocks, **kwargs):
    return Strip("s", "All of it.", tuple(blocks), **kwargs)


WORKED = strip(Block(4), Block(4), Block(3, 1), Block(1, neutral=True), Block(4, 0.5))


def test_theory_stands_above_and_practice_below_with_the_height_of_its_share():
    theory = by_class(draw_strip(WORKED), "mark-theory")
    practice = by_class(draw_strip(WORKED), "mark-practice")
    assert [float(node.get("height")) for node in theory] == [34, 34, 17]
    assert [float(node.get("height")) for node in practice] == [34, 17]
    assert {float(node.get("y")) for node in practice} == {36.0}
    assert [float(node.get("y")) + float(node.get("height")) for node in theory] == [36.0, 36.0, 36.0]


def test_widths_are_shares_of_all_hours_and_end_at_the_end():
    blocks = [*by_class(draw_strip(WORKED), "mark-theory"), *by_class(draw_strip(WORKED), "mark-practice")]
    assert [node.get("width") for node in blocks[:2]] == ["25%", "25%"]
    ends = [float(node.get("x")[:-1]) + float(node.get("width")[:-1]) for node in blocks]
    assert max(ends) == pytest.approx(100)


def test_a_neutral_item_is_outlined_only():
    drawn = draw_strip(strip(Block(2, neutral=True), Block(2)))
    (outline,) = by_class(drawn, "mark-neutral")
    assert outline.get("fill") is None
    assert len(by_class(drawn, "mark-theory")) == 1


def test_a_framed_item_keeps_its_filling():
    drawn = draw_strip(strip(Block(2, framed=True), Block(2)))
    assert len(by_class(drawn, "mark-theory")) == 2
    assert len(by_class(drawn, "mark-frame")) == 1


def test_items_without_hours_take_no_room_and_nothing_is_drawn_without_any():
    assert len(by_class(draw_strip(strip(Block(0), Block(2))), "mark-theory")) == 1
    assert draw_strip(strip(Block(0))) == ""


def test_a_place_is_labelled_from_four_percent_of_the_hours_on():
    places = (Span(3.9, "1.1"), Span(4, "1.2"), Span(92.1, "1.3"))
    labels = [node.text for node in by_class(draw_strip(strip(Block(100), places=places)), "mark-text")]
    assert labels == ["1.2", "1.3"]


def test_every_module_has_a_tick_at_its_start():
    drawn = draw_strip(strip(Block(6), Block(2), modules=(Span(6, "1"), Span(2, "2"))))
    assert [node.get("x1") for node in by_class(drawn, "mark-module")] == ["0%", "75%"]
    assert [node.text for node in by_class(drawn, "mark-text--module")] == ["1", "2"]


def test_the_strip_is_an_image_with_its_sentence_escaped():
    drawn = draw_strip(Strip("s", 'a < b & "c"', (Block(1),)))
    assert tree(drawn).get("aria-label") == 'a < b & "c"'
    assert tree(drawn).get("role") == "img"


def test_patterns_are_told_apart_by_their_keys():
    one = draw_strip(Strip("a/b", "", (Block(1, 1),)))
    other = draw_strip(Strip("征地", "", (Block(1, 1),)))
    assert re.findall(r'id="([^"]+)"', one) == ["hatch-a_b"]
    assert re.findall(r"url\(#([^)]+)\)", other) == ["hatch-征地"]


def test_a_measure_shows_its_band_its_watch_limits_and_its_value():
    drawn = draw_measure(Measure(0.3929, Limits.band(0.35, 0.55, 0.05)))
    (band,) = by_class(drawn, "mark-band")
    assert (band.get("x"), band.get("width")) == ("35%", "20%")
    assert [node.get("x1") for node in by_class(drawn, "mark-edge")] == ["35%", "55%"]
    assert [node.get("x1") for node in by_class(drawn, "mark-watch")] == ["30%", "60%"]
    assert by_class(drawn, "mark-value")[0].get("cx") == "39.29%"


def test_a_one_sided_limit_reaches_the_end_of_the_axis():
    (band,) = by_class(draw_measure(Measure(0.9, Limits.at_least(0.8, 0.6))), "mark-band")
    assert (band.get("x"), band.get("width")) == ("80%", "20%")
    (band,) = by_class(draw_measure(Measure(0.9, Limits.at_most(0.1, 0.25))), "mark-band")
    assert (band.get("x"), band.get("width")) == ("0%", "10%")


def test_the_axis_is_the_same_at_both_ends():
    for value, at in ((0.0, "0%"), (1.0, "100%"), (1.2, "100%")):
        assert by_class(draw_measure(Measure(value)), "mark-value")[0].get("cx") == at


def test_without_a_value_only_the_axis_and_the_band_remain():
    drawn = draw_measure(Measure(None, Limits.at_least(0.8, 0.6)))
    assert by_class(drawn, "mark-band")
    assert not by_class(drawn, "mark-value")


def test_the_small_measure_is_a_tick_on_76_by_10():
    drawn = draw_measure(Measure(0.5), small=True)
    assert (tree(drawn).get("width"), tree(drawn).get("height")) == ("76", "10")
    assert by_class(drawn, "mark-value--tick")[0].get("x1") == "50%"
    assert tree(drawn).get("aria-hidden") == "true"


def test_before_and_after_share_one_axis():
    drawn = draw_measure(Measure(0.8, before=0.4))
    assert by_class(drawn, "mark-former")[0].get("cx") == "40%"
    assert by_class(drawn, "mark-value")[0].get("cx") == "80%"


def test_a_split_bar_ends_where_its_maximum_says():
    drawn = draw_bar(split_bar("b", 3, 1, maximum=8))
    (theory,), (practice,) = by_class(drawn, "mark-theory"), by_class(drawn, "mark-practice")
    assert (theory.get("x"), theory.get("width")) == ("0%", "37.5%")
    assert (practice.get("x"), practice.get("width")) == ("37.5%", "12.5%")


def test_a_reversed_bar_grows_from_the_right_and_so_does_its_limit():
    drawn = draw_bar(Bar("b", (Segment(2, "theory"),), maximum=8, limit=6, reverse=True))
    (theory,) = by_class(drawn, "mark-theory")
    assert (theory.get("x"), theory.get("width")) == ("75%", "25%")
    assert by_class(drawn, "mark-limit")[0].get("x1") == "25%"


def test_a_bar_of_nothing_keeps_its_baseline():
    drawn = draw_bar(split_bar("b", 0, 0))
    assert by_class(drawn, "mark-base")
    assert not by_class(drawn, "mark-theory")


def test_no_chart_carries_a_style_or_a_view_box():
    drawn = [
        draw_strip(WORKED),
        draw_measure(Measure(0.5, Limits.at_least(0.8, 0.6)), small=True),
        draw_bar(split_bar("b", 1, 2)),
    ]
    for chart in drawn:
        assert "style=" not in chart
        assert "viewBox" not in chart
