"""Words for what is kept in codes: devices, roles, and the details of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.enums import AuditAction, Clearance
from people.roles import EDITORS_PREFIX, ROLE_BY_GROUP

Details = Mapping[str, Any]


def device_words(browser: str, system: str) -> str:
    """A device as its owner would call it."""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def group_words(name: str) -> str:
    """The name of a group: the label of a role, the institution of a group of editors, or its own."""
    if role := ROLE_BY_GROUP.get(name):
        return str(role.label)
    if name.startswith(EDITORS_PREFIX):
        return _("Editor for %(institution)s") % {"institution": name.removeprefix(EDITORS_PREFIX)}
    return name


def sign_in_words(account: Any) -> str:
    """When somebody last signed in, or how far they are on their way to it."""
    if account.last_login:
        return f"{account.last_login:%Y-%m-%d}"
    if account.erased_at:
        return _("Erased")
    if account.has_usable_password():
        return _("Never")
    if account.invited_at is None:
        return _("Not invited yet")
    return _("Invited on %(day)s") % {"day": f"{account.invited_at:%Y-%m-%d}"}


def details_words(action: str, details: Details) -> str:
    """The details of an entry of the audit log as a sentence; empty where the action says it all."""
    word = WORDS.get(action)
    return word(details) if word and details else ""


def _roles(details: Details) -> str:
    names = {
        "roles": _list([group_words(name) for name in details.get("added") or details.get("removed") or []])
    }
    return _("Given: %(roles)s") % names if "added" in details else _("Taken away: %(roles)s") % names


def _group(details: Details) -> str:
    group = group_words(details.get("group", ""))
    if "renamed" in details:
        return _("%(group)s is now called %(name)s") % {"group": group, "name": details["renamed"]}
    if "deleted" in details:
        return _("%(group)s was deleted") % {"group": group}
    names = {"group": group, "rights": _list(details.get("added") or details.get("removed") or [])}
    if "added" in details:
        return _("%(group)s may now: %(rights)s") % names
    return _("%(group)s may no longer: %(rights)s") % names


def _clearance(details: Details) -> str:
    labels = dict(Clearance.choices)
    return _from_to({name: labels.get(details.get(name, 0), "") for name in ("old", "new")})


def _superuser(details: Details) -> str:
    return _("Is now an administrator") if details.get("new") else _("Is no longer an administrator")


def _affiliation(details: Details) -> str:
    values = {name: details.get(name) or _("none") for name in ("old", "new")}
    if details.get("field") == "unit":
        return _("Sending unit: %(old)s became %(new)s") % values
    return _("Institution: %(old)s became %(new)s") % values


def _from_to(details: Details) -> str:
    return _("%(old)s became %(new)s") % {"old": details.get("old", ""), "new": details.get("new", "")}


def _purpose(details: Details) -> str:
    return {
        "sign_in": _("While signing in"),
        "reset": _("While asking for a new password"),
        "link": _("With links that do not work"),
        "email": _("While asking for another e-mail address"),
        "password": _("While typing the present password"),
    }.get(details.get("purpose", ""), "")


def _ended(details: Details) -> str:
    count = details.get("count", 0)
    return ngettext("%(count)d session", "%(count)d sessions", count) % {"count": count}


def _handed_over(details: Details) -> str:
    counts: Mapping[str, int] = details.get("counts", {})
    return _list([f"{kind}: {localize(count)}" for kind, count in counts.items()])


def _list(names: list[str]) -> str:
    return _(", ").join(names)


WORDS: dict[str, Callable[[Details], str]] = {
    AuditAction.ROLES_CHANGED: _roles,
    AuditAction.GROUP_CHANGED: _group,
    AuditAction.CLEARANCE_CHANGED: _clearance,
    AuditAction.SUPERUSER_CHANGED: _superuser,
    AuditAction.AFFILIATION_CHANGED: _affiliation,
    AuditAction.EMAIL_CHANGE_ASKED: _from_to,
    AuditAction.EMAIL_CHANGED: _from_to,
    AuditAction.LIMITED: _purpose,
    AuditAction.SESSIONS_ENDED: _ended,
    AuditAction.HANDED_OVER: _handed_over,
}
