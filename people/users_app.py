"""The app of accounts in the admin, in place of `wagtail.users`."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's own app with our forms and listing."""

    user_viewset = "people.viewsets.accounts.UserViewSet"
