"""Accounts, sending units, and the visibility rule that all content inherits."""

from people.models.attempt import Attempt
from people.models.audit import AuditEntry
from people.models.coded import Coded, CodedQuerySet
from people.models.session import Session
from people.models.unit import SendingUnit
from people.models.user import User, tokens_of
from people.models.visibility import OpenQuerySet, VisibleModel, VisibleQuerySet, audience_field

__all__ = [
    "Attempt",
    "AuditEntry",
    "Coded",
    "CodedQuerySet",
    "OpenQuerySet",
    "SendingUnit",
    "Session",
    "User",
    "VisibleModel",
    "VisibleQuerySet",
    "audience_field",
    "tokens_of",
]
