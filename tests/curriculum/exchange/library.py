"""A library as records, with every field of the exchange format set somewhere, and short ways to move it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from wagtail.models import ModelLogEntry, Revision

from curriculum.exchange.exporting import Export
from curriculum.exchange.importing import ContentImport
from curriculum.exchange.models import MODELS
from exchange.outcome import Outcome
from people.models import User

LONG = "## 防汛\n\nThe river rose | by *two* metres.\n\n" + "堤防 " * 12_000

THEMES = [
    {"type": "theme", "code": "land", "label_en": "Land", "generic": True},
    {
        "type": "theme",
        "code": "征地",
        "label_en": "Requisition",
        "label_zh": "征地",
        "alt_en": ["taking of land", "a|b"],
        "alt_zh": ["征收"],
        "broader": "land",
        "definition_en": "Land taken for public use.",
        "definition_zh": "为公共利益使用土地。\n依法补偿。",
    },
    {"type": "theme", "code": "old", "label_zh": "旧", "retired": True, "replaced_by": "征地"},
    {"type": "theme", "code": "flood", "label_en": "Floods"},
]
INSTITUTION = {
    "type": "institution",
    "code": "ACADEMY-A",
    "name": "Academy A",
    "name_en": "Academy A (en)",
    "name_zh": "甲学院",
    "kind": "party_school",
    "country": "CN",
    "url": "https://example.org/a",
    "summary": "Invented.\nTwo lines.",
}
CATEGORY = {"type": "category", "code": "special", "label_en": "Special topic", "label_zh": "专题班"}
POLICIES = [
    {"type": "policy", "category": "special", "practice_low": 0.35, "practice_high": 0.55},
    {
        "type": "policy",
        "category": "special",
        "effective_from": "2025-01-01",
        "practice_low": 0.1,
        "practice_high": 0.9,
        "practice_margin": 0.04,
        **{
            f"{measure}_{color}": value
            for measure, green, amber in [
                ("linkage_coverage", 0.81, 0.61),
                ("orphan_practice", 0.11, 0.26),
                ("knockout_loss", 0.24, 0.51),
                ("sequence_fit", 0.82, 0.62),
                ("timeliness_index", 0.71, 0.52),
                ("thematic_divergence", 0.16, 0.36),
            ]
            for color, value in (("green", green), ("amber", amber))
        },
        "half_life_years": 4.5,
        "max_age_years": 7,
        "gap_hours": 5.5,
        "gap_share": 0.25,
        "untagged_limit": 0.12,
        "min_units": 4,
        "generic_share": 0.4,
        "generic_min_units": 6,
        "min_theory_and_party_spirit": 0.7,
        "min_theory_education": 0.3,
        "min_party_spirit_education": 0.2,
        "min_job_competence": 0.05,
        "min_knowledge": 0.01,
    },
]
UNITS = [
    {
        "code": "T1",
        "title": "Lecture",
        "hours": 4,
        "delivery_method": "lecture",
        "content_category": "theory_education",
        "themes": ["land", "征地"],
        "performance_level": "knows",
        "lecturer_type": "leading_official",
        "summary": "What the law says.",
        "outcomes": ["Name the steps.", "Explain | the terms."],
    },
    {"code": "T2", "title": "Reading", "hours": 1.5, "delivery_method": "self_study", "self_study": True},
    {
        "code": "M1",
        "title": "Workshop",
        "hours": 3.25,
        "delivery_method": "workshop",
        "practice_fraction": 0.75,
        "case": "beta",
    },
    {"code": "Z", "title": "Examination", "hours": 0, "delivery_method": "assessment", "neutral": True},
]
COURSES = [
    {
        "type": "course",
        "code": "CT",
        "title": "Land law",
        "language": "en",
        "summary": "A course.",
        "institution": "ACADEMY-A",
        "themes": ["flood", "land"],
        "audience": "trainees",
        "units": UNITS,
    },
    {
        "type": "course",
        "code": "CT-ZH",
        "title": "土地法",
        "language": "zh-hans",
        "translation_of": "CT",
        "status": "draft",
    },
]
CASES = [
    {
        "type": "case",
        "code": "alpha",
        "title": "A village says no",
        "language": "en",
        "summary": "Compensation.",
        "body": LONG,
        "institution": "ACADEMY-A",
        "themes": ["征地"],
        "facts_as_of": "2024-01-01",
        "reviewed_on": "2025-02-02",
        "review_by": "2028-02-02",
        "is_classic": True,
        "classic_reason": "It changed the law.",
        "audience": "restricted",
        "restricted_to": ["unit:TAX-BUREAU", "institution:ACADEMY-A", "person:li@example.org"],
        "clearance": 2,
        "owner": "owner@example.org",
        "licence": "CC-BY-4.0",
        "suggested_hours": 2.5,
        "place": "Riverside County (invented)",
    },
    {
        "type": "case",
        "code": "alpha-zh",
        "title": "村里说不",
        "language": "zh-hans",
        "translation_of": "alpha",
    },
    {
        "type": "case",
        "code": "beta",
        "title": "=A draft",
        "language": "en",
        "body": "# One\n\ntext",
        "status": "draft",
    },
]
CURRICULA = [
    {
        "type": "curriculum",
        "code": "SP-07",
        "title": "Grass-roots governance",
        "language": "en",
        "category": "special",
        "institution": "ACADEMY-A",
        "edition": "2026",
        "target_group": "County officials",
        "objectives": ["Mediate.", "Decide | explain."],
        "effective_from": "2026-03-01",
        "summary": "Five days.",
        "audience": "educators",
        "modules": [
            {
                "code": "m1",
                "title": "Foundations",
                "summary": "First.",
                "placements": [
                    {"course": "CT", "hours": 10},
                    {"case": "alpha", "delivery_method": "site_visit", "content_category": "job_competence"},
                ],
            },
            {
                "code": "m2",
                "title": "Closing",
                "placements": [{"case": "alpha", "hours": 2, "optional": True}],
            },
            {"code": "m3", "title": "Empty"},
        ],
    },
    {
        "type": "curriculum",
        "code": "SP-08",
        "title": "Grass-roots governance, again",
        "language": "en",
        "category": "special",
        "derived_from": "SP-07",
        "status": "draft",
    },
]
LINKS = [
    {
        "type": "link",
        "course": "CT",
        "unit": "T1",
        "case": "alpha",
        "state": "confirmed",
        "reason": "Same law.",
    },
    {"type": "link", "course": "CT", "unit": "T2", "case": "alpha", "state": "rejected"},
]
# What refers to something stands before it: lines may come in any order.
LIBRARY: list[dict[str, Any]] = [
    *LINKS,
    *CURRICULA,
    *CASES[::-1],
    *COURSES[::-1],
    *POLICIES,
    CATEGORY,
    INSTITUTION,
    *THEMES[::-1],
]


def lines(path: Path, *records: object) -> Path:
    """A file of records."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    return path


def load(path: Path, **options: Any) -> Outcome:
    """Import a file."""
    return ContentImport(path, **options).run()


def load_records(folder: Path, *records: object, **options: Any) -> Outcome:
    """Import records."""
    return load(lines(folder / "records.jsonl", *records), **options)


def dump(folder: Path, **options: Any) -> list[dict[str, Any]]:
    """Everything that an export says."""
    Export(**options).write(folder / "dump.jsonl")
    return [json.loads(line) for line in (folder / "dump.jsonl").read_text().splitlines()]


def said(outcome: Outcome) -> list[str]:
    """The errors as lines of place, column, value and message."""
    return [
        f"{each.place.row} {each.column} {each.value}: {each.message}"
        for each in outcome.problems.errors.shown
    ]


def counts() -> dict[str, int]:
    """How many rows of everything there are."""
    models: list[type[Model]] = [*MODELS.values(), Revision, ModelLogEntry, User]
    return {model.__name__: model._base_manager.count() for model in models}


@contextmanager
def rolled_back() -> Iterator[None]:
    """A block after which the database is as before it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
