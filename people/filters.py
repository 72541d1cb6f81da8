"""Filters of the lists about accounts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.users.views.users import UserFilterSet

from people.enums import AuditAction
from people.forms import label_groups
from people.models import AuditEntry, SendingUnit, User

INVITATIONS = [
    ("none", _("Not invited yet")),
    ("waiting", _("Invited, no password yet")),
    ("done", _("Has a password")),
]


class PersonFilterSet(UserFilterSet):
    """Accounts by role, sending unit, invitation, and whether they are in use."""

    unit = django_filters.ModelChoiceFilter(
        label=_("Sending unit, with those below it"),
        queryset=SendingUnit.objects.order_by("code"),
        method="filter_unit",
    )
    invitation = django_filters.ChoiceFilter(
        label=_("Invitation"), choices=INVITATIONS, method="filter_invitation", widget=RadioSelect
    )
    never = django_filters.BooleanFilter(
        label=_("Never signed in"), field_name="last_login", lookup_expr="isnull", widget=BooleanRadioSelect
    )
    wants_erasure = django_filters.BooleanFilter(
        label=_("Asked for erasure"), method="filter_erasure", widget=BooleanRadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].label = _("Role")
        label_groups(self.filters["group"].field)
        for name in ("unit", "group"):
            self.filters.move_to_end(name, last=False)

    class Meta:
        model = User
        fields: list[str] = []

    def filter_unit(self, people: QuerySet[User], name: str, unit: SendingUnit) -> QuerySet[User]:
        """The people of a unit and of all that are part of it."""
        return people.filter(unit__in=unit.pks_downward())

    def filter_invitation(self, people: QuerySet[User], name: str, state: str) -> QuerySet[User]:
        """The people who were not invited, who have not answered, or who have."""
        without = Q(pk__in=User.objects.without_password())
        match state:
            case "none":
                return people.filter(without, invited_at=None)
            case "waiting":
                return people.filter(without, invited_at__isnull=False)
        return people.exclude(without)

    def filter_erasure(self, people: QuerySet[User], name: str, asked: bool) -> QuerySet[User]:
        """The people whose wish waits, or all others."""
        waiting = Q(erasure_asked_at__isnull=False, erased_at=None)
        return people.filter(waiting) if asked else people.exclude(waiting)


class AuditFilterSet(WagtailFilterSet):
    """Entries of the audit log by time, kind, person and network address."""

    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    action = django_filters.MultipleChoiceFilter(
        label=_("What"), choices=AuditAction.choices, widget=CheckboxSelectMultiple
    )
    person = django_filters.CharFilter(label=_("Name or address of a person"), method="filter_person")
    address = django_filters.CharFilter(label=_("Network address"), lookup_expr="startswith")

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def filter_person(self, entries: QuerySet[AuditEntry], name: str, text: str) -> QuerySet[AuditEntry]:
        """Entries by or about people with such a name or address."""
        people = User.objects.filter(
            Q(name__icontains=text) | Q(email__icontains=text) | Q(former_emails__icontains=text)
        )
        return entries.filter(Q(by__in=people) | Q(about__in=people))
