"""Registrations of people in the admin."""

from wagtail import hooks

from people.viewsets.accounts import AssignRole, SendingUnitViewSet, SetActiveState

hooks.register("register_admin_viewset", lambda: SendingUnitViewSet())

# Wagtail's own actions of the same type are registered at order 0; the later ones take their place.
hooks.register("register_bulk_action", AssignRole, order=1)
hooks.register("register_bulk_action", SetActiveState, order=1)
