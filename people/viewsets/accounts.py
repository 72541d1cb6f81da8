"""The admin of people and of the units that send them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.users.views import users

from people.actions.addresses import ask_email_change
from people.actions.invitations import invite, may_be_invited
from people.addresses import release_address
from people.filters import PersonFilterSet
from people.forms import PersonCreationForm, PersonEditForm, SendingUnitForm
from people.models import SendingUnit, User
from people.permissions import may_manage
from people.spreadsheets import SpreadsheetMixin
from people.views.accounts import ErasePersonView, InviteView, LeavingView
from people.wording import group_words, sign_in_words


class PeopleIndexView(SpreadsheetMixin, users.IndexView):
    """The listing of accounts."""

    page_title = _("People")
    add_item_label = _("Add a person")
    search_fields = ["name", "email", "unit__name"]
    list_export = [
        "email",
        "name",
        "unit",
        "category",
        "institution",
        "clearance",
        "is_active",
        "last_login",
        "invited_at",
    ]
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
            Column("last_login", label=_("Last login"), accessor=sign_in_words, sort_key="last_login"),
        ]

    @staticmethod
    def role_names(account: User) -> str:
        """The roles of the account, and the institutions that its person edits for."""
        return gettext(", ").join(sorted(group_words(group.name) for group in account.groups.all()))

    def get_base_queryset(self) -> QuerySet[User]:
        people: QuerySet[User] = super().get_base_queryset()
        return people.select_related("unit").prefetch_related("groups")

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.order_by(self.ordering, "pk")

    def get_edit_url(self, instance: User) -> str | None:
        url: str | None = super().get_edit_url(instance)
        return url if may_manage(self.request.user, instance) else None

    def get_delete_url(self, instance: User) -> None:
        """Nowhere: people who leave are made inactive, and the log keeps speaking of them."""


class FilledInByMixin:
    """Hands the form the person who fills it in."""

    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]  # a view's
        return {**kwargs, "by": self.request.user}


class PersonCreateView(FilledInByMixin, users.CreateView):
    """The form for a new account, whose person can be invited at once."""

    def save_instance(self) -> User:
        account: User = super().save_instance()
        release_address(account.email, to=account)
        return account

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        # Here all is written: a mail cannot be taken back.
        if form.wants_invitation:
            if invite(by=self.request.user, account=self.object):
                text = gettext("An invitation went to %(email)s.")
                messages.success(self.request, text % {"email": self.object.email})
            else:
                text = gettext(
                    "The mail server did not take the invitation to %(email)s. Send it again later."
                )
                messages.error(self.request, text % {"email": self.object.email})
        return response


class PersonEditView(FilledInByMixin, users.EditView):
    """The form of an account, closed to people who may not manage it."""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def save_instance(self) -> User:
        account: User = super().save_instance()
        release_address(account.email, to=account)
        if self.form.wanted_email:
            ask_email_change(by=self.request.user, account=account, email=self.form.wanted_email)
            text = gettext("A mail with a link went to %(email)s. The address changes once it is opened.")
            messages.info(self.request, text % {"email": self.form.wanted_email})
        return account

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What else can be done about the account."""
        buttons: list[Button] = list(super().header_more_buttons)
        account: User = self.object
        log = f"{reverse('audit_log')}?{urlencode({'person': account.email})}"
        if self.request.user.has_perm("people.view_auditentry"):
            buttons.append(Button(_("Audit log"), url=log, icon_name="history", priority=70))
        if account == self.request.user or account.erased_at:
            return buttons
        if may_be_invited(account):
            label = _("Send the invitation again") if account.invited_at else _("Invite")
            buttons.append(self._button(label, "invite", "mail", 40))
        label = _("Deactivate and hand over") if account.is_active else _("Reactivate")
        buttons.append(self._button(label, "leaving", "user", 50))
        if not account.is_superuser:
            buttons.append(self._button(_("Erase personal data"), "erase", "bin", 60))
        return buttons

    def _button(self, label: Any, name: str, icon: str, priority: int) -> Button:
        url = reverse(f"wagtailusers_users:{name}", args=[self.object.pk])
        return Button(label, url=url, icon_name=icon, priority=priority)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_manage(request.user, self.object):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class PersonDeleteView(users.DeleteView):
    """Closed: people who leave are made inactive, and those who wish it are erased."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise PermissionDenied


class UserViewSet(users.UserViewSet):
    """The admin of accounts."""

    ordering = "name"
    menu_label = _("People")
    copy_view_enabled = False
    index_view_class = PeopleIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"
    search_backend_name = None
    filterset_class = PersonFilterSet

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return PersonEditForm if for_update else PersonCreationForm

    def get_urlpatterns(self) -> list[Any]:
        """Wagtail's pages and ours."""
        return [
            *super().get_urlpatterns(),
            path("invite/<int:pk>/", InviteView.as_view(), name="invite"),
            path("leaving/<int:pk>/", LeavingView.as_view(), name="leaving"),
            path("erase/<int:pk>/", ErasePersonView.as_view(), name="erase"),
        ]


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
