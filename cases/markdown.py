"""Markdown of authors to clean HTML: rendered once, when a text is saved."""

import re

import nh3
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from markdown import Markdown

MAX_BYTES = 200_000
# Brackets and quote marks in a row make the parser's work grow with the square of their number.
RUN = re.compile(r"[\[\]]{201}|>{51}|(?:>[ \t]*){51}")
TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "sub", "sup", "del", "abbr", "a"),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}


def validate_markdown(text: str) -> None:
    """Raise ValidationError when a text cannot be rendered, so that a form says so before a save does."""
    render_markdown(text)


def _refuse_excess(text: str) -> None:
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise ValidationError(_("The text is longer than 200 kB. Move part of it into a material."))
    if RUN.search(text):
        raise ValidationError(
            _("The text has more than 200 brackets or 50 quote marks in a row. Remove some.")
        )


def render_markdown(text: str) -> str:
    """HTML of a text, free of scripts, styles and foreign images; headings begin at level 2 and have ids.

    Raises ValidationError when the text is too long, built to keep the parser busy, or nested too deeply.
    """
    _refuse_excess(text)
    try:
        html = _parser().convert(text)
    except RecursionError as error:
        raise ValidationError(
            _("The text is nested too deeply. Use fewer levels of lists and quotes.")
        ) from error
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )


def _parser() -> Markdown:
    return Markdown(
        extensions=["tables", "sane_lists", "toc"],
        extension_configs={"toc": {"baselevel": 2, "slugify": _heading_id, "toc_depth": "2-3"}},
        output_format="html",
    )


def _heading_id(value: str, separator: str) -> str:
    # The prefix keeps an author's heading from taking the id of a part of the page.
    return "part" + separator + (slugify(value, allow_unicode=True) or "x")
