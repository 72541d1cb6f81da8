"""Registrations that every editor of the admin shares."""

from django.db.models import DecimalField
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.functional import classproperty
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.editing_sessions import EditingSessionsList
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models

from editing.buttons import leave_out_publishing
from editing.forms import TidyDecimalField
from editing.models import Content
from editing.reports import replace_panels
from editing.views import bin, bulk, history, reviewing, reviews, saved_filters
from editing.wording import register_words

EditingSessionsList.template_name = "editing/sessions_list.html"

register_form_field_override(DecimalField, override={"form_class": TidyDecimalField})

hooks.register("construct_homepage_panels", replace_panels, order=100)
hooks.register("construct_homepage_panels", reviews.put_panel, order=200)
hooks.register("construct_snippet_action_menu", leave_out_publishing)
hooks.register("construct_snippet_action_menu", reviewing.name_buttons)
hooks.register("register_admin_menu_item", reviews.reviews_menu_item)
hooks.register("register_admin_menu_item", history.history_menu_item)
# After Wagtail's own words, which they replace.
hooks.register("register_log_actions", register_words, order=100)


@hooks.register("register_admin_urls")
def review_urls() -> list[object]:
    """The lists of reviews, and the history of everything."""
    return [
        path("reviews/", reviews.ReviewsView.as_view(), name="reviews"),
        path("history/", history.AllHistoryView.as_view(), name="history_of_all"),
    ]


@hooks.register("insert_global_admin_css")
def review_css() -> SafeString:
    """The styles of reviews and histories."""
    return format_html('<link rel="stylesheet" href="{}">', static("editing/review.css"))


# Content goes into the bin: deleting many at once is for everything else.
DeleteBulkAction.models = classproperty(
    lambda cls: [m for m in get_snippet_models() if not issubclass(m, Content)]
)


class BinMenuItem(MenuItem):
    """The way to the bin, for those who have one."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bin.has_bin(request.user)


@hooks.register("register_admin_menu_item")
def bin_menu_item() -> BinMenuItem:
    """The entry in the menu."""
    return BinMenuItem(_("Bin"), reverse("bin"), name="bin", icon_name="bin", order=900)


@hooks.register("register_admin_urls")
def listing_urls() -> list[object]:
    """The bin, filters kept under a name, and changes of many rows."""
    return [
        path("bin/", bin.BinView.as_view(), name="bin"),
        path("bin/<slug:kind>/<int:pk>/restore/", bin.RestoreView.as_view(), name="bin_restore"),
        path("bin/<slug:kind>/<int:pk>/delete/", bin.DeleteForGoodView.as_view(), name="bin_delete"),
        path("saved-filters/<slug:kind>/add/", saved_filters.AddView.as_view(), name="saved_filter_add"),
        path(
            "saved-filters/<int:pk>/delete/", saved_filters.DeleteView.as_view(), name="saved_filter_delete"
        ),
        path("change-several/<slug:kind>/", bulk.BulkSetView.as_view(), name="bulk_set"),
        path("change-several/done/<int:pk>/", bulk.BulkChangeView.as_view(), name="bulk_change"),
    ]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """The styles of lists, of the bin and of changes of many rows."""
    return format_html('<link rel="stylesheet" href="{}">', static("editing/admin.css"))
