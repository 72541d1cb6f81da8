"""Deciding about links, taking a decision back, and giving a unit a theme that it lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Revision

from curriculum.enums import LinkState
from curriculum.links.library import case_identities
from curriculum.links.wording import ADDED_THEME, CONFIRMED, REJECTED, UNDONE
from curriculum.links.workbench import Reach
from curriculum.models import Course, LinkChange, TheoryCaseLink, Unit
from editing.listing import with_status
from editing.permissions import changeable_by
from people.models import User
from themes.models import MOST_THEMES, Theme

LIMIT = 500
"""So many pairs are decided about at once."""

ACTIONS = {LinkState.CONFIRMED: CONFIRMED, LinkState.REJECTED: REJECTED}


class LinkRefused(Exception):
    """Something about links that cannot be done now; `words` say why and what to do instead."""

    words: str | Promise = ""

    def __init__(self) -> None:
        super().__init__(str(self.words))


class ReasonMissing(LinkRefused):
    """A decision without a reason."""

    words = _("Say why: whoever reads this later was not there.")


class NothingToUndo(LinkRefused):
    """The decision is not this person's latest one, or it is taken back already."""

    words = _("This is not your latest decision, or it is taken back already. Change the links themselves.")


class ThemeRefused(LinkRefused):
    """A theme that cannot be added to a unit."""


class CourseLocked(ThemeRefused):
    """Somebody else keeps the course to themselves."""

    words = _("Somebody else has locked the course. Ask them to add the theme, or to unlock it.")


class CourseInReview(ThemeRefused):
    """The course is being read."""

    words = _("The course is in review. Add the theme when the review is over, or ask its reviewers to.")


class CourseScheduled(ThemeRefused):
    """The course waits for its day."""

    words = _("The course is scheduled to be published. Cancel that first, or wait until it has happened.")


class UnitGone(ThemeRefused):
    """The draft of the course has no such unit."""

    words = _("The draft of the course has no such unit any more. Open the course to see what it has now.")


class ThemeThere(ThemeRefused):
    """The unit has the theme."""

    words = _("The unit has this theme in its draft already. It counts once the course is published.")


class TooManyThemes(ThemeRefused):
    """The unit would have more themes than say something."""

    words = _("The unit has 5 themes already. Open the course and take one away that says less.")


class ThemeRetired(ThemeRefused):
    """The theme is offered no more."""

    words = _("This theme is retired. Choose the one that has replaced it.")


