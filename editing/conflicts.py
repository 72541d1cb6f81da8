"""Two people changed one object: what differs between their versions, and the merge of the two.

Pure: a version is a tree of rows with what a form would send for each field. Rows are known by stable keys,
so a row that was moved, even into another row, is still the same row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

Address: TypeAlias = tuple[str, str]
"""What names a row: its relation and its key. The object itself is `ROOT`."""

ROOT: Address = ("", "")


class Side(Enum):
    """Whose version is meant."""

    MINE = "mine"
    THEIRS = "theirs"

    @property
    def other(self) -> Side:
        """The other of the two."""
        return Side.THEIRS if self is Side.MINE else Side.MINE


class Kind(Enum):
    """What differs: a field, whether a row is there, in which row it stands, or the order of rows."""

    FIELD = "field"
    ROW = "row"
    PLACE = "place"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one field holds.

    `sent` is what a form sends (nothing for an unticked box), `meaning` that by which it is compared.
    """

    sent: tuple[str, ...]
    meaning: object = field(compare=False, default=None)

    def same_as(self, other: Cell | None) -> bool:
        """Whether both mean the same, however it is written."""
        return other is not None and self.meaning == other.meaning


@dataclass(frozen=True, slots=True)
class Row:
    """An object or a row with what is inside it: rows by relation, in their order."""

    key: str
    cells: Mapping[str, Cell]
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the two versions differ.

    `address` is the row it concerns; `name` is the field, or for an order the relation whose rows inside that
    row stand in another order. `choice` is the side that alone changed something; None where people decide.
    """

    kind: Kind
    address: Address
    name: str = ""
    choice: Side | None = None

    @property
    def id(self) -> str:
        """What names it in a form, the same each time."""
        return "/".join((self.kind.value, *self.address, self.name))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a version: in which row, and as the how-manieth there, counted from 0."""

    row: Row
    parent: Address
    position: int


class Version:
    """A version with its rows by address."""

    def __init__(self, root: Row) -> None:
        self.root = root
        self.places: dict[Address, Place] = {ROOT: Place(root, ROOT, 0)}
        self.children: dict[tuple[Address, str], list[Address]] = {}
        self._enter(ROOT, root)

    def _enter(self, address: Address, row: Row) -> None:
        for relation, rows in row.rows.items():
            inside = self.children.setdefault((address, relation), [])
            for position, child in enumerate(rows):
                own = (relation, child.key)
                self.places[own] = Place(child, address, position)
                inside.append(own)
                self._enter(own, child)

    def __contains__(self, address: object) -> bool:
        return address in self.places

    def row(self, address: Address) -> Row:
        """The row at an address."""
        return self.places[address].row

    def order(self, parent: Address, relation: str, among: set[Address]) -> list[Address]:
        """The rows of a relation inside a row, those of a set only."""
        return [address for address in self.children.get((parent, relation), []) if address in among]


def differences(base: Version | None, mine: Version, theirs: Version) -> list[Difference]:
    """Everything in which two versions differ, in the order of mine, then what only theirs has.

    `base` is the version that both started from, where it is still kept: then what only one side changed is
    decided already.
    """
    found: list[Difference] = []
    for address in [*mine.places, *(one for one in theirs.places if one not in mine)]:
        if address in mine and address in theirs:
            found += _within(base, mine, theirs, address)
        elif not _inside_a_difference(address, mine if address in mine else theirs, mine, theirs):
            found.append(Difference(Kind.ROW, address, choice=_row_choice(base, mine, theirs, address)))
    return found


def _within(base: Version | None, mine: Version, theirs: Version, address: Address) -> Iterator[Difference]:
    """What differs in a row that both have."""
    own, other = mine.places[address], theirs.places[address]
    known = base if base is not None and address in base else None
    if own.parent != other.parent:
        start = known.places[address].parent if known else None
        yield Difference(Kind.PLACE, address, choice=_only_changed(start, own.parent, other.parent))
    before = known.row(address).cells if known else {}
    for name, cell in own.row.cells.items():
        against = other.row.cells.get(name)
        if against is not None and not cell.same_as(against):
            choice = _only_changed(_meaning(before.get(name)), _meaning(cell), _meaning(against))
            yield Difference(Kind.FIELD, address, name, choice)
    for relation in own.row.rows:
        among = {
            child
            for child in mine.children.get((address, relation), [])
            if child in theirs and theirs.places[child].parent == address
        }
        orders = [version.order(address, relation, among) for version in (mine, theirs)]
        if orders[0] != orders[1]:
            start_order = known.order(address, relation, among) if known else None
            yield Difference(Kind.ORDER, address, relation, choice=_only_changed(start_order, *orders))


def _meaning(cell: Cell | None) -> tuple[object] | None:
    return (cell.meaning,) if cell else None


