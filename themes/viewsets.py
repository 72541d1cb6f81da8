"""The admin of themes: a tree to look at, a form for each."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from editing.listing import CodedIndexView
from editing.viewsets import CodedViewSet
from themes.forms import ThemeForm
from themes.models import Theme
from themes.queries import Branch, Vocabulary, uses_of_themes, vocabulary


class ThemeIndexView(CodedIndexView):
    """The vocabulary as a tree; a search or a filter gives a list of themes, each with its path."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All themes, read once."""
        return vocabulary()

    def search_queryset(self, queryset: QuerySet[Theme]) -> QuerySet[Theme]:
        if not self.is_searching:
            return queryset
        # Synonyms are lists, which databases do not search alike.
        return queryset.filter(pk__in=[theme.pk for theme in self.vocabulary.named(self.search_query)])

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        uses = uses_of_themes()
        if self.is_searching or self.is_filtering:
            found = (self.vocabulary.themes[theme.pk] for theme in context["object_list"])
            context["found"] = [
                (Branch(theme, 0, uses.get(theme.pk, ()), ()), self.vocabulary.path(theme)) for theme in found
            ]
        else:
            context["branches"] = self.vocabulary.branches(uses)
        may_change = self.user_has_permission("change")
        context["theme_url_name"] = self.edit_url_name if may_change else self.inspect_url_name
        return context


class ThemeViewSet(CodedViewSet):
    """The admin of the controlled vocabulary."""

    model = Theme
    icon = "tag"
    index_view_class = ThemeIndexView
    index_template_name = "themes/admin/index.html"
    index_results_template_name = "themes/admin/index_results.html"
    list_per_page = None
    list_related = ("broader",)
    list_display = ["label_en", "label_zh", "code"]
    list_filter = ["generic", "retired"]
    list_export = ["code", "label_en", "label_zh", "alt_en", "alt_zh", "broader.code", "generic", "retired"]
    export_headings = {"broader.code": _("Broader theme")}
    export_filename = "themes"
    ordering = ["code"]
    search_fields = ["code", "label_en", "label_zh"]
    inspect_view_fields = [
        "code",
        "label_en",
        "label_zh",
        "broader",
        "definition_en",
        "definition_zh",
        "generic",
        "retired",
        "replaced_by",
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldRowPanel([FieldPanel("label_en"), FieldPanel("label_zh")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("alt_en"), FieldPanel("alt_zh")])],
                heading=_("Also called"),
                help_text=_("Other names under which people look for the theme, one a line."),
            ),
            FieldPanel("broader", help_text=_("Leave empty at the top of the tree.")),
            FieldPanel("definition_en"),
            FieldPanel("definition_zh"),
            MultiFieldPanel(
                [FieldPanel("generic"), FieldPanel("retired"), FieldPanel("replaced_by")], heading=_("State")
            ),
        ],
        base_form_class=ThemeForm,
    )
