"""What the listings of the admin share: columns, downloads, and as many queries for 50 rows as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Column, StatusTagColumn, TitleColumn, UpdatedAtColumn
from wagtail.models import Revision, WorkflowState
from wagtail.snippets.views import snippets

from editing.models import SavedFilter
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
    """Where an object stands between its draft and the public, in the words of the editor.

    Of what the reader may not change (`is_changeable`) only the published side is told.
    """
    if not getattr(row, "is_changeable", True):
        return _("live")
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


def title_of(row: Any) -> str:
    """What an object is called: by its latest draft for those who may change it, else as it is published."""
    return str(row.draft_title if row.is_changeable and row.draft_title else row)


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


class ChosenColumn(BaseColumn):
    """A check box on every row that the reader may change."""

    header_template_name = "editing/chosen_header.html"
    cell_template_name = "editing/chosen_cell.html"

    def __init__(self) -> None:
        super().__init__("chosen", label=_("Choose"))


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that a listing shows now, as a query that finds them again, and what can be done with them."""

    model: Any
    query: str
    user: Any
    may_change: bool

    @property
    def kind(self) -> str:
        """The name of the model in addresses."""
        return str(self.model._meta.model_name)

    @property
    def saved(self) -> list[SavedFilter]:
        """The filters that the reader has saved for this listing."""
        return list(SavedFilter.objects.filter(owner=self.user, listing=self.model._meta.label_lower))

    @property
    def bulk_url(self) -> str:
        """Where several rows are changed at once."""
        return reverse("bulk_set", args=[self.kind])

    @property
    def bulk_all_url(self) -> str:
        """The same for all of these rows."""
        return f"{self.bulk_url}?{self.query}&all=1" if self.query else f"{self.bulk_url}?all=1"


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
    """The listing of content; rows carry the rights of the reader (see `with_rights`)."""

    def _annotate_queryset_updated_at(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # The stock view joins the whole content of the revision.
        own = When(is_changeable=True, then=F("latest_revision__created_at"))
        rows: QuerySet[Any] = queryset.annotate(_updated_at=Case(own, default=F("last_published_at")))
        return rows

    @cached_property
    def columns(self) -> list[Any]:
        chosen = [ChosenColumn()] if self.user_has_permission("change") else []
        # The stock check boxes choose for actions that need scripts.
        return [*chosen, *super().columns[1:]]

    def get_filterset_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs()
        return {**kwargs, "queryset": self.search_queryset(self.get_base_queryset())}

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the words in their title, code or summary, or in the title of their draft."""
        if not self.is_searching:
            return queryset
        found = Q(is_changeable=True, latest_revision__object_str__icontains=self.search_query)
        for name in self.search_fields or ():
            found |= Q(**{f"{name}__icontains": self.search_query})
        return queryset.filter(found)

    @cached_property
    def selection(self) -> Selection:
        """What is listed, as a query, with all that can be done with it."""
        pairs = [(self.search_kwarg, self.search_query)] if self.search_query else []
        pairs += list(self.filters.pairs()) if self.filters else []
        if self.is_explicitly_ordered:
            pairs.append(("ordering", self.ordering))
        return Selection(self.model, urlencode(pairs), self.request.user, self.user_has_permission("change"))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "selection": self.selection}

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if instance.is_changeable else None

    def get_copy_url(self, instance: Any) -> str | None:
        return super().get_copy_url(instance) if instance.is_changeable else None

    def get_delete_url(self, instance: Any) -> str | None:
        return reverse(self.delete_url_name, args=[instance.pk]) if instance.is_archivable else None

    def _get_title_column(self, field_name: str, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.accessor = title_of
        return column

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        item.status = str(status_of(item))
        row: dict[str, Any] = super().to_row_dict(item)
        return row
