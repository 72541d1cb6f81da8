"""Pages for the people who look after accounts: inviting, leaving, erasing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from people import ownership
from people.actions.erasing import erase
from people.actions.invitations import invite, may_be_invited
from people.actions.leaving import deactivate, set_active
from people.exceptions import ErasureRefused, NewOwnerNeeded, NewOwnerRefused, NotInvitable
from people.models import Session, User
from people.permissions import OWNERS, may_manage, may_take_over
from people.roles import ROLE_BY_CODE
from people.wording import group_words


class AccountFormView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """A page about one account, closed to people who may not manage it, and for one's own."""

    model = User
    permission_required = "change"
    header_icon = "user"
    form_class: type[Any] = forms.Form
    request: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = get_object_or_404(User, pk=kwargs["pk"])
        if not may_manage(request.user, account) or account == request.user:
            raise PermissionDenied
        self.account = account
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @property
    def edit_url(self) -> str:
        """The form of the account."""
        return reverse("wagtailusers_users:edit", args=[self.account.pk])

    def get_page_subtitle(self) -> str:
        return str(self.account)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = super().get_breadcrumbs_items()
        return [
            *items,
            {"url": reverse("wagtailusers_users:index"), "label": _("People")},
            {"url": self.edit_url, "label": str(self.account)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The account, and the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "account": self.account, "edit_url": self.edit_url}


class InviteView(AccountFormView):
    """Sends one invitation, and says at once whether the mail server took it."""

    template_name = "people/invite.html"
    page_title = gettext_lazy("Invite")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether an invitation is what this account lacks."""
        return {**super().get_context_data(**kwargs), "is_possible": may_be_invited(self.account)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Send it."""
        try:
            sent = invite(by=self.request.user, account=self.account)
        except NotInvitable:
            return redirect(self.request.path)
        if sent:
            messages.success(
                self.request, _("The invitation went to %(email)s.") % {"email": self.account.email}
            )
        else:
            messages.error(
                self.request,
                _("The mail server did not take the invitation. Send it again later."),
            )
        return redirect(self.edit_url)


class NewOwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic when it runs
    """A choice of people who may own content, with their roles."""

    def label_from_instance(self, obj: Any) -> str:
        roles = sorted(group_words(group.name) for group in obj.groups.all())
        return " · ".join([str(obj), obj.email, *roles])


class LeavingForm(forms.Form):
    """Who takes over what somebody leaves behind."""

    def __init__(self, *args: Any, owner: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner, self.by = owner, by
        self.fields["new_owner"] = NewOwnerField(
            label=_("New owner"),
            queryset=possible_owners(owner=owner, by=by),
            empty_label=_("Choose a person"),
        )

    def clean_new_owner(self) -> User:
        """The new owner, refused who may not own content."""
        person: User = self.cleaned_data["new_owner"]
        if not may_take_over(person, owner=self.owner, by=self.by):
            raise ValidationError(_("This person may not own content. Choose somebody else."))
        return person


def possible_owners(*, owner: User, by: User) -> QuerySet[User]:
    """The people who may take over what somebody owns."""
    groups = [ROLE_BY_CODE[code].group for code in OWNERS]
    pks = User.objects.filter(Q(groups__name__in=groups) | Q(is_superuser=True)).values("pk")
    people = User.objects.filter(pk__in=pks, is_active=True).exclude(pk=owner.pk).prefetch_related("groups")
    return people if by.is_superuser else people.exclude(pk=by.pk)


class LeavingView(AccountFormView):
    """Closes an account and hands over what it owns, after a look at what that means; or opens it again.

    What is owned is counted here and never named: the operator's role gives no right to read it.
    """

    template_name = "people/leaving.html"
    form_class = LeavingForm

    def get_page_title(self) -> str:
        return _("Deactivate and hand over") if self.account.is_active else _("Reactivate")

    @cached_property
    def owned(self) -> dict[str, int]:
        """How much the account owns, by kind."""
        return ownership.owned_by(self.account)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "new_owner" in self.request.GET and self.request.method == "GET":
            kwargs["data"] = self.request.GET
        return {**kwargs, "owner": self.account, "by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is owned, how many sessions end, and once chosen who takes over."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        chosen = form.cleaned_data["new_owner"] if form.is_bound and form.is_valid() else None
        return {
            **context,
            "owned": self.owned,
            "sessions": Session.objects.filter(user=self.account).count(),
            "new_owner": chosen,
            "is_ready": bool(chosen) or not self.owned,
        }

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the account, or close it."""
        if not self.account.is_active:
            set_active(by=request.user, accounts=[self.account], active=True)
            messages.success(request, _("%(name)s can sign in again.") % {"name": self.account})
            return redirect(self.edit_url)
        form = self.get_form()
        if self.owned and not form.is_valid():
            return self.form_invalid(form)
        new_owner = form.cleaned_data["new_owner"] if self.owned else None
        try:
            moved = deactivate(by=request.user, account=self.account, new_owner=new_owner)
        except (NewOwnerNeeded, NewOwnerRefused):
            messages.error(request, _("Something has changed meanwhile. Look at it again."))
            return redirect(request.path)
        messages.success(request, self._told(moved, new_owner))
        return redirect(self.edit_url)

    def _told(self, moved: int, new_owner: User | None) -> str:
        if not moved:
            return _("%(name)s can no longer sign in.") % {"name": self.account}
        text = ngettext(
            "%(name)s can no longer sign in. %(count)d object now belongs to %(owner)s.",
            "%(name)s can no longer sign in. %(count)d objects now belong to %(owner)s.",
            moved,
        )
        return text % {"name": self.account, "count": moved, "owner": new_owner}


class EraseForm(forms.Form):
    """The address typed once more, so that nobody erases the wrong person."""

    email = forms.EmailField(label=gettext_lazy("Type the e-mail address of this account"))

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_email(self) -> str:
        """The address, refused where it is not this account's."""
        email: str = self.cleaned_data["email"].lower()
        if email != self.account.email:
            raise ValidationError(_("This is not the address of this account."))
        return email


class ErasePersonView(AccountFormView):
    """Erases the personal data of somebody who asked for it."""

    template_name = "people/erase.html"
    page_title = gettext_lazy("Erase personal data")
    form_class = EraseForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "account": self.account}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is in the way."""
        owned = sum(ownership.owned_by(self.account).values())
        return {**super().get_context_data(**kwargs), "owned": owned}

    def form_valid(self, form: EraseForm) -> HttpResponse:
        """Erase, and go back to the list."""
        try:
            erase(by=self.request.user, account=self.account)
        except ErasureRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("The personal data are erased."))
        return redirect("wagtailusers_users:index")
