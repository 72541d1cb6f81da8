"""Who brings files in and takes them out through the admin."""

from __future__ import annotations

from typing import Any

from curriculum.models import ImportRun
from people.models import User

ROLES = ("operator", "committee_chair", "committee_member", "provider_editor")


def may_exchange(user: Any) -> bool:
    """Whether a person has the pages for import and export at all."""
    return isinstance(user, User) and user.is_active and (user.is_superuser or user.has_role(*ROLES))


def import_kinds(user: User) -> list[ImportRun.Kind]:
    """What a person may import: people are for those who look after accounts."""
    if not may_exchange(user):
        return []
    if user.is_superuser or user.has_role("operator"):
        return [ImportRun.Kind.CONTENT, ImportRun.Kind.PEOPLE]
    return [ImportRun.Kind.CONTENT]
