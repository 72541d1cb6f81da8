"""The words for what happens to an object: the names of review steps, and what its history says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter
from wagtail.utils.timestamps import parse_datetime_localized, render_timestamp

Words = str | Promise

WORKFLOW_LABELS: Mapping[str, Promise] = {
    "Case": gettext_lazy("Review of a case"),
    "Course": gettext_lazy("Review of a course"),
    "Curriculum": gettext_lazy("Review of a curriculum"),
}
STEP_LABELS: Mapping[str, Promise] = {
    "Institution or committee": gettext_lazy("Review by the institution or the committee"),
    "Committee member": gettext_lazy("Review by a committee member"),
    "Committee chair": gettext_lazy("Approval by the chair of the committee"),
}
"""What workflows and their steps are called, by their names in the database, which are data."""

LONGEST_REASON = 1000


def step_label(name: str) -> str:
    """What a step is called in the reader's language; a step that an operator added keeps its name."""
    return str(STEP_LABELS.get(name, name))


def workflow_label(name: str) -> str:
    """What a workflow is called in the reader's language."""
    return str(WORKFLOW_LABELS.get(name, name))


def labelled(state: Any) -> Any:
    """A workflow state (or none) whose workflow and step, in memory, bear their names for the reader."""
    if state is not None:
        state.workflow.name = workflow_label(state.workflow.name)
        if state.current_task_state is not None:
            task = state.current_task_state.task
            task.name = step_label(task.name)
    return state


def _when(text: str) -> str:
    return str(render_timestamp(parse_datetime_localized(text)))


class _Renamed(LogFormatter):
    label = gettext_lazy("Rename")

    def format_message(self, log_entry: Any) -> Words:
        if title := log_entry.data.get("title"):
            return _("Renamed from “%(old)s” to “%(new)s”") % {"old": title["old"], "new": title["new"]}
        return _("Renamed")


class _PutBack(LogFormatter):
    label = gettext_lazy("Put an earlier version back")

    def format_message(self, log_entry: Any) -> Words:
        if revision := log_entry.data.get("revision"):
            return _("Put back the version of %(date)s") % {"date": _when(revision["created"])}
        return _("Put an earlier version back")


class _Copied(LogFormatter):
    label = gettext_lazy("Copy")

    def format_message(self, log_entry: Any) -> Words:
        if source := log_entry.data.get("source"):
            return _("Made as a copy of “%(title)s”") % {"title": source["title"]}
        return _("Made as a copy")


class _Scheduled(LogFormatter):
    label = gettext_lazy("Schedule publication")

    def format_message(self, log_entry: Any) -> Words:
        if date := log_entry.data.get("revision", {}).get("go_live_at"):
            return _("Publication scheduled for %(date)s") % {"date": _when(date)}
        return _("Publication scheduled")


class _Approved(LogFormatter):
    label = gettext_lazy("Approve")

    def format_message(self, log_entry: Any) -> Words:
        workflow = log_entry.data.get("workflow", {})
        remark = Truncator(log_entry.data.get("comment", "")).chars(LONGEST_REASON)
        words = {"step": workflow.get("step"), "steps": workflow.get("steps"), "remark": remark}
        if (words["steps"] or 1) > 1:
            if remark:
                return _("Approved: step %(step)d of %(steps)d. Remark: %(remark)s") % words
            return _("Approved: step %(step)d of %(steps)d") % words
        return _("Approved. Remark: %(remark)s") % words if remark else _("Approved")


class _Returned(LogFormatter):
    label = gettext_lazy("Return")

    def format_message(self, log_entry: Any) -> Words:
        reason = Truncator(log_entry.data.get("comment", "")).chars(LONGEST_REASON)
        return _("Returned with a reason: %(reason)s") % {"reason": reason} if reason else _("Returned")


HELD_BACK = "editing.publish.held"
NEWEST = "editing.review.newest"

