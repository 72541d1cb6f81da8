"""What can be done to many accounts at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction
from wagtail.users.views.bulk_actions.assign_role import RoleForm
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction
from wagtail.users.views.users import change_user_perm

from people import tasks
from people.actions.invitations import may_be_invited
from people.actions.leaving import set_active
from people.filters import PersonFilterSet
from people.forms import label_groups
from people.models import User
from people.permissions import may_manage
from people.wording import group_words


class ManagedMixin:
    """A bulk action on accounts that this person may manage, their own left out."""

    request: Any
    model: Any

    def check_perm(self, obj: User) -> bool:
        """Whether the action may touch this account."""
        allowed: bool = super().check_perm(obj)  # type: ignore[misc]  # a bulk action's
        return allowed and obj != self.request.user and may_manage(self.request.user, obj)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """All that the listing shows; the stock action would go beyond its filters."""
        text = self.request.GET.get("q", "")
        people = PersonFilterSet(self.request.GET, queryset=User.objects.all(), request=self.request).qs
        if text:
            named = Q(name__icontains=text) | Q(email__icontains=text) | Q(unit__name__icontains=text)
            people = people.filter(named)
        return people.values_list("pk", flat=True)


class NamedRoleForm(RoleForm):
    """A role, in the words of the reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].label = _("Role")
        label_groups(self.fields["role"])


class AssignRole(ManagedMixin, AssignRoleBulkAction):
    """Put accounts into a group."""

    form_class = NamedRoleForm

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many have the role now."""
        role = group_words(self.cleaned_form.cleaned_data["role"].name)
        text = ngettext(
            "%(count)d person has this role now: %(role)s.",
            "%(count)d people have this role now: %(role)s.",
            num_parent_objects,
        )
        return text % {"count": num_parent_objects, "role": role}


class SetActiveState(ManagedMixin, SetActiveStateBulkAction):
    """Make accounts active or inactive."""

    @classmethod
    def execute_action(
        cls, objects: list[User], mark_as_active: bool = False, user: User | None = None, **kwargs: Any
    ) -> tuple[int, int]:
        """Open or close the accounts, with an entry in the log for each."""
        return set_active(by=user, accounts=objects, active=mark_as_active), 0


class NoDeletion(DeleteBulkAction):
    """In place of the stock deletion: people who leave are made inactive."""

    def check_perm(self, obj: User) -> bool:
        return False


class Invite(ManagedMixin, UserBulkAction):
    """Send invitations to those who have no password yet."""

    display_name = _("Send invitations")
    action_type = "invite"
    aria_label = _("Send invitations to the selected people")
    template_name = "people/bulk_invite.html"
    action_priority = 10

    def check_perm(self, obj: User) -> bool:
        return super().check_perm(obj) and may_be_invited(obj) and self._may_change

    @cached_property
    def _may_change(self) -> bool:
        return bool(self.request.user.has_perm(change_user_perm))

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user}

    @classmethod
    def execute_action(cls, objects: list[User], by: User | None = None, **kwargs: Any) -> tuple[int, int]:
        """Have the mails sent behind the page."""
        pks = [account.pk for account in objects]
        transaction.on_commit(lambda: tasks.send_invitations.enqueue(pks, by.pk if by else None))
        return len(pks), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many mails are on their way."""
        text = ngettext(
            "%(count)d invitation is on its way.",
            "%(count)d invitations are on their way.",
            num_parent_objects,
        )
        return text % {"count": num_parent_objects}
