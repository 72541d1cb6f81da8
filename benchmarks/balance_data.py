"""A made-up library of any size for the balance benchmark: always the same for the same sizes and seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Revision

from cases.models import CaseStudy, CaseTheme
from curriculum.enums import ContentCategory
from curriculum.models import (
    BalancePolicy,
    Course,
    CourseTheme,
    Curriculum,
    Module,
    Placement,
    ProgrammeCategory,
    TheoryCaseLink,
    Unit,
    UnitTheme,
)
from themes.models import Theme

METHODS = ("lecture",) * 6 + (
    "seminar",
    "workshop",
    "case_discussion",
    "site_visit",
    "self_study",
    "assessment",
)
CATEGORIES = 6
MODULES = 5
BATCH = 500


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; a third of the placements are cases, the rest courses."""

    curricula: int = 1000
    placements: int = 30
    courses: int = 2000
    units: int = 8000
    cases: int = 1000
    themes: int = 300
    links: int = 2000


class Maker:
    """Makes the rows of one library in memory, with their keys, and stores them table by table.

    Children are hung into their parents as the editor does it, so that a draft's content is the real one.
    """

    def __init__(self, sizes: Sizes, seed: int) -> None:
        self.sizes = sizes
        self.random = random.Random(seed)
        self.keys = {model: count(1) for model in (Unit, Module)}

    @transaction.atomic
    def make(self) -> None:
        """Store the library: everything is published, and every second object has a draft too."""
        self._store(self._themes())
        categories = self._categories()
        self._store(categories)
        self._store(BalancePolicy(category=category, **self._band()) for category in categories)
        cases = [self._case(number) for number in range(1, self.sizes.cases + 1)]
        courses = [self._course(number) for number in range(1, self.sizes.courses + 1)]
        curricula = [self._curriculum(number) for number in range(1, self.sizes.curricula + 1)]
        for clusters in (cases, courses, curricula):
            self._store(clusters)
        units = [unit for course in courses for unit in course.units.all()]
        modules = [module for curriculum in curricula for module in curriculum.modules.all()]
        self._store(units)
        self._store(modules)
        self._store(placement for module in modules for placement in module.placements.all())
        for tagged in (cases, courses, units):
            self._store(item for instance in tagged for item in instance.theme_items.all())
        self._store(self._links())
        for clusters in (cases, courses, curricula):
            self._store_drafts(clusters[::2])

    def _store(self, rows: Any) -> None:
        rows = list(rows)
        if rows:
            type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)

    def _themes(self) -> Iterator[Theme]:
        """Three levels: one theme in thirty at the top, one in five in the middle."""
        top = max(1, self.sizes.themes // 30)
        middle = max(1, self.sizes.themes // 5)
        for number in range(1, self.sizes.themes + 1):
            above = None
            if number > top:
                above = self.random.randint(1, top) if number <= top + middle else top + number % middle + 1
            yield Theme(pk=number, code=f"t{number}", label_en=f"Theme {number}", broader_id=above)

    def _categories(self) -> list[ProgrammeCategory]:
        return [
            ProgrammeCategory(pk=number, code=f"c{number}", label_en=f"Category {number}")
            for number in range(1, CATEGORIES + 1)
        ]

    def _band(self) -> dict[str, Decimal]:
        low = Decimal(self.random.randint(10, 50)) / 100
        return {"practice_low": low, "practice_high": low + Decimal("0.2")}

    def _case(self, number: int) -> CaseStudy:
        facts = date(2018, 1, 1) + timedelta(days=self.random.randint(0, 2900))
        case = CaseStudy(
            pk=number,
            code=f"case-{number}",
            title=f"Case {number}",
            body="What happened. " * 130,
            facts_as_of=facts if self.random.random() < 0.97 else None,
            review_by=facts + timedelta(days=1100) if self.random.random() < 0.2 else None,
            is_classic=self.random.random() < 0.05,
            suggested_hours=Decimal(self.random.randint(2, 8)) / 2,
        )
        _hang(case, theme_items=self._tags(CaseTheme, number))
        return case

    def _course(self, number: int) -> Course:
        course = Course(pk=number, code=f"course-{number}", title=f"Course {number}")
        share = self.sizes.units * number // self.sizes.courses
        before = self.sizes.units * (number - 1) // self.sizes.courses
        units = [self._unit(number, place) for place in range(share - before)]
        _hang(course, theme_items=self._tags(CourseTheme, number), units=units)
        return course

    def _unit(self, course: int, place: int) -> Unit:
        pk = next(self.keys[Unit])
        unit = Unit(
            pk=pk,
            course_id=course,
            code=f"u{place + 1}",
            title=f"Unit {place + 1}",
            sort_order=place,
            hours=Decimal(self.random.randint(2, 16)) / 4,
            delivery_method=self.random.choice(METHODS),
            content_category=self.random.choice(ContentCategory.values),
            case_id=self.random.randint(1, self.sizes.cases) if self.random.random() < 0.15 else None,
        )
        _hang(unit, theme_items=self._tags(UnitTheme, pk) if self.random.random() < 0.7 else [])
        return unit

    def _tags(self, through: type[models.Model], key: int) -> list[Any]:
        themes = self.random.sample(range(1, self.sizes.themes + 1), self.random.randint(1, 3))
        return [through(content_object_id=key, tag_id=theme) for theme in themes]

    def _curriculum(self, number: int) -> Curriculum:
        curriculum = Curriculum(
            pk=number,
            code=f"curriculum-{number}",
            title=f"Curriculum {number}",
            category_id=self.random.randint(1, CATEGORIES),
        )
        cases = self.sizes.placements // 3
        courses = min(self.sizes.placements - cases, self.sizes.courses)
        targets: list[dict[str, int]] = [
            *({"course_id": pk} for pk in self.random.sample(range(1, self.sizes.courses + 1), courses)),
            *({"case_id": self.random.randint(1, self.sizes.cases)} for _ in range(cases)),
        ]
        self.random.shuffle(targets)
        modules = [self._module(number, place, targets[place::MODULES]) for place in range(MODULES)]
        _hang(curriculum, modules=modules)
        return curriculum

    def _module(self, curriculum: int, place: int, targets: Sequence[dict[str, int]]) -> Module:
        pk = next(self.keys[Module])
        module = Module(
            pk=pk,
            curriculum_id=curriculum,
            code=f"m{place + 1}",
            title=f"Module {place + 1}",
            sort_order=place,
        )
        placements = [
            Placement(
                module_id=pk,
                sort_order=order,
                hours=Decimal(4) if self.random.random() < 0.1 else None,
                **target,
            )
            for order, target in enumerate(targets)
        ]
        _hang(module, placements=placements)
        return module

    def _links(self) -> Iterator[TheoryCaseLink]:
        pairs = {
            (self.random.randint(1, self.sizes.courses), self.random.randint(1, self.sizes.cases))
            for _ in range(self.sizes.links)
        }
        for course, case in sorted(pairs):
            state = self.random.choice(["confirmed", "confirmed", "rejected"])
            yield TheoryCaseLink(course_id=course, unit="u1", case_id=case, state=state)

    def _store_drafts(self, clusters: Sequence[Any]) -> None:
        if not clusters:
            return
        model = type(clusters[0])
        kind = ContentType.objects.get_for_model(model)
        now = timezone.now()
        Revision.objects.bulk_create(
            [
                Revision(
                    content_type=kind,
                    base_content_type=kind,
                    object_id=str(instance.pk),
                    content=instance.serializable_data(),
                    object_str=str(instance),
                    created_at=now,
                )
                for instance in clusters
            ],
            batch_size=BATCH,
        )
        newest = Revision.objects.filter(
            content_type=kind, object_id=models.functions.Cast(models.OuterRef("pk"), models.CharField())
        )
        model._base_manager.filter(pk__in=[instance.pk for instance in clusters]).update(
            latest_revision=models.Subquery(newest.values("pk")[:1]), has_unpublished_changes=True
        )


def _hang(parent: models.Model, **children: list[Any]) -> None:
    """Put children into their parent's cluster, unsaved, as the editor does."""
    for name, rows in children.items():
        setattr(parent, name, rows)