PLAIN: Mapping[str, tuple[Promise, Promise]] = {
    "wagtail.create": (gettext_lazy("Create"), gettext_lazy("Created")),
    "wagtail.edit": (gettext_lazy("Save a draft"), gettext_lazy("Saved a draft")),
    "wagtail.delete": (gettext_lazy("Delete for good"), gettext_lazy("Deleted for good")),
    "wagtail.publish": (gettext_lazy("Publish"), gettext_lazy("Published")),
    "wagtail.publish.scheduled": (
        gettext_lazy("Publish by the clock"),
        gettext_lazy("Published by the clock"),
    ),
    "wagtail.unpublish": (gettext_lazy("Unpublish"), gettext_lazy("Taken off the public site")),
    "wagtail.unpublish.scheduled": (
        gettext_lazy("Unpublish by the clock"),
        gettext_lazy("Taken off the public site by the clock"),
    ),
    "wagtail.schedule.cancel": (
        gettext_lazy("Cancel a scheduled publication"),
        gettext_lazy("Scheduled publication cancelled"),
    ),
    "wagtail.lock": (gettext_lazy("Lock"), gettext_lazy("Locked")),
    "wagtail.unlock": (gettext_lazy("Unlock"), gettext_lazy("Unlocked")),
    "wagtail.workflow.start": (gettext_lazy("Submit for review"), gettext_lazy("Submitted for review")),
    "wagtail.workflow.resume": (
        gettext_lazy("Submit for review again"),
        gettext_lazy("Submitted for review again"),
    ),
    "wagtail.workflow.cancel": (gettext_lazy("Withdraw from review"), gettext_lazy("Withdrawn from review")),
    HELD_BACK: (
        gettext_lazy("Hold back a scheduled publication"),
        gettext_lazy("Not published by the clock, because something was missing"),
    ),
    NEWEST: (
        gettext_lazy("Review the newest draft"),
        gettext_lazy("The review went on with the newest draft"),
    ),
    "praxis.archive": (gettext_lazy("Put into the bin"), gettext_lazy("Put into the bin")),
    "praxis.restore": (gettext_lazy("Take out of the bin"), gettext_lazy("Taken out of the bin, as a draft")),
    "praxis.bulk_set": (
        gettext_lazy("Change several at once"),
        gettext_lazy("Changed together with others"),
    ),
    "praxis.bulk_undo": (
        gettext_lazy("Undo a change of several"),
        gettext_lazy("A change of several undone"),
    ),
    "praxis.hand_over": (gettext_lazy("Hand over"), gettext_lazy("Handed over to another owner")),
}
WITH_DATA: Mapping[str, type[LogFormatter]] = {
    "wagtail.rename": _Renamed,
    "wagtail.revert": _PutBack,
    "wagtail.copy": _Copied,
    "wagtail.publish.schedule": _Scheduled,
    "wagtail.workflow.approve": _Approved,
    "wagtail.workflow.reject": _Returned,
}


def register_words(actions: Any) -> None:
    """Put our words in the place of Wagtail's, in its registry of what can be logged."""
    ours = PLAIN.keys() | WITH_DATA.keys()
    # Registering an action again would list it twice among the choices of the filters.
    actions.choices[:] = [choice for choice in actions.choices if choice[0] not in ours]
    for action, (label, message) in PLAIN.items():
        actions.register_action(action, label, message)
    for action, formatter in WITH_DATA.items():
        actions.register_action(action)(formatter)


def with_steps(entries: Iterable[Any]) -> list[Any]:
    """Log entries that know, where they approve, which step of how many it was. One query."""
    from wagtail.models import WorkflowTask

    found = list(entries)
    approvals = [entry for entry in found if entry.action == "wagtail.workflow.approve"]
    workflows = {entry.data.get("workflow", {}).get("id") for entry in approvals} - {None}
    if not workflows:
        return found
    rows = WorkflowTask.objects.filter(workflow__in=workflows).order_by("sort_order", "pk")
    steps: dict[Any, list[Any]] = {}
    for workflow, task in rows.values_list("workflow", "task"):
        steps.setdefault(workflow, []).append(task)
    for entry in approvals:
        workflow = entry.data.get("workflow", {})
        order = steps.get(workflow.get("id"), [])
        if (task := workflow.get("task", {}).get("id")) in order:
            workflow |= {"step": order.index(task) + 1, "steps": len(order)}
    return found
