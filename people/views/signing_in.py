"""Signing in, and new passwords for people who have lost theirs or never had one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from people import audit, limits, tasks
from people.enums import AuditAction
from people.limits import LINK, RESET, SIGN_IN
from people.models import User
from people.public_forms import AddressForm, FirstPasswordForm, NewPasswordForm
from people.tokens import invitation_tokens
from people.views.rationed import RationedFormMixin
from people.visits import client_address


class SignInView(RationedFormMixin, LoginView):
    """Sign-in by e-mail address and password, for the site and for the admin."""

    template_name = "praxis/sign_in.html"
    purposes = (SIGN_IN,)
    forgiven = (SIGN_IN,)

    def account_named(self) -> str:
        return self.request.POST.get("username", "")

    def kwargs_of_empty_form(self) -> dict[str, Any]:
        return {**super().kwargs_of_empty_form(), "initial": {"username": self.account_named()}}


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin's own sign-in page leads to ours, which counts the tries; where one was going is kept."""
    wanted = request.GET.get("next", "")
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}" if wanted else "sign_in")


def to_forgotten_password(request: HttpRequest, path: str = "") -> HttpResponse:
    """So do the admin's pages for a new password."""
    return redirect("forgotten_password")


@method_decorator(never_cache, name="dispatch")
class ForgottenPasswordView(RationedFormMixin, FormView):  # type: ignore[type-arg]  # no generic when it runs
    """Asks for the address to which a link for a new password goes; answers alike for every address."""

    template_name = "praxis/account/forgotten_password.html"
    form_class = AddressForm
    success_url = reverse_lazy("forgotten_password_sent")
    purposes = (RESET,)

    def account_named(self) -> str:
        return self.request.POST.get("email", "")

    def form_valid(self, form: AddressForm) -> HttpResponse:
        """Have the mail sent behind this page, whose answer takes as long without any."""
        email = form.cleaned_data["email"].lower()
        pk = User.objects.filter(email=email, is_active=True).values_list("pk", flat=True).first() or 0
        language = get_language() or ""
        transaction.on_commit(lambda: tasks.send_reset.enqueue(pk, language))
        return super().form_valid(form)


@method_decorator(never_cache, name="dispatch")
class ForgottenPasswordSentView(TemplateView):
    """Says that a mail is on its way if there is an account."""

    template_name = "praxis/account/forgotten_password_sent.html"


class NewPasswordView(PasswordResetConfirmView):
    """The page behind a link for a new password. Links that do not work are counted."""

    template_name = "praxis/account/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("sign_in")
    is_invitation = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a working link always, and hold those back who try many that do not work."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if response.status_code == 302 or self.validlink:
            return response
        counted = limits.take(LINK, account=str(kwargs["uidb64"]), client=client_address(request))
        if counted.refused:
            audit.record_limited(LINK, about=None)
            response = self.render_to_response(self.get_context_data(wait=counted.minutes), status=429)
            response["Retry-After"] = str(int(counted.wait.total_seconds()))
        return response

    def get_user(self, uidb64: str) -> User | None:
        """The account of the link, unless it is closed."""
        account = super().get_user(uidb64)
        if account is None or not account.is_active:
            return None
        self.is_somebody_else = self.request.user.is_authenticated and self.request.user.pk != account.pk
        return account

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, or why there is none."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        somebody_else = getattr(self, "is_somebody_else", False)
        return {**context, "is_invitation": self.is_invitation, "is_somebody_else": somebody_else}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set the password, except in the browser of somebody else who is signed in."""
        if self.is_somebody_else:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that the password works now."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, self.success_words())
        return response

    def success_words(self) -> str:
        """What is said on the page that follows."""
        return _("Your new password works. Sign in with it.")


class InvitationView(NewPasswordView):
    """The page behind the link of an invitation; choosing a password signs in."""

    token_generator = invitation_tokens
    form_class = FirstPasswordForm
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("account")
    is_invitation = True

    def get_user(self, uidb64: str) -> User | None:
        """The account of the link, unless its person has a password already."""
        account = super().get_user(uidb64)
        return account if account and not account.has_usable_password() else None

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Note that the invitation was accepted."""
        audit.record(AuditAction.INVITATION_ACCEPTED, by=self.user, about=self.user)
        return super().form_valid(form)

    def success_words(self) -> str:
        return _("Welcome. Your password is set, and you are signed in.")