def _only_changed(start: object, mine: object, theirs: object) -> Side | None:
    """The side that alone moved away from where both started; None if both did, or nobody knows."""
    if start is None:
        return None
    if start == mine:
        return Side.THEIRS
    return Side.MINE if start == theirs else None


def _inside_a_difference(address: Address, version: Version, mine: Version, theirs: Version) -> bool:
    """Whether a row is missing on the other side because the row around it is."""
    parent = version.places[address].parent
    return not (parent in mine and parent in theirs)


def _row_choice(base: Version | None, mine: Version, theirs: Version, address: Address) -> Side | None:
    """The side that added a row, or that took away one which the other left as it was."""
    if base is None:
        return None
    has = Side.MINE if address in mine else Side.THEIRS
    if address not in base:
        return has
    row = (mine if has is Side.MINE else theirs).row(address)
    return has.other if _same_tree(row, base.row(address)) else None


def _same_tree(one: Row, other: Row) -> bool:
    return (
        one.key == other.key
        and one.cells.keys() == other.cells.keys()
        and all(cell.same_as(other.cells[name]) for name, cell in one.cells.items())
        and one.rows.keys() == other.rows.keys()
        and all(
            len(rows) == len(other.rows[relation])
            and all(_same_tree(*pair) for pair in zip(rows, other.rows[relation], strict=True))
            for relation, rows in one.rows.items()
        )
    )


def merge(mine: Version, theirs: Version, choices: Mapping[str, Side]) -> Row:
    """The version that takes, of every difference, the side chosen for its id; everything else is in both."""
    return _Merger(mine, theirs, choices).row(ROOT)


class _Merger:
    """Builds the merged version from the outside in."""

    def __init__(self, mine: Version, theirs: Version, choices: Mapping[str, Side]) -> None:
        self.versions = {Side.MINE: mine, Side.THEIRS: theirs}
        self.choices = choices
        self.parents = self._parents()

    def _chosen(self, kind: Kind, address: Address, name: str = "") -> Side:
        return self.choices.get(Difference(kind, address, name).id, Side.MINE)

    def _parents(self) -> dict[Address, Address]:
        """In which row each row of the result stands, and so which rows there are."""
        mine, theirs = self.versions[Side.MINE], self.versions[Side.THEIRS]
        parents: dict[Address, Address] = {}
        for address in sorted(mine.places | theirs.places, key=self._depth):
            if address in mine and address in theirs:
                side = self._chosen(Kind.PLACE, address)
                places = [self.versions[one].places[address].parent for one in (side, side.other)]
                # A row that was moved away from one that is dropped, or into it, stays where it still can.
                kept = [place for place in places if place == ROOT or place in parents]
                if address == ROOT or kept:
                    parents[address] = kept[0] if kept else ROOT
            else:
                has = Side.MINE if address in mine else Side.THEIRS
                version = self.versions[has]
                whole = _inside_a_difference(address, version, mine, theirs)
                parent = version.places[address].parent
                if parent in parents and (whole or self._chosen(Kind.ROW, address) is has):
                    parents[address] = parent
        return parents

    def _depth(self, address: Address) -> int:
        version = self.versions[self._source(address)]
        depth = 0
        while address != ROOT:
            address, depth = version.places[address].parent, depth + 1
        return depth

    def row(self, address: Address) -> Row:
        """A row of the result with everything inside it."""
        source = self._source(address)
        other = self.versions[source.other]
        original = self.versions[source].row(address)
        cells = dict(original.cells)
        if address in other:
            for name in cells:
                if self._chosen(Kind.FIELD, address, name) is Side.THEIRS:
                    cells[name] = self.versions[Side.THEIRS].row(address).cells.get(name, cells[name])
        rows = {
            relation: tuple(self.row(child) for child in self._order(address, relation))
            for relation in original.rows
        }
        return replace(original, cells=cells, rows=rows)

    def _source(self, address: Address) -> Side:
        return Side.MINE if address in self.versions[Side.MINE] else Side.THEIRS

    def _order(self, parent: Address, relation: str) -> list[Address]:
        """The rows inside a row: in the order of the side chosen, the rest after what they followed."""
        wanted = {one for one, place in self.parents.items() if place == parent and one[0] == relation}
        first = self._chosen(Kind.ORDER, parent, relation)
        ordered = self.versions[first].order(parent, relation, wanted)
        for address in self.versions[first.other].order(parent, relation, wanted):
            if address not in ordered:
                ordered.insert(self._after_neighbour(address, first.other, ordered), address)
        return ordered

    def _after_neighbour(self, address: Address, side: Side, ordered: list[Address]) -> int:
        version = self.versions[side]
        place = version.places[address]
        before = version.children[(place.parent, address[0])][: place.position]
        return next((ordered.index(one) + 1 for one in reversed(before) if one in ordered), 0)
