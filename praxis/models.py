from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cases.markdown import render_markdown, validate_markdown


class HomePage(Page):
    """The front page of one language; its lists come from the library."""

    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["praxis.TextPage"]
    template = "praxis/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from praxis.public.queries import home

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"home": home(request.user)}


class TextPage(Page):
    """A page of plain text, such as the terms of use."""

    body = models.TextField(_("text"), blank=True, validators=[validate_markdown], help_text=_("Markdown."))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["praxis.HomePage"]
    subpage_types: list[str] = []
    template = "praxis/text_page.html"

    class Meta:
        verbose_name = _("text page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"body_html": render_markdown(self.body)}
