"""Registrations of the teaching layout in the admin: its menu, its choosers, the balance report."""

from typing import Any

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cases.choosers import CaseChooserViewSet
from cases.viewsets import CaseViewSet
from curriculum.case_reports import CaseLibraryReportView, case_library_menu_item
from curriculum.choosers import (
    BalancePolicyChooserViewSet,
    CourseChooserViewSet,
    CurriculumChooserViewSet,
    ProgrammeCategoryChooserViewSet,
)
from curriculum.links import wording as link_wording
from curriculum.policy_wording import VALUES_CHANGED, ValuesChanged
from curriculum.remedies import wording as remedy_wording
from curriculum.reports import BalanceReportView, balance_report_menu_item
from curriculum.side_panels import BalanceSidePanel, HoursSidePanel
from curriculum.views import case_calls, suggestions
from curriculum.views.balance import CurriculumBalanceView
from curriculum.views.exchange import exchange_menu_item
from curriculum.views.exporting import ExportFileView, ExportRunView, ExportView
from curriculum.views.history import BalanceHistoryView
from curriculum.views.importing import (
    ACTIONS,
    ImportActionView,
    ImportErrorsView,
    ImportRunView,
    ImportView,
)
from curriculum.views.links import AddThemeView, DecideView, LinksView, UndoView, links_menu_item
from curriculum.viewsets import (
    BalancePolicyViewSet,
    CourseViewSet,
    CurriculumViewSet,
    ProgrammeCategoryViewSet,
)
from providers.choosers import InstitutionChooserViewSet
from providers.viewsets import InstitutionViewSet
from themes.choosers import ThemeChooserViewSet
from themes.viewsets import ThemeViewSet


class TeachingLayoutGroup(SnippetViewSetGroup):
    """The menu of everything that a committee lays out."""

    menu_label = _("Teaching layout")
    menu_name = "teaching-layout"
    menu_icon = "list-ol"
    menu_order = 100
    items = (
        CurriculumViewSet(
            chooser_viewset_class=CurriculumChooserViewSet,
            side_panel_classes=(BalanceSidePanel, HoursSidePanel),
        ),
        CourseViewSet(chooser_viewset_class=CourseChooserViewSet),
        CaseViewSet(chooser_viewset_class=CaseChooserViewSet),
        ThemeViewSet(chooser_viewset_class=ThemeChooserViewSet),
        InstitutionViewSet(chooser_viewset_class=InstitutionChooserViewSet),
        ProgrammeCategoryViewSet(chooser_viewset_class=ProgrammeCategoryChooserViewSet),
        BalancePolicyViewSet(chooser_viewset_class=BalancePolicyChooserViewSet),
    )


register_snippet(TeachingLayoutGroup)


@hooks.register("register_admin_urls")
def report_urls() -> list[object]:
    """The balance report, whole and as a fragment, and the page of one curriculum."""
    return [
        path("reports/balance/", BalanceReportView.as_view(), name="balance_report"),
        path(
            "reports/balance/results/",
            BalanceReportView.as_view(results_only=True),
            name="balance_report_results",
        ),
        path("balance/<str:code>/", CurriculumBalanceView.as_view(), name="curriculum_balance"),
    ]


hooks.register("register_reports_menu_item", balance_report_menu_item)
hooks.register("register_admin_urls", suggestions.suggestion_urls)
hooks.register("register_admin_urls", case_calls.call_urls)
hooks.register("register_reports_menu_item", case_calls.calls_menu_item)
hooks.register("register_log_actions", remedy_wording.register_words)


@hooks.register("register_admin_urls")
def link_urls() -> list[object]:
    """The links workbench: its list, a decision with its preview, and the two small steps beside it."""
    return [
        path("links/", LinksView.as_view(), name="links"),
        path("links/decide/", DecideView.as_view(), name="links_decide"),
        path("links/undo/<int:pk>/", UndoView.as_view(), name="links_undo"),
        path("links/theme/", AddThemeView.as_view(), name="links_theme"),
    ]


@hooks.register("register_admin_urls")
def history_urls() -> list[object]:
    """What was said of a curriculum's balance, and why it changed."""
    return [
        path("balance/<str:code>/history/", BalanceHistoryView.as_view(), name="curriculum_balance_history")
    ]


@hooks.register("register_admin_urls")
def case_library_urls() -> list[object]:
    """The report on the library of cases, whole and as a fragment."""
    report = CaseLibraryReportView.as_view
    return [
        path("reports/case-library/", report(), name="case_library_report"),
        path("reports/case-library/results/", report(results_only=True), name="case_library_report_results"),
    ]


hooks.register("register_reports_menu_item", links_menu_item)
hooks.register("register_reports_menu_item", case_library_menu_item)
hooks.register("register_log_actions", link_wording.register_words, order=100)


@hooks.register("register_admin_urls")
def exchange_urls() -> list[object]:
    """The pages for files in and out."""
    return [
        path("exchange/import/", ImportView.as_view(), name="exchange_import"),
        path("exchange/import/<uuid:pk>/", ImportRunView.as_view(), name="exchange_import_run"),
        path(
            "exchange/import/<uuid:pk>/errors.csv", ImportErrorsView.as_view(), name="exchange_import_errors"
        ),
        *(
            path(
                f"exchange/import/<uuid:pk>/{action}/",
                ImportActionView.as_view(),
                {"action": action},
                name=f"exchange_import_{action}",
            )
            for action in ACTIONS
        ),
        path("exchange/export/", ExportView.as_view(), name="exchange_export"),
        path("exchange/export/<uuid:pk>/", ExportRunView.as_view(), name="exchange_export_run"),
        path("exchange/export/<uuid:pk>/file/", ExportFileView.as_view(), name="exchange_export_file"),
    ]


hooks.register("register_admin_menu_item", exchange_menu_item)


@hooks.register("register_log_actions")
def policy_words(actions: Any) -> None:
    """What the history of a policy says."""
    actions.register_action(VALUES_CHANGED)(ValuesChanged)


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """The marks of the charts, and the styles of our own admin pages."""
    files = ("curriculum/marks.css", "curriculum/admin.css", "curriculum/links.css")
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in files))
