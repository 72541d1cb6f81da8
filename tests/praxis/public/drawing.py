"""Draws a public page in two steps, so that reading and drawing can be counted apart."""

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from praxis.public.shell import ShellMiddleware


def read(path, user=None, language="en"):
    """The page as its view leaves it: everything read, nothing drawn."""
    url, _mark, query = path.partition("?")
    with translation.override(language):
        request = RequestFactory().get(
            url, query_params=dict(part.split("=") for part in query.split("&") if part)
        )
        request.user = user or AnonymousUser()
        request.LANGUAGE_CODE = language
        match = resolve(url)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        return ShellMiddleware(lambda _: response).process_template_response(request, response)


def draw(response, language="en"):
    """The HTML of a page that has been read."""
    with translation.override(language):
        return response.render().content.decode()
