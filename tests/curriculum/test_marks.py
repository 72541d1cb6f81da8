from datetime import date

import pytest
from django.template import Context, Template

from curriculum.templatetags.numbers import langtag


def drawn(source, **values):
    return Template("{% load charts numbers %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("level", "words"),
    [("within", "Within limits"), ("watch", "Watch"), ("act", "Act"), ("none", "No figure")],
)
def test_a_pill_has_its_level_in_words_and_in_shape(level, words):
    pill = drawn("{% level_pill level %}", level=level)
    assert f"praxis-pill--{level}" in pill
    assert words in pill
    assert "<svg" in pill


def test_a_pill_names_level_and_headline():
    assert "Watch: Disconnected" in drawn('{% level_pill "watch" "Disconnected" %}')


def test_levels_have_different_shapes():
    shapes = {
        drawn("{% level_icon level True %}", level=level) for level in ("within", "watch", "act", "none")
    }
    assert len(shapes) == 4


def test_an_icon_alone_is_put_into_words():
    assert "Within limits" in drawn('{% level_icon "within" %}')
    assert "Within limits" not in drawn('{% level_icon "within" True %}')


def test_glyphs_say_what_they_mean():
    assert 'aria-label="Practice"' in drawn('{% glyph "practice" %}')
    assert 'aria-label="Theory"' in drawn('{% glyph "theory" %}')
    assert 'aria-label="Neither theory nor practice"' in drawn('{% glyph "neutral" %}')


def test_charts_are_drawn_from_plain_figures():
    assert "praxis-bar" in drawn('{% split_bar "k" 3 1 8 %}')
    assert 'width="76"' in drawn("{% measure_cell 0.5 %}")
    assert 'width="100%"' in drawn("{% measure 0.5 %}")


def test_figures_and_dates():
    assert drawn("{{ h|hours }} {{ p|percent }} {{ i|index }}", h=2.5, p=0.5, i=0.25) == "2.5 h 50.0% 0.25"
    assert drawn("{% percent_near 0.7996 0.8 %}") == "79.96%"
    assert drawn("{{ day|long_date }}", day=date(2026, 1, 1)) == "1 January 2026"
    assert drawn("{{ day|long_date }}", day=None) == "–"


def test_languages_are_written_as_attributes_want_them():
    assert langtag("zh-hans") == "zh-Hans"
    assert langtag("en") == "en"
