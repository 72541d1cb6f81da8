"""The admin of people and of the units that send them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views import bulk_actions, users

from people.forms import PersonCreationForm, PersonEditForm, SendingUnitForm
from people.models import SendingUnit, User
from people.permissions import may_manage
from people.spreadsheets import SpreadsheetMixin


class PeopleIndexView(SpreadsheetMixin, users.IndexView):
    """The listing of accounts."""

    page_title = _("People")
    add_item_label = _("Add a person")
    search_fields = ["name", "email", "unit__name"]
    list_export = ["email", "name", "unit", "category", "institution", "clearance", "is_active", "last_login"]
    export_filename = "people"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(users.UserColumn)(
                "name", accessor=str, label=_("Name"), sort_key="name", get_url=self.get_edit_url
            ),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("unit", label=_("Sending unit"), sort_key="unit__name"),
            Column("roles", label=_("Roles"), accessor=self.role_names),
            Column("clearance", label=_("Clearance"), accessor="get_clearance_display", sort_key="clearance"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last login"), sort_key="last_login"),
        ]

    @staticmethod
    def role_names(account: User) -> str:
        """The groups that the account is in."""
        return ", ".join(group.name for group in account.groups.all())

    def get_base_queryset(self) -> QuerySet[User]:
        people: QuerySet[User] = super().get_base_queryset()
        return people.select_related("unit").prefetch_related("groups")

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.order_by(self.ordering, "pk")

    def get_edit_url(self, instance: User) -> str | None:
        url: str | None = super().get_edit_url(instance)
        return url if may_manage(self.request.user, instance) else None


class FilledInByMixin:
    """Hands the form the person who fills it in."""

    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]  # a view's
        return {**kwargs, "by": self.request.user}


class PersonCreateView(FilledInByMixin, users.CreateView):
    """The form for a new account."""


class PersonEditView(FilledInByMixin, users.EditView):
    """The form of an account, closed to people who may not manage it."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_manage(request.user, self.object):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class UserViewSet(users.UserViewSet):
    """The admin of accounts."""

    ordering = "name"
    menu_label = _("People")
    copy_view_enabled = False
    index_view_class = PeopleIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"
    search_backend_name = None

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return PersonEditForm if for_update else PersonCreationForm


class ManagedMixin:
    """A bulk action on accounts that this person may manage, their own left out."""

    request: Any

    def check_perm(self, obj: User) -> bool:
        """Whether the action may touch this account."""
        allowed: bool = super().check_perm(obj)  # type: ignore[misc]  # a bulk action's
        return allowed and obj != self.request.user and may_manage(self.request.user, obj)


class AssignRole(ManagedMixin, bulk_actions.AssignRoleBulkAction):
    """Put accounts into a group."""


class SetActiveState(ManagedMixin, bulk_actions.SetActiveStateBulkAction):
    """Make accounts active or inactive."""


class SendingUnitIndexView(SpreadsheetMixin, ModelViewSet.index_view_class):
    """The listing of sending units."""

    def get_base_queryset(self) -> QuerySet[SendingUnit]:
        units: QuerySet[SendingUnit] = super().get_base_queryset()
        return units.select_related("parent")


class SendingUnitViewSet(ModelViewSet):
    """The admin of sending units."""

    model = SendingUnit
    name = "sending_units"
    icon = "site"
    menu_order = 610
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = SendingUnitIndexView
    list_display = ["name", "code", "parent"]
    list_export = ["code", "name", "parent"]
    list_per_page = 50
    ordering = ["code"]
    search_fields = ["name", "code"]
    search_backend_name = None
    edit_handler = ObjectList(
        [FieldPanel("code"), FieldPanel("name"), FieldPanel("parent")], base_form_class=SendingUnitForm
    )
