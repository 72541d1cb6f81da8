"""Passing objects on: what somebody may write into the fields that decide whose an object is.

Members of the committee set these fields freely. Everybody else keeps what stands there, in the published
object or in its latest draft, or chooses within their own reach:

* the institution: one that they edit for (lecturers: the one in their account), or none for what is new or
  a lecturer's;
* the owner: themselves, or somebody who may edit such objects and has the clearance for this one; editors of
  an institution hand over only among its editors;
* the clearance: not above their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from people.forms import exceeds
from people.models import User
from people.roles import editors_group

INSTITUTION = _("You cannot hand this to another institution. Ask a member of the committee.")
NO_OWNER = _("Name the person who answers for this.")
CLEARANCE = _("You cannot ask for more clearance than your own, which is %(own)s.")
INACTIVE = _("This account is not in use any more. Name somebody else.")
OWNER = _("Name somebody who may edit this, and whose clearance allows to read it.")
COLLEAGUE = _("Name another editor of the same institution.")


@dataclass(frozen=True, slots=True)
class Deed:
    """The fields that decide whose an object is, as keys; `None` is nobody."""

    institution: Any
    owner: Any
    clearance: int


def is_free(user: User) -> bool:
    """Whether this person may pass on everything that they may change."""
    return user.is_superuser or any(role.always_reads for role in user.roles)


def standing(obj: Any) -> tuple[Deed, ...]:
    """What stands in the fields now: in the row and in the latest draft; nothing for a new object."""
    row = type(obj)._base_manager.filter(pk=obj.pk).select_related("latest_revision").first()
    if obj.pk is None or row is None:
        return ()
    deeds = [Deed(row.institution_id, row.owner_id, row.clearance)]
    if row.latest_revision:
        draft = row.latest_revision.content
        deeds.append(
            Deed(draft.get("institution"), draft.get("owner"), draft.get("clearance", row.clearance))
        )
    return tuple(deeds)


def refusals(user: User, obj: Any, institution: Any, owner: Any, clearance: int) -> dict[str, str | Promise]:
    """What this person may not write, by field, with the words for it; empty when all is in order."""
    deeds = standing(obj)
    found: dict[str, str | Promise] = {}
    if owner is not None and owner.pk not in {deed.owner for deed in deeds} and not owner.is_active:
        found["owner"] = INACTIVE
    if clearance not in {deed.clearance for deed in deeds} and exceeds(clearance, user):
        found["clearance"] = CLEARANCE % {"own": user.get_clearance_display()}
    if is_free(user):
        return found
    if not _may_place(user, institution, deeds):
        found["institution"] = INSTITUTION
    words = _refused_owner(user, obj, institution, owner, clearance, deeds)
    return found | ({"owner": words} if words else {})


def keep_standing(user: User, obj: Any) -> None:
    """Put back, on an earlier version of an object, what this person may not bring back with it."""
    deeds = standing(obj)
    if not deeds:
        return
    found = refusals(user, obj, obj.institution, obj.owner, obj.clearance)
    # The latest draft comes last.
    for field in found:
        key = "clearance" if field == "clearance" else f"{field}_id"
        setattr(obj, key, getattr(deeds[-1], field))


def _may_place(user: User, institution: Any, deeds: tuple[Deed, ...]) -> bool:
    if institution is None:
        return not deeds or user.has_role("lecturer") or None in {deed.institution for deed in deeds}
    if institution.pk in {deed.institution for deed in deeds}:
        return True
    own = set(user.editors_groups) if user.has_role("provider_editor") else set()
    if user.has_role("lecturer") and user.institution:
        own.add(editors_group(user.institution))
    return editors_group(institution.code) in own


def _refused_owner(
    user: User, obj: Any, institution: Any, owner: Any, clearance: int, deeds: tuple[Deed, ...]
) -> str | Promise:
    """Why this person may not make somebody the owner; an empty text where they may."""
    if owner is None:
        return "" if None in {deed.owner for deed in deeds} else NO_OWNER
    if owner == user or owner.pk in {deed.owner for deed in deeds}:
        return ""
    if not policy_registry.get_by_type(type(obj)).user_has_permission(owner, "change"):
        return OWNER
    if exceeds(clearance, owner):
        return OWNER
    if user.has_role("lecturer"):
        return ""
    is_colleague = institution is not None and editors_group(institution.code) in owner.editors_groups
    return "" if is_colleague else COLLEAGUE
