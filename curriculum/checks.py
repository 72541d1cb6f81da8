"""System checks of the teaching layout: what the database holds must make sense to the balance engine.

They read the database and so run where databases are checked: `manage.py check --database default`, and
before every migration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from curriculum.models import BalancePolicy
from curriculum.models.policy_rules import TWICE, begun_twice, nonsense

NONSENSE = "curriculum.E001"
BEGUN_TWICE = "curriculum.E002"


@register(Tags.database)
def check_policies(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Errors for policies whose values contradict each other, however they came into the database."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        found += _errors(_policies(alias))
    return found


def _policies(alias: str) -> list[BalancePolicy]:
    """All policies; none where the table is not there yet, or not as this version of the program knows it."""
    connection = connections[alias]
    table = BalancePolicy._meta.db_table
    try:
        if table not in connection.introspection.table_names():
            return []
        with connection.cursor() as cursor:
            present = {row.name for row in connection.introspection.get_table_description(cursor, table)}
    except DatabaseError:
        return []
    if any(field.column not in present for field in BalancePolicy._meta.concrete_fields):
        return []
    return list(BalancePolicy.objects.using(alias).select_related("category"))


def _errors(policies: list[BalancePolicy]) -> list[CheckMessage]:
    errors: list[CheckMessage] = [
        Error(
            f"The balance policy “{policy}” makes no sense: {name} = {getattr(policy, name)}. {reason}",
            hint=f"Change it in the admin under Balance policies (number {policy.pk}).",
            obj=policy,
            id=NONSENSE,
        )
        for policy in policies
        for name, reason in nonsense(policy)
    ]
    twice = [
        Error(
            f"Two balance policies begin on one day: “{policy}”. {TWICE}",
            hint=f"Delete one of them in the admin under Balance policies (number {policy.pk}).",
            obj=policy,
            id=BEGUN_TWICE,
        )
        for policy in begun_twice(policies)
    ]
    return errors + twice
