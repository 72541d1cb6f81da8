"""The contexts of the public detail pages: one frozen description per page, complete before it is drawn.

Hours are teaching hours; theory and practice add up to the total; self-study, neutral and optional items
stand beside it. Titles carry their own language; labels of choices are in the language of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from curriculum.charts import Strip
from search.cards import Badge, Card, Ref


@dataclass(frozen=True, slots=True)
class Hours:
    """Counted hours, and what stands beside them."""

    theory: float
    practice: float
    self_study: float = 0.0
    neutral: float = 0.0
    optional: float = 0.0

    @property
    def total(self) -> float:
        """Theory and practice."""
        return self.theory + self.practice


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme with what this reader finds under it and its narrower themes."""

    ref: Ref
    units: int
    cases: int


@dataclass(frozen=True, slots=True)
class HomeContext:
    """The home page: three lists of at most six.

    `category` is the label of the reader's programme category when `curricula` are those of it, else empty.
    """

    themes: tuple[ThemeCount, ...]
    curricula: tuple[Card, ...]
    cases: tuple[Card, ...]
    category: str

    @property
    def is_empty(self) -> bool:
        """Whether this reader finds nothing at all."""
        return not (self.themes or self.curricula or self.cases)


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text in its own language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case named inside another page."""

    ref: Ref
    facts_as_of: date | None
    currency: Badge


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in its place: `number` as in the strip; `standing` says why its hours are beside the total.

    `hours` are None where nobody has given any; `practice` is the part of them that is practice.
    """

    number: str
    code: str
    title: str
    hours: float | None
    practice: float
    method: str
    category: str
    standing: str
    neutral: bool
    level: str
    lecturer: str
    summary: str
    outcomes: tuple[str, ...]
    themes: tuple[Ref, ...]
    case: CaseRef | None

    @property
    def mark(self) -> str:
        """Which glyph stands for it: practice where at least half of it is practice."""
        if self.neutral:
            return "neutral"
        return "practice" if self.practice >= 0.5 else "theory"


@dataclass(frozen=True, slots=True)
class CourseContext:
    """A course page. `strip` is absent for a single unit; `curricula` are those that place the course."""

    code: str
    title: str
    language: str
    summary: str
    institution: Ref | None
    themes: tuple[Ref, ...]
    translations: tuple[Ref, ...]
    hours: Hours
    strip: Strip | None
    units: tuple[UnitRow, ...]
    curricula: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A course or case at its place `number`; `units` are those of a course, `case` is set for a case."""

    number: str
    ref: Ref
    is_case: bool
    hours: Hours
    timed: bool
    optional: bool
    method: str
    units: tuple[UnitRow, ...]
    currency: Badge | None = None

    @property
    def shown_hours(self) -> float | None:
        """What its row prints: the counted hours, else those beside the total; None where nobody gave any."""
        if not self.timed:
            return None
        beside = self.hours.self_study + self.hours.neutral + self.hours.optional
        return self.hours.total or beside

    @property
    def mark(self) -> str:
        """Which glyph stands for it."""
        return "practice" if self.is_case else "theory"


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module with what this reader may see of it."""

    number: str
    title: str
    summary: str
    hours: Hours
    placements: tuple[PlacementRow, ...]


@dataclass(frozen=True, slots=True)
class CurriculumContext:
    """A curriculum page: only what this reader may see is listed, drawn and summed."""

    code: str
    title: str
    language: str
    summary: str
    category: str
    edition: str
    target_group: str
    objectives: tuple[str, ...]
    effective_from: date | None
    institution: Ref | None
    hours: Hours
    strip: Strip | None
    modules: tuple[ModuleRow, ...]

    @property
    def longest_module(self) -> float:
        """Hours of the longest module: the scale that all module bars share."""
        return max((module.hours.total for module in self.modules), default=0.0)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a case's text, as its contents list needs it; `level` is 2 or 3."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a unit and a case belong together: `basis` as the engine calls it, and the theme if it is one."""

    basis: str
    theme: Ref | None = None


@dataclass(frozen=True, slots=True)
class TheoryRow:
    """A unit that a case serves, inside its course."""

    course: Ref
    unit: str
    hours: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class CaseContext:
    """A case page. `age` is in completed years; `notice` is one sentence, empty if the case is current."""

    code: str
    title: str
    language: str
    summary: str
    body_html: str
    institution: Ref | None
    place: str
    suggested_hours: float | None
    facts_as_of: date | None
    age: int | None
    reviewed_on: date | None
    review_by: date | None
    currency: Badge
    notice: str
    classic_reason: str
    audience: str
    licence: str
    themes: tuple[Ref, ...]
    translations: tuple[Ref, ...]
    headings: tuple[Heading, ...]
    theory: tuple[TheoryRow, ...]
    related: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ThemeUnit:
    """A unit under a theme; `theme` is the narrower theme that it carries, if it is not the page's own."""

    course: Ref
    unit: str
    hours: float
    theme: Ref | None


@dataclass(frozen=True, slots=True)
class ThemeCase:
    """A case under a theme; `theme` as for a unit."""

    case: CaseRef
    theme: Ref | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Units that are practised on the same cases, beside the first of these; one side may be empty."""

    units: tuple[ThemeUnit, ...]
    cases: tuple[ThemeCase, ...]
    more_cases: int = 0


@dataclass(frozen=True, slots=True)
class ThemeContext:
    """A theme page: theory on one side, practice on the other, narrower themes included.

    `unit_count`, `unit_hours` and `case_count` are of everything this reader finds, whatever `pairs` show.
    """

    code: str
    label: str
    language: str
    definition: Words
    also_called: tuple[Words, ...]
    broader: tuple[Ref, ...]
    narrower: tuple[Ref, ...]
    retired: bool
    pairs: tuple[Pair, ...]
    unit_count: int
    unit_hours: float
    case_count: int
    library_url: str
    arrived_from: str

    @property
    def is_cut(self) -> bool:
        """Whether there is more than `pairs` show."""
        shown = {row.case.ref.code for pair in self.pairs for row in pair.cases}
        return self.unit_count > sum(len(pair.units) for pair in self.pairs) or self.case_count > len(shown)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list of an institution's items: the first of them, how many there are, and where all of them are."""

    title: str
    cards: tuple[Card, ...]
    total: int
    library_url: str

    @property
    def has_more(self) -> bool:
        """Whether the list leaves some out."""
        return self.total > len(self.cards)


@dataclass(frozen=True, slots=True)
class InstitutionContext:
    """An institution page: paragraphs of the page's language come first, empty shelves are left out."""

    code: str
    name: str
    language: str
    other_names: tuple[Words, ...]
    kind: str
    country: str
    url: str
    summary: tuple[Words, ...]
    shelves: tuple[Shelf, ...]
