"""The library of cases as a committee looks after it: what nobody uses, what lapses soon, what much hangs on.

Figures are the same for everybody; a case that the reader may not see has an opaque name (rule 48).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import CaseStudy
from curriculum.balance import layout
from curriculum.balance.currency import is_current, last_current_day
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.balance.measures.base import Evidence
from curriculum.balance.measures.knockout_loss import dependence
from curriculum.balance.names import Names
from curriculum.links.library import case_identities
from curriculum.models import Course, Curriculum, Placement
from curriculum.wording import RESTRICTED_CASE
from people.models import User

SOON = timedelta(days=90)

REVIEW_BY, AGE_LIMIT = _("review by"), _("age limit")
NO_LOADS: Mapping[str, float] = {}
FIELDS = (
    "code",
    "title",
    "language",
    "facts_as_of",
    "review_by",
    "is_classic",
    "institution__name",
    "owner__name",
)


@dataclass(frozen=True, slots=True)
class NamedCurriculum:
    """A curriculum, as far as a list names it; `hours` are those of theory that only the case covers."""

    code: str
    title: str
    language: str
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One case of a list; `pk` and `code` are empty where the reader may not see it.

    `until` is the last day on which it is current, for the reason in `limit`. `curricula` are published ones
    that the reader may see, `hidden` counts the others: of those that use the case, or hang on it.
    `alone` and `load` are teaching hours of theory over all of them: covered by this case only, and its part
    of all that it covers.
    """

    pk: int | None
    code: str
    title: str
    language: str
    institution: str
    owner: str
    facts_as_of: date | None
    until: date | None
    limit: str | Promise
    curricula: tuple[NamedCurriculum, ...] = ()
    hidden: int = 0
    alone: float = 0.0
    load: float = 0.0

    @property
    def count(self) -> int:
        """How many published curricula there are, seen or not."""
        return len(self.curricula) + self.hidden


def shelf_orphans(user: User, on: date) -> list[LibraryRow]:
    """Published current cases that no published curriculum uses (rule 40), by title."""
    library = _Library.of(user, on)
    used = library.uses()
    return library.rows(
        [case for case in library.current() if library.identity(case) not in used], lambda case: ()
    )


def lapsing_soon(user: User, on: date) -> list[LibraryRow]:
    """Published cases that are current, and in 90 days no longer, the earliest first."""
    library = _Library.of(user, on)
    used = library.uses()
    until = {case["pk"]: library.until(case) for case in library.current()}
    soon = [case for case in library.current() if (day := until[case["pk"]]) and day <= on + SOON]
    soon.sort(key=lambda case: (until[case["pk"]], case["title"], case["code"]))
    return library.rows(soon, lambda case: sorted(used.get(library.identity(case), ())))


