"""`manage.py balance_remedies CODE`: what would mend a curriculum, with full rights or a reader's eyes."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import remedy_wording
from curriculum.balance.layout import View
from curriculum.balance.loaders import Drafts
from curriculum.balance.measures import MEASURES
from curriculum.balance.names import Names
from curriculum.balance.remedies.cards import Card
from curriculum.balance.remedies.goals import Goals, UnknownGoal
from curriculum.balance.remedies.record import suggestions_record
from curriculum.balance.remedies.suggestions import Suggestions, suggest
from curriculum.models import Curriculum
from curriculum.remedies.queries import decisions_for, material
from curriculum.wording import HEADLINE_LABELS
from people.models import User


class Command(BaseCommand):
    """Prints ranked plans for one curriculum, each with the figures before and after."""

    help = (
        "Print what would bring a curriculum to its goals at least cost: links and tags, cases to place, "
        "cases to write. Figures in JSON are not rounded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="of the curriculum")
        parser.add_argument(
            "--goal",
            metavar="MEASURE=VALUE",
            action="append",
            default=[],
            help="instead of the green limit of the policy, as linkage_coverage=0.9; may be repeated",
        )
        parser.add_argument("--max-hours", type=float, metavar="H", help="the most hours afterwards")
        parser.add_argument(
            "--view",
            choices=[View.LIVE.value, View.DRAFT.value],
            default=View.LIVE.value,
            help="draft: this curriculum in its draft, all else as published; default: live",
        )
        parser.add_argument(
            "--as-of", metavar="DATE", help="judge by this day, as 2026-01-31; default: today"
        )
        parser.add_argument("--user", metavar="EMAIL", help="with the eyes of this person; default: all")
        parser.add_argument("--format", choices=["json", "text"], default="text", help="default: text")

    def handle(self, *args: Any, **options: Any) -> None:
        curriculum = Curriculum.objects.kept().coded(options["code"]).first()
        if curriculum is None:
            raise CommandError(
                _("There is no curriculum with the code %(codes)s.") % {"codes": options["code"]}
            )
        found = material(
            curriculum,
            drafts=[curriculum] if options["view"] == View.DRAFT else Drafts.NONE,
            as_of=_day(options["as_of"]),
            reader=_reader(options["user"]),
        )
        if found is None:
            raise CommandError(
                _("Not published: %(codes)s. Ask for the drafts with --view draft.")
                % {"codes": curriculum.code}
            )
        asked, policy = _asked(options["goal"]), found.layout.policy
        if options["max_hours"] is not None and not options["max_hours"] >= 0:
            raise CommandError(_("--max-hours must be 0 or more, for example 34."))
        try:
            goals = Goals.of(policy, asked, options["max_hours"])
        except UnknownGoal as error:
            keys = ", ".join(measure.key for measure in MEASURES)
            raise CommandError(
                _(
                    "“%(key)s” cannot be a goal here: it is no measure, or the category has no band. "
                    "The measures are %(keys)s."
                )
                % {"key": error.key, "keys": keys}
            ) from error
        with _quiet():
            suggestions = suggest(
                found.layout,
                found.candidates,
                goals=goals,
                relevance=found.relevance,
                rejected=decisions_for(curriculum).rejected_keys,
            )
        if options["format"] == "json":
            plain = suggestions_record(suggestions, found.names)
            self.stdout.write(json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(suggestions, found.names)))


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is not a date. Write it as 2026-01-31.") % {"text": text}) from error


def _reader(email: str | None) -> User | None:
    if email is None:
        return None
    reader = User.objects.filter(email__iexact=email, is_active=True).first()
    if reader is None:
        raise CommandError(_("There is no account in use with the address %(email)s.") % {"email": email})
    return reader


def _asked(goals: Iterable[str]) -> dict[str, float]:
    asked = {}
    for text in goals:
        key, _sep, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise CommandError(
                _("“%(text)s” is no goal. Write a measure and a value from 0 to 1: linkage_coverage=0.9.")
                % {"text": text}
            )
        asked[key.strip()] = value
    return asked


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off standard output what the solver's library now and then prints there by itself."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:
        yield
        return
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _lines(found: Suggestions, names: Names) -> Iterator[str]:
    """For people: the same sentences as on the page."""
    headline = HEADLINE_LABELS[found.before.verdict.headline]
    yield _("%(title)s: %(headline)s") % {
        "title": found.before.layout.title or found.before.layout.code,
        "headline": headline,
    }
    if not found.cards:
        yield _("Nothing needs mending.") if found.is_in_order else _("Nothing was found that would help.")
    for rank, card in enumerate(found.cards, start=1):
        yield ""
        yield from _card_lines(rank, card, names)


def _card_lines(rank: int, card: Card, names: Names) -> Iterator[str]:
    first, *others = remedy_wording.what(card, names)
    yield f"{rank}. {first}"
    for sentence in (*others, *remedy_wording.why(card, names), remedy_wording.hours_sentence(card)):
        yield f"   {sentence}"
    for row in remedy_wording.effect(card):
        if row.is_changed:
            yield f"   {row.label}: {row.before} > {row.after} ({row.level_after.label})"
    for sentence in (remedy_wording.remains(card), remedy_wording.proof(card)):
        if sentence:
            yield f"   {sentence}"
    for sentence in remedy_wording.alternatives(card, names):
        yield f"   - {sentence}"
