"""What an import did, or would do: for programs as JSON, for people as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from exchange.messages import Message
from exchange.messages import message as _
from exchange.problems import Problem, ProblemList, Problems

Translate = Callable[[str], str]


@dataclass
class Outcome:
    """Numbers of records by type, and what is wrong or doubtful; a ``dry_run`` was to change nothing."""

    problems: Problems
    dry_run: bool = False
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    overtaken: bool = False
    """Whether it failed only because something changed meanwhile: the same file may be in order."""

    @property
    def failed(self) -> bool:
        """Whether there are errors; then nothing was changed."""
        return self.problems.errors.total > 0

    def as_dict(self, translate: Translate = str) -> dict[str, Any]:
        """The outcome as the command's JSON. A failed import that was no trial counts nothing."""
        counts = not self.failed or self.dry_run
        data: dict[str, Any] = {
            name: dict(counter) if counts else {}
            for name, counter in (
                ("created", self.created),
                ("updated", self.updated),
                ("unchanged", self.unchanged),
            )
        }
        data["errors"] = [problem.as_dict(translate) for problem in self.problems.errors.shown]
        data["error_count"] = self.problems.errors.total
        if self.problems.warnings.shown:
            data["warnings"] = [problem.as_dict(translate) for problem in self.problems.warnings.shown]
        return data

    def lines(self, translate: Translate = str) -> Iterator[str]:
        """The outcome as lines of text: problems first, then a table of numbers, then one sentence."""
        yield from _listed(self.problems.errors, _("Errors: %(count)s"), translate)
        yield from _listed(self.problems.warnings, _("Warnings: %(count)s"), translate)
        types = sorted({*self.created, *self.updated, *self.unchanged})
        if types and (not self.failed or self.dry_run):
            heads = [_("created"), _("updated"), _("unchanged")]
            yield "".join([" " * 14, *(f"{head.text(translate):>11}" for head in heads)])
            for name in types:
                numbers = (self.created[name], self.updated[name], self.unchanged[name])
                yield "".join([f"{name:<14}", *(f"{number:>11,}" for number in numbers)])
        yield self._verdict().text(translate)

    def _verdict(self) -> Message:
        if self.failed:
            return _("Nothing was changed. Correct the errors and import the file again.")
        if self.dry_run:
            return _("The file is in order. This was a trial: nothing was changed.")
        if not self.created and not self.updated:
            return _("Everything was there already. Nothing was changed.")
        return _("The import is complete.")


def _listed(problems: ProblemList, title: Message, translate: Translate) -> Iterator[str]:
    if not problems.total:
        return
    yield translate(title.template) % {"count": f"{problems.total:,}"}
    for problem in problems.shown:
        yield f"  {_position(problem, translate)}: {problem.message.text(translate)}"
    if problems.total > len(problems.shown):
        more = _("and %(count)s more", count=f"{problems.total - len(problems.shown):,}")
        yield f"  {more.text(translate)}"
    yield ""


def _position(problem: Problem, translate: Translate) -> str:
    place = problem.place
    parts = [problem.file]
    if place.sheet is not None:
        parts.append(_("sheet %(name)s", name=place.sheet).text(translate))
    if place.row is not None:
        word = _("line %(row)s", row=place.row) if place.sheet is None else _("row %(row)s", row=place.row)
        parts.append(word.text(translate))
    if problem.column:
        parts.append(problem.column)
    shown = f" “{problem.value}”" if problem.value is not None else ""
    return ", ".join(parts) + shown
