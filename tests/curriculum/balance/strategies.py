"""Random layouts: small, and full of what the rules are about."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from curriculum.balance.layout import Case, Course, Layout, Library, Link, LinkState, Module, Placement, Unit
from curriculum.balance.methods import METHODS
from curriculum.balance.policy import Policy
from curriculum.balance.vocabulary import Theme, Vocabulary

TREE = (
    Theme("top"),
    Theme("land", "top"),
    Theme("use", "land"),
    Theme("quota", "land"),
    Theme("water", "top"),
    Theme("river", "water"),
    Theme("general", generic=True),
    Theme("alone"),
)
VOCABULARY = Vocabulary.of(TREE)
CODES = ("top", "land", "use", "quota", "water", "river", "general", "alone")
CASE_CODES = ("a", "b", "c", "d")

tags = st.frozensets(st.sampled_from(CODES), max_size=3)
hours = st.one_of(st.none(), st.integers(0, 40).map(lambda quarter: quarter / 4))
some_hours = st.integers(1, 40).map(lambda quarter: quarter / 4)
methods = st.sampled_from([*METHODS, ""])
fractions = st.one_of(st.none(), st.sampled_from([0, 0.25, 0.5, 1]))
policies = st.sampled_from(
    [
        Policy(practice_low=0.35, practice_high=0.55),
        Policy(),
        Policy(practice_low=0, practice_high=0.4, gap_hours=2, gap_share=0.1, max_age_years=3.5, min_units=2),
        Policy(practice_low=0.6, practice_high=1, half_life_years=2, untagged_limit=0.4),
    ]
)
DAYS = (date(2026, 1, 1), date(2024, 7, 1))
days = st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2027, 1, 1)))


@dataclass(frozen=True)
class Mix:
    """How full a random curriculum is: what is missing, hidden or left out in one of how many rows."""

    tags: st.SearchStrategy[frozenset[str]]
    hours: st.SearchStrategy[float | None]
    methods: st.SearchStrategy[str]
    days: st.SearchStrategy[date | None]
    reviews: st.SearchStrategy[date | None]
    at_least: int
    one_in: int


HALF_FILLED = Mix(tags, hours, methods, days, days, 0, 5)
FILLED = Mix(
    st.frozensets(st.sampled_from(["land", "use", "quota", "river", "alone", "top"]), min_size=1, max_size=2),
    some_hours,
    st.sampled_from(["lecture", "lecture", "lecture", "workshop", "site_visit", "case_discussion"]),
    st.dates(date(2019, 1, 1), date(2025, 6, 1)),
    st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2027, 1, 1))),
    1,
    20,
)


def rarely(mix: Mix) -> st.SearchStrategy[bool]:
    """True in one of so many rows."""
    return st.integers(1, mix.one_in).map(lambda number: number == 1)


@st.composite
def cases(draw: st.DrawFn, mix: Mix) -> tuple[Case, ...]:
    """Four cases, of which two may be translations of the first."""
    return tuple(
        Case(
            code,
            themes=draw(mix.tags),
            facts_as_of=draw(mix.days),
            review_by=draw(mix.reviews),
            is_classic=draw(rarely(mix)),
            visible=not draw(rarely(mix)),
            original="a" if code in "bc" and draw(st.booleans()) else code,
            suggested_hours=draw(mix.hours),
        )
        for code in CASE_CODES
    )


@st.composite
def courses(draw: st.DrawFn, mix: Mix, code: str, library: tuple[Case, ...]) -> Course:
    units = tuple(
        Unit(
            f"u{number}",
            hours=draw(mix.hours),
            delivery_method=draw(mix.methods),
            practice_fraction=draw(fractions),
            content_category=draw(
                st.sampled_from(["", "knowledge", "theory_education", "party_spirit_education"])
            ),
            themes=draw(mix.tags),
            self_study=draw(rarely(mix)),
            neutral=draw(rarely(mix)),
            case=draw(st.one_of(st.none(), st.sampled_from(library))),
        )
        for number in range(draw(st.integers(mix.at_least, 4)))
    )
    return Course(code, themes=draw(tags), units=units, visible=not draw(rarely(mix)))


@st.composite
def layouts_with_links(draw: st.DrawFn, mix: Mix) -> tuple[Layout, tuple[Link, ...]]:
    """A curriculum of up to two modules of up to four placements, and what was said about its links."""
    library = draw(cases(mix))
    modules = []
    for m in range(draw(st.integers(mix.at_least, 2))):
        placements = []
        for p in range(draw(st.integers(3 * mix.at_least, 4))):
            kind = draw(st.sampled_from(["course", "course", "case", "nothing"][: 4 - mix.at_least]))
            placements.append(
                Placement(
                    course=draw(courses(mix, f"k{m}{p}", library)) if kind == "course" else None,
                    case=draw(st.sampled_from(library)) if kind == "case" else None,
                    hours=draw(hours),
                    delivery_method=draw(st.one_of(st.just(""), mix.methods)),
                    content_category=draw(st.sampled_from(["", "job_competence"])),
                    optional=draw(rarely(mix)),
                )
            )
        modules.append(Module(f"m{m}", placements=tuple(placements)))
    links = draw(
        st.lists(
            st.builds(
                Link,
                course=st.sampled_from(["k00", "k01", "k10", "k11"]),
                unit=st.sampled_from(["u0", "u1", "u2"]),
                case=st.sampled_from(CASE_CODES),
                state=st.sampled_from(LinkState),
            ),
            max_size=6,
        )
    )
    return (
        Layout(
            "random",
            draw(st.sampled_from(DAYS)),
            Library.of(VOCABULARY, library, links),
            policy=draw(policies),
            modules=tuple(modules),
        ),
        tuple(links),
    )


def layouts() -> st.SearchStrategy[Layout]:
    """Only the curricula, half-filled ones and full ones."""
    return st.one_of(layouts_with_links(HALF_FILLED), layouts_with_links(FILLED)).map(lambda pair: pair[0])


columns = st.booleans()
many = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
thorough = settings(many, max_examples=1_000 if os.environ.get("CI") else 100)
