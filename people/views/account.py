"""The pages of one's own account on the public site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy, translate_url
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, UpdateView
from wagtail.users.models import UserProfile

from people import ownership
from people.actions.addresses import ask_email_change, confirm_email_change
from people.actions.erasing import ask_erasure, export_data
from people.actions.sessions import end_session, end_sessions
from people.exceptions import AddressRefused, ErasureRefused, LinkSpent
from people.limits import EMAIL, PASSWORD, Purpose
from people.models import User
from people.permissions import is_trainee_only
from people.public_forms import ChangePasswordForm, EmailChangeForm, EraseForm, ProfileForm
from people.queries import devices_of
from people.tokens import read_email_token
from people.views.rationed import RationedFormMixin
from people.wording import group_words


@method_decorator(never_cache, name="dispatch")
class OwnPage(LoginRequiredMixin):
    """A page about the account of whoever is signed in; others are asked to sign in."""

    request: Any


class AccountView(OwnPage, UpdateView):  # type: ignore[type-arg]  # no generic when it runs
    """Who one is here; the name and the language can be changed."""

    template_name = "praxis/account/account.html"
    form_class = ProfileForm
    context_object_name = "account"
    success_url = reverse_lazy("account")

    def get_object(self, queryset: Any = None) -> User:
        """A second instance, so that a refused name is not the name in the header of the page."""
        return User.objects.select_related("unit").get(pk=self.request.user.pk)

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.object.language or get_language()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The account, with its roles in words."""
        context = super().get_context_data(**kwargs)
        roles = [group_words(name) for name in sorted(self.request.user.group_names)]
        return {**context, "roles": roles}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, for the admin too, and go on in the language that was chosen."""
        form.save()
        language = form.cleaned_data["language"]
        UserProfile.objects.filter(user=self.object).update(preferred_language=language)
        with translation.override(language):
            messages.success(self.request, _("Your account is changed."))
        response = HttpResponseRedirect(translate_url(str(self.success_url), language))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )
        return response


class ChangePasswordView(OwnPage, RationedFormMixin, PasswordChangeView):
    """Another password in place of the present one; all other sessions end."""

    template_name = "praxis/account/password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")
    purposes = (PASSWORD,)
    forgiven = (PASSWORD,)

    def form_valid(self, form: Any) -> HttpResponse:
        """Say so."""
        messages.success(self.request, _("Your password is changed. All other devices are signed out."))
        response: HttpResponse = super().form_valid(form)
        return response


class OwnFormView(OwnPage, RationedFormMixin, FormView):  # type: ignore[type-arg]  # no generic when it runs
    """A form that the person's password confirms."""

    purposes: ClassVar[tuple[Purpose, ...]] = (PASSWORD,)
    forgiven = (PASSWORD,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}


class ChangeEmailView(OwnFormView):
    """Asks for another address, which its mailbox then confirms."""

    template_name = "praxis/account/email.html"
    form_class = EmailChangeForm
    success_url = reverse_lazy("account")
    purposes = (PASSWORD, EMAIL)

    def form_valid(self, form: EmailChangeForm) -> HttpResponse:
        """Have the link sent, and say the same whether or not the address is somebody's."""
        email = form.cleaned_data["email"]
        ask_email_change(by=self.request.user, account=self.request.user, email=email)
        text = _(
            "A mail with a link is on its way to %(email)s. Your address changes once you confirm it there."
        )
        messages.success(self.request, text % {"email": email})
        return super().form_valid(form)


@method_decorator(never_cache, name="dispatch")
class ConfirmEmailView(TemplateView):
    """The page behind the link to a new address. A button confirms: mail programs open links too."""

    template_name = "praxis/account/confirm_email.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, unless the link does not work or belongs to somebody else than who is signed in."""
        try:
            change = read_email_token(kwargs["token"])
        except LinkSpent:
            return self.render_to_response({"state": "spent"})
        if request.user.is_authenticated and request.user.pk != change.account.pk:
            return self.render_to_response({"state": "somebody_else"})
        return self.render_to_response({"state": "ask", "email": change.email})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change the address."""
        asked = self.get(request, *args, **kwargs)
        if asked.context_data["state"] != "ask":  # type: ignore[attr-defined]  # a template response
            return asked
        try:
            account = confirm_email_change(token=kwargs["token"])
        except LinkSpent:
            return self.render_to_response({"state": "spent"})
        except AddressRefused:
            return self.render_to_response({"state": "refused"})
        messages.success(request, _("You now sign in with %(email)s.") % {"email": account.email})
        return redirect("account")


class DevicesView(OwnPage, TemplateView):
    """Where one is signed in, with a button to end each session, and one for all."""

    template_name = "praxis/account/devices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sessions."""
        devices = devices_of(self.request.user, self.request.session.session_key)
        return {**super().get_context_data(**kwargs), "devices": devices}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """End one session, or all of them with this one."""
        if "everywhere" in request.POST:
            person = request.user
            logout(request)
            end_sessions(by=person, account=person)
            messages.success(request, _("You are signed out everywhere."))
            return redirect("sign_in")
        if end_session(by=request.user, handle=request.POST.get("device", "")):
            messages.success(request, _("That device is signed out."))
        return redirect("devices")


class DataView(OwnPage, TemplateView):
    """What one can do about one's own data."""

    template_name = "praxis/account/data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether they can be erased at once."""
        person = self.request.user
        context = super().get_context_data(**kwargs)
        return {**context, "at_once": is_trainee_only(person), "asked_at": person.erasure_asked_at}


class DownloadDataView(OwnPage, View):
    """The download of one's own data; by POST, since it is noted in the log."""

    http_method_names = ["post"]

    def post(self, request: Any) -> HttpResponse:
        """The data as a JSON file."""
        data = export_data(by=request.user)
        response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
        name = f"praxis-{timezone.localdate():%Y-%m-%d}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class EraseDataView(OwnFormView):
    """Asks for the password, and then for no more."""

    template_name = "praxis/account/erase.html"
    form_class = EraseForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether this happens at once, and what is owned."""
        context = super().get_context_data(**kwargs)
        person = self.request.user
        owned = sum(ownership.owned_by(person).values())
        return {**context, "at_once": is_trainee_only(person), "owned": owned}

    def form_valid(self, form: EraseForm) -> HttpResponse:
        """Erase, or note the wish."""
        try:
            done = ask_erasure(by=self.request.user)
        except ErasureRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        if not done:
            messages.success(self.request, _("The people who look after accounts know of your wish."))
            return redirect("own_data")
        # Not `logout`: it would note this browser's network address in the log once more.
        self.request.session.flush()
        return redirect("erased")


class ErasedView(TemplateView):
    """Says that the data are gone."""

    template_name = "praxis/account/erased.html"