@dataclass(frozen=True, slots=True)
class PairKey:
    """A unit, by the key of its course and its code, and a case by its key."""

    course: int
    unit: str
    case: int

    @classmethod
    def parse(cls, text: str) -> PairKey | None:
        """The pair that a form or an address names; nothing for anything else."""
        course, _dash, rest = text.partition("/")
        unit, _dash, case = rest.rpartition("/")
        if not (course.isdecimal() and case.isdecimal() and unit and max(len(course), len(case)) < 19):
            return None
        return cls(int(course), unit, int(case))

    def __str__(self) -> str:
        return f"{self.course}/{self.unit}/{self.case}"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did: the record of it, and how many pairs were left because they changed meanwhile."""

    change: LinkChange | None
    left: int


def states_now(pairs: Iterable[PairKey]) -> dict[PairKey, str]:
    """What has been said about each pair, by itself or through a translation; empty where nothing was."""
    wanted = list(pairs)
    siblings = _siblings({pair.case for pair in wanted})
    links = _links(wanted, siblings)
    return {pair: _state_of(links, pair, siblings) for pair in wanted}


Siblings = Mapping[int, frozenset[int]]
Links = Mapping[tuple[int, str], Mapping[int, TheoryCaseLink]]


def _siblings(cases: Collection[int]) -> Siblings:
    """Each of the cases with all texts that are the same case (rule 47)."""
    by_identity: defaultdict[str, set[int]] = defaultdict(set)
    identities = case_identities()
    for pk, identity in identities.items():
        by_identity[identity].add(pk)
    return {pk: frozenset(by_identity[identities[pk]]) for pk in cases if pk in identities}


def _links(pairs: Sequence[PairKey], siblings: Siblings) -> Links:
    """The links of these courses with any text of these cases, by unit and case."""
    cases = frozenset[int]().union(*siblings.values())
    found: defaultdict[tuple[int, str], dict[int, TheoryCaseLink]] = defaultdict(dict)
    rows = TheoryCaseLink.objects.filter(course__in={pair.course for pair in pairs}).order_by("pk")
    for link in rows:
        if link.case_id in cases:
            found[link.course_id, link.unit][link.case_id] = link
    return found


def _state_of(links: Links, pair: PairKey, siblings: Siblings) -> str:
    """The state of a pair; of a yes and a no on two translations, the no stands (rule 13)."""
    rows = links.get((pair.course, pair.unit), {})
    states = {rows[case].state for case in siblings.get(pair.case, ()) if case in rows}
    return str(LinkState.REJECTED) if LinkState.REJECTED in states else next(iter(states), "")


@transaction.atomic
def decide(
    *,
    by: User,
    pairs: Collection[PairKey],
    state: LinkState,
    reason: str,
    seen: Mapping[PairKey, str] | None = None,
) -> Decided:
    """Confirm or reject links, with one reason for all; writes one record, by which it can be taken back.

    `seen` are the states that a preview showed: a pair about which somebody has said something since is left.
    What stands as wanted already is not written. Raises ReasonMissing, and PermissionDenied when one of the
    pairs is not this person's to decide; then nothing is written.
    """
    if not (reason := reason.strip()):
        raise ReasonMissing
    wanted = sorted(set(pairs), key=str)[:LIMIT]
    # Courses first and in order: two decisions about the same units take turns.
    _lock({pair.course for pair in wanted})
    reach = Reach.of(by)
    if not all(reach.holds(pair.course, pair.case) for pair in wanted):
        raise PermissionDenied
    siblings = _siblings({pair.case for pair in wanted})
    links = _links(wanted, siblings)
    now = {pair: _state_of(links, pair, siblings) for pair in wanted}
    left = [pair for pair in wanted if seen is not None and seen.get(pair, "") != now[pair]]
    new = [pair for pair in wanted if pair not in left and now[pair] != state]
    if not new:
        return Decided(None, len(left))
    change = LinkChange(state=state, reason=reason, made_by=by, made_at=timezone.now())
    change.rows = [row for pair in new for row in _write(pair, links, siblings, change)]
    change.save()
    _log(change, ACTIONS[state], by)
    return Decided(change, len(left))


def _lock(courses: Collection[int]) -> None:
    list(Course._base_manager.filter(pk__in=courses).order_by("pk").select_for_update().values_list("pk"))


def _write(pair: PairKey, links: Links, siblings: Siblings, change: LinkChange) -> list[dict[str, Any]]:
    """Say it on every link that stands for the pair, or on a new one; returns what undoing that takes."""
    rows = links.get((pair.course, pair.unit), {})
    standing = [rows[case] for case in sorted(siblings.get(pair.case, ())) if case in rows]
    recorded = []
    for link in standing or [TheoryCaseLink(course_id=pair.course, unit=pair.unit, case_id=pair.case)]:
        recorded.append({**_place(link), "before": _said(link) if link.pk else None})
        link.state, link.reason = change.state, change.reason
        link.by, link.decided_at = change.made_by, change.made_at
        link.save()
    return recorded


def _place(link: TheoryCaseLink) -> dict[str, Any]:
    return {"course": link.course_id, "unit": link.unit, "case": link.case_id}


def _said(link: TheoryCaseLink) -> dict[str, Any]:
    return {
        "state": link.state,
        "reason": link.reason,
        "by": link.by_id,
        "decided_at": link.decided_at.isoformat(),
    }


def latest_change(user: User) -> LinkChange | None:
    """The decision that this person may take back: their latest, unless it is taken back already."""
    latest = LinkChange.objects.filter(made_by=user).first()
    return latest if latest is not None and latest.undone_at is None else None


@dataclass(frozen=True, slots=True)
class Undone:
    """How many links are as they were, and how many were left because somebody has decided again since."""

    undone: int
    left: int


@transaction.atomic
def undo(*, by: User, change: LinkChange) -> Undone:
    """Take back a person's own latest decision, except where somebody has decided again since.

    Raises NothingToUndo for any other decision, or one that is taken back already. What the person may not
    decide about any more is left as well.
    """
    latest = LinkChange.objects.select_for_update().filter(made_by=by).first()
    if latest is None or latest.pk != change.pk or latest.undone_at is not None:
        raise NothingToUndo
    _lock({row["course"] for row in latest.rows})
    reach = Reach.of(by)
    courses = {row["course"] for row in latest.rows}
    links = {
        (link.course_id, link.unit, link.case_id): link
        for link in TheoryCaseLink.objects.filter(course__in=courses)
    }
    done = []
    for row in latest.rows:
        link = links.get((row["course"], row["unit"], row["case"]))
        if link is None or not _is_of(link, latest) or not reach.holds(row["course"], row["case"]):
            continue
        _put_back(link, row["before"])
        done.append(row)
    latest.undone_at = timezone.now()
    latest.save(update_fields=["undone_at"])
    _log(latest, UNDONE, by, done)
    return Undone(len(done), len(latest.rows) - len(done))


def _is_of(link: TheoryCaseLink, change: LinkChange) -> bool:
    return (link.state, link.by_id, link.decided_at) == (change.state, change.made_by_id, change.made_at)


def _put_back(link: TheoryCaseLink, before: Mapping[str, Any] | None) -> None:
    if before is None:
        link.delete()
        return
    link.state, link.reason = before["state"], before["reason"]
    link.by = User.objects.filter(pk=before["by"]).first()
    link.decided_at = parse_datetime(before["decided_at"]) or link.created_at
    link.save()


def _log(change: LinkChange, action: str, by: User, rows: Sequence[Mapping[str, Any]] | None = None) -> None:
    """Write into the history of each course which of its units it was, and why.

    Cases are kept by key: who reads the history of a course need not know them all.
    """
    by_course: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in change.rows if rows is None else rows:
        by_course[row["course"]].append(row)
    titles = _unit_titles(by_course)
    for course in Course._base_manager.filter(pk__in=by_course).order_by("pk"):
        found = by_course[course.pk]
        units = dict.fromkeys(titles.get((course.pk, row["unit"]), row["unit"]) for row in found)
        data = {
            "units": list(units),
            "cases": sorted({row["case"] for row in found}),
            "count": len(found),
            "reason": change.reason,
            "link_change": change.pk,
        }
        log(course, action, user=by, data=data)


def _unit_titles(courses: Iterable[int]) -> dict[tuple[int, str], str]:
    units = Unit._default_manager.filter(course__in=list(courses))
    return {(course, code): title for course, code, title in units.values_list("course", "code", "title")}


@transaction.atomic
def add_theme(*, by: User, course: Course, unit: str, theme: Theme) -> Revision:
    """Give a unit a theme more, in one new draft of its course; what is published stays as it is.

    A unit without themes has those of its course, and would lose them with the first of its own: it gets them
    too. Raises PermissionDenied, or ThemeRefused with the reason.
    """
    _lock({course.pk})
    row = with_status(changeable_by(by, Course.objects.filter(pk=course.pk))).first()
    if row is None:
        raise PermissionDenied
    _refuse_state(row, by)
    if theme.retired:
        raise ThemeRetired
    draft = row.get_latest_revision_as_object()
    found = next((one for one in draft.units.all() if one.code == unit), None)
    if found is None:
        raise UnitGone
    themes = [item.tag for item in found.theme_items.all()]
    themes = themes or [item.tag for item in draft.theme_items.all()]
    if theme in themes:
        raise ThemeThere
    if len(themes) >= MOST_THEMES:
        raise TooManyThemes
    found.themes.set([*themes, theme])
    revision: Revision = draft.save_revision(user=by, clean=False)
    data = {"unit": found.title, "theme": theme.code, "en": theme.label_en, "zh": theme.label_zh}
    log(row, ADDED_THEME, user=by, revision=revision, content_changed=True, data=data)
    return revision


def _refuse_state(row: Any, by: User) -> None:
    if row.in_review:
        raise CourseInReview
    if row.is_scheduled:
        raise CourseScheduled
    if row.locked and row.locked_by_id != by.pk:
        raise CourseLocked
