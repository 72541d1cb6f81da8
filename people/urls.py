"""Addresses of sign-in and of one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from people.views import account, signing_in

urlpatterns = [
    path("sign-in/", signing_in.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("new-password/", signing_in.ForgottenPasswordView.as_view(), name="forgotten_password"),
    path(
        "new-password/sent/", signing_in.ForgottenPasswordSentView.as_view(), name="forgotten_password_sent"
    ),
    path("new-password/<uidb64>/<token>/", signing_in.NewPasswordView.as_view(), name="new_password"),
    path("invitation/<uidb64>/<token>/", signing_in.InvitationView.as_view(), name="invitation"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/password/", account.ChangePasswordView.as_view(), name="change_password"),
    path("account/email/", account.ChangeEmailView.as_view(), name="change_email"),
    path("account/email/<token>/", account.ConfirmEmailView.as_view(), name="confirm_email"),
    path("account/devices/", account.DevicesView.as_view(), name="devices"),
    path("account/data/", account.DataView.as_view(), name="own_data"),
    path("account/data/download/", account.DownloadDataView.as_view(), name="download_data"),
    path("account/data/erase/", account.EraseDataView.as_view(), name="erase_data"),
    path("account/erased/", account.ErasedView.as_view(), name="erased"),
]
