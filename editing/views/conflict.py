"""The page that stands between a save and what somebody else saved in the meantime."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Revision

from editing.conflict_wording import Shown, Wording
from editing.conflicts import Difference, Row, Side, Version, differences, merge
from editing.versions import (
    Shape,
    data_for,
    fields_of,
    is_a_page,
    shape_of,
    version_of,
    version_posted,
    with_other_pages,
)

PREFIX = "conflict:"
RESOLUTION = f"{PREFIX}resolution"
BASE = (f"{PREFIX}base_id", f"{PREFIX}base_created_at")
LOADED = ("loaded_revision_id", "loaded_revision_created_at")
"""The names under which a form says which revision it was loaded from: a number and a time.

An autosaved revision is written over under its number, so the time has to be compared as well.
"""

NOT_CARRIED = re.compile(
    rf"csrfmiddlewaretoken|overwrite_revision_id|{'|'.join(LOADED)}|action-.*|{PREFIX}.*"
)


@dataclass(frozen=True, slots=True)
class Saved:
    """One save by somebody else (or by the same person in another window), and when."""

    person: Any
    at: Any


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """All that `editing/conflict.html` shows.

    `undecided` are the differences that were sent without a choice, `hidden` the whole form as it was sent,
    `was_draft` says that only a draft was to be saved. `loaded` and `base` name revisions: number and time.
    """

    title: str
    they: str
    saved: list[Saved]
    shown: list[Shown]
    undecided: list[Shown]
    hidden: list[tuple[str, str]]
    loaded: tuple[str, str]
    base: tuple[str, str]
    has_base: bool
    was_draft: bool


class ConflictMixin:
    """An editor that writes over nothing that its reader has not seen."""

    request: Any
    object: Any
    model: Any
    latest_revision: Any
    merged: Row | None = None
    """What is to be saved instead of what was sent."""

    @cached_property
    def is_out_of_date(self) -> bool:
        """Whether the object was saved after the form was loaded, be it by the same person."""
        latest = self._latest
        return latest != ("", "") and tuple(self.request.POST.get(name, "") for name in LOADED) != latest

    @property
    def _latest(self) -> tuple[str, str]:
        revision = self.latest_revision
        return (str(revision.pk), revision.created_at.isoformat()) if revision else ("", "")

    def _untouched_form(self, obj: Any) -> Any:
        view: Any = self
        form_class = view.get_form_class()
        return form_class(instance=obj, for_user=self.request.user)

    @cached_property
    def saved_form(self) -> Any:
        """The form of the object as it is saved now; it shares no object with the form that was sent."""
        live = self.model._default_manager.get(pk=self.object.pk)
        return self._untouched_form(live.get_latest_revision_as_object())

    @cached_property
    def _shape(self) -> Shape:
        return shape_of(self.saved_form)

    @cached_property
    def mine(self) -> Version:
        """What was sent; the rows of other pages of the form stand in it as the form was loaded with them."""
        data = self.request.POST
        sent = version_posted(data, self._shape)
        if not is_a_page(data, self._shape):
            return sent
        return with_other_pages(sent, self.base or self.theirs, data, self._shape)

    @cached_property
    def theirs(self) -> Version:
        """What is saved."""
        return version_of(self.saved_form, self._shape)

    @cached_property
    def base(self) -> Version | None:
        """What both began with, unless it is not kept: automatic saves write over their revision."""
        pk, created_at = self._base_names
        found = Revision.objects.for_instance(self.object).filter(pk=pk).first() if pk.isdecimal() else None
        if found is None or found.created_at.isoformat() != created_at:
            return None
        form = self._untouched_form(found.as_object())
        return version_of(form, self._shape)

    @property
    def _base_names(self) -> tuple[str, str]:
        names = BASE if BASE[0] in self.request.POST else LOADED
        return self.request.POST.get(names[0], ""), self.request.POST.get(names[1], "")

    @cached_property
    def is_untouched(self) -> bool:
        """Whether what was sent is what is saved; line ends and the like do not count."""
        return not differences(None, self.mine, self.theirs)

    @cached_property
    def _differences(self) -> list[Difference]:
        return differences(self.base, self.mine, self.theirs)

    def _choices(self) -> dict[str, Side]:
        """The side for each difference: what was chosen on the page, else what is clear."""
        sent = self.request.POST
        chosen = {
            one.id: Side(choice)
            for one in self._differences
            if (choice := sent.get(f"{PREFIX}choice:{one.id}")) in ("mine", "theirs")
        }
        return {one.id: one.choice for one in self._differences if one.choice} | chosen

    def resolve(self) -> HttpResponse | None:
        """Answer what was sent from the conflict page; None where the form goes on with `merged`."""
        match self.request.POST.get(RESOLUTION):
            case "theirs":
                view: Any = self
                messages.info(self.request, _("Your changes were dropped. This is what is saved."))
                return redirect(view.get_edit_url())
            case "mine":
                choices = {one.id: Side.MINE for one in self._differences}
            case _:
                choices = self._choices()
        undecided = [one for one in self._differences if one.id not in choices]
        if undecided:
            return self.show_conflict(undecided)
        self.merged = merge(self.mine, self.theirs, choices)
        return None

    def merged_data(self) -> Any:
        """What the form is sent instead of what came from the browser."""
        assert self.merged is not None  # noqa: S101  # asked for only then
        return data_for(self.merged, self.saved_form, self._shape)

    def show_conflict(self, undecided: Iterable[Difference] = ()) -> HttpResponse:
        """The page with both versions. Nothing has been written."""
        page = self._page(list(undecided))
        view: Any = self
        context = {
            **self._frame(),
            "page": page,
            "action_url": view.get_edit_url(),
            "model_opts": self.model._meta,
        }
        return TemplateResponse(self.request, "editing/conflict.html", context, status=409)

    def _frame(self) -> Mapping[str, Any]:
        """What Wagtail's own header asks for."""
        view: Any = self
        return {
            "breadcrumbs_items": view.get_breadcrumbs_items(),
            "header_title": _("Saved by somebody else"),
            "header_icon": view.header_icon,
        }

    def _page(self, undecided: list[Difference]) -> ConflictPage:
        saved = self._saved_since()
        wording = Wording(
            self._shape, self.base, self.mine, self.theirs, self._they({one.person for one in saved})
        )
        choices = self._choices()
        shown = [wording.shown(one, choices.get(one.id)) for one in self._differences]
        open_ids = {one.id for one in undecided}
        sent = self.request.POST
        actions = [name for name in sent if name.startswith("action-")]
        return ConflictPage(
            title=str(self.object),
            they=wording.they,
            saved=saved,
            shown=shown,
            undecided=[one for one in shown if one.id in open_ids],
            hidden=[pair for pair in fields_of(sent) if not NOT_CARRIED.fullmatch(pair[0])],
            loaded=self._latest,
            base=self._base_names,
            has_base=self.base is not None,
            was_draft=not actions,
        )

    def _saved_since(self) -> list[Saved]:
        """The saves that the form does not know of; at least the last one."""
        revisions = Revision.objects.for_instance(self.object).defer("content").select_related("user")
        since = self.base is not None and self._base_names[0]
        newer = revisions.filter(pk__gt=int(since)) if since else revisions.filter(pk=self.latest_revision.pk)
        found = list(newer.order_by("-created_at", "-pk")[:5]) or [self.latest_revision]
        return [Saved(revision.user, revision.created_at) for revision in found]

    def out_of_date_message(self) -> str:
        """What to tell somebody whose text was to be saved by itself."""
        they = self._they({self.latest_revision.user})
        return _("%(they)s saved another version. Save to see both; nothing is written over.") % {
            "they": they
        }

    def _they(self, people: set[Any]) -> str:
        """Who saved, as the subject of a sentence."""
        if len(people) > 1:
            return _("Several people")
        (person,) = people
        if person is None:
            return _("Somebody")
        return _("Your other window") if person == self.request.user else str(person)
