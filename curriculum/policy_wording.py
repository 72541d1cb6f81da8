"""What was changed in a policy, kept with the history as plain values and put into words for its reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from curriculum import figures
from curriculum.models import BalancePolicy

VALUES_CHANGED = "curriculum.policy_values"


def changes(before: BalancePolicy, after: BalancePolicy) -> list[list[str | None]]:
    """Name, former and new value of every field that differs, as text; nothing is `None`."""
    found = []
    for field in BalancePolicy._meta.concrete_fields:
        was, now = field.value_from_object(before), field.value_from_object(after)
        if was != now:
            found.append([field.name, _text(was), _text(now)])
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return figures.trimmed(value, 6)
    return None if value is None else str(value)


class ValuesChanged(LogFormatter):
    """An entry of a policy's history: which values were changed, from what to what."""

    label = _("Change values")

    def format_message(self, log_entry: Any) -> str:
        """One sentence with every value."""
        names = {field.name: field.verbose_name for field in BalancePolicy._meta.concrete_fields}
        parts = [
            _("%(name)s: %(before)s became %(after)s")
            % {
                "name": names.get(name, name),
                "before": figures.MISSING if was is None else localize(was),
                "after": figures.MISSING if now is None else localize(now),
            }
            for name, was, now in log_entry.data.get("changes", [])
        ]
        return _("Changed values – %(values)s") % {"values": "; ".join(str(part) for part in parts)}
