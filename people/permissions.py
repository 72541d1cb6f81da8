"""Who may do what to accounts."""

from __future__ import annotations

from people.models import User

OWNERS = ("committee_member", "committee_chair", "lecturer", "provider_editor")
"""Roles whose people write, and so may own, content."""


def may_manage(by: User, account: User) -> bool:
    """Whether `by` may change this account: those of superusers are for superusers only."""
    return by.is_superuser or not account.is_superuser


def may_own(account: User) -> bool:
    """Whether somebody may own content."""
    return account.is_active and (account.is_superuser or account.has_role(*OWNERS))


def may_take_over(to: User, *, owner: User, by: User) -> bool:
    """Whether `by` may give what `owner` owns to `to`: an owner reads, so nobody gives to themselves."""
    return may_own(to) and to.pk != owner.pk and (by.is_superuser or to.pk != by.pk)


def is_trainee_only(account: User) -> bool:
    """Whether this account has no work here beyond learning."""
    return not account.is_superuser and {role.code for role in account.roles} <= {"trainee"}
