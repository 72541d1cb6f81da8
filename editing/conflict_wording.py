"""Differences between two versions in words: what the conflict page says and shows of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editing.conflicts import ROOT, Address, Cell, Difference, Kind, Row, Side, Version
from editing.marking import Piece, marked
from editing.versions import Shape


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a row, with what stands in it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """What one version has at the place of a difference: a sentence, a text in pieces, fields, or rows.

    Empty means that the version has nothing there.
    """

    sentence: str = ""
    pieces: list[Piece] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference on the page. `base` is None where the version that both began with is not kept."""

    id: str
    title: str
    sentence: str
    choice: Side | None
    mine: Column
    theirs: Column
    base: Column | None

    @property
    def takes_mine(self) -> bool:
        """Whether mine is chosen."""
        return self.choice is Side.MINE

    @property
    def takes_theirs(self) -> bool:
        """Whether theirs is chosen."""
        return self.choice is Side.THEIRS


class Wording:
    """Says what differs; `they` is who saved, as the subject of a sentence."""

    def __init__(self, shape: Shape, base: Version | None, mine: Version, theirs: Version, they: str) -> None:
        self.shape = shape
        self.base = base
        self.mine = mine
        self.theirs = theirs
        self.they = they

    def shown(self, difference: Difference, choice: Side | None) -> Shown:
        """A difference for the page, with the side that is to be ticked."""
        columns = {
            Kind.FIELD: self._field,
            Kind.ROW: self._row,
            Kind.PLACE: self._place,
            Kind.ORDER: self._order,
        }[difference.kind]
        return Shown(
            difference.id,
            self._title(difference),
            self._sentence(difference),
            choice,
            columns(difference, self.mine),
            columns(difference, self.theirs),
            columns(difference, self.base) if self.base else None,
        )

    # What it is about

    def _title(self, difference: Difference) -> str:
        kind, address = difference.kind, difference.address
        if kind is Kind.FIELD:
            label = self._label(self._shape(address), difference.name)
            if address == ROOT:
                return label
            return _("%(row)s: %(field)s") % {"row": self._name(address), "field": label}
        if kind is Kind.ORDER:
            plural = capfirst(str(self._shape((difference.name, "")).model._meta.verbose_name_plural))
            if address == ROOT:
                return _("Order: %(rows)s") % {"rows": plural}
            return _("%(row)s: order of %(rows)s") % {"row": self._name(address), "rows": plural}
        return self._name(address)

    def _sentence(self, difference: Difference) -> str:
        they = {"they": self.they}
        if difference.kind is Kind.ROW:
            return self._sentence_on_row(difference) % they
        if self.base is None:
            return _("Choose one. What stood there when you opened the form is not kept any more.")
        words = {
            Kind.FIELD: (
                _("Only you changed this."),
                _("%(they)s changed this; you did not."),
                _("%(they)s changed this, and so did you. Choose one."),
            ),
            Kind.PLACE: (
                _("Only you moved this."),
                _("%(they)s moved this; you did not."),
                _("%(they)s moved this, and so did you. Choose one."),
            ),
            Kind.ORDER: (
                _("Only you changed the order."),
                _("%(they)s changed the order; you did not."),
                _("%(they)s changed the order, and so did you. Choose one."),
            ),
        }[difference.kind]
        number = {Side.MINE: 0, Side.THEIRS: 1, None: 2}[difference.choice]
        return words[number] % they

    def _sentence_on_row(self, difference: Difference) -> str:
        is_mine = difference.address in self.mine
        if self.base is None:
            if is_mine:
                return _("This is in your version only. Choose whether it stays.")
            return _("This is in the saved version only. Choose whether it stays.")
        if difference.address not in self.base:
            return _("You added this.") if is_mine else _("%(they)s added this.")
        if difference.choice is None:
            if is_mine:
                return _("%(they)s removed this while you changed it. Choose one.")
            return _("You removed this while it was changed. Choose one.")
        return _("%(they)s removed this.") if is_mine else _("You removed this.")

    # What each version has there

    def _field(self, difference: Difference, version: Version) -> Column:
        if difference.address not in version:
            return Column(sentence=_("Not there."))
        shape = self._shape(difference.address)
        text = self._text(shape, difference.name, version.row(difference.address).cells[difference.name])
        if not text:
            return Column(sentence=_("Empty."))
        # One chooses between mine and theirs: what is marked is what tells them apart.
        others = [self.mine, self.theirs] if version is self.base else [self._other(version)]
        texts = [
            self._text(shape, difference.name, other.row(difference.address).cells[difference.name])
            for other in others
            if difference.address in other
        ]
        return Column(pieces=marked(text, *texts))

    def _other(self, version: Version) -> Version:
        return self.theirs if version is self.mine else self.mine

    def _row(self, difference: Difference, version: Version) -> Column:
        if difference.address not in version:
            return Column(sentence=_("Not there."))
        row, shape = version.row(difference.address), self._shape(difference.address)
        entries = [
            Entry(self._label(shape, name), text)
            for name, cell in row.cells.items()
            if not shape.fields[name].widget.is_hidden and (text := self._text(shape, name, cell))
        ]
        inside = [
            self._own_name(shape.inside[relation], child)
            for relation, rows in row.rows.items()
            for child in rows
        ]
        return Column(entries=entries, rows=inside)

    def _place(self, difference: Difference, version: Version) -> Column:
        if difference.address not in version:
            return Column(sentence=_("Not there."))
        parent = version.places[difference.address].parent
        return Column(sentence=_("In %(row)s") % {"row": self._name(parent, version)})

    def _order(self, difference: Difference, version: Version) -> Column:
        children = version.children.get((difference.address, difference.name), [])
        shape = self._shape((difference.name, ""))
        return Column(rows=[self._own_name(shape, version.row(child)) for child in children])

    # Names

    def _shape(self, address: Address) -> Shape:
        return self.shape if address == ROOT else _inner(self.shape, address[0])

    def _label(self, shape: Shape, name: str) -> str:
        label = shape.fields[name].label
        return capfirst(str(label)) if label else name

    def _name(self, address: Address, version: Version | None = None) -> str:
        """What a row is called: its kind, its number in the version (mine by default), its title."""
        if version is None:
            version = self.mine if address in self.mine else self.theirs
        shape = self._shape(address)
        numbers: list[str] = []
        at = address
        while at != ROOT:
            numbers.insert(0, str(version.places[at].position + 1))
            at = version.places[at].parent
        return _("%(kind)s %(number)s: %(name)s") % {
            "kind": capfirst(str(shape.model._meta.verbose_name)),
            "number": ".".join(numbers),
            "name": self._own_name(shape, version.row(address)),
        }

    def _own_name(self, shape: Shape, row: Row) -> str:
        """The title of a row: what stands in its first field that is filled in."""
        texts = (
            self._text(shape, name, cell)
            for name, cell in row.cells.items()
            if not shape.fields[name].widget.is_hidden
        )
        return next(filter(None, texts), "") or _("(without a name)")

    def _text(self, shape: Shape, name: str, cell: Cell) -> str:
        return text_of(shape.fields[name], cell.sent)


def _inner(shape: Shape, relation: str) -> Shape:
    if relation in shape.inside:
        return shape.inside[relation]
    return next(_inner(inner, relation) for inner in shape.inside.values() if _has(inner, relation))


def _has(shape: Shape, relation: str) -> bool:
    return relation in shape.inside or any(_has(inner, relation) for inner in shape.inside.values())


def text_of(field: forms.Field, sent: tuple[str, ...]) -> str:
    """What was sent, as people read it: the label of a choice, the name of an object, the text itself."""
    widget: Any = field.widget
    if isinstance(widget, forms.CheckboxInput):
        return _("Yes") if sent else _("No")
    if not any(sent):
        return ""
    if hasattr(widget, "get_value_data_from_instance"):
        return _chosen(widget, sent[0])
    choices = {str(value): str(label) for value, label in getattr(widget, "choices", ())}
    return "\n".join(choices.get(value, value) for value in sent)


def _chosen(widget: Any, value: str) -> str:
    """What a chooser shows for a primary key: only the kind, where the reader may not see the object."""
    instance = widget.get_instance(int(value)) if value.isdecimal() else None
    if instance is None:
        return value
    return str(widget.get_value_data_from_instance(instance)[widget.display_title_key])
