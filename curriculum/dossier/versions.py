"""Which text is shown: since when it is live, whose draft it is, and what else has drafts of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import CaseStudy
from curriculum import figures
from curriculum.balance.layout import Layout
from curriculum.dossier.judging import Dossier
from curriculum.dossier.policy_values import has_policy
from curriculum.models import Course, Curriculum
from editing.permissions import Person, with_rights


@dataclass(frozen=True, slots=True)
class Version:
    """The text that is shown: of a draft its writer and moment, of a published one since when it is live.

    `differs` is whether there is a draft that differs from what is published.
    """

    is_draft: bool
    differs: bool
    is_published: bool
    revision: int | None
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherDraft:
    """A course or case that is used here as it is published, while its own draft differs."""

    title: str
    language: str
    url: str


@dataclass(frozen=True, slots=True)
class OtherDrafts:
    """Those that the reader may open, and how many others there are."""

    known: tuple[OtherDraft, ...]
    others: int

    @property
    def total(self) -> int:
        """All of them."""
        return len(self.known) + self.others


def version_of(dossier: Dossier) -> Version:
    """What the bar under the title says."""
    curriculum: Curriculum = dossier.curriculum
    drafted = curriculum.latest_revision
    writer = drafted.user if drafted is not None and dossier.is_draft else None
    moment = drafted.created_at if drafted is not None else None
    return Version(
        is_draft=dossier.is_draft,
        differs=curriculum.has_unpublished_changes,
        is_published=curriculum.live,
        revision=dossier.revision,
        by=str(writer) if writer else "",
        at=moment if dossier.is_draft else curriculum.last_published_at,
    )


def stamp_of(dossier: Dossier) -> str:
    """What every caption, file and printed page says of a figure: view, revision, day, column and policy."""
    layout, begin = dossier.layout, dossier.layout.policy.effective_from
    gaps = {
        "revision": dossier.revision or figures.MISSING,
        "day": layout.as_of.isoformat(),
        "policy": begin.isoformat() if begin else "",
    }
    where = _("Draft, revision %(revision)s") if dossier.is_draft else _("Live, revision %(revision)s")
    counted = _("self-study counted") if dossier.report.count_self_study else _("self-study not counted")
    since = _("policy in force since %(policy)s") if begin else _("policy in force from the beginning")
    if not has_policy(dossier):
        since = _("no policy on this day")
    parts = [where % gaps, _("as of %(day)s") % gaps, counted, since % gaps]
    return " · ".join(parts)


def other_drafts(layout: Layout, reader: Person) -> OtherDrafts:
    """What the layout uses as it is published although its own draft differs (rule 45); two queries."""
    placements = [placement for module in layout.modules for placement in module.placements]
    courses = {placement.course.code for placement in placements if placement.course}
    cases = {placement.case.code for placement in placements if placement.case}
    cases |= {
        unit.case.code
        for placement in placements
        if placement.course
        for unit in placement.course.units
        if unit.case
    }
    rows = [*_drafted(Course, courses, reader), *_drafted(CaseStudy, cases, reader)]
    known = tuple(
        OtherDraft(str(row), row.language, reverse(row.snippet_viewset.get_url_name("edit"), args=[row.pk]))
        for row in rows
        if row.is_changeable
    )
    return OtherDrafts(known, len(rows) - len(known))


def _drafted(model: Any, codes: Iterable[str], reader: Person) -> list[Any]:
    drafted = model._default_manager.filter(code__in=codes, has_unpublished_changes=True)
    return list(with_rights(reader, drafted.order_by("code")))
