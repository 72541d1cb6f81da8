"""The steps of a curriculum's history in words: what happened, to what, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curriculum import figures
from curriculum.balance.layout import Case
from curriculum.balance.names import Names
from curriculum.balance.steps import Change, Step

SENTENCES: Mapping[Change, Promise] = {
    Change.POLICY_CAME_INTO_FORCE: _("The policy of %(day)s came into force."),
    Change.POLICY_CHANGED: _("The values of the policy in force were changed."),
    Change.CATEGORY_CHANGED: _("The curriculum was put into another programme category."),
    Change.CASE_LAPSED: _("Case “%(case)s” lapsed: it was current until %(day)s."),
    Change.CASE_WITHDRAWN: _("Case “%(case)s” was withdrawn."),
    Change.CASE_RETURNED: _("Case “%(case)s” was published."),
    Change.CASE_DATES_CHANGED: _("The dates of case “%(case)s” were changed."),
    Change.CASE_TAGS_CHANGED: _("The themes of case “%(case)s” were changed."),
    Change.CASE_HOURS_CHANGED: _("The hours suggested by case “%(case)s” went from %(before)s to %(after)s."),
    Change.PLACEMENT_ADDED: _("%(target)s was placed at %(place)s."),
    Change.PLACEMENT_REMOVED: _("%(target)s was removed; it stood at %(place)s."),
    Change.PLACEMENT_MOVED: _("%(target)s was moved to %(place)s."),
    Change.PLACEMENT_HOURS_CHANGED: _(
        "The hours of %(place)s, %(target)s, went from %(before)s to %(after)s."
    ),
    Change.PLACEMENT_CHANGED: _("%(place)s, %(target)s, is placed in another way."),
    Change.COURSE_WITHDRAWN: _("Course “%(course)s” was withdrawn."),
    Change.COURSE_RETURNED: _("Course “%(course)s” was published."),
    Change.COURSE_TAGS_CHANGED: _("The themes of course “%(course)s” were changed."),
    Change.UNIT_ADDED: _("Unit %(place)s, “%(unit)s”, was added (%(after)s)."),
    Change.UNIT_REMOVED: _("Unit “%(unit)s” was removed from course “%(course)s” (%(before)s)."),
    Change.UNIT_MOVED: _("Unit “%(unit)s” was moved to %(place)s."),
    Change.UNIT_HOURS_CHANGED: _(
        "The hours of unit %(place)s, “%(unit)s”, went from %(before)s to %(after)s."
    ),
    Change.UNIT_TAGS_CHANGED: _("The themes of unit %(place)s, “%(unit)s”, were changed."),
    Change.UNIT_CASE_CHANGED: _("Unit %(place)s, “%(unit)s”, works on another case."),
    Change.UNIT_CHANGED: _("Unit %(place)s, “%(unit)s”, is taught or counted in another way."),
    Change.LINK_CONFIRMED: _("It was confirmed that case “%(case)s” serves unit “%(unit)s”."),
    Change.LINK_REJECTED: _("It was rejected that case “%(case)s” serves unit “%(unit)s”."),
    Change.LINK_WITHDRAWN: _("What was said about case “%(case)s” and unit “%(unit)s” was withdrawn."),
    Change.THEMES_REARRANGED: _("Themes were moved, or marked as too general to link."),
    Change.LIBRARY_CHANGED: _(
        "Cases in the library that could serve its theory were added, changed or lost."
    ),
    Change.TIME_PASSED: _("Nothing was changed."),
}
SINCE_THE_BEGINNING = _("A policy without a first day came into force.")


def step_sentence(step: Step, names: Names) -> str:
    """One step as a sentence, with the names that its reader may see."""
    if step.change is Change.POLICY_CAME_INTO_FORCE and step.day is None:
        return str(SINCE_THE_BEGINNING)
    return str(SENTENCES[step.change]) % {
        "case": _title(step.case, names),
        "course": (step.course.title or step.course.code) if step.course else "",
        "unit": (step.unit.title or step.unit.code) if step.unit else "",
        "target": _target(step, names),
        "place": step.place,
        "before": figures.hours(step.before),
        "after": figures.hours(step.after),
        "day": figures.long_date(step.day) if step.day else figures.MISSING,
    }


def _title(case: Case | None, names: Names) -> str:
    return "" if case is None else names.title(case) or names.code(case)


def _target(step: Step, names: Names) -> str:
    if step.case is not None:
        return gettext("Case “%(case)s”") % {"case": _title(step.case, names)}
    if step.course is not None:
        return gettext("Course “%(course)s”") % {"course": step.course.title or step.course.code}
    return gettext("An empty place")
