# ruff: noqa: E501 - strategies of one record stand together
"""Random libraries survive the way out and in; random damage changes nothing."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum.enums import ContentCategory, DeliveryMethod, LecturerType
from curriculum.exchange.exporting import Export
from curriculum.exchange.models import MODELS
from tests.curriculum.exchange.library import (
    LIBRARY,
    counts,
    dump,
    lines,
    load,
    load_records,
    rolled_back,
    said,
)

pytestmark = pytest.mark.django_db

PROPERTY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAMAGE = settings(PROPERTY, max_examples=100)

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(LETTERS, max_size=40)
LINE = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30)
WORDS = LINE.filter(lambda text: text.strip() != "")
CODE = st.from_regex(r"\A[a-z0-9征地ßÉ._\-]{0,6}[a-z0-9征É]\Z")
SHARE = st.integers(0, 1_000_000).map(lambda part: part / 1_000_000)
HOURS = st.one_of(st.integers(0, 999), st.decimals(0, 100, places=6).map(float))
DAY = st.dates(max_value=timezone.localdate()).map(str)
LIST = st.lists(WORDS.map(str.strip), max_size=3)


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def some(codes: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(codes) if codes else st.none()


def several(codes: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(some(codes), max_size=3, unique=True) if codes else st.just([])


def method() -> st.SearchStrategy[str]:
    return st.sampled_from(DeliveryMethod.values)


@st.composite
def codes(draw: st.DrawFn, most: int = 4) -> list[str]:
    return draw(st.lists(CODE, max_size=most, unique_by=str.casefold))


@st.composite
def libraries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A valid library in a random order."""
    themes, schools, categories = draw(codes()), draw(codes(2)), draw(codes(2))
    cases, courses, curricula = draw(codes()), draw(codes(3)), draw(codes(3) if categories else st.just([]))
    records: list[dict[str, Any]] = []
    content = {"summary": TEXT, "institution": some(schools), "status": st.sampled_from(["live", "draft"])}
    base = {"title": WORDS, "language": st.sampled_from(["en", "zh-hans"])}

    def add(
        type: str, code: str, required: dict[str, Any], **fields: st.SearchStrategy[Any]
    ) -> dict[str, Any]:
        record = {
            "type": type,
            "code": code,
            **draw(st.fixed_dictionaries(required)),
            **draw(optional(**fields)),
        }
        records.append(record)
        return record

    for index, code in enumerate(themes):
        earlier = some(themes[:index])
        add("theme", code, {"label_en": WORDS}, label_zh=LINE, alt_en=LIST, alt_zh=LIST, broader=earlier,
            definition_en=TEXT, generic=st.booleans(), retired=st.booleans(), replaced_by=earlier)  # fmt: skip
    for code in schools:
        add("institution", code, {"name": WORDS, "kind": st.sampled_from(["university", "overseas"])},
            country=st.sampled_from(["CN", "DE"]), summary=TEXT)  # fmt: skip
    for code in categories:
        add("category", code, {"label_en": WORDS}, label_zh=LINE)
        low, high = sorted(draw(st.tuples(SHARE, SHARE)))
        policy = draw(
            optional(effective_from=DAY, gap_hours=HOURS, min_knowledge=SHARE, untagged_limit=SHARE)
        )
        records.append(
            {"type": "policy", "category": code, "practice_low": low, "practice_high": high, **policy}
        )
    for index, code in enumerate(cases):
        add("case", code, base, **content, body=TEXT, themes=several(themes), translation_of=some(cases[:index]),
            facts_as_of=DAY, review_by=DAY, audience=st.sampled_from(["public", "restricted"]),
            clearance=st.integers(0, 3), suggested_hours=HOURS, place=LINE,
            owner=st.sampled_from(["a@example.org", "b@example.org"]))  # fmt: skip
    for index, code in enumerate(courses):
        course = add(
            "course", code, base, **content, themes=several(themes), translation_of=some(courses[:index])
        )
        course["units"] = [
            {
                "code": unit,
                **draw(st.fixed_dictionaries({"title": WORDS, "hours": HOURS, "delivery_method": method()})),
                **draw(optional(practice_fraction=SHARE, themes=several(themes), case=some(cases), outcomes=LIST,
                                content_category=st.sampled_from(ContentCategory.values), self_study=st.booleans(),
                                lecturer_type=st.sampled_from(LecturerType.values), summary=TEXT)),
            }
            for unit in draw(codes(3))
        ]  # fmt: skip
        for unit in course["units"]:
            if cases and draw(st.booleans()):
                records.append({"type": "link", "course": code, "unit": unit["code"], "case": draw(some(cases)),
                                "state": draw(st.sampled_from(["confirmed", "rejected"])), "reason": draw(TEXT)})  # fmt: skip
    for index, code in enumerate(curricula):
        fields = {**base, "category": st.sampled_from(categories)}
        curriculum = add("curriculum", code, fields, **content, edition=LINE, objectives=LIST, effective_from=DAY,
                         derived_from=some(curricula[:index]), target_group=LINE)  # fmt: skip
        curriculum["modules"] = _modules(draw, list(courses), cases)
    return draw(st.permutations(records))