def most_depended_on(user: User, on: date) -> list[LibraryRow]:
    """Cases without which theory of published curricula loses its only cover, those of most curricula first.

    A case and its translations are one (rule 47), under the name of the text that they go back to.
    """
    carried: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for found in load_layouts(Curriculum.objects.in_window(), drafts=Drafts.NONE, as_of=on):
        linkages = [linkage for linkage in Evidence.of(found).linkages if linkage.is_covered]
        for case in dependence(linkages):
            carried[case.case].append((found.code, case.alone, case.load))
    library = _Library.of(user, on)
    sole = {
        identity: sorted(
            ((code, alone) for code, alone, _load in found if alone > 0), key=lambda one: (-one[1], one[0])
        )
        for identity, found in carried.items()
    }
    loads = {identity: fsum(load for *_rest, load in found) for identity, found in carried.items()}
    hours = {identity: fsum(alone for _code, alone in found) for identity, found in sole.items()}
    wanted = [identity for identity in sole if sole[identity]]
    wanted.sort(key=lambda one: (-len(sole[one]), -hours[one], -loads[one], one))
    originals = library.originals()
    cases = [originals[identity] for identity in wanted if identity in originals]
    return library.rows(cases, lambda case: sole[library.identity(case)], loads)


Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Library:
    """Published cases by title, with who may see them; seven queries whatever their number."""

    on: date
    cases: tuple[Case, ...]
    identities: Mapping[int, str]
    names: Names
    seen: frozenset[str]
    curricula: Mapping[str, NamedCurriculum]

    @classmethod
    def of(cls, user: User, on: date) -> _Library:
        rows = CaseStudy.objects.in_window().order_by("title", "code").values("pk", *FIELDS)
        seen = frozenset(CaseStudy.objects.visible_to(user).order_by().values_list("code", flat=True))
        curricula = Curriculum.objects.visible_to(user).order_by().values_list("code", "title", "language")
        return cls(
            on,
            tuple(rows),
            case_identities(),
            Names(seen, restricted=str(RESTRICTED_CASE).format),
            seen,
            {row[0]: NamedCurriculum(*row) for row in curricula},
        )

    def identity(self, case: Case) -> str:
        return self.identities[case["pk"]]

    def originals(self) -> dict[str, Case]:
        """By identity, the published text that the others are translations of, or else one of them."""
        found: dict[str, Case] = {}
        for case in self.cases:
            identity = self.identity(case)
            if identity not in found or case["code"] == identity:
                found[identity] = case
        return found

    def current(self) -> list[Case]:
        limit = settings.PRAXIS_CASE_MAX_AGE_YEARS
        return [case for case in self.cases if is_current(_as_layout(case), self.on, limit)]

    def until(self, case: Case) -> date | None:
        return last_current_day(_as_layout(case), settings.PRAXIS_CASE_MAX_AGE_YEARS)

    def uses(self) -> Mapping[str, set[tuple[str, float]]]:
        """By identity, the published curricula that place a case or a published course with a unit on it."""
        placed = Placement.objects.filter(module__curriculum__in=Curriculum.objects.in_window().values("pk"))
        inside = placed.filter(course__in=Course.objects.in_window().values("pk"))
        pairs = [
            *placed.filter(case__isnull=False).values_list("case", "module__curriculum__code"),
            *inside.filter(course__units__case__isnull=False).values_list(
                "course__units__case", "module__curriculum__code"
            ),
        ]
        used: defaultdict[str, set[tuple[str, float]]] = defaultdict(set)
        for case, curriculum in pairs:
            used[self.identities[case]].add((curriculum, 0.0))
        return used

    def rows(
        self,
        cases: Iterable[Case],
        curricula: Callable[[Case], Iterable[tuple[str, float]]],
        loads: Mapping[str, float] = NO_LOADS,
    ) -> list[LibraryRow]:
        """The rows of these cases in their order.

        `curricula` gives for a case the codes of curricula, each with hours; `loads` has hours by identity.
        """
        return [self._row(case, list(curricula(case)), loads.get(self.identity(case), 0.0)) for case in cases]

    def _row(self, case: Case, curricula: list[tuple[str, float]], load: float) -> LibraryRow:
        entry, is_seen = _as_layout(case), case["code"] in self.seen
        named = [(self.curricula[code], hours) for code, hours in curricula if code in self.curricula]
        until = self.until(case)
        return LibraryRow(
            pk=case["pk"] if is_seen else None,
            code=case["code"] if is_seen else "",
            title=self.names.title(entry),
            language=case["language"] if is_seen else "",
            institution=(case["institution__name"] or "") if is_seen else "",
            owner=(case["owner__name"] or "") if is_seen else "",
            facts_as_of=case["facts_as_of"],
            until=until,
            limit=REVIEW_BY if until is not None and until == case["review_by"] else AGE_LIMIT,
            curricula=tuple(
                NamedCurriculum(one.code, one.title, one.language, hours) for one, hours in named
            ),
            hidden=len(curricula) - len(named),
            alone=fsum(hours for _code, hours in curricula),
            load=load,
        )


def _as_layout(case: Case) -> layout.Case:
    return layout.Case(
        code=case["code"],
        title=case["title"],
        facts_as_of=case["facts_as_of"],
        review_by=case["review_by"],
        is_classic=case["is_classic"],
    )
