"""Who may do what to accounts."""

from __future__ import annotations

from people.models import User


def may_manage(by: User, account: User) -> bool:
    """Whether `by` may change this account: those of superusers are for superusers only."""
    return by.is_superuser or not account.is_superuser
