"""What uses an object, as far as somebody may know: the part of a page that is shown before it goes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editing.models import Content
from editing.permissions import changeable_by, viewable_by
from editing.queries import Use, UseGroup, uses_of
from people.models import User

SHOWN = 20
"""So many users of a kind are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class NamedUse:
    """One user: what it is called for this reader, where it is, in which states, and how often."""

    title: str
    code: str
    language: str
    url: str
    states: tuple[str | Promise, ...]
    times: int

    @property
    def often(self) -> str:
        """How often, unless it is once."""
        if self.times < 2:
            return ""
        return ngettext("%(count)s time", "%(count)s times", self.times) % {"count": self.times}


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """Users of one kind: the first of them, and how many there are."""

    label: str
    total: int
    uses: tuple[NamedUse, ...]

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.total - len(self.uses)


def usage_for(user: User, obj: Model) -> tuple[NamedGroup, ...]:
    """Everything that uses an object, published or in a draft, in the words that this person may read."""
    return named_groups(user, uses_of(obj))


def named_groups(user: User, groups: tuple[UseGroup, ...]) -> tuple[NamedGroup, ...]:
    """The users that somebody has found already, named. Queries: two for each kind of content."""
    return tuple(
        NamedGroup(capfirst(str(group.label)), len(group.uses), tuple(_named(user, group)))
        for group in groups
    )


def _named(user: User, group: UseGroup) -> Iterator[NamedUse]:
    shown = group.uses[:SHOWN]
    if not issubclass(group.model, Content):
        for use in shown:
            url = _url(use.holder, "edit") if user.is_superuser else ""
            yield NamedUse(str(use.holder), getattr(use.holder, "code", ""), "", url, (), use.times)
        return
    here = group.model._default_manager.filter(pk__in=[use.holder.pk for use in shown])
    viewable = set(viewable_by(user, here).values_list("pk", flat=True))
    changeable = set(changeable_by(user, here).values_list("pk", flat=True))
    for use in shown:
        yield _content(use, use.holder.pk in viewable, use.holder.pk in changeable)


def _content(use: Use, may_view: bool, may_change: bool) -> NamedUse:
    holder, states = use.holder, tuple(_states(use))
    if not (may_view or may_change):
        title = _("restricted: %(kind)s") % {"kind": holder._meta.verbose_name}
        return NamedUse(title, "", "", "", states, use.times)
    title = holder.latest_revision.object_str if may_change and holder.latest_revision else str(holder)
    url = _url(holder, "edit" if may_change else "inspect")
    return NamedUse(title, holder.code, holder.language, url, states, use.times)


def _states(use: Use) -> Iterator[Promise]:
    if use.is_archived:
        yield gettext_lazy("in the bin")
        return
    if use.is_live:
        yield gettext_lazy("live")
    if use.is_draft:
        yield gettext_lazy("draft")


def _url(holder: Any, view: str) -> str:
    viewset = getattr(type(holder), "snippet_viewset", None)
    return reverse(viewset.get_url_name(view), args=[holder.pk]) if viewset else ""
