"""The choosers of courses and curricula."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from curriculum import figures
from editing.choosers import ChooseResultsView, ChooseView, CodedChooserViewSet


def course_hours(course: Any) -> str:
    """The hours of all units."""
    return figures.hours_figure(course.own_hours)


class WithHoursMixin:
    """A list of courses with the hours of their units."""

    def get_object_list(self) -> QuerySet[Any]:
        objects: QuerySet[Any] = super().get_object_list()  # type: ignore[misc]  # a chooser's
        rows: QuerySet[Any] = objects.annotate(own_hours=Sum("units__hours"))
        return rows


class CourseChooseView(WithHoursMixin, ChooseView):
    """The window of courses."""


class CourseChooseResultsView(WithHoursMixin, ChooseResultsView):
    """The list inside it."""


class CourseChooserViewSet(CodedChooserViewSet):
    """Finds courses by title and code; shows their hours."""

    choose_view_class = CourseChooseView
    choose_results_view_class = CourseChooseResultsView
    extra_columns = (Column("hours", label=_("Hours"), accessor=course_hours),)


class CurriculumChooserViewSet(CodedChooserViewSet):
    """Finds curricula by title and code."""

    list_related = ("category",)
    extra_columns = (
        Column("category", label=_("Programme category"), accessor="category.code"),
        Column("edition", label=_("Edition")),
    )


class ProgrammeCategoryChooserViewSet(CodedChooserViewSet):
    """Finds programme categories by code and label."""

    search_fields = ("code", "label_en", "label_zh")


class BalancePolicyChooserViewSet(CodedChooserViewSet):
    """Finds balance policies by their category."""

    list_related = ("category",)
    search_fields = ("category__code", "category__label_en", "category__label_zh")
