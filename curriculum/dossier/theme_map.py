"""Which unit works on which theme and how, and how theory and practice divide their hours among themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from curriculum import figures
from curriculum.balance.limits import TOLERANCE
from curriculum.balance.timetable import Element, Item
from curriculum.balance.vocabulary import NO_THEMES
from curriculum.charts import Bar, Segment
from curriculum.dossier.judging import Dossier

MOST_UNITS = 30
"""With more units than this the map has one column a module."""

IN_THE_FIELD = frozenset({"site_visit", "simulation", "experiential", "action_learning", "field_task"})
"""Methods by which a theme is practised; all other practice reinforces it by discussion."""

INTRODUCED, REINFORCED, PRACTISED = "I", "R", "P"
LETTERS = (INTRODUCED, REINFORCED, PRACTISED)

Touched = Mapping[tuple[str, str], set[str]]
"""The letters of a theme in a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A unit or placed case, or a whole module; `begins` a module."""

    number: str
    title: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A module above its columns."""

    number: str
    title: str
    span: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What happens to a theme in a column: some of the letters, in order; `tint` is the last of them."""

    letters: str
    begins: bool

    @property
    def tint(self) -> str:
        """The class of the tint."""
        return self.letters[-1:].lower()


@dataclass(frozen=True, slots=True)
class MapRow:
    """One theme with its cells, and what is to be said at its end; `is_gap` where practice is missing."""

    theme: str
    cells: tuple[Cell, ...]
    note: str
    is_gap: bool


@dataclass(frozen=True, slots=True)
class ThemeMap:
    """Themes in rows, units under their modules in columns."""

    bands: tuple[Band, ...]
    columns: tuple[Column, ...]
    rows: tuple[MapRow, ...]
    by_module: bool


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme's share of theory and of practice, and what it adds to the mismatch."""

    theme: str
    theory: float
    practice: float
    part: float
    part_text: str
    theory_bar: Bar
    practice_bar: Bar


def theme_map(dossier: Dossier) -> ThemeMap:
    """The map of all counted items, by unit or, for long curricula, by module."""
    timetable = dossier.evidence.timetable
    by_module = len(timetable.counted) > MOST_UNITS
    columns = _columns(dossier, timetable.counted, by_module)
    touched = _touched(timetable.theory, timetable.practice, by_module)
    taught = frozenset(theme for element in timetable.theory for theme in element.themes)
    practised = frozenset(theme for element in timetable.practice for theme in element.themes)
    rows = [
        _row(dossier, theme, columns, touched, taught, practised)
        for theme in _by_first_use(timetable.theory, timetable.practice)
    ]
    bands = () if by_module else _bands(dossier, timetable.counted)
    return ThemeMap(bands, columns, tuple(rows), by_module)


def theme_rows(dossier: Dossier) -> tuple[ThemeRow, ...]:
    """Both sides theme by theme, those that add most to the mismatch first; one scale for both sides."""
    tables = dossier.report["thematic_divergence"].reading.tables
    parts = tables["divergence_by_theme"]
    theory, practice = tables["theory_by_theme"], tables["practice_by_theme"]
    longest = max((share or 0.0 for side in (theory, practice) for share in side.values()), default=0.0)
    rows = []
    for theme in sorted(parts, key=lambda theme: (-(parts[theme] or 0.0), theme)):
        left, right, part = theory.get(theme) or 0.0, practice.get(theme) or 0.0, parts[theme] or 0.0
        rows.append(
            ThemeRow(
                theme=dossier.names.theme(theme),
                theory=left,
                practice=right,
                part=part,
                part_text=figures.index(part, digits=4 if TOLERANCE < part < 0.005 else 2),
                theory_bar=Bar(f"theory-{theme}", (Segment(left, "theory"),), longest, reverse=True),
                practice_bar=Bar(f"practice-{theme}", (Segment(right, "practice"),), longest),
            )
        )
    return tuple(rows)


def _column_of(item: Item, by_module: bool) -> str:
    return item.number.partition(".")[0] if by_module else item.number


def _columns(dossier: Dossier, items: Sequence[Item], by_module: bool) -> tuple[Column, ...]:
    if by_module:
        modules = dict.fromkeys(_column_of(item, by_module) for item in items)
        return tuple(
            Column(number, dossier.layout.modules[int(number) - 1].title, begins=True) for number in modules
        )
    columns, module = [], ""
    for item in items:
        here = _column_of(item, by_module=True)
        columns.append(Column(item.number, dossier.names.item_title(item), begins=here != module))
        module = here
    return tuple(columns)


def _bands(dossier: Dossier, items: Sequence[Item]) -> tuple[Band, ...]:
    spans: defaultdict[str, int] = defaultdict(int)
    for item in items:
        spans[_column_of(item, by_module=True)] += 1
    return tuple(
        Band(number, dossier.layout.modules[int(number) - 1].title, span) for number, span in spans.items()
    )


def _touched(theory: Iterable[Element], practice: Iterable[Element], by_module: bool) -> Touched:
    touched: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for element in theory:
        for theme in element.themes:
            touched[theme, _column_of(element.item, by_module)].add(INTRODUCED)
    for element in practice:
        letter = PRACTISED if element.item.delivery_method in IN_THE_FIELD else REINFORCED
        for theme in element.themes:
            touched[theme, _column_of(element.item, by_module)].add(letter)
    return touched


def _by_first_use(theory: Iterable[Element], practice: Iterable[Element]) -> list[str]:
    """Every theme in the order in which the curriculum comes to it."""
    elements = sorted((*theory, *practice), key=lambda element: element.item.order)
    return list(dict.fromkeys(theme for element in elements for theme in sorted(element.themes)))


def _row(
    dossier: Dossier,
    theme: str,
    columns: Sequence[Column],
    touched: Touched,
    taught: frozenset[str],
    practised: frozenset[str],
) -> MapRow:
    cells = tuple(
        Cell("".join(letter for letter in LETTERS if letter in found), column.begins)
        for column in columns
        for found in [touched.get((theme, column.number), set())]
    )
    note = ""
    if theme not in practised:
        kin = sorted(dossier.layout.library.vocabulary.kin.get(theme, NO_THEMES) & practised)
        note = (
            _("practised as %(theme)s") % {"theme": dossier.names.theme(kin[0])}
            if kin
            else _("introduced, never practised")
        )
        return MapRow(dossier.names.theme(theme), cells, note, is_gap=not kin)
    if theme not in taught:
        kin = sorted(dossier.layout.library.vocabulary.kin.get(theme, NO_THEMES) & taught)
        note = (
            _("introduced as %(theme)s") % {"theme": dossier.names.theme(kin[0])}
            if kin
            else _("practised, never introduced")
        )
    return MapRow(dossier.names.theme(theme), cells, note, is_gap=False)
