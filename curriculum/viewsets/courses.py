"""The admin of courses with their units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column

from curriculum import figures
from curriculum.filters import CourseFilterSet
from curriculum.forms import CourseForm, UnitForm
from curriculum.models import Course
from curriculum.paging import PARAMETER, PagedRowFormSet
from curriculum.panels import RowPanel
from curriculum.queries import hours_of_courses
from curriculum.viewsets.columns import EXPORT_FIELDS, EXPORT_HEADINGS, hours_columns
from editing.listing import ContentIndexView, StatusColumn, UpdatedColumn
from editing.views.edit import EditView
from editing.viewsets import ContentViewSet, code_panel, readers_tab, summary_panel, title_panel


class CourseIndexView(ContentIndexView):
    """The listing of courses with their hours."""

    def prepare_rows(self, rows: Iterable[Any]) -> None:
        courses = list(rows)
        hours = hours_of_courses(course.pk for course in courses)
        for course in courses:
            course.hours_split = hours.get(course.pk)


class CourseEditView(EditView):
    """The editor of courses; a long list of units is shown a page at a time."""

    def prepare(self, obj: Any) -> None:
        asked = self.request.GET.get(PARAMETER, "")
        obj.page_of_rows = int(asked) if asked.isdecimal() else 1
        read_units(obj.units.get_object_list())

    def get_edit_url(self) -> str:
        url: str = super().get_edit_url()
        asked = self.request.GET.get(PARAMETER, "")
        return f"{url}?{PARAMETER}={asked}" if asked.isdecimal() else url


def read_units(units: list[Any]) -> None:
    """Load at once the themes and cases of units whose rows are in memory."""
    prefetch_related_objects([item for unit in units for item in unit.theme_items.get_object_list()], "tag")
    prefetch_related_objects(units, "case")


def unit_name(unit: Any) -> str:
    """What a unit is called in the heading of its row."""
    return str(unit.title)


def unit_hours(unit: Any) -> str:
    """Its hours there."""
    return "" if unit.hours is None else figures.hours(unit.hours)


UNIT_PANELS = [
    FieldPanel("title"),
    FieldRowPanel([FieldPanel("hours"), FieldPanel("delivery_method")]),
    FieldPanel("themes"),
    FieldPanel("case"),
    FieldRowPanel([FieldPanel("content_category"), FieldPanel("practice_fraction")]),
    FieldRowPanel([FieldPanel("lecturer_type"), FieldPanel("performance_level")]),
    FieldRowPanel([FieldPanel("self_study"), FieldPanel("neutral")]),
    FieldPanel("summary"),
    FieldPanel("outcomes", help_text=_("What a trainee can do afterwards, one outcome a line.")),
]


class CourseViewSet(ContentViewSet):
    """The admin of courses."""

    model = Course
    icon = "doc-full"
    index_view_class = CourseIndexView
    edit_view_class = CourseEditView
    filterset_class = CourseFilterSet
    list_display = [
        "title",
        StatusColumn(),
        *hours_columns(),
        Column("institution", label=_("Institution"), sort_key="institution__name"),
        Column("owner", label=_("Owner"), sort_key="owner__name"),
        UpdatedColumn(),
    ]
    list_export = ["code", "title", "language", "status", *EXPORT_FIELDS, "institution.code", "owner.email"]
    export_headings = EXPORT_HEADINGS
    export_filename = "courses"
    ordering = ["title", "code"]
    inspect_view_fields = ["code", "title", "language", "summary", "institution", "audience", "owner"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    code_panel(),
                    title_panel(),
                    summary_panel(),
                    FieldPanel("themes"),
                    RowPanel(
                        "units",
                        UNIT_PANELS,
                        heading=_("Units"),
                        form_class=UnitForm,
                        formset_class=PagedRowFormSet,
                        key="code",
                        row_name=unit_name,
                        row_hours=unit_hours,
                    ),
                    MultiFieldPanel(
                        [FieldPanel("language"), FieldPanel("translation_of"), FieldPanel("institution")],
                        heading=_("About the course"),
                    ),
                ],
                heading=_("Course"),
            ),
            readers_tab(),
        ],
        base_form_class=CourseForm,
    )
