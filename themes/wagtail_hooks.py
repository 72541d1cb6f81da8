"""Registrations of themes in the admin; their listing stands in the menu of the teaching layout."""

from django.urls import path
from wagtail import hooks

from themes.choosers import suggest

hooks.register("register_admin_urls", lambda: [path("themes/suggest/", suggest, name="themes_suggest")])