def _modules(draw: st.DrawFn, courses: list[str], cases: list[str]) -> list[dict[str, Any]]:
    modules = []
    for code in draw(codes(3)):
        placements: list[dict[str, Any]] = []
        for course in [courses.pop() for _number in range(draw(st.integers(0, len(courses))))]:
            placements.append({"course": course, **draw(optional(hours=HOURS, optional=st.booleans()))})
        for case in draw(st.lists(some(cases), max_size=3)) if cases else ():
            placements.append({"case": case, **draw(optional(hours=HOURS, delivery_method=method()))})
        modules.append({"code": code, "title": draw(WORDS), "placements": draw(st.permutations(placements))})
    return modules


@PROPERTY
@given(library=libraries(), ending=st.sampled_from(["jsonl", "xlsx"]))
def test_any_library_is_exported_alike_after_a_journey(
    tmp_path: Path, library: list[dict[str, Any]], ending: str
) -> None:
    file = tmp_path / f"library.{ending}"
    if not library:
        return
    with rolled_back():
        assert said(load_records(tmp_path, *library)) == []
        again = load_records(tmp_path, *library)
        assert (again.created, again.updated) == ({}, {})
        first = dump(tmp_path)
        Export().write(file)
    with rolled_back():
        assert said(load(file)) == []
        assert dump(tmp_path) == first
        assert not load(file).updated
    assert counts_of(first) == counts_of(library)


def counts_of(records: list[dict[str, Any]]) -> dict[str, int]:
    return {type: sum(record["type"] == type for record in records) for type in MODELS}


WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.lists(st.integers() | st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.just("x" * 600),
    st.just("2025-13-01"),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


@pytest.fixture
def library(tmp_path: Path) -> None:
    assert said(load_records(tmp_path, *LIBRARY)) == []


@pytest.mark.usefixtures("library")
@DAMAGE
@given(data=st.data())
def test_a_damaged_record_is_either_taken_or_refused_with_its_row(
    tmp_path: Path, data: st.DataObject
) -> None:
    records = json.loads(json.dumps(LIBRARY))
    row = data.draw(st.integers(0, len(records) - 1))
    path = data.draw(st.sampled_from([place for place in places(records[row]) if place]))
    target = records[row]
    for key in path[:-1]:
        target = target[key]
    if data.draw(st.booleans()) and isinstance(target, dict):
        target[data.draw(st.text(max_size=8))] = data.draw(WRONG)
    else:
        target[path[-1]] = data.draw(WRONG)
    before = counts()
    with rolled_back():
        outcome = load(lines(tmp_path / "damaged.jsonl", *records))
        if not outcome.failed:
            return
        assert counts() == before
        # What refers to the damaged record may be wrong too, but nothing is wrong without it.
        assert outcome.problems.errors.shown
        for problem in outcome.problems.errors.shown:
            assert problem.place.row is not None
            assert problem.message.text()


NEVER_RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("theme", {"label_en": ""}),
    ("theme", {"broader": "nobody"}),
    ("theme", {"generic": "perhaps"}),
    ("theme", {"alt_en": "one|two"}),
    ("theme", {"label_en": ["x"]}),
    ("theme", {"labels": "x"}),
    ("institution", {"kind": "school"}),
    ("institution", {"country": "Q"}),
    ("institution", {"url": "ftp"}),
    ("case", {"language": None}),
    ("case", {"facts_as_of": "2025-02-30"}),
    ("case", {"facts_as_of": "9999-01-01"}),
    ("case", {"suggested_hours": "long"}),
    ("case", {"clearance": 9}),
    ("case", {"restricted_to": ["all"]}),
    ("case", {"themes": ["nothing"]}),
    ("case", {"is_classic": True, "classic_reason": " "}),
    ("case", {"status": "published"}),
    ("course", {"units": [{"code": "u"}]}),
    ("course", {"units": "none"}),
    ("course", {"audience": "nobody"}),
    ("curriculum", {"category": "nothing"}),
    ("curriculum", {"modules": [{"code": "m", "title": "m", "placements": [{"case": "nothing"}]}]}),
    ("link", {"state": "maybe"}),
    ("link", {"unit": "nothing"}),
]


@pytest.mark.usefixtures("library")
def test_each_of_two_thousand_wrong_rows_is_named(tmp_path: Path) -> None:
    good = {
        type: next(record for record in LIBRARY if record["type"] == type) for type, _wrong in NEVER_RIGHT
    }
    wrong = [{**good[type], **change} for type, change in NEVER_RIGHT]
    rows = [{**wrong[number % len(wrong)], "code": f"row-{number}"} for number in range(2_000)]
    for number, row in enumerate(rows):
        if row["type"] == "link":
            del row["code"]
            row["case"] = f"row-{number}"
    before = counts()
    outcome = load(lines(tmp_path / "wrong.jsonl", *rows), errors_shown=10_000)
    assert counts() == before
    named = {problem.place.row for problem in outcome.problems.errors.shown}
    assert named == set(range(1, 2_001))
    assert all(problem.column for problem in outcome.problems.errors.shown)


@pytest.mark.usefixtures("library")
def test_random_bytes_in_a_file_never_do_more_than_refuse(tmp_path: Path) -> None:
    chance = random.Random(6)
    content = lines(tmp_path / "good.jsonl", *LIBRARY).read_bytes()
    before = counts()
    failed = 0
    for _round in range(60):
        broken = bytearray(content)
        for _change in range(chance.randrange(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        file = tmp_path / "bad.jsonl"
        file.write_bytes(broken)
        outcome = load(file, dry_run=True)
        failed += outcome.failed
        assert counts() == before
    assert failed > 30
