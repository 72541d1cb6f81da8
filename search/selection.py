"""What a reader chose in the library: read from the address, written back into addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.codes import MAX_CODE_LENGTH
from people.enums import Language
from search.cards import Kind

MAX_VALUES = 50
MAX_PAGE = 1_000_000


class Sort(TextChoices):
    """Orders of the list."""

    TITLE = "title", _("Title")
    FACTS = "facts", _("Newest facts")


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen values of each facet (any of them may match), the order and the page.

    Kinds and languages are known values, themes and institutions codes as they were given. Whatever an
    address holds that cannot be meant is left out: reading a selection never fails.
    """

    kind: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    sort: Sort = Sort.TITLE
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> Selection:
        """The selection in an address."""
        sort = query.get("sort", "")
        return cls(
            kind=tuple(value for value in _clean(query.getlist("kind")) if value in Kind.values),
            theme=_clean(query.getlist("theme")),
            institution=_clean(query.getlist("institution")),
            language=tuple(value for value in _clean(query.getlist("language")) if value in Language.values),
            sort=Sort(sort) if sort in Sort.values else Sort.TITLE,
            page=_page(query.get("page", "")),
        )

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The chosen values of one facet."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def without(self, facet: str, value: str | None = None) -> Selection:
        """This selection without one value of a facet, or without all of them; back on the first page."""
        left = () if value is None else tuple(entry for entry in self.chosen(facet) if not same(entry, value))
        return replace(self, page=1, **{facet: left})  # type: ignore[arg-type]  # each facet is a tuple of texts

    def sorted_by(self, sort: Sort) -> Selection:
        """This selection in another order."""
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> Selection:
        """Another page of this selection."""
        return replace(self, page=page)

    @property
    def filters(self) -> tuple[str, ...]:
        """The facets in which something is chosen."""
        return tuple(facet for facet in FACETS if self.chosen(facet))

    @property
    def address(self) -> str:
        """Where the library shows this selection."""
        query = QueryDict(mutable=True)
        for facet in FACETS:
            query.setlist(facet, list(self.chosen(facet)))
        if self.sort is not Sort.TITLE:
            query["sort"] = self.sort.value
        if self.page > 1:
            query["page"] = str(self.page)
        text = query.urlencode()
        return reverse("library") + (f"?{text}" if text else "")


FACETS = ("kind", "theme", "institution", "language")


def same(code: str, other: str) -> bool:
    """Whether two codes are one, without regard to case."""
    return code.casefold() == other.casefold()


def _clean(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        # A database refuses NUL in any text, so that it can be in no code.
        if value and len(value) <= MAX_CODE_LENGTH and "\x00" not in value:
            found.setdefault(value.casefold(), value)
    return tuple(found.values())[:MAX_VALUES]


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        return 1
    return min(max(int(text[:10]), 1), MAX_PAGE)
