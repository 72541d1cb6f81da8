"""The admin of curricula with their modules and placements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Sum, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column

from cases.models import CaseStudy
from curriculum import figures
from curriculum.filters import CurriculumFilterSet
from curriculum.forms import CurriculumForm, KeyedRowFormSet, ModuleForm, PlacementForm
from curriculum.models import Course, Curriculum
from curriculum.panels import RowPanel
from curriculum.queries import hours_of_curricula
from curriculum.views.balance import balance_button, balance_row_button
from curriculum.viewsets.columns import EXPORT_FIELDS, EXPORT_HEADINGS, hours_columns
from editing.choosers import restricted
from editing.listing import ContentIndexView, StatusColumn, UpdatedColumn
from editing.permissions import with_rights
from editing.views.copying import CopyContentView
from editing.views.edit import EditView
from editing.viewsets import ContentViewSet, code_panel, readers_tab, summary_panel, title_panel


class CurriculumIndexView(ContentIndexView):
    """The listing of curricula with their hours."""

    def prepare_rows(self, rows: Iterable[Any]) -> None:
        curricula = list(rows)
        hours = hours_of_curricula(curricula)
        for curriculum in curricula:
            curriculum.hours_split = hours.get(curriculum.code)

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        return [balance_row_button(instance), *super().get_list_more_buttons(instance)]


class CurriculumEditView(EditView):
    """The editor of curricula, which reads everything that is placed at once."""

    def prepare(self, obj: Any) -> None:
        read_placed(obj, self.request.user)

    @cached_property
    def header_buttons(self) -> list[Any]:
        """The stock buttons, and the way to the balance of what is edited here."""
        return [*super().header_buttons, balance_button(self.object)]


class CurriculumCopyView(CopyContentView):
    """The form for a copy of a curriculum, which reads everything that is placed at once."""

    def get_initial_form_instance(self) -> Any:
        curriculum = super().get_initial_form_instance()
        read_placed(curriculum, self.request.user)
        return curriculum


def read_placed(curriculum: Any, reader: Any) -> None:
    """Load the placed courses (with their hours) and cases into the rows that a reader will be shown."""
    placements = [
        placement
        for module in curriculum.modules.get_object_list()
        for placement in module.placements.get_object_list()
    ]
    courses = with_rights(reader, Course.objects.annotate(own_hours=Sum("units__hours")))
    cases = with_rights(reader, CaseStudy.objects.all())
    prefetch_related_objects(
        placements, Prefetch("course", queryset=courses), Prefetch("case", queryset=cases)
    )


def module_name(module: Any) -> str:
    """What a module is called in the heading of its row."""
    return str(module.title)


def placement_name(placement: Any) -> str:
    """What a placement is called there: the course or case that was chosen, if the reader may see it."""
    chosen = placement.course or placement.case
    if chosen is None:
        return ""
    return str(chosen) if getattr(chosen, "is_viewable", False) else restricted(chosen)


def placement_hours(placement: Any) -> str:
    """Its hours: its own, else those of what was chosen."""
    hours = placement.hours
    if hours is None and placement.course:
        hours = getattr(placement.course, "own_hours", None)
    elif hours is None and placement.case:
        hours = placement.case.suggested_hours
    return "" if hours is None else figures.hours(hours)


PLACEMENT_PANELS = [
    FieldPanel("course"),
    FieldPanel("case"),
    FieldRowPanel([FieldPanel("hours"), FieldPanel("optional")]),
    FieldRowPanel([FieldPanel("delivery_method"), FieldPanel("content_category")]),
]

MODULE_PANELS = [
    FieldPanel("title"),
    FieldPanel("summary"),
    RowPanel(
        "placements",
        PLACEMENT_PANELS,
        heading=_("Placements"),
        form_class=PlacementForm,
        formset_class=KeyedRowFormSet,
        key="key",
        row_name=placement_name,
        row_hours=placement_hours,
    ),
]


class CurriculumViewSet(ContentViewSet):
    """The admin of curricula."""

    model = Curriculum
    icon = "list-ol"
    index_view_class = CurriculumIndexView
    edit_view_class = CurriculumEditView
    copy_view_class = CurriculumCopyView
    filterset_class = CurriculumFilterSet
    list_related = ("institution", "owner", "category")
    list_display = [
        "title",
        StatusColumn(),
        *hours_columns(),
        Column("institution", label=_("Institution"), sort_key="institution__name"),
        Column("edition", label=_("Edition"), sort_key="edition"),
        Column("owner", label=_("Owner"), sort_key="owner__name"),
        UpdatedColumn(),
    ]
    list_export = [
        "code",
        "title",
        "language",
        "status",
        *EXPORT_FIELDS,
        "category.code",
        "institution.code",
        "edition",
        "owner.email",
    ]
    export_headings = EXPORT_HEADINGS
    export_filename = "curricula"
    ordering = ["title", "code"]
    inspect_view_fields = [
        "code",
        "title",
        "language",
        "category",
        "institution",
        "edition",
        "target_group",
        "effective_from",
        "summary",
        "audience",
        "owner",
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    code_panel(),
                    title_panel(),
                    FieldPanel("category"),
                    RowPanel(
                        "modules",
                        MODULE_PANELS,
                        heading=_("Modules"),
                        form_class=ModuleForm,
                        formset_class=KeyedRowFormSet,
                        key="code",
                        row_name=module_name,
                        row_hours=lambda module: "",
                    ),
                ],
                heading=_("Structure"),
            ),
            ObjectList(
                [
                    summary_panel(),
                    FieldPanel("objectives", help_text=_("What the programme is for, one objective a line.")),
                    FieldPanel("target_group"),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("language"), FieldPanel("edition")]),
                            FieldPanel("effective_from"),
                            FieldPanel("institution"),
                            FieldPanel("derived_from"),
                        ],
                        heading=_("About the curriculum"),
                    ),
                ],
                heading=_("Description"),
            ),
            readers_tab(),
        ],
        base_form_class=CurriculumForm,
    )
