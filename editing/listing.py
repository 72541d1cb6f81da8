"""What the listings of the admin share: columns, downloads, and as many queries for 50 rows as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn, UpdatedAtColumn
from wagtail.models import Revision, WorkflowState
from wagtail.snippets.views import snippets

from people.spreadsheets import SpreadsheetMixin


def with_status(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with all that `status_of` asks for, in one query."""
    here = {
        "base_content_type": ContentType.objects.get_for_model(queryset.model),
        "object_id": Cast(OuterRef("pk"), CharField()),
    }
    rows: QuerySet[Any] = queryset.annotate(
        is_scheduled=Exists(Revision.objects.filter(approved_go_live_at__isnull=False, **here)),
        in_review=Exists(
            WorkflowState.objects.filter(
                status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES), **here
            )
        ),
        draft_title=F("latest_revision__object_str"),
    )
    return rows


def status_of(row: Any) -> Promise:
    """Where an object stands between its draft and the public, in the words of the editor."""
    if not row.live:
        if row.expired:
            return _("expired")
        if row.is_scheduled:
            return _("scheduled")
        return _("in review") if row.in_review else _("draft")
    if row.is_scheduled:
        return _("live + scheduled")
    if row.in_review:
        return _("live + in review")
    return _("live + draft") if row.has_unpublished_changes else _("live")


class StatusColumn(StatusTagColumn):
    """The status of an object that has drafts."""

    def __init__(self, sort_key: str | None = "live") -> None:
        super().__init__(
            "status", label=_("Status"), accessor=status_of, sort_key=sort_key, primary=lambda row: row.live
        )


class FigureColumn(Column):
    """A number, set flush right; what is missing is a dash."""

    empty_value_display = "–"

    def __init__(self, name: str, accessor: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(name, accessor=accessor, classname="praxis-figure", **kwargs)


class DayColumn(Column):
    """A day, written the same way in all tables: `2026-01-31`."""

    empty_value_display = "–"

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return day.isoformat() if day else ""


class UpdatedColumn(UpdatedAtColumn):
    """When the latest draft was saved."""

    def __init__(self) -> None:
        super().__init__(label=_("Updated"))


class CodedTitleColumn(TitleColumn):
    """The name of a row with its code below it."""

    cell_template_name = "editing/title_cell.html"


class CodedIndexView(SpreadsheetMixin, snippets.IndexView):
    """The listing of objects with codes."""

    def _get_title_column(self, field_name: str, column_class: Any = CodedTitleColumn, **kwargs: Any) -> Any:
        return super()._get_title_column(field_name, column_class, **kwargs)

    def prepare_rows(self, rows: Iterable[Any]) -> None:
        """A place to put computed figures on the rows of one page (or of a download), all at once."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        self.prepare_rows(context["object_list"])
        return context


class ContentIndexView(CodedIndexView):
    """The listing of content; the title is that of the latest draft."""

    def _annotate_queryset_updated_at(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # The stock view joins the whole content of the revision.
        rows: QuerySet[Any] = queryset.annotate(_updated_at=F("latest_revision__created_at"))
        return rows

    def _get_title_column(self, field_name: str, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.accessor = lambda row: row.draft_title or str(row)
        return column

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        item.status = str(status_of(item))
        row: dict[str, Any] = super().to_row_dict(item)
        return row
